"""How the sources are."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from reputation_monitor.application import Application
from reputation_monitor.sources.health import Condition, Health
from reputation_monitor.web.sources import IMPORTED, source_rows


def judged(name: str, condition: Condition) -> Health:
    return Health(source=name, condition=condition, reason=f"{name} is {condition}")


async def test_files_that_were_imported_are_neither_silent_nor_failing(filled: Application):
    rows = source_rows(filled.settings.sources, [], [], {"reviews-2026": 3})
    imported = next(row for row in rows if row.name == "reviews-2026")
    assert imported.health == IMPORTED
    assert imported.troubled


async def test_what_a_source_that_is_well_set_aside_once_is_no_trouble(filled: Application):
    healths = [judged("forum", Condition.WELL), judged("news", Condition.SILENT)]
    rows = {row.name: row for row in source_rows(filled.settings.sources, healths, [], {"forum": 3, "news": 1})}
    assert (rows["forum"].troubled, rows["news"].troubled) == (False, True)


async def test_what_is_shown_is_the_last_judgement_and_when_it_was_made(
    filled: Application, get_from: Callable[..., Any], now: datetime
):
    get = await get_from(filled)
    for _ in range(3):
        await filled.store.poll_failed("forum", "HTTP 503", now)

    async def shown() -> tuple[str, str]:
        forum = next(row for row in json.loads((await get("/api/sources"))[1]) if row["source"] == "forum")
        return forum["health"], forum["judged_at"]

    assert await shown() == ("well", "2026-03-02T12:07:00Z")
    await filled.judge_sources(now + timedelta(minutes=5))
    assert await shown() == ("failing", "2026-03-02T12:12:00Z")
    assert (await get("/"))[1].count("judged ") >= 4


async def test_no_view_reads_what_sources_are_judged_by(filled: Application, get_from: Callable[..., Any]):
    """The hours and days of the sources are read to judge them, and for nothing else."""
    read: list[str] = []
    get = await get_from(filled)
    with statements(filled, read):
        for path in ("/", "/api/sources", "/brands/Halden", "/alerts", "/reports/weekly/2026-W09", "/reviews/pay-481"):
            assert (await get(path))[0] == 200
        seen = len(read)
        await filled.judge_sources()
    assert seen
    assert not [statement for statement in read[:seen] if judges(statement)]
    assert [statement for statement in read[seen:] if judges(statement)]


def judges(statement: str) -> bool:
    return "source_hour" in statement or "source_day" in statement


@contextmanager
def statements(application: Application, heard: list[str]) -> Iterator[None]:
    """Listens to what the store asks its database."""
    engine = application.store._engine.sync_engine

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield
    event.remove(engine, "before_cursor_execute", hear)


async def test_the_worst_come_first(filled: Application):
    healths = [
        judged("forum", Condition.WELL),
        judged("news", Condition.UNKNOWN),
        judged("app", Condition.SILENT),
        judged("evening", Condition.FAILING),
    ]
    rows = source_rows(filled.settings.sources, healths, [], {"news": 2})
    assert [row.name for row in rows] == ["evening", "app", "news", "forum"]
    assert rows[0].reason == "evening is failing"
