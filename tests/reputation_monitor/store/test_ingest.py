from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from collectors.base import Reject
from reputation_monitor.store import AddResult, Mention, NewMention, ScoredMention, ScoreMethod, Store

Make = Callable[..., NewMention]
Mark = Callable[[datetime, datetime], Awaitable[None]]

DAY = timedelta(days=1)
BAD = (0.8, 0.15, 0.05)


async def everything(store: Store) -> list[Mention]:
    return await store.mentions("Halden", datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


async def test_a_mention_comes_back_as_it_was_stored(store: Store, mention: Make, noon: datetime):
    new = mention(
        "t3_x",
        title="Again?",
        url="https://forum.example/t3_x",
        author="ada",
        language="en",
        language_confidence=0.9,
        rating=1.0,
        updated=noon + DAY,
        extra={"station": "KQX"},
        fingerprint="f",
        failing=True,
    )
    assert await store.add_mentions([new], noon) == AddResult(added=1)
    [stored] = await everything(store)
    for name in (
        "brand",
        "screen",
        "source",
        "item_id",
        "text",
        "title",
        "url",
        "author",
        "language",
        "rating",
        "failing",
    ):
        assert getattr(stored, name) == getattr(new, name)
    assert (stored.key, stored.extra, stored.updated) == ("forum:t3_x", {"station": "KQX"}, noon + DAY)
    assert (stored.story, stored.fetched, stored.negative, stored.valence) == (stored.id, noon, None, None)


async def test_adding_again_changes_nothing(store: Store, mention: Make, noon: datetime):
    batch = [mention(str(number), rating=2.5) for number in range(5)]
    await store.add_mentions(batch, noon)
    before = await everything(store)
    assert await store.add_mentions(batch, noon + DAY) == AddResult(known=5)
    assert await everything(store) == before


async def test_one_item_that_speaks_of_two_brands_is_two_mentions(store: Store, mention: Make, noon: datetime):
    result = await store.add_mentions([mention(), mention(brand="Rival")], noon)
    assert result == AddResult(added=2)
    assert [found.brand for found in await store.mentions_by_key(["forum:1"])] == ["Halden", "Rival"]
    assert await store.brands() == {"Halden": 1, "Rival": 1}


async def test_of_a_duplicate_id_in_one_batch_the_last_stands(store: Store, mention: Make, noon: datetime):
    result = await store.add_mentions([mention(text="first"), mention(text="second")], noon)
    assert result == AddResult(added=1, known=1)
    assert [stored.text for stored in await everything(store)] == ["second"]


@pytest.mark.parametrize("change", [{"text": "It works now"}, {"title": "Edited"}, {"rating": 5.0}])
async def test_an_edited_item_is_scored_and_counted_anew(
    store: Store, mention: Make, noon: datetime, mark_counted: Mark, change: dict[str, object]
):
    await store.add_mentions([mention(rating=1.0)], noon)
    [stored] = await everything(store)
    await store.save_scores([ScoredMention(stored.id, stored.revision, BAD)], noon)
    await mark_counted(noon, noon + DAY)

    assert await store.add_mentions([mention(**{"rating": 1.0} | change)], noon + DAY) == AddResult(edited=1)
    [edited] = await store.unscored(10)
    assert (edited.id, edited.revision, edited.updated) == (stored.id, 1, noon + DAY)
    assert all(getattr(edited, name) == value for name, value in change.items())
    assert await store.stale_spans() == []  # until it has its new score

    await store.save_scores([ScoredMention(edited.id, edited.revision, BAD)], noon + DAY)
    assert [(span.first, span.last) for span in await store.stale_spans()] == [(noon, noon)]


async def test_a_score_of_the_text_before_an_edit_is_not_kept(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(text="before")], noon)
    [read] = await store.unscored(10)
    await store.add_mentions([mention(text="after")], noon)
    await store.save_scores([ScoredMention(read.id, read.revision, BAD)], noon)
    assert [waiting.text for waiting in await store.unscored(10)] == ["after"]


