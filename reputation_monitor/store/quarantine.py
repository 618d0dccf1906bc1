"""What could not be read: kept with its reason until somebody looks, mends the reader and replays it."""

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collectors.base import Reject
from reputation_monitor.columns import plain_text
from reputation_monitor.models import QUARANTINE
from reputation_monitor.store.engine import Database, chunks, insert_into
from reputation_monitor.store.records import Quarantined

RAW_CHARACTERS = 10_000
"""How much of an unreadable thing is kept."""

_COLUMNS = [QUARANTINE.c[field.name] for field in fields(Quarantined)]


class Quarantine(Database):
    """The shelf of what could not be read."""

    async def quarantined(self, source: str | None = None, limit: int = 100) -> list[Quarantined]:
        """What was set aside, last seen first."""
        query = select(*_COLUMNS).order_by(QUARANTINE.c.last_seen.desc(), QUARANTINE.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(QUARANTINE.c.source == source)
        async with self._reading() as connection:
            return [Quarantined(*row) for row in await connection.execute(query)]

    async def quarantine_counts(self) -> dict[str, int]:
        """How many different things each source has in quarantine."""
        query = select(QUARANTINE.c.source, func.count()).group_by(QUARANTINE.c.source).order_by(QUARANTINE.c.source)
        async with self._reading() as connection:
            return dict((await connection.execute(query)).all())

    async def release(self, ids: Sequence[int]) -> None:
        """Take things off the shelf, once they were replayed or found to be of no use."""
        async with self._writing() as connection:
            for some in chunks(ids):
                await connection.execute(delete(QUARANTINE).where(QUARANTINE.c.id.in_(some)))


async def set_aside(connection: AsyncConnection, source: str, rejects: Sequence[Reject], now: datetime) -> None:
    """Keep rejects; one that came before is counted, not kept twice."""
    rows = {reject.raw: _row(source, reject, now) for reject in rejects}
    if not rows:
        return
    insert = insert_into(connection, QUARANTINE)
    again = {
        "reason": insert.excluded.reason,
        "place": insert.excluded.place,
        "last_seen": insert.excluded.last_seen,
        "seen": QUARANTINE.c.seen + 1,
    }
    statement = insert.on_conflict_do_update(index_elements=["source", "digest"], set_=again)
    # In one order, or two writers on PostgreSQL wait for each other.
    await connection.execute(statement, sorted(rows.values(), key=lambda row: str(row["digest"])))


def _row(source: str, reject: Reject, now: datetime) -> dict[str, object]:
    raw = plain_text(reject.raw)
    return {
        "source": source,
        "digest": hashlib.sha256(raw.encode()).hexdigest(),
        "raw": raw[:RAW_CHARACTERS],
        "reason": reject.reason,
        "place": reject.where,
        "first_seen": now,
        "last_seen": now,
        "seen": 1,
    }
