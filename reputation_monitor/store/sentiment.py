"""What a mention is taken to say, chosen here for all who read it: a person's label, else its score.

A score comes of the model, of stars or of whoever gave it (``reputation_monitor.scoring``) and stays where it is; a
label that stands for the mention's present words goes before it, with certainty.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.label_tables import CORRECTION, DRAWN
from reputation_monitor.models import MENTION
from reputation_monitor.store.engine import chunks
from reputation_monitor.store.label_records import digest_of
from reputation_monitor.store.records import ScoreMethod
from sentiment.scores import LABELS

APPLIES = and_(
    CORRECTION.c.mention == MENTION.c.id, CORRECTION.c.revision == MENTION.c.revision, CORRECTION.c.ended_at.is_(None)
)
"""Whether a label counts for a mention as it is now."""
UNREAD = and_(MENTION.c.negative.is_(None), MENTION.c.score_method == literal_column(f"'{ScoreMethod.LANGUAGE}'"))
"""Whether no model could read a mention, in the words of its index."""
JUDGED = MENTION.outerjoin(CORRECTION, APPLIES)
"""Mentions, each with the label that counts, if any."""

_BY_HAND = CORRECTION.c.label.is_not(None)
_BY_LABEL: dict[str, ColumnElement[Any]] = {
    **{name: case((CORRECTION.c.label == name, 1.0), else_=0.0) for name in LABELS},
    "score_method": literal(ScoreMethod.HAND.value),
    "model": literal(""),
    "scored_at": CORRECTION.c.made_at,
}
COLUMNS: Mapping[str, ColumnElement[Any]] = MappingProxyType(
    {column.name: column for column in MENTION.c}
    | {name: case((_BY_HAND, value), else_=MENTION.c[name]).label(name) for name, value in _BY_LABEL.items()}
    | {"story": func.coalesce(MENTION.c.story, MENTION.c.id).label("story")}
)
"""What is read of ``JUDGED``, by the names of a mention's columns; a story goes by its first mention's number."""
HAS_SENTIMENT = or_(MENTION.c.negative.is_not(None), _BY_HAND)
"""Whether a mention of ``JUDGED`` counts: it has a score, or a person read what no model could."""


async def follow_edits(connection: AsyncConnection, mention_ids: Sequence[int]) -> None:
    """Take labels along to the revisions that say the same words as those that were judged."""
    columns = (CORRECTION.c.id, CORRECTION.c.digest, MENTION.c.revision, MENTION.c.title, MENTION.c.text)
    standing = select(*columns).join(MENTION, CORRECTION.c.mention == MENTION.c.id)
    standing = standing.where(CORRECTION.c.ended_at.is_(None))
    unchanged: list[dict[str, int]] = []
    for ids in chunks(mention_ids):
        rows = await connection.execute(standing.where(MENTION.c.id.in_(ids)))
        same = (row for row in rows if row.digest == digest_of(row.title, row.text))
        unchanged += ({"correction": row.id, "moved": row.revision} for row in same)
    if unchanged:
        moved = update(CORRECTION).where(CORRECTION.c.id == bindparam("correction"))
        await connection.execute(moved.values(revision=bindparam("moved")), unchanged)


async def forget_labels(connection: AsyncConnection, mention_ids: Sequence[int]) -> None:
    """Erase the labels of mentions that their authors took back, with all that was noted of them."""
    for ids in chunks(mention_ids):
        await connection.execute(delete(CORRECTION).where(CORRECTION.c.mention.in_(ids)))
        await connection.execute(delete(DRAWN).where(DRAWN.c.mention.in_(ids)))
