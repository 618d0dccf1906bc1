"""Reports as they were made: what was sent can be looked up, and the weekly job sees that it was."""

from dataclasses import asdict, fields

from sqlalchemy import select

from reputation_monitor.models import REPORT
from reputation_monitor.store.engine import Database, insert_into
from reputation_monitor.store.records import KeptReport

_COLUMNS = [REPORT.c[field.name] for field in fields(KeptReport)]


class Reports(Database):
    """The shelf of reports."""

    async def keep_report(self, report: KeptReport) -> None:
        """Keep a report, in the place of an earlier one of its kind, key and format."""
        async with self._writing() as connection:
            insert = insert_into(connection, REPORT).values(asdict(report))
            new = {"body": insert.excluded.body, "made": insert.excluded.made}
            await connection.execute(insert.on_conflict_do_update(index_elements=["kind", "key", "format"], set_=new))

    async def report(self, kind: str, key: str, format: str) -> KeptReport | None:  # noqa: A002 - the table's word
        """The report of that kind (``weekly``, ``review``), key (week, incident) and format (``html``)."""
        query = select(*_COLUMNS).where(REPORT.c.kind == kind, REPORT.c.key == key, REPORT.c.format == format)
        async with self._reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return KeptReport(*row) if row else None

    async def reports(self, kind: str | None = None, limit: int = 100) -> list[KeptReport]:
        """Reports, last made first."""
        query = select(*_COLUMNS).order_by(REPORT.c.made.desc(), REPORT.c.key).limit(limit)
        if kind is not None:
            query = query.where(REPORT.c.kind == kind)
        async with self._reading() as connection:
            return [KeptReport(*row) for row in await connection.execute(query)]
