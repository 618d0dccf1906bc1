"""Pages kept for a while."""

import asyncio

import pytest

from reputation_monitor.web.cache import Cache


class Maker:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.made = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> int:
        self.made += 1
        await self.gate.wait()
        return self.made


class Timer:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_thing_is_made_once_while_it_is_good():
    timer, make = Timer(), Maker()
    cache = Cache[int](60, timer=timer)
    assert [await cache.get("a", make), await cache.get("a", make)] == [1, 1]
    timer.now = 60.0
    assert await cache.get("a", make) == 2


async def test_those_who_ask_meanwhile_wait_for_the_same():
    cache, make = Cache[int](60), Maker()
    make.gate.clear()
    waiting = [asyncio.ensure_future(cache.get("a", make)) for _ in range(3)]
    await asyncio.sleep(0)
    make.gate.set()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_reader_who_leaves_takes_nothing_from_the_others():
    cache, make = Cache[int](60), Maker()
    make.gate.clear()
    leaver, stayer = (asyncio.ensure_future(cache.get("a", make)) for _ in range(2))
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.sleep(0)
    make.gate.set()
    assert await stayer == 1


async def test_a_failure_is_not_kept():
    cache, answers = Cache[int](60), iter([ValueError("first"), 7])

    async def make() -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    with pytest.raises(ValueError, match="first"):
        await cache.get("a", make)
    assert await cache.get("a", make) == 7


async def test_the_one_asked_for_longest_ago_goes_first():
    cache, make = Cache[int](60, size=2), Maker()
    for key in ("a", "b", "a", "c", "a"):
        await cache.get(key, make)
    assert make.made == 3
    assert await cache.get("b", make) == 4


async def test_closing_ends_what_is_being_made():
    cache, make = Cache[int](60), Maker()
    make.gate.clear()
    waiting = asyncio.ensure_future(cache.get("a", make))
    await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
