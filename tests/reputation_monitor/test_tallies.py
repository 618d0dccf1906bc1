from datetime import UTC, datetime, timedelta

from reputation_monitor.store import Rollup
from reputation_monitor.tallies import tallies_of, together

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def counted(brand: str, minutes: int, source: str = "forum", screen: str = "web") -> Rollup:
    bucket = NOON + timedelta(minutes=minutes)
    return Rollup(brand, screen, bucket, source, 3, 2.0, 1.5, 1.25, 1.0, 0.5, 0.25, 0.5, -1.0)


def test_each_source_of_a_brands_screen_has_its_own_columns():
    tallies = tallies_of([counted("Halden", 5), counted("Halden", 5, "news"), counted("Arctos", 0)])
    assert list(tallies) == [("Arctos", "web", "forum"), ("Halden", "web", "forum"), ("Halden", "web", "news")]
    forum = tallies["Halden", "web", "forum"]
    assert forum.series("negative_voices", NOON, 3).tolist() == [0.0, 1.25, 0.0]
    assert forum.series("valence", NOON + timedelta(minutes=5), 1).tolist() == [-1.0]


def test_what_lies_outside_is_left_out():
    (tally,) = tallies_of([counted("Halden", -5), counted("Halden", 0), counted("Halden", 60)]).values()
    assert tally.series("mentions", NOON, 12).tolist() == [3.0] + [0.0] * 11


def test_two_times_together_are_what_they_are_at_once():
    rows = [counted("Halden", minutes, source) for source in ("forum", "news") for minutes in (0, 10, 20)]
    cut = NOON + timedelta(minutes=15)
    added = counted("Marsk", 30)
    parts = [tallies_of(r for r in rows if r.bucket < cut), tallies_of([r for r in rows if r.bucket >= cut] + [added])]
    whole, both = tallies_of([*rows, added]), together(*parts)
    assert list(both) == list(whole)
    for key, tally in whole.items():
        assert both[key].bucket.tolist() == tally.bucket.tolist()
        assert both[key].sums.tolist() == tally.sums.tolist()


def test_nothing_is_no_tally():
    assert tallies_of([]) == {}
    assert together({}, {}) == {}
