"""IT incidents as their tools tell of them."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from collectors.base import Reject
from reputation_monitor.columns import key_text, plain_json
from reputation_monitor.incidents.base import Incident, RejectedIncident
from reputation_monitor.models import INCIDENT
from reputation_monitor.store.engine import AnyRow, Database, chunks, insert_into
from reputation_monitor.store.quarantine import set_aside
from reputation_monitor.store.records import AddResult
from reputation_monitor.store.sources import advance

_FIELDS = [field.name for field in fields(Incident)]
_COLUMNS = [INCIDENT.c[name] for name in _FIELDS]
_TIMES = ("started", "detected", "acknowledged", "resolved")


class Incidents(Database):
    """Every incident that was ever told of."""

    async def store_incidents(
        self,
        source: str,
        incidents: Sequence[Incident],
        rejects: Sequence[RejectedIncident],
        state: Mapping[str, str] | None,
        now: datetime,
    ) -> AddResult:
        """Store what an incident source gave, all or nothing; (source, incident id) is an incident's identity.

        ``source`` names the incidents that do not name theirs. ``state`` is None where there is no cursor to keep.
        """
        async with self._writing() as connection:
            result = await _add(connection, source, incidents, now)
            told = [Reject(reject.raw, reject.reason, reject.where) for reject in rejects]
            await set_aside(connection, source, told, now)
            if state is not None:
                await advance(connection, source, state, result.added, now)
            return result

    async def incidents(self, start: datetime | None = None, end: datetime | None = None) -> list[Incident]:
        """Incidents that started in [start, end), oldest first; all of them without bounds."""
        query = select(*_COLUMNS).order_by(INCIDENT.c.started, INCIDENT.c.source, INCIDENT.c.id)
        if start is not None:
            query = query.where(INCIDENT.c.started >= start)
        if end is not None:
            query = query.where(INCIDENT.c.started < end)
        async with self._reading() as connection:
            return [_incident(row) for row in await connection.execute(query)]

    async def incident(self, incident_id: str) -> Incident | None:
        """The incident of that id, or of that ``SOURCE:ID``; where several tools use it, the one that started first."""
        named = or_(INCIDENT.c.id == incident_id, INCIDENT.c.source + ":" + INCIDENT.c.id == incident_id)
        query = select(*_COLUMNS).where(named).order_by(INCIDENT.c.started).limit(1)
        async with self._reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _incident(row) if row else None


def _incident(row: AnyRow) -> Incident:
    values = dict(zip(_FIELDS, row, strict=True))
    return Incident(**values | {"services": tuple(values["services"])})


async def _add(connection: AsyncConnection, source: str, incidents: Sequence[Incident], now: datetime) -> AddResult:
    values = {(row["source"], row["id"]): row for row in (_values(incident, source) for incident in incidents)}
    earlier = await _earlier(connection, [incident_id for _, incident_id in values])
    changed = {key: row for key, row in values.items() if earlier.get(key) != row}
    if changed:
        insert = insert_into(connection, INCIDENT)
        new = {name: insert.excluded[name] for name in (*_FIELDS, "updated") if name not in {"source", "id"}}
        statement = insert.on_conflict_do_update(index_elements=["source", "id"], set_=new)
        rows = [row | {"seen": now, "updated": now} for _, row in sorted(changed.items())]
        await connection.execute(statement, rows)
    added = len(changed.keys() - earlier.keys())
    return AddResult(added, len(changed) - added, len(incidents) - len(changed))


def _values(incident: Incident, source: str) -> dict[str, Any]:
    """The row, in the very form it is read back, so that it compares equal when nothing changed."""
    values = {name: getattr(incident, name) for name in _FIELDS}
    plain = {name: value if name in _TIMES else plain_json(value) for name, value in values.items()}
    return plain | {"source": key_text(incident.source or source), "id": key_text(incident.id)}


async def _earlier(connection: AsyncConnection, ids: Sequence[str]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for some in chunks(ids):
        for row in await connection.execute(select(*_COLUMNS).where(INCIDENT.c.id.in_(some))):
            values = dict(zip(_FIELDS, row, strict=True))
            found[values["source"], values["id"]] = values
    return found