async def test_given_scores_are_kept_and_a_change_of_them_is_an_edit(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(scores=BAD)], noon)
    [stored] = await everything(store)
    assert (stored.negative, stored.neutral, stored.positive, stored.score_method) == (*BAD, ScoreMethod.GIVEN)
    assert stored.valence == pytest.approx(-0.75)
    assert await store.unscored(10) == []
    assert await store.add_mentions([mention(scores=BAD)], noon) == AddResult(known=1)
    assert await store.add_mentions([mention(scores=(0.1, 0.2, 0.7))], noon) == AddResult(edited=1)


async def test_scores_of_our_own_are_no_edit(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(rating=1.0)], noon)
    [stored] = await everything(store)
    await store.save_scores([ScoredMention(stored.id, 0, BAD, ScoreMethod.MODEL, "small")], noon)
    again = mention(rating=1.0, scores=(0.9, 0.1, 0.0), score_method=ScoreMethod.STARS)
    assert await store.add_mentions([again], noon) == AddResult(known=1)


async def test_a_batch_stores_mentions_rejects_and_cursor_together(store: Store, mention: Make, noon: datetime):
    rejects = [Reject("{broken", "not JSON", "line 3"), Reject("{broken", "not JSON", "line 9")]
    result = await store.store_batch("forum", [mention()], rejects, {"etag": '"a"'}, noon)
    assert result == AddResult(added=1)
    state = await store.source_state("forum")
    assert (state.state, state.items, state.last_item) == ({"etag": '"a"'}, 1, noon)
    [kept] = await store.quarantined()
    assert (kept.source, kept.raw, kept.reason, kept.seen) == ("forum", "{broken", "not JSON", 1)


async def test_a_failure_in_the_middle_leaves_nothing(store: Store, mention: Make, noon: datetime):
    # The last thing a batch writes is the cursor; this one cannot be written.
    naive = datetime(2026, 1, 1)
    with pytest.raises(StatementError, match="no time zone"):
        await store.store_batch("forum", [mention()], [Reject("x", "y")], {"etag": "b"}, naive)
    with pytest.raises(TypeError):
        await store.store_batch("forum", [mention()], [Reject("x", "y")], 7, noon)
    counts = await store.counts()
    assert (counts.mentions, counts.quarantined, counts.sources) == (0, 0, 0)


async def test_an_import_has_no_cursor(store: Store, mention: Make, noon: datetime):
    await store.store_batch("file.jsonl", [mention()], [], None, noon)
    assert await store.source_states() == []


async def test_an_empty_batch_is_fine(store: Store, noon: datetime):
    assert await store.store_batch("forum", [], [], {}, noon) == AddResult()


async def test_times_come_back_aware_and_in_utc(store: Store, mention: Make, noon: datetime):
    paris = timezone(timedelta(hours=1))
    odd = [noon.astimezone(paris), datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, 0, 0, 0, 1, tzinfo=UTC)]
    await store.add_mentions([mention(str(n), published=time) for n, time in enumerate(odd)], noon)
    stored = await store.mentions_by_key(["forum:0", "forum:1", "forum:2"])
    assert [one.published for one in stored] == odd
    assert {one.published.tzinfo for one in stored} == {UTC}


async def test_a_naive_time_is_refused(store: Store, mention: Make, noon: datetime):
    with pytest.raises(StatementError, match="no time zone"):
        await store.add_mentions([mention(published=datetime(2026, 1, 1))], noon)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("nul \x00 inside", "nul  inside"),
        ("lone \ud83d half", "lone \ufffd half"),
        ("pair \ud83d\ude00 joined", "pair 😀 joined"),
        ("emoji 👩‍💻 and 日本語", "emoji 👩‍💻 and 日本語"),
        ("x" * 100_000, "x" * 100_000),
        ("", ""),
        ("'; DROP TABLE mention; --", "'; DROP TABLE mention; --"),
    ],
    ids=["nul", "lone", "pair", "emoji", "long", "empty", "sql"],
)
async def test_odd_text_is_kept_as_far_as_a_database_can(
    store: Store, mention: Make, noon: datetime, text: str, kept: str
):
    new = mention(f"id {text[:40]}", text=text, title=text[:50], author=text[:50], extra={"a": text[:50]})
    await store.add_mentions([new], noon)
    assert [stored.text for stored in await everything(store)] == [kept]
    assert await store.add_mentions([new], noon) == AddResult(known=1)


