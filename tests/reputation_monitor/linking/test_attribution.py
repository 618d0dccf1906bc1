from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from reputation_monitor.linking import tested as linking_tested
from reputation_monitor.linking.attribution import attribute, weight
from reputation_monitor.linking.types import Link, Verdict
from reputation_monitor.linking.world import Exposure


@pytest.fixture
def make_linked(make_incident: Callable[..., Exposure], monday: datetime):
    def make(
        name: str, hour: float, onset: float, verdict: Verdict = Verdict.LINKED, brand: str = "Ours", screens=("web",)
    ):
        exposure = make_incident(name, hour, 4.0, brand=brand)
        link = Link(
            id=name,
            brand=brand,
            service="checkout",
            title=exposure.title,
            verdict=verdict,
            reason="It rose.",
            onset=monday + timedelta(hours=onset) if verdict is Verdict.LINKED else None,
            screens=screens,
            customer_lead_minutes=5.0,
        )
        return linking_tested.Tested(exposure, None, None, link)

    return make


def verdicts(tested: list[Any]) -> list[Verdict]:
    return [t.link.verdict for t in tested]


def test_a_rise_belongs_to_the_incident_that_it_began_with(make_linked: Callable[..., Any], monday: datetime):
    early, near = make_linked("early", 4, 10.2), make_linked("near", 10, 10.2)
    found = attribute([early, near], monday + timedelta(days=9))
    assert verdicts(found) == [Verdict.NO_EFFECT, Verdict.LINKED]
    assert "began with incident near" in found[0].link.reason
    assert (found[0].link.onset, found[0].link.customer_lead_minutes) == (None, None)
    assert found[1] == near


def test_incidents_that_cannot_be_told_apart_are_both_named(make_linked: Callable[..., Any], monday: datetime):
    found = attribute([make_linked("one", 9.9, 10), make_linked("two", 9.7, 10)], monday + timedelta(days=9))
    assert verdicts(found) == [Verdict.LINKED, Verdict.LINKED]
    assert [t.link.alternatives for t in found] == [("two",), ("one",)]
    assert sum(t.link.share for t in found) == pytest.approx(1.0)
    assert all("cannot tell them apart" in t.link.reason for t in found)


def test_rises_on_screens_of_their_own_are_two(make_linked: Callable[..., Any], monday: datetime):
    apart = [make_linked("site", 9.9, 10), make_linked("app", 9.7, 10, screens=("mobile", "tv"))]
    assert attribute(apart, monday + timedelta(days=9)) == apart
    three = attribute([*apart, make_linked("cards", 9.8, 10.1)], monday + timedelta(days=9))
    assert [t.link.alternatives for t in three] == [("cards",), (), ("site",)]


def test_rises_that_began_hours_apart_are_two(make_linked: Callable[..., Any], monday: datetime):
    apart = [make_linked("one", 4, 4.5), make_linked("two", 6, 6.5)]
    assert attribute(apart, monday + timedelta(days=9)) == apart


def test_incidents_of_other_brands_and_without_effect_have_no_part(make_linked: Callable[..., Any], monday: datetime):
    tested = [
        make_linked("ours", 4, 10),
        make_linked("theirs", 10, 10, brand="Theirs"),
        make_linked("calm", 10, 10, Verdict.NO_EFFECT),
    ]
    assert attribute(tested, monday + timedelta(days=9)) == tested


def test_harm_is_likelier_soon_after_a_start_than_before_it_or_after_the_end(
    make_incident: Callable[..., Exposure], monday: datetime
):
    incident = make_incident("one", 10, 2.0)
    now = monday + timedelta(days=9)
    chances = [weight(incident, monday + timedelta(hours=h), now) for h in (8.0, 9.5, 10.2, 11.9, 14.0)]
    assert max(chances) == chances[2]
    assert chances[0] < chances[1]
    assert chances[4] < chances[3] / 4


def test_an_open_incident_is_never_over(make_incident: Callable[..., Exposure], monday: datetime):
    still_open, closed = make_incident("one", 10, None), make_incident("two", 10, 2.0)
    late, now = monday + timedelta(hours=15), monday + timedelta(hours=20)
    assert weight(still_open, late, now) > weight(closed, late, now)


def test_who_has_no_onset_cannot_be_weighed(make_linked: Callable[..., Any], monday: datetime):
    dated = make_linked("one", 9.9, 10)
    lost = replace(dated, link=replace(dated.link, onset=None))
    assert attribute([lost, dated], monday + timedelta(days=9)) == [lost, dated]
