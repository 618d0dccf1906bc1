"""Rollups: what they are counted from, and the counts, which everything that looks back reads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, delete, func, insert, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.copies import Said
from reputation_monitor.label_tables import CORRECTION
from reputation_monitor.models import MENTION, ROLLUP
from reputation_monitor.rollups import BucketSums
from reputation_monitor.store import sentiment
from reputation_monitor.store.days import utc_day
from reputation_monitor.store.engine import Database, chunks
from reputation_monitor.store.rollup_records import Marks, Rollup, RollupMark, Span, Voices

_COLUMNS = [ROLLUP.c[name] for name in Rollup._fields]
_SUMS = [field.name for field in fields(BucketSums)]
_SAID_NAMES = [field.name for field in fields(Said) if field.name != "copy"]
_SAID = [sentiment.COLUMNS[name] for name in _SAID_NAMES]
_MARK = [MENTION.c.revision, MENTION.c.scored_at, CORRECTION.c.id.label("correction")]


class Rollups(Database):
    """Counting, and reading what was counted."""

    async def stale_spans(self) -> list[Span]:
        """Where rollups do not count the mentions as they are now; days without such a mention part spans.

        Such mentions are scored and not counted yet, or were taken back and may be counted still.
        """
        due = or_(MENTION.c.negative.is_not(None), MENTION.c.deleted_at.is_not(None))
        columns = (MENTION.c.brand, MENTION.c.screen, MENTION.c.published)
        uncounted = select(*columns).where(MENTION.c.rolled_at.is_(None))
        # Apart, for the first is read from an index of what is due, and labels are few.
        labelled = uncounted.join_from(MENTION, CORRECTION, sentiment.APPLIES).where(sentiment.UNREAD)
        both = union_all(uncounted.where(due), labelled).subquery()
        keys = (both.c.brand, both.c.screen, utc_day(both.c.published))
        ends = (func.min(both.c.published), func.max(both.c.published))
        query = select(*keys, *ends).group_by(*keys).order_by(*keys)
        async with self._reading() as connection:
            rows = await connection.execute(query)
            return list(_joined(Span(brand, screen, first, last) for brand, screen, _, first, last in rows))

    async def voices(self, brand: str, screen: str, start: datetime, end: datetime) -> list[Said]:
        """The scored mentions published in [start, end), oldest first.

        ``copy`` is set where the brand's screen told the story before ``start`` already.
        """
        return (await self.read_voices(brand, screen, start, end)).said

    async def read_voices(self, brand: str, screen: str, start: datetime, end: datetime) -> Voices:
        """The same, with what tells later whether they are still as they were read."""
        query = _scored(brand, screen, start, end, *_SAID, *_MARK).order_by(MENTION.c.published, MENTION.c.id)
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
            read = [dict(zip(_SAID_NAMES, row, strict=False)) for row in rows]
            told = await _told_before(connection, screen, start, {one["story"] for one in read})
        said = [Said(**one, copy=one["story"] in told) for one in read]
        return Voices(said, {one.id: tuple(row[len(_SAID) :]) for one, row in zip(said, rows, strict=True)})

    async def replace_rollups(
        self,
        brand: str,
        screen: str,
        start: datetime,
        end: datetime,
        sums: Sequence[BucketSums],
        *,
        marks: Marks,
        now: datetime,
    ) -> None:
        """Put new counts in the place of all with a bucket in [start, end), and mark the mentions as counted.

        One that was scored, labelled, edited or taken back since it was read stays due.

        Args:
            brand: whose counts.
            screen: of which screen.
            start: first bucket.
            end: the bucket after the last.
            sums: the new counts; a bucket without any is left out.
            marks: of the mentions that were counted, as ``read_voices`` gave them, and of no others.
            now: when they are marked.

        Raises:
            ValueError: a bucket is not in the span.
        """
        if outside := [one.bucket for one in sums if not start <= one.bucket < end]:
            raise ValueError(f"the bucket {outside[0]} is not in the span from {start} to {end}")
        of_span = (ROLLUP.c.brand == brand, ROLLUP.c.screen == screen, ROLLUP.c.bucket >= start, ROLLUP.c.bucket < end)
        counted = update(MENTION).where(MENTION.c.rolled_at.is_(None)).values(rolled_at=now)
        rows = [{"brand": brand, "screen": screen} | {name: getattr(one, name) for name in _SUMS} for one in sums]
        async with self._writing() as connection:
            await connection.execute(delete(ROLLUP).where(*of_span))
            if rows:
                await connection.execute(insert(ROLLUP), rows)
            # Locked, so that nobody changes one between the comparison and its mark.
            query = _scored(brand, screen, start, end, MENTION.c.id, *_MARK).order_by(MENTION.c.id)
            stand = await connection.execute(query.with_for_update(of=MENTION))
            settled = [row.id for row in stand if marks.get(row.id) == tuple(row[1:])]
            gone = await connection.execute(_tombstones(brand, screen, start, end))
            settled += [taken for taken in gone.scalars() if taken not in marks]  # those were read after it was gone
            for ids in chunks(settled):
                await connection.execute(counted.where(MENTION.c.id.in_(ids)))

    async def rollups(self, brands: Sequence[str] | None, start: datetime, end: datetime) -> list[Rollup]:
        """The counts of some brands, or all, with a bucket in [start, end); by brand, screen, bucket and source."""
        query = select(*_COLUMNS).where(ROLLUP.c.bucket >= start, ROLLUP.c.bucket < end)
        if brands is not None:
            query = query.where(ROLLUP.c.brand.in_(brands))
        async with self._reading() as connection:
            rows = await connection.execute(query.order_by(*_COLUMNS[:4]))
            return [Rollup(*row) for row in rows]

    async def rollup_mark(self, end: datetime) -> RollupMark:
        """What tells whether the counts before ``end`` are still those that were read."""
        # Factors of their own, so that one sum cannot make up for another.
        told = ROLLUP.c.negative_voices * 1000 + ROLLUP.c.failing_voices * 3000 + ROLLUP.c.valence * 7000
        weight = func.sum(cast(told, Integer))
        query = select(func.count(), func.sum(ROLLUP.c.mentions), weight).where(ROLLUP.c.bucket < end)
        async with self._reading() as connection:
            return RollupMark(*(int(value or 0) for value in (await connection.execute(query)).one()))

    async def span(self, brand: str | None = None) -> tuple[datetime, datetime] | None:
        """A brand's first and last bucket, or anybody's; None while nothing was counted."""
        query = select(func.min(ROLLUP.c.bucket), func.max(ROLLUP.c.bucket))
        if brand is not None:
            query = query.where(ROLLUP.c.brand == brand)
        async with self._reading() as connection:
            first, last = (await connection.execute(query)).one()
        return None if first is None else (first, last)


def _scored(brand: str, screen: str, start: datetime, end: datetime, *columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of the scored mentions of a span."""
    return (
        select(*columns)
        .select_from(sentiment.JUDGED)
        .where(MENTION.c.brand == brand, MENTION.c.screen == screen, sentiment.HAS_SENTIMENT)
        .where(MENTION.c.published >= start, MENTION.c.published < end)
    )


