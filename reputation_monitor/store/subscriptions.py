"""Hubs that were asked to send a source's news: what was asked, and until when they will."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, select, update

from reputation_monitor.models import SUBSCRIPTION
from reputation_monitor.store.engine import Database, insert_into
from reputation_monitor.store.records import Subscription

_COLUMNS = [SUBSCRIPTION.c[field.name] for field in fields(Subscription)]


class Subscriptions(Database):
    """One subscription a source at most."""

    async def subscription(self, source: str) -> Subscription | None:
        """What was asked for a source."""
        async with self._reading() as connection:
            query = select(*_COLUMNS).where(SUBSCRIPTION.c.source == source)
            row = (await connection.execute(query)).mappings().one_or_none()
        return Subscription(**row) if row else None

    async def subscriptions(self) -> list[Subscription]:
        """Everything that was asked, by source."""
        async with self._reading() as connection:
            rows = await connection.execute(select(*_COLUMNS).order_by(SUBSCRIPTION.c.source))
            return [Subscription(**row) for row in rows.mappings()]

    async def keep_subscription(self, subscription: Subscription) -> None:
        """Keep what was asked, in the place of what was asked before for the source."""
        values = asdict(subscription)
        async with self._writing() as connection:
            insert = insert_into(connection, SUBSCRIPTION).values(values)
            await connection.execute(insert.on_conflict_do_update(index_elements=["source"], set_=values))

    async def change_subscription(self, source: str, key: str, values: Mapping[str, Any]) -> bool:
        """Change some of what is known of a subscription, unless another took its place. Returns whether it did."""
        theirs = (SUBSCRIPTION.c.source == source) & (SUBSCRIPTION.c.key == key)
        async with self._writing() as connection:
            done = await connection.execute(update(SUBSCRIPTION).where(theirs).values(dict(values)))
        return done.rowcount > 0

    async def drop_subscription(self, source: str, key: str) -> None:
        """Forget a subscription, unless another took its place."""
        theirs = (SUBSCRIPTION.c.source == source) & (SUBSCRIPTION.c.key == key)
        async with self._writing() as connection:
            await connection.execute(delete(SUBSCRIPTION).where(theirs))
