"""What its author took back leaves the counts and the quotes, and does not come again."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from reputation_monitor.store import AddResult, NewMention, ScoredMention, Store

Make = Callable[..., NewMention]
Mark = Callable[[datetime, datetime], Awaitable[None]]

DAY = timedelta(days=1)
BAD = (0.8, 0.15, 0.05)


async def take_back(store: Store, ids: list[str], now: datetime, *mentions: NewMention) -> AddResult:
    return await store.store_batch("forum", mentions, [], {}, now, deleted=ids)


async def test_a_mention_that_is_taken_back_is_found_nowhere(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention("1", scores=BAD), mention("2", scores=BAD)], noon)
    first, second = await store.mentions("Halden", noon, noon + DAY)
    assert await take_back(store, ["1"], noon + DAY) == AddResult(deleted=1)

    assert await store.mentions("Halden", noon, noon + DAY) == [second]
    assert await store.mentions_by_key([first.key, second.key]) == [second]
    assert await store.mentions_by_id([first.id, second.id]) == [second]
    assert await store.unscored(10) == []
    assert await store.brands() == {"Halden": 1}
    counts = await store.counts()
    assert (counts.mentions, counts.unscored) == (1, 0)


async def test_it_is_counted_out_of_its_day_once(store: Store, mention: Make, noon: datetime, mark_counted: Mark):
    await store.add_mentions([mention(scores=BAD)], noon)
    await mark_counted(noon, noon + DAY)
    assert await store.stale_spans() == []

    await take_back(store, ["1"], noon + DAY)
    assert [(span.first, span.last) for span in await store.stale_spans()] == [(noon, noon)]
    assert await store.voices("Halden", "web", noon, noon + DAY) == []
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [], marks={}, now=noon + DAY)
    assert await store.stale_spans() == []


async def test_one_that_is_taken_back_while_others_are_counted_stays_due(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(scores=BAD)], noon)
    read = (await store.read_voices("Halden", "web", noon, noon + 9 * DAY)).marks
    await take_back(store, ["1"], noon)  # its time was taken before it had its turn to write
    await store.replace_rollups("Halden", "web", noon, noon + DAY, [], marks=read, now=noon)
    assert len(await store.stale_spans()) == 1


async def test_nothing_that_was_said_is_left_in_the_database(store: Store, mention: Make, noon: datetime):
    secret = {"text": "sesame", "title": "sesame", "author": "sesame", "url": "https://sesame", "fingerprint": "sesame"}
    await store.add_mentions([mention(**secret, extra={"reply": "sesame"}, rating=1.0)], noon)
    await store.add_mentions([mention(**secret | {"text": "sesame seeds"}, rating=1.0)], noon)
    [stored] = await store.unscored(10)
    await take_back(store, ["1"], noon)
    assert await store.history(stored.id) == []
    async with store._reading() as connection:
        [row] = (await connection.exec_driver_sql("SELECT * FROM mention")).mappings().all()
    assert "sesame" not in json.dumps(dict(row), default=str)
    assert (row["item_id"], row["source"], row["rating"]) == ("1", "forum", None)


async def test_an_old_page_does_not_bring_it_back_not_even_for_another_brand(
    store: Store, mention: Make, noon: datetime
):
    await store.add_mentions([mention()], noon)
    await take_back(store, ["1"], noon)
    again = [mention(text="as it was"), mention(brand="Marsk")]
    assert await store.add_mentions(again, noon + DAY) == AddResult(known=2)
    assert await store.brands() == {}


async def test_an_item_of_two_brands_is_taken_back_from_both(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(), mention(brand="Marsk"), mention(source="news")], noon)
    assert await take_back(store, ["1"], noon) == AddResult(deleted=2)
    assert await store.brands() == {"Halden": 1}  # what another source calls "1" is another item


async def test_said_and_taken_back_in_one_batch_is_taken_back(store: Store, mention: Make, noon: datetime):
    assert await take_back(store, ["1"], noon, mention()) == AddResult(added=1, deleted=1)
    assert await store.unscored(10) == []


async def test_what_was_never_stored_leaves_no_tombstone(store: Store, mention: Make, noon: datetime):
    assert await take_back(store, ["unheard", "of"], noon) == AddResult()
    assert await store.add_mentions([mention("unheard")], noon) == AddResult(added=1)


async def test_taking_back_again_changes_nothing(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention()], noon)
    await take_back(store, ["1"], noon)
    assert await take_back(store, ["1", "1"], noon + DAY) == AddResult()


async def test_a_score_that_was_under_way_does_not_bring_it_back(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention()], noon)
    [read] = await store.unscored(10)
    await take_back(store, ["1"], noon)
    await store.save_scores([ScoredMention(read.id, read.revision, BAD)], noon)
    assert await store.voices("Halden", "web", noon, noon + DAY) == []


async def test_the_next_copy_of_its_story_counts_in_its_place(
    store: Store, mention: Make, noon: datetime, mark_counted: Mark
):
    copies = [
        mention(str(day), fingerprint="wire", scores=BAD, published=noon + (day - 1) * DAY, author=f"outlet {day}")
        for day in (1, 2)
    ]
    await store.add_mentions(copies, noon)
    second_day = noon + DAY, noon + 2 * DAY
    [said] = await store.voices("Halden", "web", *second_day)
    assert said.copy
    await mark_counted(*second_day)
    await take_back(store, ["1"], noon)
    [said] = await store.voices("Halden", "web", *second_day)
    assert not said.copy
    assert [(span.first, span.last) for span in await store.stale_spans()] == [(noon, noon + DAY)]


async def test_an_account_that_is_gone_takes_all_its_posts_along(store: Store, mention: Make, noon: datetime):
    posts = [mention("at://ann/post/1"), mention("at://ann/post/2"), mention("at://anna/post/1")]
    await store.add_mentions(posts, noon)
    assert await take_back(store, ["at://ann/*"], noon + DAY) == AddResult(deleted=2)
    assert [m.item_id for m in await store.mentions("Halden", noon, noon + DAY)] == ["at://anna/post/1"]
