"""The one HTTP client that all collectors share: its manners, its limits and its errors."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from types import MappingProxyType
from typing import Self
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from collectors.base import CollectorError, SourceRefused, SourceUnavailable, State
from collectors.local import local_path, read_local

Clock = Callable[[], datetime]
"""Tells the present instant, aware UTC."""

NO_STATE: State = MappingProxyType({})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})
_VALIDATORS = {"etag": "ETag", "last_modified": "Last-Modified"}
_CONDITIONS = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}


def utc_now() -> datetime:
    """The machine's clock, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a stranger's server we put up with.

    Attributes:
        connect_seconds: until the connection, with TLS, stands.
        read_seconds: between two pieces of the answer.
        total_seconds: for one exchange; a redirect begins another.
        body_bytes: of the answer after decompression, so that a small gzip cannot fill the memory.
        redirects: followed in a row.
        per_host: exchanges with one host at a time; further ones wait, and their waiting is no time-out.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 60.0
    body_bytes: int = 20 * 1024 * 1024
    redirects: int = 5
    per_host: int = 2

    def timeout(self) -> aiohttp.ClientTimeout:
        """The same limits as aiohttp takes them."""
        return aiohttp.ClientTimeout(
            total=self.total_seconds,
            sock_connect=self.connect_seconds,
            sock_read=self.read_seconds,
        )


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer worth reading: 2xx, or 304 when nothing has changed.

    Attributes:
        headers: names in lower case; of a repeated one, the last.
        final_url: where the redirects ended.
        validators: what to hand back as ``state`` to ask "anything new since?".
    """

    status: int
    body: bytes
    final_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: State = field(default_factory=dict)

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing has changed."""
        return self.status == 304

    @property
    def digest(self) -> str:
        """Names the body: many servers know no validators, yet an unchanged body is no news either."""
        return hashlib.blake2b(self.body, digest_size=16).hexdigest()

    def is_news(self, state: State) -> bool:
        """Whether the body differs from the one that ``state`` was made of."""
        return not self.not_modified and self.digest != state.get("digest")

    def state(self) -> dict[str, str]:
        """What to keep, once the body's items are stored."""
        return {**self.validators, "digest": self.digest}


class HttpClient:
    """Fetches for all collectors of a process; use it as ``async with HttpClient(contact) as http``.

    Every exchange, a redirect's too, goes through :meth:`_exchange`: the one place where later rules about hosts
    (robots.txt, rates, forbidden addresses) belong.
    """

    def __init__(self, contact: str, *, limits: Limits = DEFAULT_LIMITS, now: Clock = utc_now) -> None:
        """Be ready to fetch; nothing is opened before the first request.

        Args:
            contact: an address or page where a server's owner reaches us; it is part of the User-Agent.
            limits: see :class:`Limits`.
            now: the clock that a Retry-After date is measured by.

        Raises:
            ValueError: the contact is blank; polite robots say whom to write to.
        """
        self.user_agent = user_agent(contact)
        self.limits = limits
        self.now = now
        self._opened: aiohttp.ClientSession | None = None
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; the client may be used again afterwards."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def fetch(self, url: str, state: State = NO_STATE) -> Fetched:
        """Get ``url`` (http, https, file, or a plain path) unless it is as ``state`` knows it.

        Args:
            url: an address from the configuration, which may name a file; a redirect may not.
            state: the ``validators`` of an earlier answer from the same address, or anything that contains them.

        Raises:
            SourceUnavailable: time-out, broken connection, 408, 425, 429, 5xx.
            SourceRefused: any other 4xx, a bad address, too many redirects, too large a body, no such file.
        """
        if (path := local_path(url)) is not None:
            local = await asyncio.to_thread(read_local, path, self.limits.body_bytes, state.get("last_modified"))
            status = 304 if local.body is None else 200
            validators = {"last_modified": local.mark}
            return Fetched(status=status, body=local.body or b"", final_url=path.as_uri(), validators=validators)
        try:
            return await self._follow(url, conditions(url, state))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise transport_failure(url, error, self.limits) from error

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Fetched:
        target = URL(url)
        for _ in range(self.limits.redirects + 1):
            answer = await self._exchange(target, headers)
            if answer.status not in _REDIRECTS:
                return self._accept(url, answer)
            target = target.join(URL(answer.headers.get("location", "")))
        raise SourceRefused(
            f"{without_secrets(url)} redirects more than {self.limits.redirects} times; "
            "open it in a browser and configure the address where it ends"
        )

    async def _exchange(self, url: URL, headers: Mapping[str, str]) -> Fetched:
        """One request to one host; the body is read only where it is wanted."""
        if url.scheme not in {"http", "https"} or not url.host:
            raise SourceRefused(f"{without_secrets(str(url))} is no web address; it starts with http:// or https://")
        async with (
            self._gate(url.host),
            self._session().get(url, headers=headers, allow_redirects=False) as response,
        ):
            wanted = 200 <= response.status < 300
            return Fetched(
                status=response.status,
                body=await self._read(response) if wanted else b"",
                final_url=str(response.url),
                headers={name.lower(): value for name, value in response.headers.items()},
                validators=validators(response),
            )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if len(body) > self.limits.body_bytes:
                raise SourceRefused(
                    f"{without_secrets(str(response.url))} sends more than {self.limits.body_bytes:,} bytes "
                    "(after decompression); ask for a smaller page or raise the limit"
                )
        return bytes(body)

    def _accept(self, url: str, answer: Fetched) -> Fetched:
        if answer.not_modified or 200 <= answer.status < 300:
            return replace(answer, validators={"address": fingerprint(url), **answer.validators})
        raise status_failure(url, answer.status, retry_after_seconds(answer.headers.get("retry-after"), self.now()))

    def _gate(self, host: str) -> asyncio.Semaphore:
        gate = self._gates.get(host)
        if gate is None:
            gate = self._gates[host] = asyncio.Semaphore(self.limits.per_host)
        return gate

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                timeout=self.limits.timeout(),
                headers={"User-Agent": self.user_agent},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened


