"""Where each source stands: its cursor and how its polls went."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.models import SOURCE_STATE
from reputation_monitor.sources.glimpses import Page
from reputation_monitor.store.engine import Database, insert_into
from reputation_monitor.store.records import SourceState
from reputation_monitor.store.source_history import remember_answer, remember_failure

_COLUMNS = [SOURCE_STATE.c[field.name] for field in fields(SourceState)]


class Sources(Database):
    """The state of every source that was ever polled."""

    async def source_state(self, source: str) -> SourceState:
        """Where a source stands; one never polled has an empty state."""
        async with self._reading() as connection:
            row = (await connection.execute(select(*_COLUMNS).where(SOURCE_STATE.c.source == source))).one_or_none()
        return SourceState(*row) if row else SourceState(source)

    async def source_states(self) -> list[SourceState]:
        """Where every source stands, by name."""
        async with self._reading() as connection:
            rows = await connection.execute(select(*_COLUMNS).order_by(SOURCE_STATE.c.source))
            return [SourceState(*row) for row in rows]

    async def poll_succeeded(self, source: str, now: datetime, page: Page | None = None) -> None:
        """Record that a source was read to its end, whether or not it held something new."""
        polls = SOURCE_STATE.c.polls + 1
        async with self._writing() as connection:
            await _upsert(connection, source, {"last_success": now, "failures": 0, "polls": 1}, {"polls": polls})
            await remember_answer(connection, source, page or Page(), now)

    async def poll_failed(self, source: str, error: str, now: datetime) -> None:
        """Record that a source could not be read; its cursor stays where it was."""
        values = {"last_error": error, "last_error_at": now, "failures": 1, "polls": 1}
        counts = {"failures": SOURCE_STATE.c.failures + 1, "polls": SOURCE_STATE.c.polls + 1}
        async with self._writing() as connection:
            await _upsert(connection, source, values, counts)
            await remember_failure(connection, source, now)


async def advance(
    connection: AsyncConnection, source: str, state: Mapping[str, str], items: int, now: datetime
) -> None:
    """Move a source's cursor, in the transaction that stores what the cursor covers."""
    values: dict[str, Any] = {"state": dict(state), "items": items}
    if items:
        values["last_item"] = now
    await _upsert(connection, source, values, {"items": SOURCE_STATE.c["items"] + items})


async def _upsert(
    connection: AsyncConnection, source: str, values: Mapping[str, Any], counts: Mapping[str, Any]
) -> None:
    """Set ``values``; where the source is known already, ``counts`` go on from what they were."""
    unknown = {"state": {}, "last_error": "", "failures": 0, "polls": 0, "items": 0}
    insert = insert_into(connection, SOURCE_STATE).values(unknown | {"source": source} | dict(values))
    await connection.execute(insert.on_conflict_do_update(index_elements=["source"], set_=dict(values) | dict(counts)))
