"""What models were tuned to, by people's labels."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.label_tables import TUNING
from reputation_monitor.store.engine import Database
from reputation_monitor.store.label_records import KeptTuning


class Tunings(Database):
    """One tuning is used at a time; those before it are kept."""

    async def tuning(self) -> KeptTuning | None:
        """The one that is used."""
        query = select(TUNING.c.base, TUNING.c.payload, TUNING.c.made_at).where(TUNING.c.ended_at.is_(None))
        async with self._reading() as connection:
            row = (await connection.execute(query.order_by(TUNING.c.id.desc()).limit(1))).one_or_none()
        return None if row is None else KeptTuning(*row)

    async def keep_tuning(self, base: str, payload: Mapping[str, Any], now: datetime) -> None:
        """Use this one from now on."""
        async with self._writing() as connection:
            await _end(connection, now)
            await connection.execute(insert(TUNING).values(base=base, payload=dict(payload), made_at=now))

    async def discard_tuning(self, now: datetime) -> bool:
        """Use none. Returns whether there was one."""
        async with self._writing() as connection:
            return await _end(connection, now)


async def _end(connection: AsyncConnection, now: datetime) -> bool:
    ended = await connection.execute(update(TUNING).where(TUNING.c.ended_at.is_(None)).values(ended_at=now))
    return ended.rowcount > 0
