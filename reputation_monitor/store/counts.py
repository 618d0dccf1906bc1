"""How much there is of everything, for those who look after the service."""

from typing import Any

from sqlalchemy import Table, func, select

from reputation_monitor import models
from reputation_monitor.models import ALERT, MENTION, OUTBOX
from reputation_monitor.store.engine import Database
from reputation_monitor.store.mentions import WAITING
from reputation_monitor.store.records import AlertState, Counts
from reputation_monitor.store.retractions import PRESENT
from reputation_monitor.store.sentiment import UNREAD


def _count(table: Table, *conditions: Any) -> Any:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


_COUNTS = {
    "mentions": _count(MENTION, PRESENT),
    "unscored": _count(MENTION, *WAITING, PRESENT),
    "unread": _count(MENTION, UNREAD, PRESENT),
    "due": _count(MENTION, MENTION.c.rolled_at.is_(None), MENTION.c.negative.is_not(None)),
    "rollups": _count(models.ROLLUP),
    "sources": _count(models.SOURCE_STATE),
    "quarantined": _count(models.QUARANTINE),
    "incidents": _count(models.INCIDENT),
    "shifts": _count(models.SHIFT),
    "links": _count(models.LINK),
    "alerts_firing": _count(ALERT, ALERT.c.state == AlertState.FIRING),
    "outbox_waiting": _count(OUTBOX, OUTBOX.c.sent_at.is_(None), OUTBOX.c.failed_at.is_(None)),
    "outbox_given_up": _count(OUTBOX, OUTBOX.c.failed_at.is_not(None)),
}


class Overview(Database):
    """The store seen from afar."""

    async def counts(self) -> Counts:
        """Rows of each table, and how many wait for somebody."""
        query = select(*(count.label(name) for name, count in _COUNTS.items()))
        async with self._reading() as connection:
            return Counts(**(await connection.execute(query)).mappings().one())
