"""The outbox: notifications that wait for their channel, delivered at least once and in order."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from alerts.base import Notification
from reputation_monitor.models import OUTBOX
from reputation_monitor.store.engine import AnyRow, Database, insert_into
from reputation_monitor.store.payloads import NOTIFICATIONS
from reputation_monitor.store.records import Delivery

_COLUMNS = [
    *(OUTBOX.c.id, OUTBOX.c.channel, OUTBOX.c.payload, OUTBOX.c.created, OUTBOX.c.attempts, OUTBOX.c.next_attempt),
    *(OUTBOX.c.claimed_until, OUTBOX.c.sent_at, OUTBOX.c.failed_at, OUTBOX.c.last_error),
]
_WAITING = and_(OUTBOX.c.sent_at.is_(None), OUTBOX.c.failed_at.is_(None))


class Outbox(Database):
    """Deliveries: claimed for a while, then sent, or put off, or given up."""

    async def claim(self, now: datetime, limit: int, lease_seconds: float) -> list[Delivery]:
        """Take deliveries that are due, for ``lease_seconds``; nobody else gets them until then.

        A worker that dies leaves its lease to run out, and the delivery is claimed again. A channel hears of an alert
        in order: a notification waits while an earlier one of its alert and channel does.
        """
        free = and_(
            _WAITING,
            OUTBOX.c.next_attempt <= now,
            or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until <= now),
        )
        due = select(OUTBOX.c.id).where(free, ~_an_earlier_one_waits()).order_by(OUTBOX.c.next_attempt, OUTBOX.c.id)
        lease = {"claimed_until": now + timedelta(seconds=lease_seconds), "attempts": OUTBOX.c.attempts + 1}
        claimed = update(OUTBOX).where(free).values(lease).returning(*_COLUMNS)
        async with self._writing() as connection:
            # Chosen first: as a subquery of the update, PostgreSQL may choose again for each row and pass the limit.
            choice = await connection.execute(due.limit(limit).with_for_update(skip_locked=True))
            rows = (await connection.execute(claimed.where(OUTBOX.c.id.in_(choice.scalars().all())))).all()
        return sorted(map(_delivery, rows), key=lambda delivery: delivery.id)

    async def sent(self, delivery_id: int, now: datetime) -> None:
        """Record that the channel took the notification; call it only after it did."""
        await self._settle(delivery_id, sent_at=now, failed_at=None, claimed_until=None, last_error="")

    async def failed(self, delivery_id: int, error: str, next_attempt: datetime | None, now: datetime) -> None:
        """Record that the channel did not take it: to be tried again at ``next_attempt``, or given up if None."""
        if next_attempt is None:
            await self._settle(delivery_id, failed_at=now, claimed_until=None, last_error=error)
        else:
            await self._settle(delivery_id, next_attempt=next_attempt, claimed_until=None, last_error=error)

    async def pending(self) -> list[Delivery]:
        """Every delivery that is neither sent nor given up, oldest first."""
        return await self._deliveries(select(*_COLUMNS).where(_WAITING).order_by(OUTBOX.c.id))

    async def deliveries(self, alert_key: str) -> list[Delivery]:
        """Every delivery about an alert, oldest first."""
        return await self._deliveries(select(*_COLUMNS).where(OUTBOX.c.alert_key == alert_key).order_by(OUTBOX.c.id))

    async def last_deliveries(self, alert_keys: Sequence[str]) -> list[Delivery]:
        """What each channel was last told of each of these alerts, whether or not it is delivered yet."""
        last = select(func.max(OUTBOX.c.id)).where(OUTBOX.c.alert_key.in_(alert_keys))
        last = last.group_by(OUTBOX.c.alert_key, OUTBOX.c.channel)
        return await self._deliveries(select(*_COLUMNS).where(OUTBOX.c.id.in_(last)).order_by(OUTBOX.c.id))

    async def _deliveries(self, query: Select[Any]) -> list[Delivery]:
        async with self._reading() as connection:
            return [_delivery(row) for row in await connection.execute(query)]

    async def _settle(self, delivery_id: int, **values: Any) -> None:
        # What was sent stays sent, even if a worker whose lease ran out reports a failure later.
        statement = update(OUTBOX).where(OUTBOX.c.id == delivery_id, OUTBOX.c.sent_at.is_(None)).values(**values)
        async with self._writing() as connection:
            await connection.execute(statement)


def _an_earlier_one_waits() -> Any:
    earlier = OUTBOX.alias("earlier")
    return exists().where(
        earlier.c.alert_key == OUTBOX.c.alert_key,
        earlier.c.channel == OUTBOX.c.channel,
        earlier.c.id < OUTBOX.c.id,
        earlier.c.sent_at.is_(None),
        earlier.c.failed_at.is_(None),
    )


def _delivery(row: AnyRow) -> Delivery:
    delivery_id, channel, payload, *rest = row
    return Delivery(delivery_id, channel, NOTIFICATIONS.load(payload), *rest)


async def put_in_outbox(
    connection: AsyncConnection, notifications: Iterable[tuple[str, Notification]], now: datetime
) -> None:
    """Add notifications that their channel does not have yet, due at once."""
    rows = [_row(channel, notification, now) for channel, notification in notifications]
    if rows:
        insert = insert_into(connection, OUTBOX).on_conflict_do_nothing(index_elements=["channel", "key"])
        await connection.execute(insert, rows)


def _row(channel: str, notification: Notification, now: datetime) -> dict[str, Any]:
    return {
        "key": notification.key,
        "alert_key": notification.alert.key,
        "channel": channel,
        "event": notification.event,
        "payload": NOTIFICATIONS.dump(notification),
        "created": now,
        "attempts": 0,
        "next_attempt": now,
        "claimed_until": None,
        "sent_at": None,
        "failed_at": None,
        "last_error": "",
    }
