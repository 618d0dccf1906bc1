"""Alerts and their notifications, committed together: what is decided is never untold, what is told was decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.base import Notification
from reputation_monitor.models import ALERT
from reputation_monitor.store.engine import AnyRow, Database, insert_into
from reputation_monitor.store.outbox import put_in_outbox
from reputation_monitor.store.payloads import ALERTS
from reputation_monitor.store.records import AlertChange, AlertState, KnownAlert

_COLUMNS = (ALERT.c.payload, ALERT.c.state, ALERT.c.raised_at, ALERT.c.ended_at, ALERT.c.last_notified_at)


class Alerts(Database):
    """The state of every condition that ever held."""

    async def apply(
        self, changes: Sequence[AlertChange], notifications: Sequence[tuple[str, Notification]], now: datetime
    ) -> None:
        """Keep changed alerts and put (channel, notification) pairs into the outbox, all or nothing.

        A notification whose key the channel already has is not put there twice.
        """
        async with self._writing() as connection:
            await _keep(connection, changes, now)
            await put_in_outbox(connection, notifications, now)
            told = sorted({notification.alert.key for _, notification in notifications})
            await connection.execute(update(ALERT).where(ALERT.c.key.in_(told)).values(last_notified_at=now))

    async def alert(self, key: str) -> KnownAlert | None:
        """The alert of that key."""
        async with self._reading() as connection:
            row = (await connection.execute(select(*_COLUMNS).where(ALERT.c.key == key))).one_or_none()
        return _alert(row) if row else None

    async def open_alerts(self) -> list[KnownAlert]:
        """Alerts whose condition holds, first raised first."""
        return await self._alerts(
            select(*_COLUMNS).where(ALERT.c.state == AlertState.FIRING).order_by(ALERT.c.raised_at, ALERT.c.key)
        )

    async def alerts(self, limit: int = 100) -> list[KnownAlert]:
        """Alerts, last raised first."""
        newest = (ALERT.c.raised_at.desc(), ALERT.c.key)
        return await self._alerts(select(*_COLUMNS).order_by(*newest).limit(limit))

    async def _alerts(self, query: Any) -> list[KnownAlert]:
        async with self._reading() as connection:
            return [_alert(row) for row in await connection.execute(query)]


def _alert(row: AnyRow) -> KnownAlert:
    payload, state, *times = row
    return KnownAlert(ALERTS.load(payload), AlertState(state), *times)


async def _keep(connection: AsyncConnection, changes: Sequence[AlertChange], now: datetime) -> None:
    rows = {change.alert.key: _row(change, now) for change in changes}
    if not rows:
        return
    insert = insert_into(connection, ALERT)
    new = insert.excluded
    raised_anew = (ALERT.c.state == AlertState.ENDED) & (new.state == AlertState.FIRING)
    values = {
        "kind": new.kind,
        "brand": new.brand,
        "state": new.state,
        "raised_at": case((raised_anew, new.raised_at), else_=ALERT.c.raised_at),
        "ended_at": case((new.ended_at.is_not(None), func.coalesce(ALERT.c.ended_at, new.ended_at)), else_=None),
        "payload": new.payload,
    }
    statement = insert.on_conflict_do_update(index_elements=["key"], set_=values)
    await connection.execute(statement, [row for _, row in sorted(rows.items())])


def _row(change: AlertChange, now: datetime) -> dict[str, Any]:
    return {
        "key": change.alert.key,
        "kind": change.alert.kind,
        "brand": change.alert.brand,
        "state": change.state,
        "raised_at": now,
        "ended_at": now if change.state == AlertState.ENDED else None,
        "last_notified_at": None,
        "payload": ALERTS.dump(change.alert),
    }
