from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from reputation_monitor.linking import tested as linking_tested
from reputation_monitor.linking.explaining import Found, explain
from reputation_monitor.linking.types import Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.linking.world import Exposure, Options

HOUR = timedelta(hours=1)


@pytest.fixture
def shift(monday: datetime) -> Shift:
    """A rise that began ten hours after Monday began, and goes on."""
    onset = monday + 10 * HOUR
    return Shift(
        brand="Ours",
        screens=("web",),
        onset=onset,
        onset_low=onset,
        onset_high=onset,
        end=onset + HOUR,
        ongoing=True,
        observed=30.0,
        expected=10.0,
        excess=20.0,
        excess_low=10.0,
        excess_high=30.0,
    )


@pytest.fixture
def make_tested(make_incident: Callable[..., Exposure]):
    def make(name: str, hour: float, hours: float | None = 1.0, **link: Any) -> Any:
        exposure = make_incident(name, hour, hours)
        plain: dict[str, Any] = {"verdict": Verdict.NO_EFFECT, "reason": ""} | link
        told = Link(id=name, brand="Ours", service="checkout", title=exposure.title, **plain)
        return linking_tested.Tested(exposure, None, None, told)

    return make


def verdict(shift: Shift, tested: list[Any], failing: float = 0.4, hours: float = 1.0, unheard: str = "") -> Shift:
    return explain(Found(shift, failing, unheard), tested, Options(), shift.onset + hours * HOUR)


def test_failing_service_without_an_incident_is_a_suspected_outage(shift: Shift):
    found = verdict(shift, [])
    assert found.verdict is ShiftVerdict.SUSPECTED_OUTAGE
    assert found.reason == "40 % of the excess talks of failing service, and no incident is open."
    assert verdict(shift, [], failing=0.1).verdict is ShiftVerdict.UNEXPLAINED


def test_of_an_incident_under_way_it_is_not_said_that_it_had_no_effect(shift: Shift, make_tested):
    early = make_tested("i-1", 10.5, None)
    found = verdict(shift, [early])
    assert found.verdict is ShiftVerdict.UNEXPLAINED
    assert found.reason.startswith("Incident i-1 (Incident i-1) is under way; too early to link it.")
    assert verdict(shift, [make_tested("i-1", 10.5)], hours=3).reason == found.reason


def test_of_one_that_is_over_it_is(shift: Shift, make_tested):
    found = verdict(shift, [make_tested("i-1", 10.5)], hours=9)
    assert found.verdict is ShiftVerdict.UNEXPLAINED
    assert found.reason.endswith("Incident i-1 was near, with no measurable effect.")


def test_one_that_is_linked_to_another_rise_is_near_all_the_same(shift: Shift, make_tested):
    later = {"verdict": Verdict.LINKED, "onset": shift.onset + 14 * HOUR, "effect_end": shift.end + 16 * HOUR}
    found = verdict(shift, [make_tested("i-1", 9.8, 24, **later)], hours=40)
    assert (found.verdict, found.incident) == (ShiftVerdict.UNEXPLAINED, None)
    assert found.reason.endswith("Incident i-1 was near, and is linked to another rise.")


def test_one_of_which_nothing_can_be_told_is_not_said_to_have_had_no_effect(shift: Shift, make_tested):
    found = verdict(shift, [make_tested("i-1", 10.5, verdict=Verdict.NOT_ENOUGH_DATA)], hours=9)
    assert found.reason.endswith("Incident i-1 was near; of its effect there is not enough data to tell.")


def test_one_that_nobody_closed_hides_no_outage(shift: Shift, make_tested):
    forgotten = make_tested("old", -24.0 * 30, None)
    assert verdict(shift, [forgotten]).verdict is ShiftVerdict.SUSPECTED_OUTAGE


def test_a_rise_within_two_effects_is_that_of_the_incident_it_began_with(shift: Shift, make_tested):
    effect = {"verdict": Verdict.LINKED, "effect_end": shift.end}
    long = make_tested("long", -2, 24, onset=shift.onset - 11 * HOUR, p_value=0.0001, **effect)
    near = make_tested("near", 9.9, onset=shift.onset, p_value=0.001, **effect)
    assert verdict(shift, [long, near]).incident == "near"


def test_the_likeliest_of_linked_incidents_is_named(shift: Shift, make_tested):
    effect = {"verdict": Verdict.LINKED, "onset": shift.onset, "effect_end": shift.end}
    both = [
        make_tested("i-1", 9.8, share=0.4, p_value=0.01, alternatives=("i-2",), **effect),
        make_tested("i-2", 9.9, share=0.6, p_value=0.02, alternatives=("i-1",), **effect),
    ]
    found = verdict(shift, both)
    assert (found.verdict, found.incident) == (ShiftVerdict.LINKED, "i-2")
    assert found.reason == "Linked to incident i-2 (Incident i-2), or to i-1."


def test_an_incident_of_another_time_explains_nothing(shift: Shift, make_tested):
    assert verdict(shift, [make_tested("i-1", 50)], hours=60).verdict is ShiftVerdict.SUSPECTED_OUTAGE
    effect = {"verdict": Verdict.LINKED, "onset": shift.onset + 10 * HOUR, "effect_end": shift.end + 12 * HOUR}
    far = make_tested("i-2", 20, **effect)
    assert verdict(shift, [far], hours=60).incident is None


def test_what_was_not_heard_is_told_at_the_end(shift: Shift):
    found = verdict(replace(shift), [], unheard="the source forum was silent")
    assert found.reason.endswith("no incident is open. The source forum was silent.")
