"""What all exchanges with one host share: turns, rates, and its health."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from collectors.http.health import Health
from collectors.http.limits import Limits
from collectors.http.pace import Pace
from collectors.http.policy import Rate

CROWD = 1_000
"""Hosts that are kept in mind before those of which nothing has to be remembered are forgotten."""


class Host:
    """What has to be remembered of one host."""

    def __init__(self, at_a_time: int) -> None:
        self.gate = asyncio.Semaphore(at_a_time)
        self.health = Health()
        self.users = 0
        self._paces: dict[Rate, Pace] = {}
        self._crawl_delay: tuple[Rate, Pace] | None = None

    def oblige(self, rate: Rate | None, crawl_delay: Rate | None) -> None:
        """Take in a source's rate, which stays, and what robots.txt asks for, which may change."""
        if rate is not None and rate not in self._paces:
            self._paces[rate] = Pace(rate)
        if crawl_delay is not None and (self._crawl_delay is None or self._crawl_delay[0] != crawl_delay):
            self._crawl_delay = crawl_delay, Pace(crawl_delay)

    def paces(self) -> tuple[Pace, ...]:
        """Every rate that holds here; going by all of them is going by the strictest."""
        return (*self._paces.values(), *([self._crawl_delay[1]] if self._crawl_delay else ()))

    def can_be_forgotten(self, now: datetime) -> bool:
        """Whether it would be the same if it were new; a crawl delay is told again, a source's rate is not."""
        return not self.users and not self._paces and self.health.is_well(now) and all(p.is_idle for p in self.paces())


class Hosts:
    """All hosts that this process has to do with."""

    def __init__(self, limits: Limits, now: Callable[[], datetime]) -> None:
        self._limits, self._now = limits, now
        self._known: dict[str, Host] = {}
        self._crowd = CROWD
        self._all = asyncio.Semaphore(limits.in_all)

    def __len__(self) -> int:
        return len(self._known)

    @asynccontextmanager
    async def turn(self, name: str, rate: Rate | None, crawl_delay: Rate | None = None) -> AsyncIterator[Health]:
        """Wait until an exchange with the host may begin; it is over at the end of the block.

        Raises:
            SourceUnavailable: the host wants to be left alone.
        """
        host = self._host(name)
        host.health.check(name, self._now())
        if self._limits.keep_rates:
            host.oblige(rate, crawl_delay)
        host.users += 1
        try:
            async with host.gate, AsyncExitStack() as turns:
                host.health.check(name, self._now())  # it may have fallen ill while this one stood in the queue
                for pace in host.paces():
                    await turns.enter_async_context(pace)
                await turns.enter_async_context(self._all)
                host.health.begin(name, self._now())
                yield host.health
        finally:
            host.users -= 1

    def _host(self, name: str) -> Host:
        if name not in self._known:
            if len(self._known) >= self._crowd:
                self._forget()
            self._known[name] = Host(self._limits.per_host)
        return self._known[name]

    def _forget(self) -> None:
        now = self._now()
        self._known = {name: host for name, host in self._known.items() if not host.can_be_forgotten(now)}
        self._crowd = max(CROWD, 2 * len(self._known))