async def test_an_id_too_long_for_an_index_still_tells_items_apart(store: Store, mention: Make, noon: datetime):
    ids = ["é" * 4000 + end for end in "ab"]
    assert await store.add_mentions([mention(one) for one in ids], noon) == AddResult(added=2)
    assert await store.add_mentions([mention(one) for one in ids], noon) == AddResult(known=2)


class TestStories:
    async def test_copies_of_one_text_are_one_story(self, store: Store, mention: Make, noon: datetime):
        copies = [mention(str(n), fingerprint="f", published=noon + n * DAY) for n in range(3)]
        await store.add_mentions([*copies, mention("other", fingerprint="g")], noon)
        stories = {stored.item_id: stored.story for stored in await everything(store)}
        assert stories["0"] == stories["1"] == stories["2"] != stories["other"]

    async def test_a_copy_that_comes_later_joins_the_story(self, store: Store, mention: Make, noon: datetime):
        await store.add_mentions([mention("first", fingerprint="f")], noon)
        await store.add_mentions([mention("later", fingerprint="f", published=noon + 14 * DAY)], noon)
        await store.add_mentions([mention("earlier", fingerprint="f", published=noon)], noon)
        stored = await everything(store)
        assert {one.story for one in stored} == {stored[0].id}

    async def test_after_a_fortnight_it_is_another_story(self, store: Store, mention: Make, noon: datetime):
        times = [noon, noon + 8 * DAY, noon + 15 * DAY, noon + 40 * DAY]
        for number, time in enumerate(times):
            await store.add_mentions([mention(str(number), fingerprint="f", published=time)], noon)
        first, second, third, fourth = await everything(store)
        assert (second.story, third.story, fourth.story) == (first.id, third.id, fourth.id)

    async def test_without_a_fingerprint_nothing_is_grouped(self, store: Store, mention: Make, noon: datetime):
        await store.add_mentions([mention("1", text="same"), mention("2", text="same")], noon)
        assert len({one.story for one in await everything(store)}) == 2

    async def test_brands_do_not_share_stories(self, store: Store, mention: Make, noon: datetime):
        await store.add_mentions([mention("1", fingerprint="f"), mention("2", fingerprint="f", brand="Rival")], noon)
        found = await store.mentions_by_key(["forum:1", "forum:2"])
        assert [one.story for one in found] == [one.id for one in found]

    async def test_a_new_copy_makes_the_whole_story_due(
        self, store: Store, mention: Make, noon: datetime, mark_counted: Mark
    ):
        await store.add_mentions([mention("1", fingerprint="f", scores=BAD)], noon)
        await mark_counted(noon, noon + DAY)
        earlier = mention("0", fingerprint="f", published=noon - 3 * DAY, scores=BAD)
        await store.add_mentions([earlier], noon)
        assert [(span.first, span.last) for span in await store.stale_spans()] == [
            (noon - 3 * DAY, noon - 3 * DAY),
            (noon, noon),
        ]

    async def test_a_score_makes_the_whole_story_due(
        self, store: Store, mention: Make, noon: datetime, mark_counted: Mark
    ):
        copies = [mention("1", fingerprint="f"), mention("2", fingerprint="f", published=noon + 5 * DAY)]
        await store.add_mentions(copies, noon)
        first, second = await everything(store)
        await store.save_scores([ScoredMention(second.id, 0, BAD)], noon)
        await mark_counted(noon, noon + 9 * DAY)
        assert await store.stale_spans() == []
        await store.save_scores([ScoredMention(first.id, 0, BAD)], noon)
        assert len(await store.stale_spans()) == 2
