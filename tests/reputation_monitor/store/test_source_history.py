"""What is remembered of a source, on each kind of database."""

from datetime import datetime, timedelta

from collectors.base import Item
from reputation_monitor.sources.glimpses import Page
from reputation_monitor.sources.records import KEPT, SourceRecord
from reputation_monitor.store import Store

HOUR = timedelta(hours=1)


def said(number: int, published: datetime | None, **fields) -> Item:
    return Item(**{"id": str(number), "text": "the queue is long", "published": published} | fields)


async def answer(store: Store, at: datetime, *items: Item) -> None:
    await store.store_batch("forum", [], [], {}, at, items=items)
    await store.poll_succeeded("forum", at, Page().followed_by(items))


async def record_of(store: Store, now: datetime) -> SourceRecord:
    (record,) = await store.source_records(["forum"], now)
    return record


async def test_first_contact_counts_items_by_their_dates(store: Store, noon: datetime):
    await answer(store, noon, said(1, noon - 30 * HOUR), said(2, noon - HOUR), said(3, None))
    record = await record_of(store, noon)
    assert [(h.hour, h.polls, h.appeared, h.published) for h in record.hours] == [
        (noon - 30 * HOUR, 0, 1, 1),
        (noon - HOUR, 0, 1, 1),
        (noon, 1, 1, 1),
    ]
    assert record.latest == noon


async def test_what_comes_late_appears_when_it_comes_and_keeps_its_date(store: Store, noon: datetime):
    await answer(store, noon, said(1, noon))
    await answer(store, noon + 5 * HOUR, said(2, noon - 2 * HOUR), said(3, noon + 4 * HOUR))
    record = await record_of(store, noon + 5 * HOUR)
    counted = {h.hour: (h.appeared, h.published) for h in record.hours}
    assert counted[noon - 2 * HOUR] == (0, 1)
    assert counted[noon + 4 * HOUR] == (1, 1)
    assert counted[noon + 5 * HOUR] == (1, 0)


async def test_the_same_page_counts_its_items_once_and_is_known_for_the_same(store: Store, noon: datetime):
    for hours in range(4):
        await answer(store, noon + hours * HOUR, said(1, noon - HOUR, author="ann"), said(2, noon - HOUR))
    record = await record_of(store, noon + 4 * HOUR)
    assert sum(h.appeared for h in record.hours) == 2
    assert (record.page_since, record.page_items, record.latest) == (noon, 2, noon - HOUR)
    (shape,) = record.days.values()
    assert (shape.pages, shape.items, shape.known, shape.fresh, shape.author) == (4, 8, 6, 2, 1)


async def test_an_answer_without_items_leaves_the_page_as_it_was(store: Store, noon: datetime):
    await answer(store, noon, said(1, noon))
    await answer(store, noon + HOUR)
    assert (await record_of(store, noon + HOUR)).page_since == noon


async def test_failures_are_counted_by_the_hour_and_a_batch_before_one_is_kept(store: Store, noon: datetime):
    await store.store_batch("forum", [], [], {}, noon, items=[said(1, noon)])
    await store.poll_failed("forum", "HTTP 503", noon)
    record = await record_of(store, noon)
    assert [(h.polls, h.failures, h.appeared) for h in record.hours] == [(0, 1, 1)]
    assert (record.failures, record.last_error, record.last_success) == (1, "HTTP 503", None)


async def test_what_is_too_old_is_forgotten(store: Store, noon: datetime):
    await answer(store, noon, said(1, noon))
    later = noon + KEPT + 24 * HOUR
    await answer(store, later, said(2, noon))
    record = await record_of(store, noon)
    assert [h.hour for h in record.hours] == [later]
    assert list(record.days) == [later.date()]


async def test_sources_are_kept_apart(store: Store, noon: datetime):
    await answer(store, noon, said(1, noon))
    await store.poll_succeeded("news", noon)
    forum, news = await store.source_records(["news", "forum", "tv"], noon)
    assert (len(forum.days), len(news.days), news.latest) == (1, 0, None)
    assert [record.source for record in await store.source_records(["news"], noon)] == ["news"]
