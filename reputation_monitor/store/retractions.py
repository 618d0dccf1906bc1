"""What authors took back: its words go, and a tombstone stays in their place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.columns import key_text
from reputation_monitor.models import COPY_HASH, MENTION, MENTION_HISTORY
from reputation_monitor.store.engine import chunks
from reputation_monitor.store.rollups import recount_stories_of
from reputation_monitor.store.sentiment import forget_labels

PRESENT = MENTION.c.deleted_at.is_(None)
"""Whether a row is a mention still, and no tombstone."""

_ALL_BELOW = "/*"
_ERASED: Mapping[str, Any] = MappingProxyType(
    dict.fromkeys(("url", "author", "title", "text", "language", "fingerprint"), "")
    | dict.fromkeys(("language_confidence", "rating", "updated", "story", "rolled_at"))
    | dict.fromkeys(("negative", "neutral", "positive", "score_method", "model", "scored_at"))
    | {"extra": {}, "failing": False}
)


async def brands_of(connection: AsyncConnection, source: str, item_ids: Sequence[str]) -> set[str]:
    """The brands that the items speak of, as far as they are stored."""
    brands: set[str] = set()
    for named in _named(item_ids):
        query = select(MENTION.c.brand).where(MENTION.c.source == source, named)
        brands.update((await connection.execute(query.distinct())).scalars())
    return brands


async def retract(connection: AsyncConnection, source: str, item_ids: Sequence[str], now: datetime) -> int:
    """Make tombstones of a source's items; returns how many mentions were erased.

    An id that ends with ``/*`` names all items whose ids begin as it does. An item that was never stored leaves no
    tombstone: a network's stream of deletions is mostly about what nobody here knew.
    """
    erased = 0
    for named in _named(item_ids):
        query = select(MENTION.c.id).where(MENTION.c.source == source, named, PRESENT)
        mentions = list((await connection.execute(query)).scalars())
        await _erase(connection, mentions, now)
        erased += len(mentions)
    return erased


def _named(item_ids: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together hold for the mentions of these items."""
    ids = {item_id for item_id in item_ids if not item_id.endswith(_ALL_BELOW)}
    for some in chunks(sorted(map(key_text, ids))):
        yield MENTION.c.item_id.in_(some)
    for account in sorted({*item_ids} - ids):
        yield MENTION.c.item_id.startswith(account.removesuffix("*"), autoescape=True)


async def _erase(connection: AsyncConnection, mentions: Sequence[int], now: datetime) -> None:
    """Leave nothing that was said; the revision moves on, so that a score under way finds no text to belong to."""
    await recount_stories_of(connection, mentions)
    await forget_labels(connection, mentions)
    tombstone = update(MENTION).values(**_ERASED, deleted_at=now, revision=MENTION.c.revision + 1)
    for ids in chunks(mentions):
        await connection.execute(delete(MENTION_HISTORY).where(MENTION_HISTORY.c.mention.in_(ids)))
        await connection.execute(delete(COPY_HASH).where(COPY_HASH.c.mention.in_(ids)))
        await connection.execute(tombstone.where(MENTION.c.id.in_(ids)))
