"""Connections: those that reach the public internet only, and those that reach anything, never mixed."""

from collections.abc import Callable

import aiohttp
from aiohttp.abc import AbstractResolver

from collectors.http.addresses import PublicResolver, public_socket
from collectors.http.limits import Limits

ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""Content encodings that are asked for and unpacked, one at a time; aiohttp bounds what each step of them gives."""

_KEPT_SECONDS = 3.0
"""As long as the next page may take; with thousands of hosts, each kept connection is a file that stays open."""

OpenResolver = Callable[[], AbstractResolver]


class Sessions:
    """A session for sources that may reach private addresses and one for the rest, each with its own connections."""

    def __init__(self, user_agent: str, limits: Limits, resolver: OpenResolver) -> None:
        self._user_agent, self._limits, self._resolver = user_agent, limits, resolver
        self._opened: dict[bool, aiohttp.ClientSession] = {}

    def of(self, *, allow_private: bool) -> aiohttp.ClientSession:
        """The connections that serve under this rule; opened when first asked for."""
        if allow_private not in self._opened:
            self._opened[allow_private] = self._open(allow_private=allow_private)
        return self._opened[allow_private]

    async def close(self) -> None:
        """Close the connections; they open again when they are asked for."""
        while self._opened:
            _, session = self._opened.popitem()
            await session.close()

    def _open(self, *, allow_private: bool) -> aiohttp.ClientSession:
        resolver = self._resolver()
        connector = aiohttp.TCPConnector(
            limit=0,  # how many are in use is settled before, where waiting is no time-out
            keepalive_timeout=_KEPT_SECONDS,
            resolver=resolver if allow_private else PublicResolver(resolver),
            socket_factory=None if allow_private else public_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._limits.timeout(),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
