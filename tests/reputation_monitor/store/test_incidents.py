from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reputation_monitor.incidents.base import Incident, RejectedIncident
from reputation_monitor.store import AddResult, Store

HOUR = timedelta(hours=1)


@pytest.fixture
def outage(noon: datetime) -> Incident:
    return Incident(
        id="p31",
        title="Payments fail",
        source="status",
        services=("Payments", "App"),
        impact="major",
        started=noon,
        start_basis="created_at",
        detected=noon + HOUR,
        words="Payments fail. We are looking into it.",
        raw={"updates": [{"at": "2026-03-02", "n": 1.5}], 7: None},
    )


async def test_an_incident_comes_back_as_it_was_told(store: Store, outage: Incident, noon: datetime):
    assert await store.store_incidents("status", [outage], [], {"etag": "a"}, noon) == AddResult(added=1)
    stored = await store.incident("p31")
    assert stored == replace(outage, raw={"updates": [{"at": "2026-03-02", "n": 1.5}], "7": None})
    assert (await store.source_state("status")).state == {"etag": "a"}


async def test_telling_again_changes_nothing_but_news_do(store: Store, outage: Incident, noon: datetime):
    await store.store_incidents("status", [outage], [], None, noon)
    assert await store.store_incidents("status", [outage], [], None, noon + HOUR) == AddResult(known=1)
    over = replace(outage, resolved=noon + HOUR, status="resolved")
    assert await store.store_incidents("status", [over], [], None, noon + HOUR) == AddResult(edited=1)
    assert [one.resolved for one in await store.incidents()] == [noon + HOUR]


async def test_an_incident_without_a_source_takes_that_of_its_file(store: Store, outage: Incident, noon: datetime):
    nameless = replace(outage, source="")
    await store.store_incidents("incidents.csv", [nameless], [], None, noon)
    assert await store.store_incidents("incidents.csv", [nameless], [], None, noon) == AddResult(known=1)
    assert [one.source for one in await store.incidents()] == ["incidents.csv"]


async def test_tools_may_use_the_same_id(store: Store, outage: Incident, noon: datetime):
    other = replace(outage, source="pager", started=noon + HOUR)
    await store.store_incidents("", [outage, other], [], None, noon)
    assert len(await store.incidents()) == 2
    raw = {"updates": [{"at": "2026-03-02", "n": 1.5}], "7": None}
    assert await store.incident("p31") == replace(outage, raw=raw)
    assert await store.incident("pager:p31") == replace(other, raw=raw)


async def test_incidents_are_found_by_their_start(store: Store, outage: Incident, noon: datetime):
    later = [replace(outage, id=str(hours), started=noon + hours * HOUR) for hours in (2, 1, 0)]
    await store.store_incidents("status", later, [], None, noon)
    assert [one.id for one in await store.incidents()] == ["0", "1", "2"]
    assert [one.id for one in await store.incidents(noon + HOUR, noon + 2 * HOUR)] == ["1"]
    assert await store.incident("missing") is None


async def test_records_that_are_no_incidents_are_set_aside(store: Store, outage: Incident, noon: datetime):
    await store.store_incidents("status", [outage], [RejectedIncident("{}", "no start")], None, noon)
    assert [(one.source, one.reason) for one in await store.quarantined()] == [("status", "no start")]
