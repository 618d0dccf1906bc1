import json
from dataclasses import replace
from datetime import datetime, timedelta

from reputation_monitor.demo.scenario import NOTICE
from reputation_monitor.demo.status_page import render_incidents
from reputation_monitor.demo.world import World

BASE = "http://127.0.0.1:1"


def test_it_tells_all_four_incidents_newest_first(world: World):
    document = json.loads(render_incidents(world.plan, BASE))
    created = [datetime.fromisoformat(incident["created_at"]) for incident in document["incidents"]]
    assert len(created) == 4
    assert created == sorted(created, reverse=True)
    assert NOTICE in document["page"]["name"]


def test_it_does_not_know_when_the_failing_login_began(world: World):
    incidents = {incident["id"]: incident for incident in json.loads(render_incidents(world.plan, BASE))["incidents"]}
    assert incidents["qb-signin-1"]["started_at"] is None
    assert incidents["qb-payments-1"]["started_at"] is not None


def test_updates_are_newest_first_and_the_last_closes_the_incident(world: World):
    for incident in json.loads(render_incidents(world.plan, BASE))["incidents"]:
        times = [update["created_at"] for update in incident["incident_updates"]]
        assert times == sorted(times, reverse=True)
        assert incident["incident_updates"][0]["status"] == incident["status"] == "resolved"
        assert times[0] == incident["resolved_at"]


def test_it_says_nothing_of_what_was_planted(world: World):
    text = render_incidents(world.plan, BASE)
    assert "innocent" not in text
    assert "effect" not in text


def test_what_is_not_yet_told_is_not_shown(world: World):
    early = replace(world.plan, now=world.plan.start + timedelta(days=20))
    assert [incident["id"] for incident in json.loads(render_incidents(early, BASE))["incidents"]] == ["qb-payments-1"]
