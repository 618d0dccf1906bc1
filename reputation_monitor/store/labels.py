"""Labels that people set by hand, and mentions drawn at random to be labelled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.label_tables import CORRECTION, DRAWN
from reputation_monitor.models import MENTION
from reputation_monitor.store.engine import AnyRow, Database
from reputation_monitor.store.label_records import Correction, digest_of
from reputation_monitor.store.retractions import PRESENT
from reputation_monitor.store.rollups import recount_stories_of
from reputation_monitor.store.sentiment import COLUMNS
from sentiment.scores import LABELS, Label

_OF_LABEL = ("id", "mention", "label", "person", "note", "made_at", "ended_at", "ended_by")
_OF_MENTION = (
    *("brand", "screen", "source", "item_id", "title", "text", "language", "rating"),
    *("score_method", "model"),
)
_COLUMNS = (
    *(CORRECTION.c[name] for name in _OF_LABEL),
    *(MENTION.c[name] for name in (*_OF_MENTION, *LABELS)),
    COLUMNS["story"],
    (CORRECTION.c.revision != MENTION.c.revision).label("changed"),
    DRAWN.c.mention.is_not(None).label("drawn"),
)
_LABELLED = (
    select(*_COLUMNS)
    .join(MENTION, MENTION.c.id == CORRECTION.c.mention)
    .outerjoin(DRAWN, DRAWN.c.mention == CORRECTION.c.mention)
)
_STANDS = CORRECTION.c.ended_at.is_(None)
_DRAWABLE = (
    PRESENT,
    MENTION.c.negative.is_not(None),
    or_(MENTION.c.story.is_(None), MENTION.c.story == MENTION.c.id),  # the others of a story say the same
)
_UNDRAWN = MENTION.c.id.not_in(select(DRAWN.c.mention))


class TextChangedError(Exception):
    """The mention was edited since the text that was judged; the message says what to do."""


class Labels(Database):
    """What people say of mentions by hand; what stood before is kept."""

    async def set_label(
        self, mention_id: int, label: Label, person: str, now: datetime, *, note: str = "", revision: int | None = None
    ) -> Correction | None:
        """Set a mention's label, in the place of an earlier one. The same again changes nothing.

        Args:
            mention_id: which mention.
            label: what it says of its brand.
            person: who says so.
            now: when.
            note: why, for other people.
            revision: the revision that was read, where that is known.

        Returns: the label as it stands; None where there is no such mention, or its author took it back.

        Raises:
            TextChangedError: the mention is at another revision by now.
        """
        async with self._writing() as connection:
            mention = await _locked(connection, mention_id)
            if mention is None:
                return None
            if revision is not None and revision != mention.revision:
                raise TextChangedError(
                    "the text was edited since it was shown; read it again and label what it says now"
                )
            standing = await _standing(connection, mention_id)
            if standing is not None and (standing.label, standing.note, standing.changed) == (label, note, False):
                return standing
            await _end(connection, mention_id, person, now)
            row = {"mention": mention_id, "revision": mention.revision, "label": label, "person": person, "note": note}
            digest = digest_of(mention.title, mention.text)
            await connection.execute(insert(CORRECTION).values(**row, digest=digest, made_at=now))
            await _recount(connection, mention_id)
            return await _standing(connection, mention_id)

    async def withdraw_label(self, mention_id: int, person: str, now: datetime) -> bool:
        """Let a mention's score count again. Returns whether there was a label."""
        async with self._writing() as connection:
            await _locked(connection, mention_id)
            if not await _end(connection, mention_id, person, now):
                return False
            await _recount(connection, mention_id)
            return True

    async def labels(self, limit: int | None = None) -> list[Correction]:
        """The labels that stand, also of texts that changed since; the last set first."""
        query = _LABELLED.where(_STANDS).order_by(CORRECTION.c.made_at.desc(), CORRECTION.c.id.desc()).limit(limit)
        async with self._reading() as connection:
            return [_correction(row) for row in await connection.execute(query)]

    async def label_history(self, mention_id: int) -> list[Correction]:
        """Every label that a mention ever had, the first set first."""
        query = _LABELLED.where(CORRECTION.c.mention == mention_id).order_by(CORRECTION.c.id)
        async with self._reading() as connection:
            return [_correction(row) for row in await connection.execute(query)]

    async def different_texts(self, *, undrawn: bool = False) -> dict[str, int]:
        """How many different texts were scored on each screen, or were not drawn yet; copies of one count once."""
        conditions = (*_DRAWABLE, _UNDRAWN) if undrawn else _DRAWABLE
        query = select(MENTION.c.screen, func.count()).where(*conditions).group_by(MENTION.c.screen)
        async with self._reading() as connection:
            return dict((await connection.execute(query.order_by(MENTION.c.screen))).all())

    async def draw(self, amounts: Mapping[str, int], now: datetime) -> list[int]:
        """Draw so many mentions of each screen, of those not drawn yet, each as likely as any other.

        Whether they have a label already makes no difference: to leave these out would leave out what people noticed.
        Returns the mentions' numbers, in the order drawn; fewer where there are no more.
        """
        drawn: list[int] = []
        async with self._writing() as connection:
            for screen, amount in amounts.items():
                of_screen = select(MENTION.c.id).where(*_DRAWABLE, _UNDRAWN, MENTION.c.screen == screen)
                drawn += (await connection.execute(of_screen.order_by(func.random()).limit(amount))).scalars()
            if drawn:
                await connection.execute(insert(DRAWN), [{"mention": number, "drawn_at": now} for number in drawn])
        return drawn

    async def drawn_unlabelled(self, limit: int | None = None) -> list[int]:
        """The numbers of the mentions that were drawn and wait for a label, the first drawn first."""
        labelled = select(CORRECTION.c.mention).join(MENTION, MENTION.c.id == CORRECTION.c.mention)
        labelled = labelled.where(_STANDS, CORRECTION.c.revision == MENTION.c.revision)
        query = select(DRAWN.c.mention).where(DRAWN.c.mention.not_in(labelled))
        async with self._reading() as connection:
            return list(
                (await connection.execute(query.order_by(DRAWN.c.drawn_at, DRAWN.c.mention).limit(limit))).scalars()
            )


async def _locked(connection: AsyncConnection, mention_id: int) -> AnyRow | None:
    """The mention, which nobody edits or labels until the transaction ends."""
    columns = (MENTION.c.revision, MENTION.c.title, MENTION.c.text)
    query = select(*columns).where(MENTION.c.id == mention_id, PRESENT).with_for_update()
    return (await connection.execute(query)).one_or_none()


async def _standing(connection: AsyncConnection, mention_id: int) -> Correction | None:
    row = (await connection.execute(_LABELLED.where(CORRECTION.c.mention == mention_id, _STANDS))).one_or_none()
    return None if row is None else _correction(row)


async def _end(connection: AsyncConnection, mention_id: int, person: str, now: datetime) -> bool:
    ended = update(CORRECTION).where(CORRECTION.c.mention == mention_id, _STANDS).values(ended_at=now, ended_by=person)
    return (await connection.execute(ended)).rowcount > 0


async def _recount(connection: AsyncConnection, mention_id: int) -> None:
    await connection.execute(update(MENTION).where(MENTION.c.id == mention_id).values(rolled_at=None))
    await recount_stories_of(connection, [mention_id])


def _correction(row: AnyRow) -> Correction:
    values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    shares = tuple(values.pop(name) for name in LABELS)
    return Correction(**values, scores=None if shares[0] is None else shares)
