"""Real status pages lose no incident."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reputation_monitor.incidents import read_incidents


@pytest.mark.parametrize(
    ("file", "number"),
    [
        ("airline/incidents.json", 9),
        ("firefox_support/incidents.json", 3),
        ("app_reviews/apetiz_bimpli_incidents.json", 3),
        ("app_reviews/covidsafe_incidents.json", 2),
        ("incident_feeds/github_incident_objects_to_2024.jsonl", 471),
        ("incident_feeds/github_incidents_to_2024.jsonl", 399),
        ("incident_feeds/webhooks/statuspage_webhook_incident_created.json", 1),
    ],
)
def test_every_incident_is_read(shared_data: Path, file: str, number: int):
    incidents, rejected = read_incidents(shared_data / file)
    assert rejected == []
    assert len({incident.id for incident in incidents}) == number


def test_the_start_of_the_firefox_outage_is_to_the_minute(shared_data: Path):
    incidents, _ = read_incidents(shared_data / "firefox_support/incidents.json")
    outage = next(incident for incident in incidents if incident.id == "ff-2022-01-13")
    assert outage.started == datetime(2022, 1, 13, 7, 28, tzinfo=UTC)
    assert outage.resolved == datetime(2022, 1, 13, 9, 12, tzinfo=UTC)
    assert outage.services == ("Firefox desktop",)


def test_maintenances_keep_their_kind_and_start_when_scheduled(shared_data: Path):
    incidents, _ = read_incidents(shared_data / "incident_feeds/github_incident_objects_to_2024.jsonl")
    maintenances = [incident for incident in incidents if incident.impact == "maintenance"]
    assert len(maintenances) == 21
    assert {incident.start_basis for incident in maintenances} == {"scheduled_for"}


def test_an_incident_keeps_its_id_while_it_grows(shared_data: Path):
    for path in sorted((shared_data / "incident_feeds/github_summary_snapshots").glob("*.json")):
        incidents, rejected = read_incidents(path)
        assert rejected == []
        assert [incident.id for incident in incidents] == [path.name.split("_")[0]]
        assert len(json.loads(path.read_text())["incidents"]) == 1


def test_objects_of_another_shape_are_set_aside_and_not_lost(shared_data: Path):
    incidents, rejected = read_incidents(shared_data / "incident_feeds/datocms_incidents.jsonl")
    assert (len(incidents), len(rejected)) == (0, 36)
