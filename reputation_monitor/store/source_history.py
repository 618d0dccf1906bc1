"""What is remembered of each source, from which its rhythm and its shape are learned. Bounded: see ``KEPT``."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collectors.base import Item
from reputation_monitor.columns import key_text
from reputation_monitor.models import SOURCE_DAY, SOURCE_HOUR, SOURCE_PAGE, SOURCE_STATE
from reputation_monitor.sources.glimpses import Memory, Page, Shape, appeared, digest_of, shape_of
from reputation_monitor.sources.records import KEPT, SourceHour, SourceRecord, whole_hour
from reputation_monitor.store.engine import AnyRow, Database, chunks, insert_into

_COUNTS = SourceHour._fields[1:]
_OF_STATE = ("source", "polls", "failures", "last_success", "last_error")
_AT_ONCE = 500


class SourceHistory(Database):
    """How sources were polled and what came."""

    async def source_records(self, sources: Sequence[str], now: datetime) -> list[SourceRecord]:
        """All that is remembered of those of the sources that were polled, by name; nothing older than ``KEPT``.

        A source that is asked every quarter of an hour has some 2,200 rows: ask for a few dozen at a time.
        """
        since = now - KEPT
        state = select(*(SOURCE_STATE.c[name] for name in _OF_STATE)).order_by(SOURCE_STATE.c.source)
        hours = select(*(SOURCE_HOUR.c[name] for name in ("source", *SourceHour._fields)))
        hours = hours.where(SOURCE_HOUR.c.hour >= since).order_by(SOURCE_HOUR.c.source, SOURCE_HOUR.c.hour)
        days = select(SOURCE_DAY).where(SOURCE_DAY.c.day >= since.date().isoformat())
        page = select(*(SOURCE_PAGE.c[name] for name in ("source", "latest", "since", "items")))
        async with self._reading() as connection:
            states = (await connection.execute(state.where(SOURCE_STATE.c.source.in_(sources)))).all()
            by_hour = _grouped(await connection.execute(hours.where(SOURCE_HOUR.c.source.in_(sources))))
            by_day = _grouped(await connection.execute(days.where(SOURCE_DAY.c.source.in_(sources))))
            found = await connection.execute(page.where(SOURCE_PAGE.c.source.in_(sources)))
            pages = {row.source: row for row in found}
        return [_record(s, pages.get(s.source), by_hour.get(s.source, ()), by_day.get(s.source, ())) for s in states]


def _grouped(rows: Iterable[AnyRow]) -> dict[str, list[tuple[Any, ...]]]:
    grouped: dict[str, list[tuple[Any, ...]]] = {}
    for source, *values in rows:
        grouped.setdefault(source, []).append(tuple(values))
    return grouped


def _record(
    state: AnyRow, page: AnyRow | None, hours: Sequence[tuple[Any, ...]], days: Sequence[tuple[Any, ...]]
) -> SourceRecord:
    return SourceRecord(
        **state._mapping,  # noqa: SLF001 - how SQLAlchemy names a row's columns
        latest=page.latest if page else None,
        page_since=page.since if page else None,
        page_items=page.items if page else 0,
        hours=[SourceHour(*row) for row in hours],
        days={date.fromisoformat(day): Shape.from_json(shape) for day, shape in days},
    )


async def remember_items(connection: AsyncConnection, source: str, items: Sequence[Item], now: datetime) -> None:
    """Count what a batch held, in the transaction that stores it."""
    if not items:
        return
    page = await _page(connection, source)
    new, memory = Memory.unpacked(page["memory"]).meet([digest_of(item) for item in items])
    query = select(SOURCE_STATE.c.last_success).where(SOURCE_STATE.c.source == key_text(source))
    last_success = (await connection.execute(query)).scalar_one_or_none()
    fresh = [item for item, is_new in zip(items, new, strict=True) if is_new]
    moments = [appeared(item, last_success, now) for item in fresh]
    latest = max([moment for moment in (page["latest"], *moments) if moment], default=None)
    await _keep_page(connection, page | {"memory": memory.packed(), "latest": latest})
    await _count_items(connection, source, fresh, moments, now)
    await _add_shape(connection, source, shape_of(items, new), now)


async def remember_answer(connection: AsyncConnection, source: str, page: Page, now: datetime) -> None:
    """Count an answer, whether it held anything new or nothing at all, and forget what is too old."""
    await _add_hours(connection, source, {whole_hour(now): Counter(polls=1)})
    if page.items:
        known = await _page(connection, source)
        since = known["since"] if known["digest"] == page.digest else now
        await _keep_page(connection, known | {"digest": page.digest, "items": page.items, "since": since})
        await _add_shape(connection, source, Shape(pages=1), now)
    oldest = now - KEPT
    own_hours, own_days = SOURCE_HOUR.c.source == key_text(source), SOURCE_DAY.c.source == key_text(source)
    await connection.execute(delete(SOURCE_HOUR).where(own_hours, SOURCE_HOUR.c.hour < oldest))
    await connection.execute(delete(SOURCE_DAY).where(own_days, SOURCE_DAY.c.day < oldest.date().isoformat()))


async def remember_failure(connection: AsyncConnection, source: str, now: datetime) -> None:
    """Count a poll that failed."""
    await _add_hours(connection, source, {whole_hour(now): Counter(failures=1)})


async def _count_items(
    connection: AsyncConnection, source: str, fresh: Sequence[Item], moments: Sequence[datetime], now: datetime
) -> None:
    hours: dict[datetime, Counter[str]] = {}
    for item, moment in zip(fresh, moments, strict=True):
        hours.setdefault(whole_hour(moment), Counter()).update(appeared=1)
        hours.setdefault(whole_hour(min(item.published or now, now)), Counter()).update(published=1)
    await _add_hours(connection, source, {hour: c for hour, c in hours.items() if hour >= now - KEPT})


async def _add_hours(connection: AsyncConnection, source: str, hours: Mapping[datetime, Mapping[str, int]]) -> None:
    insert = insert_into(connection, SOURCE_HOUR)
    sums = {name: SOURCE_HOUR.c[name] + insert.excluded[name] for name in _COUNTS}
    statement = insert.on_conflict_do_update(index_elements=["source", "hour"], set_=sums)
    rows = [
        {"source": source, "hour": hour} | {name: counts.get(name, 0) for name in _COUNTS}
        for hour, counts in sorted(hours.items())
    ]
    for some in chunks(rows, _AT_ONCE):
        await connection.execute(statement, some)


async def _add_shape(connection: AsyncConnection, source: str, shape: Shape, now: datetime) -> None:
    day = whole_hour(now).date().isoformat()
    own = (SOURCE_DAY.c.source == key_text(source), SOURCE_DAY.c.day == day)
    kept = (await connection.execute(select(SOURCE_DAY.c.shape).where(*own).with_for_update())).scalar_one_or_none()
    total = (shape + Shape.from_json(kept)) if kept else shape
    insert = insert_into(connection, SOURCE_DAY).values(source=source, day=day, shape=total.as_json())
    await connection.execute(
        insert.on_conflict_do_update(index_elements=["source", "day"], set_={"shape": insert.excluded.shape})
    )


async def _page(connection: AsyncConnection, source: str) -> dict[str, Any]:
    """What the source showed last; empty for one that is new."""
    query = select(SOURCE_PAGE).where(SOURCE_PAGE.c.source == key_text(source)).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    unknown = {"source": source, "memory": "", "digest": "", "items": 0, "since": None, "latest": None}
    return unknown | dict(row or {})


async def _keep_page(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    insert = insert_into(connection, SOURCE_PAGE).values(dict(values))
    await connection.execute(
        insert.on_conflict_do_update(index_elements=["source"], set_={k: v for k, v in values.items() if k != "source"})
    )
