"""Listings from their newest page back to what is known; and sources of several listings."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.base import Batch, Item, Reject, SourceUnavailable, State
from collectors.paging.newest_first import Page, newest_first
from collectors.paging.parts import each_part
from collectors.reading.documents import Contents

DAY = datetime(2026, 11, 1, tzinfo=UTC)
SIZE = 2


class Listing:
    """Posts by number, newest first, two a page."""

    def __init__(self, *numbers: int) -> None:
        self.posts = [Item(id=str(n), text="x", published=DAY + timedelta(days=n)) for n in numbers]
        self.asked: list[str] = []
        self.fails_at = 0

    async def __call__(self, following: str) -> Page:
        self.asked.append(following)
        if len(self.asked) == self.fails_at:
            raise SourceUnavailable("it is down; asked again later")
        start = int(following or 0)
        return Page(Contents(tuple(self.posts[start : start + SIZE])), str(start + SIZE))


def ids(batches: Iterable[Batch]) -> list[int]:
    return [int(item.id) for batch in batches for item in batch.items]


async def read(listing: Any, state: State | None = None, since: datetime | None = None, pages: int = 9) -> list[Batch]:
    return [batch async for batch in newest_first(listing, state or {}, since, pages)]


async def test_a_listing_is_read_to_its_end_and_then_only_what_is_new():
    listing = Listing(5, 4, 3, 2, 1)
    first = await read(listing)
    assert ids(first) == [5, 4, 3, 2, 1]
    assert [dict(batch.state) for batch in first[:-1]] == [{}] * (len(first) - 1)
    assert ids(await read(listing, first[-1].state)) == []
    listing.posts[:0] = Listing(8, 7, 6).posts
    assert ids(await read(listing, first[-1].state)) == [8, 7, 6]


async def test_what_moves_to_the_next_page_while_it_is_read_does_not_end_the_run():
    class Growing(Listing):
        async def __call__(self, following: str) -> Page:
            page = await super().__call__(following)
            if not following:
                self.posts.insert(0, Item(id="9", text="x"))
            return page

    assert ids(await read(Growing(5, 4, 3, 2, 1))) == [5, 4, 3, 2, 1]


async def test_it_stops_at_a_page_that_lies_before_since_and_at_the_most_pages():
    listing = Listing(*range(20, 0, -1))
    assert ids(await read(listing, since=DAY + timedelta(days=18))) == [20, 19, 18]
    assert len(listing.asked) == 3
    assert ids(await read(listing, pages=2)) == [20, 19, 18, 17]


async def test_an_empty_listing_is_told_once_and_forgets_nothing():
    async def silent(_: str) -> Page:
        return Page(Contents(rejects=(Reject("", "the feed holds no entries"),)))

    first = await read(silent, {"known": "abc"})
    assert [reject.reason for reject in first[0].rejects] == ["the feed holds no entries"]
    again = await read(silent, first[-1].state)
    assert again[0].rejects == ()
    assert again[0].state == {"known": "abc", "empty": "1"}


async def test_a_page_that_cannot_be_read_moves_nothing():
    async def broken(_: str) -> Page:
        return Page(Contents(rejects=(Reject("<html>", "a web page"),)), sound=False)

    (batch,) = await read(broken, {"known": "abc"})
    assert (batch.state, len(batch.rejects)) == ({"known": "abc"}, 1)


async def test_parts_keep_their_own_state_and_one_that_fails_stops_no_other():
    listings = {"r/a": Listing(2, 1), "r/b": Listing(3), "r/c": Listing(4)}
    listings["r/a"].fails_at = 1

    def collect(name: str, state: State) -> AsyncIterator[Batch]:
        return newest_first(listings[name], state, None, 9)

    got: list[Batch] = []

    async def run() -> None:
        async for batch in each_part({"gone/known": "x", "r/a/known": "y"}, list(listings), collect):
            got.append(batch)  # noqa: PERF401 - what came before the failure counts

    with pytest.raises(SourceUnavailable):
        await run()
    assert ids(got) == [3, 4]
    assert set(got[-1].state) == {"r/a/known", "r/b/known", "r/c/known"}
    assert got[-1].state["r/a/known"] == "y"
