"""How each source was when it was last judged; whoever wants to know reads it here and judges nothing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from reputation_monitor.models import SOURCE_HEALTH, SOURCE_STATE
from reputation_monitor.sources.health import Health
from reputation_monitor.store.engine import Database, insert_into
from reputation_monitor.store.payloads import HEALTHS

_HAPPENINGS = [SOURCE_STATE.c[name] for name in ("last_success", "last_error_at", "last_item")]


class SourceHealths(Database):
    """The last judgement of every source."""

    async def keep_healths(self, healths: Sequence[Health]) -> None:
        """Keep judgements, each in the place of the source's earlier one."""
        rows = [{"source": h.source, "judged_at": h.judged_at, "payload": HEALTHS.dump(h)} for h in healths]
        async with self._writing() as connection:
            insert = insert_into(connection, SOURCE_HEALTH)
            new = {name: insert.excluded[name] for name in ("judged_at", "payload")}
            if rows:
                await connection.execute(insert.on_conflict_do_update(index_elements=["source"], set_=new), rows)

    async def source_healths(self) -> list[Health]:
        """How every source was when it was last judged, by name."""
        async with self._reading() as connection:
            payloads = await connection.scalars(select(SOURCE_HEALTH.c.payload).order_by(SOURCE_HEALTH.c.source))
            return [HEALTHS.load(payload) for payload in payloads]

    async def still_judged(self, since: datetime) -> set[str]:
        """Sources judged at ``since`` or later that have neither answered, failed nor brought anything after that."""
        changed = or_(*(moment >= SOURCE_HEALTH.c.judged_at for moment in _HAPPENINGS))
        query = (
            select(SOURCE_HEALTH.c.source)
            .outerjoin(SOURCE_STATE, SOURCE_STATE.c.source == SOURCE_HEALTH.c.source)
            .where(SOURCE_HEALTH.c.judged_at >= since, changed.is_not(True))
        )
        async with self._reading() as connection:
            return set(await connection.scalars(query))
