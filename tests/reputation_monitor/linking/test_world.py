from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from reputation_monitor.linking.world import Exposure


def test_an_open_incident_lasts_until_now(make_incident: Callable[..., Exposure], monday: datetime):
    now = monday + timedelta(hours=9)
    assert make_incident("a", 3, hours=None).end(now) == now
    assert make_incident("a", 3, hours=2).end(now) == monday + timedelta(hours=5)


def test_one_that_nobody_closed_is_over_after_a_week(make_incident: Callable[..., Exposure], monday: datetime):
    forgotten = make_incident("a", 3, hours=None)
    assert forgotten.end(monday + timedelta(days=90)) == forgotten.started + timedelta(days=7)
    lasting = make_incident("a", 3, hours=24 * 9)
    assert lasting.end(monday + timedelta(days=90)) == lasting.resolved


def test_an_incident_never_ends_before_it_starts(make_incident: Callable[..., Exposure], monday: datetime):
    early = replace(make_incident("a", 3), resolved=monday)
    assert early.end(monday) == early.started
