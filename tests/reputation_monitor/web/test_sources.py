"""How the sources are."""

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
