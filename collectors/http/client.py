"""The one HTTP client that all collectors share: its manners, its limits and its errors."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Self

import aiohttp
import stamina
from yarl import URL

from collectors.base import CollectorError, SourceRefused, SourceUnavailable, State
from collectors.http.answers import NO_STATE, Fetched, conditional_only, conditions, fingerprint, headers_of, validators
from collectors.http.failures import retry_after_seconds, status_failure, transport_failure, without_secrets
from collectors.http.health import Health
from collectors.http.hosts import Hosts
from collectors.http.identity import user_agent
from collectors.http.limits import DEFAULT_LIMITS, Limits
from collectors.http.messages import texts
from collectors.http.policy import DEFAULT_POLICY, Policy, Rate
from collectors.http.robots import READ_BYTES, Robots
from collectors.http.sessions import ENCODINGS, OpenResolver, Sessions
from collectors.local import local_path, read_local

Clock = Callable[[], datetime]
"""Tells the present instant, aware UTC."""

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WEB = frozenset({"http", "https"})
_SOCKETS = frozenset({"ws", "wss"})


def utc_now() -> datetime:
    """The machine's clock, aware UTC."""
    return datetime.now(UTC)


class HttpClient:
    """Fetches for all collectors of a process; use it as ``async with HttpClient(contact) as http``.

    Every exchange, a redirect's and robots.txt's too, goes through :meth:`_exchange`: the one place where the rules
    about hosts hold. :meth:`under` gives the same client under the rules of one source.
    """

    def __init__(
        self,
        contact: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        now: Clock = utc_now,
        policy: Policy = DEFAULT_POLICY,
        resolver: OpenResolver = aiohttp.ThreadedResolver,
    ) -> None:
        """Be ready to fetch; nothing is opened before the first request.

        Args:
            contact: an address or page where a server's owner reaches us; it is part of the User-Agent.
            limits: see :class:`Limits`.
            now: the clock that pauses, Retry-After and the age of robots.txt are measured by.
            policy: the rules that hold where a source has none of its own.
            resolver: opens what finds the addresses of names.

        Raises:
            ValueError: the contact is blank; polite robots say whom to write to.
        """
        self.user_agent = user_agent(contact)
        self._limits, self.limits = limits, limits.stretched(policy.patience)
        self.now = now
        self.policy = policy
        self._sessions = Sessions(self.user_agent, limits, resolver)
        self._hosts = Hosts(limits, now)
        self._robots = Robots(now)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; the client may be used again afterwards."""
        await self._sessions.close()

    def under(self, policy: Policy) -> "HttpClient":
        """The same client, with the same connections and knowledge of hosts, by the rules of one source."""
        view = copy(self)
        view.policy, view.limits = policy, self._limits.stretched(policy.patience)
        return view

    async def fetch(self, url: str, state: State = NO_STATE, *, headers: Mapping[str, str] = NO_HEADERS) -> Fetched:
        """Get ``url`` (http, https, file, or a plain path) unless it is as ``state`` knows it.

        Args:
            url: an address from the configuration, which may name a file; a redirect may not.
            state: the ``validators`` of an earlier answer from the same address, or anything that contains them.
            headers: sent along, but not to another host that a redirect names: keys live there.

        Raises:
            SourceUnavailable: time-out, broken connection, 408, 425, 429, 5xx.
            SourceRefused: any other 4xx, a bad address, too many redirects, too large a body, no such file.
        """
        if (path := local_path(url)) is not None:
            local = await asyncio.to_thread(read_local, path, self.limits.body_bytes, state.get("last_modified"))
            status = 304 if local.body is None else 200
            validators = {"last_modified": local.mark}
            return Fetched(status=status, body=local.body or b"", final_url=path.as_uri(), validators=validators)
        return await self._ask(Request("GET", url, {**headers, **conditions(url, state)}))

    async def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Fetched:
        """Post a form, or JSON, to a web address, and get the answer.

        Raises:
            SourceUnavailable: as for :meth:`fetch`.
            SourceRefused: as for :meth:`fetch`; a redirect counts as one too many.
        """
        return await self._ask(Request("POST", url, headers, form, json))

    @asynccontextmanager
    async def websocket(self, url: str) -> AsyncIterator[AsyncIterator[str]]:
        """The text messages of a websocket (``ws://`` or ``wss://``), until the server closes it.

        Raises:
            SourceUnavailable: no connection, or a broken one; also while the messages are read.
            SourceRefused: the server takes no websocket there, or a message is larger than a body may be.
        """
        socket = await self._connect(url, self._address(url, _SOCKETS))
        try:
            yield texts(url, socket, self.limits)
        finally:
            await socket.close()

    async def _connect(self, url: str, target: URL) -> aiohttp.ClientWebSocketResponse:
        """Open a websocket; that takes a turn, and listening to it takes none."""
        session = self._sessions.of(allow_private=self.policy.allow_private)
        patience = aiohttp.ClientWSTimeout(ws_receive=self.limits.read_seconds)
        async with self._hosts.turn(str(target.host), self.policy.rate) as health:
            try:
                socket = await session.ws_connect(target, max_msg_size=self.limits.body_bytes, timeout=patience)
            except aiohttp.WSServerHandshakeError as error:
                wish = self._wish(error.status, error.headers or {})
                self._judge(health, url, error.status, wish)
                raise status_failure(url, error.status, wish) from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise self._broken(health, url, error) from error
            health.succeeded()
            return socket

    async def _ask(self, request: "Request") -> Fetched:
        answer = await self._follow(request)
        if answer.not_modified or 200 <= answer.status < 300:
            return replace(answer, validators={"address": fingerprint(request.url), **answer.validators})
        raise status_failure(request.url, answer.status, self._wish(answer.status, answer.headers))

    async def _follow(self, request: "Request") -> Fetched:
        """The answer at the end of the redirects, whatever its status."""
        target = self._address(request.url)
        headers = request.headers
        for _ in range(self.limits.redirects + 1):
            crawl_delay = await self._robots.allow(target, self._robots_txt) if self.policy.obey_robots else None
            answer = await self._patiently(target, replace(request, headers=headers), crawl_delay)
            if answer.status not in _REDIRECTS or request.method == "POST":
                return answer
            following = self._address(answer.headers.get("location", ""), base=target)
            headers = headers if _place(following) == _place(target) else conditional_only(headers)
            target = following
        raise TooManyRedirects(
            f"{without_secrets(request.url)} redirects more than {self.limits.redirects} times; "
            "open it in a browser and configure the address where it ends"
        )

    async def _robots_txt(self, url: URL) -> bytes:
        """What robots.txt says; nothing where there is none, or only a chain of redirects (RFC 9309, 2.3.1)."""
        asking = self.under(replace(self.policy, obey_robots=False))
        try:
            answer = await asking._follow(Request("GET", str(url), enough_bytes=READ_BYTES))  # noqa: SLF001 - it is us
        except TooManyRedirects:
            return b""
        return answer.body

    async def _patiently(self, url: URL, request: "Request", crawl_delay: Rate | None) -> Fetched:
        """One exchange, tried again where a moment may help: asking changed nothing, and nobody told us to wait."""
        attempts = self.limits.attempts if request.method == "GET" else 1
        async for attempt in stamina.retry_context(
            on=_may_be_over_in_a_moment,
            attempts=attempts,
            timeout=3.0,
            wait_initial=self.limits.pause_seconds,
            wait_jitter=2 * self.limits.pause_seconds,
            wait_max=6 * self.limits.pause_seconds,
        ):
            with attempt:
                return await self._exchange(url, request, crawl_delay)
        raise AssertionError("a retry ends with an answer or an error")

    async def _exchange(self, url: URL, request: "Request", crawl_delay: Rate | None) -> Fetched:
        """One request to one host."""
        async with self._hosts.turn(str(url.host), self.policy.rate, crawl_delay) as health:
            try:
                answer = await self._request(url, request)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise self._broken(health, request.url, error) from error
            except SourceRefused:
                health.succeeded()  # it is not the host that is ill
                raise
            self._judge(health, request.url, answer.status, self._wish(answer.status, answer.headers))
            return answer

    def _broken(self, health: Health, url: str, error: Exception) -> CollectorError:
        """What a broken exchange means, kept in mind where it says something of the host."""
        failure = transport_failure(url, error, self.limits)
        if isinstance(failure, SourceUnavailable):
            health.failed(str(failure), self.now())
        return failure

    def _judge(self, health: Health, url: str, status: int, wish: float | None) -> None:
        """Keep in mind what an answer says of its host.

        Raises:
            SourceUnavailable: it is a 5xx.
        """
        if wish is not None:
            health.told(wish, self.now())
        if status < 500:
            health.succeeded()
            return
        failure = status_failure(url, status, wish)
        health.failed(str(failure), self.now())
        raise failure

    async def _request(self, url: URL, request: "Request") -> Fetched:
        """Ask, and read the body where it is wanted."""
        session = self._sessions.of(allow_private=self.policy.allow_private)
        async with session.request(
            request.method,
            url,
            headers=request.headers,
            data=request.form,
            json=request.json,
            allow_redirects=False,
            timeout=self.limits.timeout(),
        ) as response:
            wanted = 200 <= response.status < 300
            return Fetched(
                status=response.status,
                body=await self._read(response, request) if wanted else b"",
                final_url=str(response.url),
                headers=headers_of(response),
                validators=validators(response),
            )

    async def _read(self, response: aiohttp.ClientResponse, request: "Request") -> bytes:
        place = without_secrets(str(response.url))
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ENCODINGS:
            raise SourceRefused(f"{place} is packed as {encoding[:40]!r}, which was not asked for; tell its owner")
        body = bytearray()
        async for piece in response.content.iter_any():
            body += piece
            if request.enough_bytes is not None and len(body) >= request.enough_bytes:
                return bytes(body[: request.enough_bytes])
            if len(body) > self.limits.body_bytes:
                raise SourceRefused(
                    f"{place} sends more than {self.limits.body_bytes:,} bytes (after decompression); "
                    "ask for a smaller page or raise the limit"
                )
        return bytes(body)

    def _address(self, written: str, schemes: frozenset[str] = _WEB, base: URL | None = None) -> URL:
        try:
            url = URL(written) if base is None else base.join(URL(written))
        except ValueError as error:
            raise transport_failure(written, error, self.limits) from error
        if url.scheme not in schemes or not url.host:
            raise SourceRefused(
                f"{without_secrets(str(url))} is no web address; it starts with {' or '.join(sorted(schemes))}://"
            )
        if len(str(url)) > self.limits.url_characters:
            raise SourceRefused(
                f"{without_secrets(str(url))[:200]}… has more than {self.limits.url_characters:,} characters, "
                "which no server has to read; shorten it"
            )
        return url

    def _wish(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds until a server that is out of breath wants to be asked again; header names in any case."""
        told = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
        return retry_after_seconds(told, self.now()) if status in {429, 503} else None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a server; ``enough_bytes`` of the body are read, where that is told."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: object = None
    enough_bytes: int | None = None


class TooManyRedirects(SourceRefused):
    """The last of the redirects that are followed led to another one."""


def _may_be_over_in_a_moment(error: Exception) -> bool:
    return isinstance(error, SourceUnavailable) and error.retry_after_seconds is None


def _place(url: URL) -> tuple[str, str | None, int | None]:
    return url.scheme, url.host, url.port
