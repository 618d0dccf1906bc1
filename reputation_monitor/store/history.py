"""What mentions said before they were edited."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.models import MENTION, MENTION_HISTORY
from reputation_monitor.store.engine import Database, chunks
from reputation_monitor.store.records import Revision

_COLUMNS = [MENTION_HISTORY.c[field.name] for field in fields(Revision)]
_KEPT = [column.name for column in _COLUMNS if column.name not in {"mention", "replaced_at"}]


class History(Database):
    """The earlier texts of mentions."""

    async def history(self, mention_id: int) -> list[Revision]:
        """What a mention said before, oldest first; empty where it was never edited, or was taken back."""
        query = select(*_COLUMNS).where(MENTION_HISTORY.c.mention == mention_id)
        async with self._reading() as connection:
            rows = await connection.execute(query.order_by(MENTION_HISTORY.c.revision))
            return [Revision(*row) for row in rows]


async def keep_earlier(connection: AsyncConnection, mention_ids: Sequence[int], now: datetime) -> None:
    """Copy mentions as they are into the history, in the transaction that is about to change them.

    Locked first, for a score of the old text may be on its way from another connection.
    """
    replaced = literal(now, MENTION_HISTORY.c.replaced_at.type)
    columns = [MENTION.c.id, *(MENTION.c[name] for name in _KEPT), replaced]
    for ids in chunks(sorted(mention_ids)):
        await connection.execute(
            select(MENTION.c.id).where(MENTION.c.id.in_(ids)).order_by(MENTION.c.id).with_for_update()
        )
        earlier = select(*columns).where(MENTION.c.id.in_(ids))
        await connection.execute(insert(MENTION_HISTORY).from_select(["mention", *_KEPT, "replaced_at"], earlier))
