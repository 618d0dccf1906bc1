"""How the sources are."""

from datetime import datetime, timedelta

import pytest

from reputation_monitor.application import Application
from reputation_monitor.store import SourceState
from reputation_monitor.web.sources import Health, health_of, source_rows


@pytest.mark.parametrize(
    ("polls", "failures", "item_days", "expected"),
    [
        (0, 0, None, Health.NEVER),
        (5, 2, 0, Health.FAILING),
        (5, 0, None, Health.SILENT),
        (5, 0, 2.1, Health.SILENT),
        (5, 0, 1.9, Health.WELL),
    ],
)
def test_a_sources_condition(now: datetime, polls: int, failures: int, item_days: float | None, expected: Health):
    last_item = None if item_days is None else now - timedelta(days=item_days)
    assert health_of(SourceState("s", polls=polls, failures=failures, last_item=last_item), now) is expected


async def test_files_that_were_imported_are_neither_silent_nor_failing(filled: Application, now: datetime):
    rows = source_rows(filled.settings.sources, [], {"reviews-2026": 3}, now)
    (imported,) = (row for row in rows if row.name == "reviews-2026")
    assert imported.health is Health.IMPORTED
    assert imported.troubled


async def test_the_worst_come_first(filled: Application, now: datetime):
    states = [
        SourceState("forum", polls=1, last_item=now),
        SourceState("news", polls=1, last_item=now),
        SourceState("app", polls=1, failures=1, last_error="HTTP 503"),
    ]
    rows = source_rows(filled.settings.sources, states, {"news": 2}, now)
    assert [row.name for row in rows] == ["app", "evening", "news", "forum"]
