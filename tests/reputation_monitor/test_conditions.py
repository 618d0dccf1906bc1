"""One condition a disturbance, under one key, whatever becomes known of it later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.base import Alert, Kind
from reputation_monitor.conditions import GONE, Condition, conditions, cost_in_words, describe, gone, taken_back
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import ShiftVerdict
from reputation_monitor.outcomes.revenue import RevenueAtRisk

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def alert(key: str = "disturbance:Halden:1", started: datetime = NOW - HOUR, **fields) -> Alert:
    return Alert(**{"key": key, "kind": Kind.SHIFT, "brand": "Halden", "headline": "", "started": started} | fields)


def keys_of(found: list[Condition]) -> list[str]:
    return [condition.key for condition in found]


def test_a_shift_and_the_incident_behind_it_are_one_condition(sketch):
    onset = NOW - HOUR
    shift = sketch.shift(onset, verdict=ShiftVerdict.LINKED, incident="pay-1")
    (found,) = conditions(sketch.findings([shift], [sketch.link(onset)]), [], NOW)
    assert (found.shift, found.link.id) == (shift, "pay-1")
    assert found.key == "disturbance:Halden:2026-03-02T11:00Z"


def test_each_of_two_shifts_names_the_incident_that_explains_both(sketch):
    onsets = [NOW - 6 * HOUR, NOW - HOUR]
    shifts = [sketch.shift(onset, verdict=ShiftVerdict.LINKED, incident="pay-1") for onset in onsets]
    found = conditions(sketch.findings(shifts, [sketch.link(onsets[0])]), [], NOW)
    assert [(one.shift.onset, one.link.id) for one in found] == [(onset, "pay-1") for onset in onsets]
    assert len({*keys_of(found)}) == 2


def test_a_link_without_a_shift_is_a_condition_of_its_own(sketch):
    (found,) = conditions(sketch.findings([], [sketch.link(NOW - HOUR)]), [], NOW)
    assert (found.shift, found.link.id, found.started) == (None, "pay-1", NOW - HOUR)


def test_an_incident_without_effect_is_no_condition(sketch):
    assert conditions(sketch.findings([], [sketch.link(None)]), [], NOW) == []


@pytest.mark.parametrize("minutes", [-90, -5, 0, 5, 45])
def test_the_key_stays_while_the_estimate_of_the_onset_moves(sketch, minutes: int):
    known = alert("disturbance:Halden:first")
    shift = sketch.shift(known.started + timedelta(minutes=minutes))
    assert keys_of(conditions(sketch.findings([shift]), [known], NOW)) == ["disturbance:Halden:first"]


@pytest.mark.parametrize("minutes", [-20, 20])
def test_the_key_stays_after_its_end_was_told(sketch, minutes: int):
    onset = NOW - 8 * HOUR
    told = alert("disturbance:Halden:first", started=onset, ended=onset + 2 * HOUR)
    moved = sketch.shift(onset + timedelta(minutes=minutes))
    assert keys_of(conditions(sketch.findings([moved]), [told], NOW)) == ["disturbance:Halden:first"]


def test_two_disturbances_never_share_a_key(sketch):
    onset = NOW - 3 * HOUR
    shift = sketch.shift(onset, verdict=ShiftVerdict.LINKED, incident="pay-1", ongoing=True, hours=3)
    links = [sketch.link(onset), sketch.link(onset, id="net-2"), sketch.link(onset + HOUR, id="app-3")]
    first = conditions(sketch.findings([shift], links), [], NOW)
    assert len(set(keys_of(first))) == 3
    told = [alert(c.key, c.started, incident=named(c)) for c in first]
    again = conditions(sketch.findings([shift], links[::-1]), told, NOW)
    assert {c.key: c.link.id for c in again} == {c.key: c.link.id for c in first}


def named(condition: Condition):
    incident = Incident(id=condition.link.id, title="", started=condition.started)
    return describe(
        condition, incidents={incident.id: incident}, quotes=[], terms=[], cost=None, review_url="", now=NOW
    ).incident


def test_another_brands_alert_lends_no_key(sketch):
    found = conditions(sketch.findings([sketch.shift(NOW - HOUR)]), [alert(brand="Marsk")], NOW)
    assert keys_of(found) == ["disturbance:Halden:2026-03-02T11:00Z"]


def test_an_alert_about_a_source_lends_no_key(sketch):
    found = conditions(sketch.findings([sketch.shift(NOW - HOUR)]), [alert(kind=Kind.SOURCE)], NOW)
    assert keys_of(found) == ["disturbance:Halden:2026-03-02T11:00Z"]


@pytest.mark.parametrize("ongoing", [False, True], ids=["over", "cut off by the end of the data"])
def test_what_was_over_long_ago_is_history(sketch, ongoing: bool):
    shift = sketch.shift(NOW - timedelta(days=400), ongoing=ongoing)
    assert conditions(sketch.findings([shift], [sketch.link(NOW - timedelta(days=30))]), [], NOW) == []


def test_what_people_believe_to_last_is_no_history_until_its_end_was_told(sketch):
    onset = NOW - timedelta(days=5)
    known = alert("disturbance:Halden:first", started=onset)
    (found,) = conditions(sketch.findings([sketch.shift(onset)]), [known], NOW)
    assert (found.key, found.ended(NOW)) == ("disturbance:Halden:first", onset + 2 * HOUR)


@pytest.mark.parametrize(("days", "is_told"), [(5, True), (400, False)])
def test_what_was_told_without_its_incident_is_no_history_when_that_arrives_late(sketch, days: int, is_told: bool):
    onset = NOW - timedelta(days=days)
    known = alert("disturbance:Halden:first", started=onset, ended=onset + 2 * HOUR, verdict="unexplained")
    late = [sketch.link(onset)] if is_told else []
    found = conditions(sketch.findings([sketch.shift(onset, incident="pay-1")], late), [known], NOW)
    assert keys_of(found) == (["disturbance:Halden:first"] if is_told else [])


def test_what_ended_just_now_may_come_back(sketch):
    condition = Condition(key="", shift=sketch.shift(NOW - 3 * HOUR, hours=2), link=None)
    assert condition.ended(NOW) is None
    assert condition.ended(NOW + HOUR) == NOW - HOUR


def test_a_condition_ends_with_the_later_of_shift_and_link(sketch):
    onset = NOW - 12 * HOUR
    condition = Condition(key="", shift=sketch.shift(onset, hours=2), link=sketch.link(onset, hours=5))
    assert condition.ended(NOW) == onset + 5 * HOUR


@pytest.mark.parametrize("name", ["brand", "started"])
def test_a_condition_of_nothing_is_refused(name: str):
    with pytest.raises(ValueError, match=r"shift or a link|no onset"):
        getattr(Condition(key="", shift=None, link=None), name)


INCIDENT = Incident(id="pay-1", title="Card payments fail", services=("Payments", "Tills"), started=NOW - HOUR)


def told(condition: Condition, **fields) -> Alert:
    plain = {"incidents": {"pay-1": INCIDENT}, "quotes": [], "terms": ["card"], "cost": None, "review_url": "http://x"}
    return describe(condition, now=NOW, **plain | fields)


def test_an_alert_of_shift_and_link_names_the_incident_and_keeps_the_shifts_figures(sketch):
    onset = NOW - HOUR
    shift = sketch.shift(onset, verdict=ShiftVerdict.LINKED, incident="pay-1")
    made = told(Condition(key="k", shift=shift, link=sketch.link(onset)))
    assert (made.kind, made.verdict, made.headline) == (
        Kind.LINK,
        "linked",
        "Halden: negative talk, associated in time with “Card payments fail”",
    )
    assert (made.observed, made.q_value, made.customer_lead_minutes) == (40.0, 0.01, 12.0)
    assert (made.incident.id, made.incident.service) == ("pay-1", "Payments, Tills")
    assert made.ended is None


def test_an_alert_of_a_link_alone_has_the_links_figures(sketch):
    assert told(Condition(key="k", shift=None, link=sketch.link(NOW - HOUR))).observed == 41.0


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (ShiftVerdict.SUSPECTED_OUTAGE, "Halden: suspected outage, no incident is open (for IT first)"),
        (ShiftVerdict.UNEXPLAINED, "Halden: customers are unusually negative"),
    ],
)
def test_a_shift_alone_says_what_it_may_be(sketch, verdict: ShiftVerdict, expected: str):
    made = told(Condition(key="k", shift=sketch.shift(NOW - HOUR, verdict=verdict), link=None))
    assert (made.kind, made.headline, made.verdict) == (Kind.SHIFT, expected, verdict)


def test_a_suspected_outage_asks_it_to_look_as_long_as_it_lasts(sketch):
    suspected = sketch.shift(NOW - HOUR, verdict=ShiftVerdict.SUSPECTED_OUTAGE, ongoing=True)
    assert "open an incident" in told(Condition(key="k", shift=suspected, link=None)).advice
    over = replace(suspected, onset=NOW - 9 * HOUR, end=NOW - 8 * HOUR, ongoing=False)
    assert not told(Condition(key="k", shift=over, link=None)).advice
    assert not told(Condition(key="k", shift=suspected, link=sketch.link(NOW - HOUR))).advice


def test_what_it_may_cost_is_told_in_words(sketch):
    cost = RevenueAtRisk(currency="GBP", amount=12_345.6, low=1_000.0, high=20_000.0)
    expected = "GBP 12,346 of yearly revenue at risk (1,000 to 20,000), by your own revenue model"
    assert cost_in_words(cost) == expected
    assert told(Condition(key="k", shift=sketch.shift(NOW - HOUR), link=None), cost=cost).cost == expected


def test_what_no_look_finds_any_more_is_over_now():
    known = alert()
    assert gone(known, NOW) == replace(known, ended=NOW, reason=GONE)


def test_maintenance_is_called_planned(sketch):
    made = told(
        Condition(key="k", shift=None, link=sketch.link(NOW - HOUR)),
        incidents={"pay-1": replace(INCIDENT, impact="maintenance")},
    )
    assert made.headline == "Halden: negative talk, associated in time with planned maintenance “Card payments fail”"
    assert made.incident.planned


def test_what_is_left_of_an_alert_without_its_incident_names_none(sketch):
    known = told(Condition(key="k", shift=None, link=sketch.link(NOW - HOUR)))
    left = taken_back(known, replace(INCIDENT, status="Withdrawn"), NOW)
    assert (left.key, left.incident, left.q_value, left.ended) == ("k", None, None, NOW)
    assert left.headline == "Halden: customers are unusually negative"
    assert left.reason == "IT took the incident back (withdrawn), so no incident explains it."
