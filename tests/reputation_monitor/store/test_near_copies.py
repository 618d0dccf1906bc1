"""Near copies are told in one story, whenever and in whatever order they come."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from reputation_monitor.copies import fingerprint, sketch, told_words
from reputation_monitor.models import COPY_HASH
from reputation_monitor.store import NewMention, Store
from reputation_monitor.store.near_copies import HOLDERS

Make = Callable[..., NewMention]
WIRE = (
    "Thousands of travellers were stranded on Monday after the booking system of Larkair failed for six hours, the "
    "airline said, blaming a faulty update of its departure control software. Passengers slept on benches in the "
    "terminal while staff wrote boarding passes by hand, and the first flights left only after midnight."
)
RETOLD = WIRE.replace("Thousands of travellers", "Many passengers").replace("by hand", "on paper")
SPEECH = (
    "and that is the question everybody asks tonight how a company of that size could run for a whole day without any "
    "way to check in its own passengers we asked the airline and nobody wanted to speak to us on camera but two of its "
    "engineers did and what they told us is that the system has no second site and that the people who knew it best "
    "left last year when their office was closed and moved to another city where nobody wanted to go with their "
    "families so now there is one of them on call and on monday she was on a plane of another airline with no network "
    "on board so the machines stood still until she landed and that is how six hours were lost"
)


@pytest.fixture
def tell(mention: Make) -> Make:
    """Make a mention with fingerprint and sketch, as an intake does."""

    def make(item_id: str, text: str, brand: str = "Halden", **fields: Any) -> NewMention:
        words = told_words("", text)
        made = {"text": text, "fingerprint": fingerprint(words), "sketch": sketch(words, brand)}
        return mention(item_id, brand=brand, **made | fields)

    return make


async def stories(store: Store) -> dict[str, str]:
    """Each item, and the item that first told its story."""
    mentions = await store.mentions_by_id(range(1, 1000))
    names = {one.id: one.item_id for one in mentions}
    return {one.item_id: names[one.story] for one in mentions}


async def test_a_mended_copy_joins_the_story_that_is_stored(store: Store, tell: Make, noon: datetime):
    await store.add_mentions([tell("wire", WIRE)], noon)
    await store.add_mentions([tell("retold", RETOLD), tell("other", SPEECH)], noon)
    assert await stories(store) == {"wire": "wire", "retold": "wire", "other": "other"}


async def test_two_that_store_copies_at_once_tell_one_story(store_url: str, tell: Make, noon: datetime):
    async def add(writer: Store, name: str) -> None:
        for number in range(8):
            text = f"{RETOLD if number % 2 else WIRE} Read on in the {'very ' * number}Daily Lark, says {name}."
            await writer.add_mentions([tell(f"{name} {number}", text, source=name)], noon)

    async with await Store.open(store_url) as one, await Store.open(store_url) as other:
        await asyncio.gather(add(one, "one"), add(other, "other"))
        told = await stories(one)
    assert (len(told), len(set(told.values()))) == (16, 1)


async def test_copies_of_one_batch_find_each_other(store: Store, tell: Make, noon: datetime):
    later = noon + timedelta(hours=1)
    await store.add_mentions([tell("retold", RETOLD, published=later), tell("wire", WIRE)], later)
    assert set((await stories(store)).values()) == {"wire"}


async def test_an_exact_copy_of_a_mended_copy_is_of_the_same_story(store: Store, tell: Make, noon: datetime):
    await store.add_mentions([tell("wire", WIRE)], noon)
    await store.add_mentions([tell("retold", RETOLD), tell("again", RETOLD)], noon)
    await store.add_mentions([tell("and again", RETOLD)], noon)
    assert set((await stories(store)).values()) == {"wire"}


async def test_another_figure_is_another_story(store: Store, tell: Make, noon: datetime):
    texts = [
        f"my flight {number} to the coast is four hours late and nobody at the gate knows why" for number in (7, 9)
    ]
    await store.add_mentions([tell(text, text) for text in texts], noon)
    assert len(set((await stories(store)).values())) == 2


async def test_brands_share_no_stories(store: Store, tell: Make, noon: datetime):
    await store.add_mentions([tell("wire", WIRE), tell("retold", RETOLD, brand="Larkair")], noon)
    assert await stories(store) == {"wire": "wire", "retold": "retold"}


async def test_what_was_told_a_fortnight_ago_is_told_anew(store: Store, tell: Make, noon: datetime):
    later = noon + timedelta(days=15)
    await store.add_mentions([tell("wire", WIRE)], noon)
    await store.add_mentions([tell("retold", RETOLD, published=later)], noon)
    assert await stories(store) == {"wire": "wire", "retold": "retold"}


async def test_hashes_are_dropped_after_a_fortnight(store: Store, tell: Make, noon: datetime):
    await store.add_mentions([tell("wire", WIRE)], noon)
    await store.add_mentions([tell("speech", SPEECH)], noon + timedelta(days=15))
    async with store._reading() as connection:
        left = (await connection.execute(select(COPY_HASH.c.hash))).scalars().all()
    assert set(left) == set(sketch(told_words("", SPEECH), "Halden"))


async def test_only_the_first_of_a_story_leaves_hashes(store: Store, tell: Make, noon: datetime):
    await store.add_mentions(
        [tell(f"copy {n}", f"{WIRE} Read on in the {'very ' * n}Daily Lark.") for n in range(9)], noon
    )
    async with store._reading() as connection:
        tellers = await connection.execute(select(func.count(COPY_HASH.c.mention.distinct())))
        assert tellers.scalar_one() == 1


async def test_a_clip_cut_into_other_windows_is_heard_again(store: Store, tell: Make, noon: datetime):
    words = SPEECH.split()

    def windows(name: str, *starts: int) -> list[NewMention]:
        return [
            tell(f"{name} {at}", " ".join(words[at : at + 40]), source=name, published=noon + timedelta(seconds=at))
            for at in starts
        ]

    await store.add_mentions(windows("first", 0, 40, 80), noon)
    await store.add_mentions(windows("upload", 20, 60), noon)
    told = await stories(store)
    assert {item: told[item].split()[0] for item in told} == dict.fromkeys(told, "first")


async def test_a_stock_phrase_costs_no_more_the_more_often_it_is_said(store: Store, tell: Make, noon: datetime):
    phrase = "thank you for your call your call is important to us please hold the line"
    texts = [f"{' '.join(f'word{n}x{place}' for place in range(16))} {phrase}" for n in range(3 * HOLDERS)]
    await store.add_mentions([tell(str(n), text) for n, text in enumerate(texts)], noon)
    async with store._reading() as connection:
        holders = select(func.count(COPY_HASH.c.mention).label("held")).group_by(COPY_HASH.c.hash).subquery()
        assert (await connection.execute(select(func.max(holders.c.held)))).scalar_one() == HOLDERS
    assert len(set((await stories(store)).values())) == 3 * HOLDERS


async def test_a_batch_seen_again_leaves_nothing_twice(store: Store, tell: Make, noon: datetime):
    batch = [tell("wire", WIRE), tell("retold", RETOLD)]
    await store.add_mentions(batch, noon)
    assert (await store.add_mentions(batch, noon)).known == 2
    assert set((await stories(store)).values()) == {"wire"}
