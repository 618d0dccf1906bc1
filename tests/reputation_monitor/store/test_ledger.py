"""What was counted is kept between looks, and never older than the store's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from reputation_monitor.ledger import Ledger
from reputation_monitor.rollups import BucketSums
from reputation_monitor.store import Store
from reputation_monitor.tallies import Tallies, tallies_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sums(bucket: datetime, mentions: int = 1, negative: float = 0.5) -> BucketSums:
    return BucketSums(source="forum", bucket=bucket, mentions=mentions, negative_voices=negative)


async def count(store: Store, day: datetime, rows: Sequence[BucketSums]) -> None:
    await store.replace_rollups("Halden", "web", day, day + DAY, rows, marks={}, now=day + DAY)


@pytest.fixture
async def start(store: Store, noon: datetime) -> datetime:
    """Thirty days with a bucket in each."""
    for day in range(30):
        await count(store, noon + day * DAY, [sums(noon + day * DAY, mentions=day + 1)])
    return noon


@pytest.fixture
def spans(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[tuple[datetime, datetime]]:
    """What was read of the store."""
    read: list[tuple[datetime, datetime]] = []
    rollups = store.rollups

    async def told(brands: Any, first: datetime, last: datetime) -> Any:
        read.append((first, last))
        return await rollups(brands, first, last)

    monkeypatch.setattr(store, "rollups", told)
    return read


def said(tallies: Tallies) -> Any:
    return {key: (tally.bucket.tolist(), tally.sums.tolist()) for key, tally in tallies.items()}


async def fresh(store: Store, first: datetime, last: datetime) -> Any:
    return said(tallies_of(await store.rollups(None, first, last)))


async def test_only_the_last_days_are_read_again(store: Store, start: datetime, spans: list[tuple[datetime, datetime]]):
    ledger, end = Ledger(store), start + 30 * DAY
    await ledger.read(start, end)
    spans.clear()
    await count(store, start + 29 * DAY, [sums(start + 29 * DAY, mentions=99)])
    again = await ledger.read(start, end + HOUR)
    assert [first for first, _ in spans] == [end - 8 * DAY]
    assert said(again) == await fresh(store, start, end + HOUR)


@pytest.mark.parametrize("change", [{"mentions": 9}, {"negative": 0.75}, {"valence": 0.25}, None])
async def test_an_older_count_that_is_another_is_read(store: Store, start: datetime, change: dict[str, Any] | None):
    ledger, end = Ledger(store), start + 30 * DAY
    before = said(await ledger.read(start, end))
    await count(store, start + DAY, [] if change is None else [replace(sums(start + DAY, 2), **_named(change))])
    after = said(await ledger.read(start, end))
    assert after != before
    assert after == await fresh(store, start, end)


def _named(change: dict[str, Any]) -> dict[str, Any]:
    return {{"negative": "negative_voices"}.get(name, name): value for name, value in change.items()}


async def test_a_look_back_and_one_much_later_read_what_they_need(store: Store, start: datetime):
    ledger, end = Ledger(store), start + 30 * DAY
    await ledger.read(start, end)
    for moment in (start + 5 * DAY, start + 12 * DAY, end, end + 20 * DAY, start + HOUR):
        assert said(await ledger.read(start, moment)) == await fresh(store, start, moment)
