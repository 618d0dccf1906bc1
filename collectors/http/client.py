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
from yarl import URL

from collectors.base import SourceRefused, SourceUnavailable, State
from collectors.http.answers import NO_STATE, Fetched, conditional_only, conditions, fingerprint, validators
from collectors.http.failures import retry_after_seconds, status_failure, transport_failure, without_secrets
from collectors.http.hosts import Hosts
from collectors.http.identity import user_agent
from collectors.http.limits import DEFAULT_LIMITS, Limits
from collectors.http.policy import DEFAULT_POLICY, Policy
from collectors.local import local_path, read_local

Clock = Callable[[], datetime]
"""Tells the present instant, aware UTC."""

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def utc_now() -> datetime:
    """The machine's clock, aware UTC."""
    return datetime.now(UTC)


class HttpClient:
    """Fetches for all collectors of a process; use it as ``async with HttpClient(contact) as http``.

    Every exchange, a redirect's too, goes through :meth:`_exchange`: the one place where rules about hosts belong.
    :meth:`under` gives the same client under the rules of one source.
    """

    def __init__(
        self,
        contact: str,
        *,
        limits: Limits = DEFAULT_LIMITS,
        now: Clock = utc_now,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        """Be ready to fetch; nothing is opened before the first request.

        Args:
            contact: an address or page where a server's owner reaches us; it is part of the User-Agent.
            limits: see :class:`Limits`.
            now: the clock that a Retry-After date is measured by.
            policy: the rules that hold where a source has none of its own.

        Raises:
            ValueError: the contact is blank; polite robots say whom to write to.
        """
        self.user_agent = user_agent(contact)
        self.limits = limits
        self.now = now
        self.policy = policy
        self._hosts = Hosts(self.user_agent, limits)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; the client may be used again afterwards."""
        await self._hosts.close()

    def under(self, policy: Policy) -> "HttpClient":
        """The same client, with the same connections and limits of hosts, by the rules of one source."""
        view = copy(self)
        view.policy = policy
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
        try:
            async with self._hosts.session(self.policy).ws_connect(
                url,
                max_msg_size=self.limits.body_bytes,
                timeout=aiohttp.ClientWSTimeout(ws_receive=self.limits.read_seconds),
            ) as socket:
                yield _texts(url, socket)
        except aiohttp.WSServerHandshakeError as error:
            raise status_failure(url, error.status, None) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise transport_failure(url, error, self.limits) from error

    async def _ask(self, request: "Request") -> Fetched:
        try:
            return await self._follow(request)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise transport_failure(request.url, error, self.limits) from error

    async def _follow(self, request: "Request") -> Fetched:
        target = URL(request.url)
        headers = request.headers
        for _ in range(self.limits.redirects + 1):
            answer = await self._exchange(target, replace(request, headers=headers))
            if answer.status not in _REDIRECTS or request.method == "POST":
                return self._accept(request.url, answer)
            following = target.join(URL(answer.headers.get("location", "")))
            headers = headers if _place(following) == _place(target) else conditional_only(headers)
            target = following
        raise SourceRefused(
            f"{without_secrets(request.url)} redirects more than {self.limits.redirects} times; "
            "open it in a browser and configure the address where it ends"
        )

    async def _exchange(self, url: URL, request: "Request") -> Fetched:
        """One request to one host; the body is read only where it is wanted."""
        if url.scheme not in {"http", "https"} or not url.host:
            raise SourceRefused(f"{without_secrets(str(url))} is no web address; it starts with http:// or https://")
        async with (
            self._hosts.turn(url.host, self.policy),
            self._hosts.session(self.policy).request(
                request.method,
                url,
                headers=request.headers,
                data=request.form,
                json=request.json,
                allow_redirects=False,
            ) as response,
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


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a server."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: object = None


def _place(url: URL) -> tuple[str, str | None, int | None]:
    return url.scheme, url.host, url.port


async def _texts(url: str, socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[str]:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield message.data
    if (error := socket.exception()) is not None:
        raise SourceUnavailable(f"{without_secrets(url)}: the connection broke ({error!r}); it is opened again later")
