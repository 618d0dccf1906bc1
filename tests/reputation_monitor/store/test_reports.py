from dataclasses import replace
from datetime import datetime, timedelta

from reputation_monitor.store import KeptReport, Store


async def test_a_report_made_again_replaces_the_first(store: Store, noon: datetime):
    week = KeptReport("weekly", "2026-W09", "html", "<p>A quiet week</p>", noon)
    await store.keep_report(week)
    again = replace(week, body="<p>A quiet week after all</p>", made=noon + timedelta(hours=1))
    await store.keep_report(again)
    assert await store.report("weekly", "2026-W09", "html") == again
    assert await store.report("weekly", "2026-W10", "html") is None


async def test_reports_are_listed_last_made_first(store: Store, noon: datetime):
    for days, (kind, key) in enumerate([("weekly", "2026-W09"), ("review", "p31"), ("weekly", "2026-W10")]):
        await store.keep_report(KeptReport(kind, key, "html", "", noon + timedelta(days=days)))
    assert [report.key for report in await store.reports()] == ["2026-W10", "p31", "2026-W09"]
    assert [report.key for report in await store.reports("weekly", limit=1)] == ["2026-W10"]
