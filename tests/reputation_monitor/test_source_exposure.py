"""What share of the usual voices the sources bring that were heard."""

from datetime import UTC, datetime, timedelta

import pytest

from reputation_monitor.source_exposure import heard_share
from reputation_monitor.sources.spells import Spell, Unheard
from reputation_monitor.store import Rollup
from reputation_monitor.tallies import Tally, tallies_of

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUCKETS = 10 * 24 * 12


def rollup(source: str, hour: int, negative: float) -> Rollup:
    sums = dict.fromkeys(Rollup._fields, 0.0) | {"negative_voices": negative, "mentions": 9}
    return Rollup(**sums | {"brand": "Halden", "screen": "web", "bucket": START + hour * HOUR, "source": source})


def spell(source: str, first: float, last: float) -> Spell:
    start, end = START + first * HOUR, START + last * HOUR
    return Spell(source=source, kind=Unheard.SILENT, start=start, end=end, ongoing=False, expected=9.0, came=0)


def by_source(rows: list[Rollup]) -> dict[str, Tally]:
    return {source: tally for (_, _, source), tally in tallies_of(rows).items()}


@pytest.fixture
def rows() -> list[Rollup]:
    """Of three negative voices news brings two."""
    return [rollup("news", h, 2.0) for h in range(240)] + [rollup("forum", h, 1.0) for h in range(240)]


def test_where_all_are_heard_nothing_is_said(rows):
    assert heard_share(by_source(rows), [], START, BUCKETS) is None
    assert heard_share(by_source(rows), [spell("a source of others", 5, 9)], START, BUCKETS) is None
    assert heard_share(by_source(rows), [spell("news", 5.01, 5.05)], START, BUCKETS) is None


def test_a_silent_sources_share_is_missing_while_it_lasts(rows):
    heard = heard_share(
        by_source([r for r in rows if r.source == "forum" or r.bucket >= START + 24 * HOUR]),
        [spell("news", 0, 24)],
        START,
        BUCKETS,
    )
    assert heard[:288] == pytest.approx(1 / 3)
    assert heard[288:] == pytest.approx(1.0)


def test_of_a_bucket_that_was_heard_in_part_nothing_is_missing(rows):
    heard = heard_share(by_source(rows), [spell("news", 1 + 1 / 60, 2 - 1 / 60)], START, BUCKETS)
    assert (heard < 1).nonzero()[0].tolist() == list(range(13, 23))


def test_where_nothing_was_heard_a_trace_is_expected(rows):
    heard = heard_share(by_source(rows), [spell("news", 3, 5), spell("forum", 4, 6)], START, BUCKETS)
    assert heard[4 * 12] == pytest.approx(0.01)
    assert heard[5 * 12] == pytest.approx(2 / 3, abs=0.01)