def user_agent(contact: str) -> str:
    """Who asks, in which version, and where to complain: ``ReputationMonitor/0.1.0 (+contact)``.

    Raises:
        ValueError: the contact is blank or would break the header.
    """
    if not contact.strip() or not contact.isprintable():
        raise ValueError("contact: an e-mail address or a page is expected; it is sent along with every request")
    try:
        version = metadata.version("reputation-monitor")
    except metadata.PackageNotFoundError:
        version = "0"
    return f"ReputationMonitor/{version} (+{contact.strip()})"


def conditions(url: str, state: State) -> dict[str, str]:
    """The headers that ask for ``url`` only if it changed; none if ``state`` was made at another address."""
    if state.get("address", fingerprint(url)) != fingerprint(url):
        return {}
    return {header: state[key] for key, header in _CONDITIONS.items() if state.get(key)}


def validators(response: aiohttp.ClientResponse) -> dict[str, str]:
    """ETag and Last-Modified byte for byte, quotes included.

    One that is no UTF-8 is left out, because it could not be sent back as it came.
    """
    present = {key: response.headers.get(header, "") for key, header in _VALIDATORS.items()}
    return {key: value for key, value in present.items() if value and _is_utf8(value)}


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def fingerprint(url: str) -> str:
    """Names an address without giving away the keys that it may carry."""
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def without_secrets(url: str) -> str:
    """The address as it may show in messages: feed tokens live in the query, passwords before the ``@``."""
    try:
        parts = URL(url)
        bare = str(parts.with_user(None).with_query(None).with_fragment(None)) if parts.host else parts.path
    except ValueError:
        return url.partition("?")[0]
    return f"{bare}?…" if parts.query_string else bare


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header in both its forms, seconds and HTTP date (RFC 9110, 10.2.3).

    Returns:
        Seconds from ``now``, never negative; None where the header is missing or says nothing readable.
    """
    wish = (value or "").strip()
    if wish.isascii() and wish.isdigit():
        return float(wish)
    try:
        when = parsedate_to_datetime(wish)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def status_failure(url: str, status: int, retry_after: float | None) -> CollectorError:
    """What a status that is neither 2xx nor 304 means to the person who configured the source."""
    asked = f"{without_secrets(url)} answers HTTP {status}"
    if status == 429 or (status == 503 and retry_after is not None):
        wish = "later" if retry_after is None else f"in {retry_after:.0f} seconds"
        return SourceUnavailable(f"{asked}: it asks us to come back {wish}; poll it less often", retry_after)
    if status in _PASSING or status >= 500:
        return SourceUnavailable(f"{asked}: the server has trouble; it is asked again later", retry_after)
    if status in {401, 403}:
        return SourceRefused(f"{asked}: it wants credentials or refuses robots; check the key and the permission")
    if status in {404, 410}:
        return SourceRefused(f"{asked}: nothing is there; correct the address or remove the source")
    return SourceRefused(f"{asked}: it does not take this request; check the address and the options")


def transport_failure(url: str, error: Exception, limits: Limits) -> CollectorError:
    """What a failed exchange means to the person who configured the source."""
    place = without_secrets(url)
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return SourceRefused(f"{place}: its certificate is not valid; check the address, or tell its owner")
        case ValueError():  # aiohttp's InvalidURL is one
            return SourceRefused(f"{place} is no valid web address ({error}); correct it")
        case _:
            return SourceUnavailable(f"{place}: {_passing_trouble(error, limits)}")


def _passing_trouble(error: Exception, limits: Limits) -> str:
    match error:
        case TimeoutError():
            return f"no full answer in {limits.total_seconds:g} seconds; it is asked again later"
        case aiohttp.ClientConnectorDNSError():
            return "the host name is unknown; check the address and this machine's DNS"
        case aiohttp.ClientConnectorError():
            return f"no connection ({error.strerror}); check that the server is up"
        case aiohttp.ClientPayloadError():
            return "the answer was cut off or damaged; it is asked again later"
        case _:
            return f"the connection broke ({type(error).__name__}); it is asked again later"