def _tombstones(brand: str, screen: str, start: datetime, end: datetime) -> Select[Any]:
    """The ids of the span's mentions that were taken back and may be counted still."""
    return (
        select(MENTION.c.id)
        .where(MENTION.c.brand == brand, MENTION.c.screen == screen)
        .where(MENTION.c.published >= start, MENTION.c.published < end)
        .where(MENTION.c.deleted_at.is_not(None), MENTION.c.rolled_at.is_(None))
    )


async def recount_stories_of(connection: AsyncConnection, mention_ids: Sequence[int]) -> None:
    """Make the rollups of whole stories due: another score or copy may change which telling counts."""
    for ids in chunks(mention_ids):
        stories = select(MENTION.c.story).where(MENTION.c.id.in_(ids), MENTION.c.story.is_not(None))
        told = MENTION.c.story.is_not(None) & MENTION.c.story.in_(stories)
        await connection.execute(update(MENTION).where(told, MENTION.c.rolled_at.is_not(None)).values(rolled_at=None))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join the spans of neighbouring days; they come by brand, screen and day."""
    current: Span | None = None
    for span in spans:
        if current and current[:2] == span[:2] and span.first.date() - current.last.date() <= timedelta(days=1):
            current = current._replace(last=span.last)
            continue
        if current:
            yield current
        current = span
    if current:
        yield current


async def _told_before(connection: AsyncConnection, screen: str, start: datetime, stories: set[int]) -> set[int]:
    """Those of ``stories`` that the screen told before ``start``; a story is of one brand."""
    told: set[int] = set()
    for some in chunks(sorted(stories)):
        query = select(MENTION.c.story).where(
            MENTION.c.story.is_not(None),
            MENTION.c.story.in_(some),
            MENTION.c.screen == screen,
            MENTION.c.negative.is_not(None),
            MENTION.c.published < start,
        )
        told.update((await connection.execute(query.distinct())).scalars())
    return told
