"""JSON for programs."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from reputation_monitor.application import Application
from reputation_monitor.web.health import check

Ask = Callable[..., Any]


@pytest.fixture
def get_json(get: Ask):
    async def get_json(path: str) -> tuple[int, Any]:
        status, text = await get(path)
        return status, json.loads(text)

    return get_json


async def test_shifts_are_those_of_the_last_look(get_json: Ask):
    status, shifts = await get_json("/api/shifts")
    assert status == 200
    assert [shift["verdict"] for shift in shifts] == ["unexplained", "linked", "suspected outage"]
    assert shifts[1]["onset"] == "2026-02-26T17:50:00Z"
    assert shifts[1]["expected"] == 31.0
    assert shifts[1]["incident"] == "pay-481"


async def test_links_name_their_evidence_by_the_mentions_own_ids(get_json: Ask):
    _, links = await get_json("/api/links")
    linked, harmless = links
    assert linked["evidence"] == ["post-5"]
    assert linked["p_value"] == 0.0005432
    assert linked["recovery_minutes"] == 78.33
    assert harmless["verdict"] == "no measurable effect"


async def test_alerts_tell_their_state(get_json: Ask):
    _, alerts = await get_json("/api/alerts")
    assert [(alert["state"], alert["ended"]) for alert in alerts] == [
        ("firing", None),
        ("ended", "2026-02-26T22:50:00Z"),
    ]
    assert alerts[1]["incident"] == "pay-481"


async def test_sources_tell_their_health(get_json: Ask):
    _, sources = await get_json("/api/sources")
    assert [(source["source"], source["health"]) for source in sources] == [
        ("news", "failing"),
        ("evening", "silent"),
        ("forum", "well"),
        ("app", "well"),
    ]
    assert sources[0]["quarantined"] == 1
    assert sources[0]["failures"] == 3


async def test_an_unknown_address_of_the_api_is_json(get_json: Ask):
    assert await get_json("/api/nothing") == (404, {"error": "There is no such page"})


async def test_it_is_well_right_after_its_start(get_json: Ask):
    assert await get_json("/api/health") == (
        200,
        {"status": "ok", "reason": "", "database": True, "last_look": None, "last_look_age_seconds": None},
    )


async def test_health_tells_the_age_of_the_last_look(filled: Application, get_from: Ask, now: datetime):
    filled.looked_at = now - timedelta(minutes=4)
    document = json.loads((await (await get_from(filled))("/api/health"))[1])
    assert (document["last_look"], document["last_look_age_seconds"]) == ("2026-03-02T12:03:00Z", 240.0)


async def test_a_late_look_is_trouble(filled: Application, get_from: Ask, now: datetime):
    filled.looked_at = now - timedelta(minutes=31)
    get = await get_from(filled)
    assert (await get("/api/health"))[0] == 503
    assert await get("/healthz") == (503, "the last look is 31 minutes old\n")


async def test_no_look_at_all_is_trouble_after_a_while(filled: Application, now: datetime):
    assert (await check(filled, now - timedelta(minutes=29), now)).well
    found = await check(filled, now - timedelta(minutes=45), now)
    assert found.reason == "no look was taken for 45 minutes"


async def test_a_database_that_does_not_answer_is_trouble(filled: Application, get_from: Ask):
    async def silent(_: str) -> None:
        raise OSError("gone")

    filled.store.source_state = silent
    get = await get_from(filled)
    with structlog.testing.capture_logs():
        assert await get("/healthz") == (503, "the database does not answer\n")


async def test_a_look_is_remembered_even_if_there_was_nothing_to_see(blank: Application, now: datetime):
    assert await blank.look_closely() is None
    assert blank.looked_at == now
