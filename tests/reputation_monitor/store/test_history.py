"""What a mention said before an edit is kept with its score, and only what it says now counts."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collectors.base import Reject
from reputation_monitor.store import AddResult, NewMention, Revision, ScoredMention, ScoreMethod, Store

Make = Callable[..., NewMention]

DAY = timedelta(days=1)
BAD = (0.8, 0.15, 0.05)
GOOD = (0.1, 0.2, 0.7)


async def test_an_edit_keeps_the_old_text_with_its_score(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(title="Fine", text="It works", rating=5.0)], noon)
    [read] = await store.unscored(10)
    await store.save_scores([ScoredMention(read.id, 0, GOOD, ScoreMethod.MODEL, "small")], noon)
    await store.add_mentions([mention(title="Broken", text="It fails", rating=1.0)], noon + DAY)

    assert await store.history(read.id) == [
        Revision(read.id, 0, "Fine", "It works", 5.0, *GOOD, ScoreMethod.MODEL, "small", noon + DAY)
    ]
    [waiting] = await store.unscored(10)
    assert (waiting.title, waiting.text, waiting.rating, waiting.revision) == ("Broken", "It fails", 1.0, 1)


async def test_each_edit_adds_a_revision_and_what_was_never_scored_has_none(
    store: Store, mention: Make, noon: datetime
):
    for day, text in enumerate(["first", "second", "third"]):
        await store.add_mentions([mention(text=text)], noon + day * DAY)
    [stored] = await store.unscored(10)
    history = await store.history(stored.id)
    assert [(earlier.revision, earlier.text, earlier.negative) for earlier in history] == [
        (0, "first", None),
        (1, "second", None),
    ]


async def test_what_is_known_as_it_is_has_no_history(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention()], noon)
    assert await store.add_mentions([mention()], noon + DAY) == AddResult(known=1)
    [stored] = await store.unscored(10)
    assert await store.history(stored.id) == []


async def test_an_edit_counts_in_the_period_of_its_first_publication(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(scores=GOOD)], noon)
    later = mention(scores=BAD, published=noon + 3 * DAY, updated=noon + 3 * DAY)
    assert await store.add_mentions([later], noon + 3 * DAY) == AddResult(edited=1)
    assert [(span.first, span.last) for span in await store.stale_spans()] == [(noon, noon)]
    [said] = await store.voices("Halden", "web", noon, noon + 4 * DAY)
    assert (said.published, said.negative) == (noon, BAD[0])


async def test_a_batch_that_fails_keeps_the_old_text_and_no_history(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(text="before")], noon)
    with pytest.raises(TypeError):  # the cursor, which is written last, is none
        await store.store_batch("forum", [mention(text="after")], [Reject("x", "y")], 7, noon)
    [stored] = await store.unscored(10)
    assert (stored.text, await store.history(stored.id)) == ("before", [])


async def test_an_earlier_text_that_comes_late_undoes_no_edit(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(text="after", updated=noon + DAY)], noon + DAY)
    assert await store.add_mentions([mention(text="before", updated=noon)], noon + 2 * DAY) == AddResult(known=1)
    [stored] = await store.unscored(10)
    assert (stored.text, await store.history(stored.id)) == ("after", [])
