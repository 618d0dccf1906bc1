"""Findings: the shifts and links of the last look at the rollups, and the verdicts that others took the place of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.linking.types import Link, Shift
from reputation_monitor.models import LINK, SHIFT, VERDICT_CHANGE
from reputation_monitor.relinking.types import Basis, Judged, VerdictChange
from reputation_monitor.store.engine import AnyRow, Database
from reputation_monitor.store.payloads import BASES, LINKS, SHIFTS, VERDICT_CHANGES
from reputation_monitor.store.records import KnownLink, KnownShift

_SHIFTS = select(SHIFT.c.payload, SHIFT.c.first_seen).order_by(SHIFT.c.brand, SHIFT.c.onset)
_LINKS = select(LINK.c.payload, LINK.c.first_seen, LINK.c.basis).order_by(LINK.c.incident, LINK.c.brand)
_CHANGES = select(VERDICT_CHANGE.c.payload).order_by(VERDICT_CHANGE.c.at, VERDICT_CHANGE.c.id)

Key = tuple[str, str]
"""Incident and brand."""


class Findings(Database):
    """What the linking found; each look replaces the last, but remembers when a finding was first made."""

    async def replace_findings(
        self,
        shifts: Sequence[Shift],
        links: Sequence[Link],
        now: datetime,
        bases: Mapping[Key, Basis] | None = None,
        changes: Sequence[VerdictChange] = (),
    ) -> None:
        """Put these findings in the place of all earlier ones, at once.

        A shift was seen before if an earlier one of its brand overlaps it; a link, if its incident was judged before.
        ``bases`` tell what the links rest on; ``changes``, which verdicts are others than those in the store.
        """
        async with self._writing() as connection:
            await _replace_shifts(connection, shifts, now)
            await _keep_changes(connection, changes)
            await _replace_links(connection, links, bases or {}, now)

    async def shifts(self, brand: str | None = None) -> list[KnownShift]:
        """The shifts of a brand, or of all, by brand and onset."""
        query = _SHIFTS if brand is None else _SHIFTS.where(SHIFT.c.brand == brand)
        async with self._reading() as connection:
            return [KnownShift(SHIFTS.load(payload), seen) for payload, seen in await connection.execute(query)]

    async def links(self, brand: str | None = None, incident: str | None = None) -> list[KnownLink]:
        """What incidents did, of one brand or incident or of all, by incident and brand."""
        query = _LINKS if brand is None else _LINKS.where(LINK.c.brand == brand)
        query = query if incident is None else query.where(LINK.c.incident == incident)
        async with self._reading() as connection:
            return [_known_link(row) for row in await connection.execute(query)]

    async def verdict_changes(self, incident: str | None = None, brand: str | None = None) -> list[VerdictChange]:
        """How the verdicts of an incident and a brand, or of all, changed; oldest first."""
        query = _CHANGES if incident is None else _CHANGES.where(VERDICT_CHANGE.c.incident == incident)
        query = query if brand is None else query.where(VERDICT_CHANGE.c.brand == brand)
        async with self._reading() as connection:
            return [VERDICT_CHANGES.load(payload) for (payload,) in await connection.execute(query)]


def _known_link(row: AnyRow) -> KnownLink:
    payload, seen, basis = row
    return KnownLink(LINKS.load(payload), seen, None if basis is None else BASES.load(basis))


async def _replace_shifts(connection: AsyncConnection, shifts: Sequence[Shift], now: datetime) -> None:
    earlier = [KnownShift(SHIFTS.load(payload), seen) for payload, seen in await connection.execute(_SHIFTS)]
    await connection.execute(delete(SHIFT))
    if shifts:
        rows = [_shift_row(shift, _first_seen(shift, earlier, now)) for shift in shifts]
        await connection.execute(insert(SHIFT), rows)


async def _keep_changes(connection: AsyncConnection, changes: Sequence[VerdictChange]) -> None:
    """Keep the changes of verdicts that still stand: another look may have replaced them meanwhile, and told why."""
    if not changes:
        return
    rows = await connection.execute(_LINKS.with_for_update())
    standing = {known.link.key: Judged.of(known.link) for known in map(_known_link, rows)}
    kept = [_change_row(c) for c in changes if standing.get((c.incident, c.brand)) == c.before]
    if kept:
        await connection.execute(insert(VERDICT_CHANGE), kept)


async def _replace_links(
    connection: AsyncConnection, links: Sequence[Link], bases: Mapping[Key, Basis], now: datetime
) -> None:
    judged = await connection.execute(select(LINK.c.incident, LINK.c.brand, LINK.c.first_seen))
    first_seen = {(incident, brand): seen for incident, brand, seen in judged}
    await connection.execute(delete(LINK))
    if links:
        rows = [_link_row(link, first_seen.get(link.key, now), bases.get(link.key)) for link in links]
        await connection.execute(insert(LINK), rows)


def _first_seen(shift: Shift, earlier: Sequence[KnownShift], now: datetime) -> datetime:
    return min((known.first_seen for known in earlier if _overlap(known.shift, shift)), default=now)


def _overlap(one: Shift, other: Shift) -> bool:
    return one.brand == other.brand and one.onset <= other.end and other.onset <= one.end


def _shift_row(shift: Shift, first_seen: datetime) -> dict[str, Any]:
    return {
        "brand": shift.brand,
        "onset": shift.onset,
        "end": shift.end,
        "verdict": shift.verdict,
        "incident": shift.incident,
        "payload": SHIFTS.dump(shift),
        "first_seen": first_seen,
    }


def _link_row(link: Link, first_seen: datetime, basis: Basis | None) -> dict[str, Any]:
    return {
        "incident": link.id,
        "brand": link.brand,
        "verdict": link.verdict,
        "payload": LINKS.dump(link),
        "basis": None if basis is None else BASES.dump(basis),
        "first_seen": first_seen,
    }


def _change_row(change: VerdictChange) -> dict[str, Any]:
    return {
        "incident": change.incident,
        "brand": change.brand,
        "at": change.at,
        "before": change.before.verdict,
        "after": None if change.after is None else change.after.verdict,
        "payload": VERDICT_CHANGES.dump(change),
    }
