"""Judgements of sources that are kept, on each kind of database."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collectors.base import Item
from reputation_monitor.sources.health import Condition, Health
from reputation_monitor.sources.spells import Spell, Unheard
from reputation_monitor.store import NewMention, Store

MINUTE = timedelta(minutes=1)


def judged(source: str, at: datetime, condition: Condition = Condition.WELL, **fields) -> Health:
    return Health(source=source, condition=condition, judged_at=at, **fields)


async def test_a_judgement_is_read_as_it_was_made(store: Store, noon: datetime):
    spells = tuple(
        Spell(source="forum", kind=kind, start=noon - 9 * MINUTE, end=noon, ongoing=True, expected=expected, came=3)
        for kind, expected in [(Unheard.SILENT, 4.25), (Unheard.FAILING, None)]
    )
    told = {"reason": "It is \x00silent.", "advice": "Look.", "since": noon - MINUTE, "lasting": True}
    health = judged("forum", noon, Condition.SILENT, spells=spells, **told)
    await store.keep_healths([health, judged("app", noon)])
    app, forum = await store.source_healths()
    assert app == judged("app", noon)
    assert (forum.condition, forum.spells, forum.judged_at) == (Condition.SILENT, spells, noon)
    assert (forum.reason, forum.since, forum.lasting) == ("It is silent.", noon - MINUTE, True)


async def test_a_later_judgement_takes_the_place_of_the_earlier_one(store: Store, noon: datetime):
    await store.keep_healths([judged("forum", noon), judged("news", noon)])
    later = judged("forum", noon + MINUTE, Condition.FAILING)
    await store.keep_healths([later])
    await store.keep_healths([])
    assert await store.source_healths() == [later, judged("news", noon)]


async def test_a_judgement_stands_until_it_is_old(store: Store, noon: datetime):
    await store.keep_healths([judged("forum", noon), judged("news", noon - MINUTE)])
    assert await store.still_judged(noon) == {"forum"}
    assert await store.still_judged(noon - MINUTE) == {"forum", "news"}
    assert await store.still_judged(noon + MINUTE) == set()


async def _answers(store: Store, at: datetime, _mention: object) -> None:
    await store.poll_succeeded("forum", at)


async def _fails(store: Store, at: datetime, _mention: object) -> None:
    await store.poll_failed("forum", "HTTP 503", at)


async def _is_sent_news(store: Store, at: datetime, mention: Callable[..., NewMention]) -> None:
    name = at.isoformat()
    await store.store_batch("forum", [mention(name)], [], {}, at, items=[Item(id=name, text="Halden")])


@pytest.mark.parametrize("happens", [_answers, _fails, _is_sent_news])
async def test_a_judgement_stands_until_something_happens(store: Store, noon: datetime, mention, happens):
    await happens(store, noon - MINUTE, mention)
    await store.keep_healths([judged("forum", noon), judged("news", noon)])
    assert await store.still_judged(noon) == {"forum", "news"}
    await happens(store, noon + MINUTE, mention)
    assert await store.still_judged(noon) == {"news"}


async def test_what_comes_while_a_source_is_judged_has_it_judged_again(store: Store, noon: datetime):
    await store.poll_succeeded("forum", noon)
    await store.keep_healths([judged("forum", noon)])
    assert await store.still_judged(noon) == set()
