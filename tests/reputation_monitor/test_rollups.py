"""Mentions are summed by source and bucket."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_monitor.copies import Said
from reputation_monitor.rollups import BucketSums, bucket_of, rollup

UNHURRIED = settings(deadline=None)  # other processes share the machine

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def mention(number: int, minutes: float, negative: float, **more: object) -> Said:
    values = {"id": number, "source": "forum", "story": number, "author": f"author {number}", "negative": negative}
    return Said(published=START + timedelta(minutes=minutes), **(values | more))


def test_nothing_gives_nothing():
    assert rollup([]) == []


def test_a_bucket_holds_its_first_instant_and_not_its_last():
    assert bucket_of(START) == START
    assert bucket_of(START + timedelta(minutes=4, seconds=59.9)) == START
    assert bucket_of(START + timedelta(minutes=5)) == START + timedelta(minutes=5)
    assert bucket_of(datetime(1969, 12, 31, 23, 58, tzinfo=UTC)) == datetime(1969, 12, 31, 23, 55, tzinfo=UTC)


def test_sums_are_over_all_mentions_and_voices_over_distinct_ones():
    rows = [
        mention(1, 0, 0.5, positive=0.25),
        mention(2, 1, 0.75, author="author 1"),
        mention(3, 2, 1.0, story=1, positive=0.0),
    ]
    assert rollup(rows) == [
        BucketSums(
            source="forum",
            bucket=START,
            mentions=3,
            voices=1.0,
            negative=2.25,
            negative_voices=0.75,
            negative_voices_squared=0.25 + 0.0625,
            positive=0.25,
            valence=-2.0,
        )
    ]


def test_sources_are_kept_apart_and_ordered_within_a_bucket():
    sums = rollup([mention(1, 6, 0.5), mention(2, 7, 0.5, source="blogs"), mention(3, 0, 0.5)])
    assert [(row.source, (row.bucket - START).seconds // 60) for row in sums] == [
        ("forum", 0),
        ("blogs", 5),
        ("forum", 5),
    ]


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(0, 1)), max_size=20), st.randoms())
def test_wider_buckets_hold_what_narrow_ones_hold_and_order_does_not_matter(
    drawn: list[tuple[int, float]], random: Random
):
    rows = [mention(n, minutes, p, author=f"a{n % 3}") for n, (minutes, p) in enumerate(drawn)]
    narrow, wide = rollup(rows, 5), rollup(random.sample(rows, len(rows)), 60)
    assert sum(row.mentions for row in narrow) == sum(row.mentions for row in wide) == len(rows)
    assert sum(row.negative_voices for row in narrow) == pytest.approx(sum(row.negative_voices for row in wide))
    assert rollup(random.sample(rows, len(rows))) == narrow
