"""What all exchanges with one host share: connections, and how many may be under way at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import aiohttp

from collectors.http.limits import Limits
from collectors.http.policy import Policy


class Hosts:
    """Connections to hosts, and the turns that exchanges with each of them take."""

    def __init__(self, user_agent: str, limits: Limits) -> None:
        self._user_agent, self._limits = user_agent, limits
        self._opened: aiohttp.ClientSession | None = None
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, host: str, policy: Policy) -> AsyncIterator[None]:
        """Wait until an exchange with the host may begin; it is over at the end of the block."""
        del policy
        async with self._gate(host):
            yield

    def session(self, policy: Policy) -> aiohttp.ClientSession:
        """The connections that serve under these rules."""
        del policy
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                timeout=self._limits.timeout(),
                headers={"User-Agent": self._user_agent},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened

    async def close(self) -> None:
        """Close the connections; they open again when they are asked for."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def _gate(self, host: str) -> asyncio.Semaphore:
        gate = self._gates.get(host)
        if gate is None:
            gate = self._gates[host] = asyncio.Semaphore(self._limits.per_host)
        return gate
