"""Time cut into slices until each is answered in full."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from collectors.base import Batch, Item, Reject
from collectors.paging.time_slices import Answer, Reach, Slice, time_slices
from collectors.reading.documents import Contents

LIMIT = 3
REACH = Reach(history=timedelta(days=1), overlap=timedelta(minutes=10), grain=timedelta(seconds=1))


class Search:
    """Gives the newest few posts of a slice, and remembers what it was asked."""

    def __init__(self, now: datetime, *minutes_ago: float) -> None:
        self.posts = {f"{ago:g}": now - timedelta(minutes=ago) for ago in minutes_ago}
        self.asked: list[Slice] = []

    async def __call__(self, part: Slice) -> Answer:
        self.asked.append(part)
        found = [
            Item(id=name, text="x", published=at) for name, at in self.posts.items() if part.start <= at < part.end
        ]
        newest = sorted(found, key=lambda item: str(item.published), reverse=True)[:LIMIT]
        return Answer(Contents(tuple(newest)), full=len(newest) == LIMIT)


def ids(batches: Iterable[Batch]) -> list[str]:
    return [item.id for batch in batches for item in batch.items]


@pytest.fixture
def run(now: datetime) -> Any:
    async def collect(search: Any, state: Any = None, since: datetime | None = None, reach: Reach = REACH) -> Any:
        return [batch async for batch in time_slices(search, state or {}, since, now, reach)]

    return collect


async def test_a_full_answer_is_cut_until_nothing_is_held_back(now: datetime, run: Any):
    search = Search(now, *range(30, 130, 10), *(200 + n / 50 for n in range(5)))
    batches = await run(search)
    assert sorted(ids(batches)) == sorted(search.posts)
    assert not [reject for batch in batches for reject in batch.rejects]


async def test_slices_come_oldest_first_and_the_cursor_moves_with_each(now: datetime, run: Any):
    batches = await run(Search(now, *range(60, 600, 60)))
    ends = [batch.state["until"] for batch in batches]
    assert len(ends) > 2
    assert ends == sorted(ends)


async def test_a_run_that_was_interrupted_goes_on_after_what_was_stored(now: datetime, run: Any):
    search = Search(now, *range(60, 600, 60))
    whole = await run(search)
    rest = await run(search, whole[1].state)
    assert sorted(ids(whole[:2]) + ids(rest)) == sorted(ids(whole))


async def test_nothing_new_is_nothing_told_and_the_overlap_finds_what_came_late(now: datetime, run: Any):
    search = Search(now, 5, 100)
    first = await run(search)
    assert ids(await run(search, first[-1].state)) == []
    search.posts["late"] = now - timedelta(minutes=8)
    assert ids(await run(search, first[-1].state)) == ["late"]


async def test_the_first_run_begins_at_since_and_later_ones_at_the_cursor(now: datetime, run: Any):
    search = Search(now, 60, 5000)
    long_ago = now - timedelta(days=7)
    first = await run(search, since=long_ago)
    assert sorted(ids(first)) == ["5000", "60"]
    search.asked.clear()
    await run(search, first[-1].state, since=long_ago)
    assert search.asked[0].start > now - timedelta(hours=1)


async def test_it_goes_no_further_back_than_the_source_does(now: datetime, run: Any):
    search = Search(now)
    short = Reach(history=timedelta(days=1), longest=timedelta(days=2), overlap=timedelta(0), grain=REACH.grain)
    await run(search, since=now - timedelta(days=100), reach=short)
    assert search.asked[0].start == now - timedelta(days=2)


async def test_what_cannot_be_cut_is_kept_and_what_is_missing_is_told(now: datetime, run: Any):
    search = Search(now, *(60 + n / 10_000 for n in range(1, 5)))
    batches = await run(search)
    reasons = [reject.reason for batch in batches for reject in batch.rejects]
    assert len(reasons) == 1
    assert "make the query narrower" in reasons[0]
    assert len(ids(batches)) == LIMIT


async def test_an_answer_that_cannot_be_read_moves_no_cursor(run: Any):
    async def broken(_: Slice) -> Answer:
        return Answer(Contents(rejects=(Reject("<html>", "a web page"),)), sound=False)

    (batch,) = await run(broken, {"until": "2026-11-23T11:00:00+00:00"})
    assert batch.state == {"until": "2026-11-23T11:00:00+00:00"}
    assert len(batch.rejects) == 1
