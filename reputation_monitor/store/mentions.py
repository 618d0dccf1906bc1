"""Reading mentions, and giving them their scores."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from reputation_monitor.models import MENTION
from reputation_monitor.store.engine import Database, chunks
from reputation_monitor.store.records import Mention, ScoredMention, ScoreMethod
from reputation_monitor.store.retractions import PRESENT
from reputation_monitor.store.rollups import recount_stories_of
from reputation_monitor.store.sentiment import COLUMNS, HAS_SENTIMENT, JUDGED, UNREAD

_BY_MODEL = MENTION.c.score_method.in_((ScoreMethod.MODEL, ScoreMethod.TARGET))
WAITING = (MENTION.c.negative.is_(None), MENTION.c.score_method.is_(None))
"""Conditions of a mention that waits for its score."""
_MENTIONS = select(*(COLUMNS[field.name] for field in fields(Mention))).select_from(JUDGED)


class Order(StrEnum):
    """Which mentions come first."""

    OLDEST = "oldest"
    NEWEST = "newest"
    MOST_NEGATIVE = "most negative"


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.OLDEST: (MENTION.c.published, MENTION.c.id),
    Order.NEWEST: (MENTION.c.published.desc(), MENTION.c.id.desc()),
    Order.MOST_NEGATIVE: (COLUMNS["negative"].desc().nulls_last(), MENTION.c.published, MENTION.c.id),
}


class Mentions(Database):
    """The reading side of mentions, and their scores."""

    async def mentions(
        self,
        brand: str,
        start: datetime,
        end: datetime,
        *,
        screens: Sequence[str] | None = None,
        order: Order = Order.OLDEST,
        limit: int | None = None,
    ) -> list[Mention]:
        """A brand's mentions published in [start, end), on all screens unless some are named."""
        query = _MENTIONS.where(MENTION.c.brand == brand, MENTION.c.published >= start, MENTION.c.published < end)
        if screens is not None:
            query = query.where(MENTION.c.screen.in_(screens))
        return await self._mentions(query.order_by(*_ORDERS[order]).limit(limit))

    async def count_texts(self, brand: str, start: datetime, end: datetime, screens: Sequence[str]) -> int:
        """How many different texts a brand's scored mentions on these screens tell in [start, end), copies left out."""
        inside = (MENTION.c.brand == brand, MENTION.c.published >= start, MENTION.c.published < end)
        query = select(func.count(COLUMNS["story"].distinct())).select_from(JUDGED).where(*inside, PRESENT)
        async with self._reading() as connection:
            counted = await connection.execute(query.where(MENTION.c.screen.in_(screens), HAS_SENTIMENT))
            return int(counted.scalar_one())

    async def mentions_by_key(self, keys: Sequence[str], brand: str | None = None) -> list[Mention]:
        """The mentions that ``Mention.key`` names, in the order of ``keys``; unknown keys are passed over."""
        found: dict[str, list[Mention]] = {}
        for source, item_ids in _item_ids_by_source(keys).items():
            for some in chunks(item_ids):
                query = _MENTIONS.where(MENTION.c.source == source, MENTION.c.item_id.in_(some))
                query = query if brand is None else query.where(MENTION.c.brand == brand)
                for mention in await self._mentions(query.order_by(MENTION.c.id)):
                    found.setdefault(mention.key, []).append(mention)
        return [mention for key in dict.fromkeys(keys) for mention in found.get(key, ())]

    async def mentions_by_id(self, ids: Sequence[int]) -> list[Mention]:
        """The mentions with these numbers, in their order; unknown ones are passed over."""
        found: dict[int, Mention] = {}
        for some in chunks(ids):
            found |= {row.id: row for row in await self._mentions(_MENTIONS.where(MENTION.c.id.in_(some)))}
        return [found[number] for number in ids if number in found]

    async def unscored(self, limit: int) -> list[Mention]:
        """Mentions that wait for their scores, first stored first."""
        return await self._mentions(_MENTIONS.where(*WAITING).order_by(MENTION.c.id).limit(limit))

    async def unscored_until(self, moment: datetime) -> int:
        """How many mentions that were stored up to the moment still wait for their scores."""
        query = select(func.count()).where(*WAITING, PRESENT, MENTION.c.fetched <= moment)
        async with self._reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def unread_languages(self) -> dict[str, int]:
        """Languages of the mentions that no model could read, with how many there are, the most first."""
        count = func.count()
        query = select(MENTION.c.language, count).where(UNREAD, PRESENT).group_by(MENTION.c.language)
        async with self._reading() as connection:
            return dict((await connection.execute(query.order_by(count.desc(), MENTION.c.language))).all())

    async def reconsider(self, languages: Sequence[str]) -> int:
        """Let the mentions in these languages, as they stand there, wait for scores again. Returns how many do."""
        waits = update(MENTION).where(UNREAD, MENTION.c.language.in_(languages))
        async with self._writing() as connection:
            done = await connection.execute(waits.values(score_method=None, scored_at=None))
            return int(done.rowcount)

    async def languages_by_model(self) -> set[tuple[str, str]]:
        """The languages of the mentions that models scored, as they stand there, each with the model's identity."""
        query = select(MENTION.c.language, MENTION.c.model).where(_BY_MODEL).distinct()
        async with self._reading() as connection:
            return {(language, model or "") for language, model in (await connection.execute(query)).all()}

    async def scored_by(self, model: str, language: str, after: int, limit: int) -> list[Mention]:
        """Mentions with a higher number than ``after`` in a language that a model scored, in their order."""
        same = (_BY_MODEL, MENTION.c.model == model, MENTION.c.language == language, MENTION.c.id > after)
        return await self._mentions(_MENTIONS.where(*same).order_by(MENTION.c.id).limit(limit))

    async def save_scores(self, scored: Sequence[ScoredMention], now: datetime) -> None:
        """Save scores and make the rollups due; a mention edited since its text was read waits for another score.

        A label that a person set goes on counting before the score.
        """
        if not scored:
            return
        names = ("negative", "neutral", "positive", "score_method", "model", "scored_at")
        statement = (
            update(MENTION)
            .where(MENTION.c.id == bindparam("mention"), MENTION.c.revision == bindparam("read"))
            .values({name: bindparam(f"new_{name}") for name in names} | {"rolled_at": None})
        )
        async with self._writing() as connection:
            await connection.execute(statement, [_parameters(mention, now) for mention in scored])
            await recount_stories_of(connection, [mention.id for mention in scored])

    async def brands(self) -> dict[str, int]:
        """Every brand that is spoken of, with its number of mentions."""
        query = select(MENTION.c.brand, func.count()).where(PRESENT).group_by(MENTION.c.brand).order_by(MENTION.c.brand)
        async with self._reading() as connection:
            return dict((await connection.execute(query)).all())

    async def _mentions(self, query: Select[Any]) -> list[Mention]:
        async with self._reading() as connection:
            return [Mention(*row) for row in await connection.execute(query.where(PRESENT))]


def _parameters(scored: ScoredMention, now: datetime) -> dict[str, Any]:
    negative, neutral, positive = scored.scores or (None, None, None)
    return {
        "mention": scored.id,
        "read": scored.revision,
        "new_negative": negative,
        "new_neutral": neutral,
        "new_positive": positive,
        "new_score_method": scored.method,
        "new_model": scored.model,
        "new_scored_at": now,
    }


def _item_ids_by_source(keys: Sequence[str]) -> dict[str, list[str]]:
    """Every way to read the keys: sources and item ids may both hold colons."""
    ids: dict[str, list[str]] = {}
    for key in keys:
        for position, character in enumerate(key):
            if character == ":":
                ids.setdefault(key[:position], []).append(key[position + 1 :])
    return ids
