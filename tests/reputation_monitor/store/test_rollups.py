from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from reputation_monitor.rollups import BucketSums, rollup
from reputation_monitor.store import NewMention, Rollup, ScoredMention, Span, Store

Make = Callable[..., NewMention]

DAY = timedelta(days=1)
BAD = (0.8, 0.15, 0.05)


def sums(bucket: datetime, source: str = "forum", mentions: int = 1) -> BucketSums:
    return BucketSums(source=source, bucket=bucket, mentions=mentions, voices=1.0, negative=0.8)


async def test_only_scored_mentions_are_due(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention("1"), mention("2", scores=BAD)], noon)
    assert await store.stale_spans() == [Span("Halden", "web", noon, noon)]
    assert (await store.counts()).due == 1


async def test_days_without_a_due_mention_part_spans(store: Store, mention: Make, noon: datetime):
    days = (0, 1, 2, 5)
    mentions = [mention(str(day), published=noon + day * DAY, scores=BAD) for day in days]
    tv = mention("tv", screen="tv", published=datetime(1970, 1, 1, tzinfo=UTC), scores=BAD)
    await store.add_mentions([*mentions, tv], noon)
    assert await store.stale_spans() == [
        Span("Halden", "tv", tv.published, tv.published),
        Span("Halden", "web", noon, noon + 2 * DAY),
        Span("Halden", "web", noon + 5 * DAY, noon + 5 * DAY),
    ]


async def test_voices_are_the_scored_mentions_of_the_span_in_order(store: Store, mention: Make, noon: datetime):
    mentions = [mention(str(n), published=noon + n * DAY, author=f"a{n}", scores=BAD) for n in (3, 1, 2, 0)]
    others = [mention("x", brand="Rival", scores=BAD), mention("y", screen="tv", scores=BAD), mention("unscored")]
    await store.add_mentions([*mentions, *others], noon)
    found = await store.voices("Halden", "web", noon, noon + 3 * DAY)
    assert [said.author for said in found] == ["a0", "a1", "a2"]
    assert {(said.source, said.negative, said.positive, said.copy) for said in found} == {("forum", 0.8, 0.05, False)}
    assert [said.story for said in found] == [said.id for said in found]


async def test_a_copy_is_marked_where_the_story_was_told_before_the_span(store: Store, mention: Make, noon: datetime):
    copies = [mention(str(n), fingerprint="f", published=noon + n * DAY, scores=BAD) for n in range(3)]
    await store.add_mentions(copies, noon)
    assert [said.copy for said in await store.voices("Halden", "web", noon, noon + 9 * DAY)] == [False] * 3
    assert [said.copy for said in await store.voices("Halden", "web", noon + DAY, noon + 9 * DAY)] == [True] * 2


async def test_a_story_told_on_another_screen_or_not_yet_scored_was_not_told(
    store: Store, mention: Make, noon: datetime
):
    tv = mention("tv", fingerprint="f", screen="tv", scores=BAD)
    unscored = mention("unscored", fingerprint="f")
    await store.add_mentions([tv, unscored], noon)
    await store.add_mentions([mention("web", fingerprint="f", published=noon + DAY, scores=BAD)], noon)
    assert [said.copy for said in await store.voices("Halden", "web", noon + DAY, noon + 2 * DAY)] == [False]


async def test_what_was_counted_is_read_back_and_no_longer_due(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(str(n), scores=BAD, failing=n == 0) for n in range(3)], noon)
    said, marks = await store.read_voices("Halden", "web", noon, noon + DAY)
    await store.replace_rollups("Halden", "web", noon, noon + DAY, rollup(said), marks=marks, now=noon)
    assert await store.stale_spans() == []
    [stored] = await store.rollups(["Halden"], noon, noon + DAY)
    assert stored == Rollup(
        "Halden",
        "web",
        noon,
        "forum",
        mentions=3,
        voices=3.0,
        negative=pytest.approx(2.4),
        negative_voices=pytest.approx(2.4),
        negative_voices_squared=pytest.approx(1.92),
        failing_voices=pytest.approx(0.95),
        failing_voices_squared=pytest.approx(0.9025),
        positive=pytest.approx(0.15),
        valence=pytest.approx(-2.25),
    )
    assert stored.bucket.tzinfo is UTC


async def test_new_counts_replace_those_of_their_span_only(store: Store, noon: datetime):
    hours = [noon + timedelta(hours=hour) for hour in range(4)]
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [*map(sums, hours)], marks={}, now=noon)
    await store.replace_rollups("Rival", "web", noon, noon + DAY, [sums(noon)], marks={}, now=noon)
    newer = [sums(hours[1], "news", 7)]
    await store.replace_rollups("Halden", "web", hours[1], hours[3], newer, marks={}, now=noon)
    found = await store.rollups(["Halden"], noon, noon + DAY)
    assert [(one.bucket, one.source, one.mentions) for one in found] == [
        (hours[0], "forum", 1),
        (hours[1], "news", 7),
        (hours[3], "forum", 1),
    ]
    assert len(await store.rollups(None, noon, hours[1])) == 2
    assert await store.rollups([], noon, noon + DAY) == []


async def test_a_bucket_outside_the_span_is_refused_and_nothing_changes(store: Store, noon: datetime):
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [sums(noon)], marks={}, now=noon)
    with pytest.raises(ValueError, match="not in the span"):
        await store.replace_rollups("Halden", "web", noon, noon + DAY, [sums(noon + DAY)], marks={}, now=noon)
    assert len(await store.rollups(None, noon, noon + DAY)) == 1


async def test_a_mention_scored_again_while_others_count_stays_due(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(scores=BAD)], noon)
    [said], marks = await store.read_voices("Halden", "web", noon, noon + DAY)
    await store.save_scores([ScoredMention(said.id, 0, (0.1, 0.2, 0.7))], noon + timedelta(seconds=2))
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [], marks=marks, now=noon + DAY)
    assert len(await store.stale_spans()) == 1


async def test_a_mention_that_came_while_others_were_counted_stays_due(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention("1", scores=BAD)], noon)
    _, marks = await store.read_voices("Halden", "web", noon, noon + DAY)
    await store.add_mentions([mention("2", scores=BAD)], noon)
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [], marks=marks, now=noon)
    assert (await store.counts()).due == 1


async def test_a_span_reaches_from_the_first_bucket_to_the_last(store: Store, noon: datetime):
    assert await store.span("Halden") is None
    assert await store.span() is None
    await store.replace_rollups(
        "Halden", "web", noon, noon + 9 * DAY, [sums(noon), sums(noon + DAY)], marks={}, now=noon
    )
    assert await store.span("Halden") == await store.span() == (noon, noon + DAY)
    assert await store.span("Rival") is None
