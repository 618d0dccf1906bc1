"""Pages kept for a while, so that a wall of screens costs no more than one reader."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Entry(Generic[T]):
    made: asyncio.Task[T]
    until: float


class Cache(Generic[T]):
    """Makes each thing once in a while; those who ask meanwhile wait for the one that is being made.

    Args:
        seconds: how long a thing is good for, counted from when it was asked for.
        size: how many are kept; the one asked for longest ago goes first.
        timer: a clock of seconds that only goes forward.
    """

    def __init__(self, seconds: float, size: int = 64, timer: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._size, self._timer = seconds, size, timer
        self._entries: OrderedDict[str, _Entry[T]] = OrderedDict()

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """The thing of that key; one that failed is made again for the next who asks."""
        entry = self._entries.get(key)
        if entry is None or entry.until <= self._timer() or _is_spoilt(entry.made):
            entry = _Entry(asyncio.ensure_future(_run(make)), self._timer() + self._seconds)
            self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        # A reader who leaves must not take the page away from the others who wait for it.
        return await asyncio.shield(entry.made)

    def forget(self) -> None:
        """Make everything anew for who asks from now on."""
        self._entries.clear()

    async def close(self) -> None:
        """Drop everything, and what is still being made."""
        under_way = [entry.made for entry in self._entries.values() if not entry.made.done()]
        self._entries.clear()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _run(make: Callable[[], Awaitable[T]]) -> T:
    return await make()


def _is_spoilt(made: "asyncio.Task[T]") -> bool:
    return made.done() and (made.cancelled() or made.exception() is not None)
