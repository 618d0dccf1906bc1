"""Labels set by hand go before scores, and outlast whatever becomes of these."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from reputation_monitor.rollups import rollup
from reputation_monitor.store import Mention, NewMention, Order, ScoredMention, ScoreMethod, Store, TextChangedError

Make = Callable[..., NewMention]

DAY = timedelta(days=1)
GOOD = (0.05, 0.15, 0.8)
BAD = (0.8, 0.15, 0.05)


async def only(store: Store, noon: datetime) -> Mention:
    [found] = await store.mentions("Halden", noon, noon + DAY)
    return found


@pytest.fixture
async def praised(store: Store, mention: Make, noon: datetime) -> Mention:
    """A mention that the model takes for praise."""
    await store.add_mentions([mention()], noon)
    [stored] = await store.unscored(1)
    await store.save_scores([ScoredMention(stored.id, 0, GOOD, ScoreMethod.MODEL, "small")], noon)
    return await only(store, noon)


async def counted(store: Store, noon: datetime, now: datetime) -> float:
    """Count anew; gives the negative voices."""
    said, marks = await store.read_voices("Halden", "web", noon, noon + DAY)
    sums = rollup(said)
    await store.replace_rollups("Halden", "web", noon, noon + DAY, sums, marks=marks, now=now)
    return sum(one.negative_voices for one in sums)


async def test_a_label_goes_before_the_score_wherever_mentions_are_read(store: Store, praised: Mention, noon: datetime):
    label = await store.set_label(praised.id, "negative", "Ada", noon + DAY, note="she is ironic")
    assert label is not None
    assert (label.label, label.person, label.note, label.changed) == ("negative", "Ada", "she is ironic", False)
    assert label.scores == GOOD

    found = await only(store, noon)
    assert (found.negative, found.neutral, found.positive) == (1.0, 0.0, 0.0)
    assert (found.score_method, found.model, found.scored_at) == ("hand", "", noon + DAY)
    assert await store.mentions_by_id([praised.id]) == await store.mentions_by_key([praised.key]) == [found]


async def test_labels_order_mentions_as_scores_do(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention("mild", scores=GOOD), mention("angry", scores=BAD)], noon)
    mild, _ = await store.mentions("Halden", noon, noon + DAY)
    await store.set_label(mild.id, "negative", "Ada", noon)
    found = await store.mentions("Halden", noon, noon + DAY, order=Order.MOST_NEGATIVE)
    assert [one.item_id for one in found] == ["mild", "angry"]


async def test_a_label_is_counted_and_counted_out_again(store: Store, praised: Mention, noon: datetime):
    assert await counted(store, noon, noon) == pytest.approx(0.05)
    assert await store.stale_spans() == []

    await store.set_label(praised.id, "negative", "Ada", noon + DAY)
    assert len(await store.stale_spans()) == 1
    assert await counted(store, noon, noon + DAY) == 1.0
    assert await store.stale_spans() == []

    assert await store.withdraw_label(praised.id, "Bo", noon + 2 * DAY)
    assert await counted(store, noon, noon + 2 * DAY) == pytest.approx(0.05)


async def test_a_label_that_is_set_while_others_count_stays_due(store: Store, praised: Mention, noon: datetime):
    _, marks = await store.read_voices("Halden", "web", noon, noon + DAY)
    await store.set_label(praised.id, "negative", "Ada", noon)  # its time was taken before it had its turn to write
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [], marks=marks, now=noon + DAY)
    assert len(await store.stale_spans()) == 1


async def test_the_rollups_of_the_whole_story_become_due(store: Store, mention: Make, noon: datetime):
    copies = [mention(str(n), fingerprint="same", scores=GOOD, published=noon + timedelta(hours=n)) for n in range(2)]
    await store.add_mentions(copies, noon)
    first, _ = await store.mentions("Halden", noon, noon + DAY)
    await counted(store, noon, noon)
    await store.set_label(first.id, "negative", "Ada", noon + DAY)
    [span] = await store.stale_spans()
    assert (span.first, span.last) == (noon, noon + timedelta(hours=1))


async def test_another_score_does_not_lose_it(store: Store, praised: Mention, noon: datetime):
    await store.set_label(praised.id, "neutral", "Ada", noon)
    await store.save_scores([ScoredMention(praised.id, 0, BAD, ScoreMethod.MODEL, "large")], noon + DAY)
    assert (await only(store, noon)).neutral == 1.0
    await store.withdraw_label(praised.id, "Ada", noon + DAY)
    found = await only(store, noon)
    assert (found.negative, found.model, found.score_method) == (0.8, "large", "model")


async def test_collecting_the_mention_again_does_not_lose_it(
    store: Store, mention: Make, praised: Mention, noon: datetime
):
    await store.set_label(praised.id, "neutral", "Ada", noon)
    await store.add_mentions([mention()], noon + DAY)
    assert (await only(store, noon)).score_method == "hand"


async def test_an_edit_of_the_stars_alone_takes_the_label_along(
    store: Store, mention: Make, praised: Mention, noon: datetime
):
    await store.set_label(praised.id, "neutral", "Ada", noon)
    await store.add_mentions([mention(rating=1.0)], noon + DAY)
    found = await only(store, noon)
    assert (found.revision, found.score_method, found.neutral) == (1, "hand", 1.0)


async def test_an_edit_of_the_text_sets_the_label_aside_until_the_words_come_back(
    store: Store, mention: Make, praised: Mention, noon: datetime
):
    await store.set_label(praised.id, "negative", "Ada", noon)
    await store.add_mentions([mention(text="I take it all back")], noon + DAY)
    assert (await only(store, noon)).score_method is None
    [label] = await store.labels()
    assert (label.changed, label.label) == (True, "negative")

    await store.add_mentions([mention()], noon + 2 * DAY)
    assert (await only(store, noon)).score_method == "hand"
    assert [label.changed for label in await store.labels()] == [False]


async def test_a_label_of_words_that_were_edited_meanwhile_is_refused(
    store: Store, mention: Make, praised: Mention, noon: datetime
):
    await store.add_mentions([mention(text="I take it all back")], noon + DAY)
    with pytest.raises(TextChangedError, match="read it again"):
        await store.set_label(praised.id, "negative", "Ada", noon, revision=praised.revision)
    assert await store.labels() == []


async def test_what_stood_before_is_kept(store: Store, praised: Mention, noon: datetime):
    await store.set_label(praised.id, "negative", "Ada", noon)
    await store.set_label(praised.id, "neutral", "Bo", noon + DAY, note="no opinion")
    await store.withdraw_label(praised.id, "Cy", noon + 2 * DAY)
    assert await store.labels() == []
    history = await store.label_history(praised.id)
    assert [(one.label, one.person, one.ended_at, one.ended_by) for one in history] == [
        ("negative", "Ada", noon + DAY, "Bo"),
        ("neutral", "Bo", noon + 2 * DAY, "Cy"),
    ]


async def test_the_same_label_again_changes_nothing(store: Store, praised: Mention, noon: datetime):
    first = await store.set_label(praised.id, "negative", "Ada", noon)
    assert await store.set_label(praised.id, "negative", "Bo", noon + DAY) == first
    assert len(await store.label_history(praised.id)) == 1


async def test_a_mention_that_is_not_there_gets_no_label(store: Store, noon: datetime):
    assert await store.set_label(10**6, "negative", "Ada", noon) is None
    assert not await store.withdraw_label(10**6, "Ada", noon)


async def test_nothing_noted_of_a_mention_outlasts_its_author_taking_it_back(
    store: Store, praised: Mention, noon: datetime
):
    await store.set_label(praised.id, "negative", "Ada", noon, note="quotes the text")
    await store.draw({"web": 1}, noon)
    await store.store_batch("forum", [], [], {}, noon + DAY, deleted=["1"])
    assert await store.label_history(praised.id) == await store.labels() == []
    assert await store.drawn_unlabelled() == []
    assert await store.set_label(praised.id, "negative", "Ada", noon) is None


# --- Drawing


async def add_many(store: Store, make: Make, noon: datetime, amounts: dict[str, int]) -> None:
    mentions = [
        make(f"{screen}{n}", screen=screen, scores=BAD) for screen, many in amounts.items() for n in range(many)
    ]
    await store.add_mentions(mentions, noon)


async def screens_of(store: Store, ids: Sequence[int]) -> list[str]:
    return sorted(found.screen for found in await store.mentions_by_id(ids))


async def test_as_many_are_drawn_of_each_screen_as_asked_and_none_twice(store: Store, mention: Make, noon: datetime):
    await add_many(store, mention, noon, {"web": 9, "tv": 3})
    first = await store.draw({"web": 4, "tv": 2}, noon)
    assert await screens_of(store, first) == ["tv"] * 2 + ["web"] * 4
    second = await store.draw({"web": 9, "tv": 9}, noon + DAY)
    assert await screens_of(store, second) == ["tv"] + ["web"] * 5
    assert set(first).isdisjoint(second)
    assert await store.draw({"web": 1}, noon) == []
    assert set(await store.drawn_unlabelled()) == {*first, *second}
    assert set(await store.drawn_unlabelled(6)) == set(first)


async def test_what_is_drawn_waits_until_it_is_labelled(store: Store, mention: Make, noon: datetime):
    await add_many(store, mention, noon, {"web": 2})
    one, other = await store.draw({"web": 2}, noon)
    await store.set_label(one, "neutral", "Ada", noon)
    assert await store.drawn_unlabelled() == [other]
    assert [label.drawn for label in await store.labels()] == [True]


async def test_copies_of_a_text_are_drawn_once_and_the_unscored_not_at_all(store: Store, mention: Make, noon: datetime):
    copies = [mention(str(n), fingerprint="same", scores=BAD) for n in range(3)]
    await store.add_mentions([*copies, mention("unscored"), mention("rival", brand="Rival", scores=BAD)], noon)
    assert await store.different_texts() == {"web": 2}
    assert len(await store.draw({"web": 9}, noon)) == 2
    assert (await store.different_texts(), await store.different_texts(undrawn=True)) == ({"web": 2}, {})


# --- Tunings


async def test_the_last_tuning_is_used_until_it_is_discarded(store: Store, noon: datetime):
    assert await store.tuning() is None
    await store.keep_tuning("base", {"scale": 0.5}, noon)
    await store.keep_tuning("base", {"scale": 0.7}, noon + DAY)
    kept = await store.tuning()
    assert kept is not None
    assert (kept.base, kept.payload, kept.made_at) == ("base", {"scale": 0.7}, noon + DAY)
    assert await store.discard_tuning(noon + 2 * DAY)
    assert await store.tuning() is None
    assert not await store.discard_tuning(noon + 2 * DAY)
