"""What is read of a status page, and what is not made up."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reputation_monitor.incidents import Incident, open_source, read_incidents
from reputation_monitor.incidents.statuspage import read_statuspage, read_withdrawn

PageIncident = Callable[..., dict[str, Any]]


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def one(document: object) -> Incident:
    incidents, rejected = read_statuspage(json.dumps(document).encode(), "status")
    assert not rejected
    assert len(incidents) == 1
    return incidents[0]


def test_every_field_finds_its_place(page_incident: PageIncident):
    incident = one({"page": {"id": "p"}, "incidents": [page_incident()]})
    assert incident.id == "inc-1"
    assert incident.source == "status"
    assert incident.services == ("Cards", "Mobile app")
    assert incident.impact == "major"
    assert (incident.started, incident.start_basis) == (at(9, 40), "started_at")
    assert incident.detected == at(10)
    assert incident.acknowledged == at(10, 30)
    assert incident.resolved == at(12, 5)
    assert incident.words.startswith("Card payments declined\nCard payments are declined.\nA configuration change")


def test_a_start_that_the_page_does_not_tell_is_named_as_taken_from_created_at(page_incident: PageIncident):
    incident = one([page_incident(started_at=None)])
    assert (incident.started, incident.start_basis) == (at(10), "created_at")


def test_investigating_is_no_acknowledgement_and_monitoring_serves_where_no_cause_was_named(
    page_incident: PageIncident,
):
    updates = page_incident()["incident_updates"]
    only_known = [update for update in updates if update["status"] in ("investigating", "resolved")]
    assert one([page_incident(incident_updates=only_known)]).acknowledged is None
    no_cause = [update for update in updates if update["status"] != "identified"]
    assert one([page_incident(incident_updates=no_cause)]).acknowledged == at(11, 40)


def test_an_open_incident_has_no_end(page_incident: PageIncident):
    updates = page_incident()["incident_updates"][-1:]
    incident = one([page_incident(status="investigating", resolved_at=None, incident_updates=updates)])
    assert (incident.status, incident.resolved) == ("investigating", None)


def test_the_end_is_the_resolving_update_where_the_page_forgets_it_and_never_the_postmortem(
    page_incident: PageIncident,
):
    assert one([page_incident(resolved_at=None)]).resolved == at(12, 5)


def test_one_that_was_opened_again_is_not_over(page_incident: PageIncident):
    resolved, *earlier = page_incident()["incident_updates"]
    again = {"status": "investigating", "created_at": "2026-03-02T14:30:00Z", "body": "It is back"}
    opened = page_incident(status="investigating", resolved_at=None, incident_updates=[again, resolved, *earlier])
    assert one([opened]).resolved is None
    over = {**again, "status": "resolved", "created_at": "2026-03-02T15:00:00Z"}
    closed = page_incident(resolved_at=None, incident_updates=[over, again, resolved, *earlier])
    assert one([closed]).resolved == at(15)


def test_an_impact_set_by_hand_wins(page_incident: PageIncident):
    assert one([page_incident(impact_override="critical")]).impact == "critical"


def test_a_maintenance_starts_when_it_is_scheduled_and_is_detected_by_nobody(page_incident: PageIncident):
    maintenance = page_incident(
        impact="none", status="scheduled", scheduled_for="2026-03-09T01:00:00Z", resolved_at=None, incident_updates=[]
    )
    incident = one({"incidents": [], "scheduled_maintenances": [maintenance]})
    assert incident.impact == "maintenance"
    assert (incident.started, incident.start_basis) == (at(1, day=9), "scheduled_for")
    assert incident.detected is None
    assert incident.planned


def maintenance(page_incident: PageIncident, **fields: object) -> dict[str, Any]:
    plan = {"id": "plan-1", "impact": "maintenance", "scheduled_for": "2026-03-09T01:00:00Z", "incident_updates": []}
    return page_incident(**plan | {"status": "scheduled", "started_at": None, "resolved_at": None} | fields)


def test_a_maintenance_that_was_moved_starts_when_it_is_scheduled_now(page_incident: PageIncident):
    moved = one([maintenance(page_incident, scheduled_for="2026-03-16T01:00:00Z")])
    assert (moved.started, moved.called_off) == (at(1, day=16), False)


def test_a_maintenance_that_was_completed_before_its_time_was_cancelled(page_incident: PageIncident):
    over = one([maintenance(page_incident, status="completed", resolved_at="2026-03-08T09:00:00Z")])
    assert (over.status, over.called_off, over.resolved) == ("cancelled", True, None)


def test_a_maintenance_that_began_early_started_when_it_began(page_incident: PageIncident):
    began = {"status": "in_progress", "body": "We begin.", "display_at": "2026-03-08T07:00:00Z"}
    early = one(
        [maintenance(page_incident, status="completed", resolved_at="2026-03-08T09:00:00Z", incident_updates=[began])]
    )
    assert (early.started, early.resolved, early.called_off) == (at(7, day=8), at(9, day=8), False)


def test_an_incident_written_down_afterwards_was_not_detected_when_it_was_written_down(page_incident: PageIncident):
    update = page_incident()["incident_updates"][1]
    incident = one([page_incident(created_at="2026-03-03T08:00:00Z", incident_updates=[update])])
    assert incident.detected is None
    assert incident.start_basis == "started_at, backfilled"


def test_a_backfilled_incident_whose_updates_are_dated_within_it_was_detected_then(page_incident: PageIncident):
    incident = one([page_incident(created_at="2026-03-03T08:00:00Z", backfilled=True)])
    assert incident.detected == at(10)


def test_components_named_only_by_updates_are_its_services(page_incident: PageIncident):
    update = page_incident()["incident_updates"][-1] | {"affected_components": [{"name": "Cards"}, {"name": "Cards"}]}
    assert one([page_incident(components=[], incident_updates=[update])]).services == ("Cards",)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda incident: {"incidents": [incident]},
        lambda incident: [incident],
        lambda incident: incident,
        lambda incident: {"meta": {}, "page": {}, "incident": incident},
        lambda incident: {"snapshot_at": "2026-03-02T10:00:00Z", "incident": incident},
    ],
)
def test_every_wrapping_is_known(page_incident: PageIncident, wrap: Callable[[object], object]):
    body = json.dumps(wrap(page_incident())).encode()
    for content in (body, b"\xef\xbb\xbf" + body, gzip.compress(body)):
        incidents, rejected = read_incidents(content)
        assert [incident.id for incident in incidents] == ["inc-1"]
        assert rejected == []


def test_one_object_a_line_is_read_and_a_broken_line_is_set_aside(page_incident: PageIncident):
    lines = [json.dumps({"incident": page_incident(id=f"inc-{number}")}) for number in range(3)]
    incidents, rejected = read_incidents("\n".join([lines[0], lines[1][:90], "", lines[2]]).encode())
    assert [incident.id for incident in incidents] == ["inc-0", "inc-2"]
    assert [record.reason[:17] for record in rejected] == ["line 2 is no JSON"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "lacks its id"),
        ({"name": " "}, "lacks its name"),
        ({"started_at": None, "created_at": None}, "neither started_at nor created_at"),
        ({"started_at": "yesterday"}, "'yesterday' is no date"),
        ({"resolved_at": "2026-03-01T00:00:00Z"}, "ends (2026-03-01 00:00) before it starts"),
        ({"impact": "apocalyptic"}, "impact 'apocalyptic' is not known"),
    ],
)
def test_what_is_no_incident_is_set_aside_with_the_reason(page_incident: PageIncident, fields: Any, reason: str):
    incidents, rejected = read_statuspage(json.dumps([page_incident(**fields), page_incident()]).encode())
    assert len(incidents) == 1
    assert reason in rejected[0].reason
    assert "Cards" in rejected[0].raw


@pytest.mark.parametrize("damage", [{"components": "Cards"}, {"incident_updates": ["x", 3, None]}, {"components": [1]}])
def test_odd_parts_of_an_incident_do_not_lose_it(page_incident: PageIncident, damage: dict[str, object]):
    assert one([page_incident(**damage)]).id == "inc-1"


@pytest.mark.parametrize(
    "body", [b"", b"<html>Sign in</html>", b'{"incidents": [', b"\xff\xfe\x00", b"[" * 100_000, b"\x1f\x8b0"]
)
def test_a_page_that_answers_something_else_is_set_aside(body: bytes):
    incidents, rejected = read_statuspage(body)
    assert incidents == []
    assert "expected the JSON of a status page" in rejected[0].reason


async def test_the_source_asks_for_the_latest_incidents(page_incident: PageIncident):
    asked = []

    async def fetch(address: str) -> bytes:
        asked.append(address)
        return json.dumps({"incidents": [page_incident()]}).encode()

    for url in ("https://status.example", "https://status.example/", "https://status.example/api/v2/summary.json"):
        incidents, _ = await open_source("status", "statuspage", url, fetch).poll()
        assert incidents[0].source == "status"
    assert asked == [
        "https://status.example/api/v2/incidents.json",
        "https://status.example/api/v2/incidents.json",
        "https://status.example/api/v2/summary.json",
    ]


# --- What the page took back


def page(*incidents: dict[str, Any], updated: str = "2026-03-05T00:00:00Z", **lists: object) -> bytes:
    return json.dumps({"page": {"updated_at": updated}, "incidents": incidents} | lists).encode()


async def test_an_incident_that_the_page_tells_of_no_more_is_withdrawn(page_incident: PageIncident):
    older = page_incident(id="inc-0", created_at="2026-02-01T10:00:00Z", started_at=None)
    answers = [page(page_incident(), older), page(older)]

    async def fetch(_: str) -> bytes:
        return answers.pop(0)

    source = open_source("status", "statuspage", "https://status.example", fetch)
    known, _ = await source.poll()
    incidents, _ = await source.poll(known)
    assert [(i.id, i.status, i.called_off) for i in incidents] == [
        ("inc-0", "postmortem", False),
        ("inc-1", "withdrawn", True),
    ]


def test_a_list_that_need_not_hold_an_incident_withdraws_nothing(page_incident: PageIncident):
    known = [one([page_incident()])]
    older = page_incident(id="inc-0", created_at="2026-02-01T10:00:00Z", started_at=None)
    newer = page_incident(id="inc-2", created_at="2026-03-03T10:00:00Z", started_at=None, resolved_at=None)
    still_open = newer | {"status": "investigating"}
    assert read_withdrawn(page(older), known)
    assert not read_withdrawn(page(older, updated="2026-03-02T09:00:00Z"), known)  # a cache's copy from before it
    assert not read_withdrawn(page(newer), known)  # it begins after it
    assert not read_withdrawn(page(older | {"status": "investigating"}, still_open), known)  # only what is open
    assert not read_withdrawn(page(), known)
    assert not read_withdrawn(page(older, updated="soon"), known)
    assert not read_withdrawn(b"<html>Sign in</html>", known)
    assert not read_withdrawn(b"[]", known)


def test_a_maintenance_to_come_that_the_page_tells_of_no_more_is_withdrawn(page_incident: PageIncident):
    known = [one([maintenance(page_incident)])]
    assert [i.status for i in read_withdrawn(page(scheduled_maintenances=[]), known)] == ["withdrawn"]
    assert not read_withdrawn(page(scheduled_maintenances=[], updated="2026-03-09T04:00:00Z"), known)  # it is over
    assert not read_withdrawn(page(page_incident()), known)  # a list without maintenance
