from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from reputation_monitor.linking.analysis import analyse
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.placebo import LEAST_P
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.types import Link, ShiftVerdict, Verdict
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

DAYS = 42
HARM, UNNOTICED, SCANDAL, STORM = 22 * 24 + 14, 25 * 24 + 9, 30 * 24 + 12, 36 * 24 + 10


@pytest.fixture(scope="module")
def findings(simulate: Callable[..., Any], make_incident: Callable[..., Exposure]):
    """A harm, an incident that nobody noticed, a scandal with incidents before and after, a storm over everybody."""
    world = simulate(days=DAYS, rates={"Ours": 4.0, "Rival": 5.0, "Other": 3.0}, seed=11)
    world.plant("Ours", HARM, 70, 1.5)
    world.plant("Ours", SCANDAL, 150, 5, failing=0.05)
    for brand in ("Ours", "Rival", "Other"):
        world.plant(brand, STORM, 120, 5, failing=0.05)
    incidents = [
        make_incident("harm", HARM + 0.5, 3),
        make_incident("unnoticed", UNNOTICED, 2),
        make_incident("before the scandal", SCANDAL - 20, 1),
        make_incident("after the scandal", SCANDAL + 30, 1),
        make_incident("in the storm", STORM + 2, 1),
        make_incident("before the data", -500, 1),
        make_incident("after the data", DAYS * 24 + 500, 1),
        make_incident("of a stranger", HARM, 1, brand="Stranger"),
    ]
    return analyse(world.brands(), incidents, Options())


@pytest.fixture
def link_of(findings: Findings):
    return {link.id: link for link in findings.links}.__getitem__


@pytest.fixture
def shift_at(findings: Findings, monday: datetime):
    def find(hour: float, brand: str = "Ours"):
        at = monday + timedelta(hours=hour)
        near = [s for s in findings.shifts if s.brand == brand and abs(s.onset - at) < timedelta(hours=4)]
        return near[0] if near else None

    return find


def test_a_planted_harm_is_linked_and_measured(link_of: Callable[[str], Link]):
    link = link_of("harm")
    assert link.verdict is Verdict.LINKED
    assert link.p_value == LEAST_P
    assert link.placebos > link.placebos_apart > 100
    assert link.q_value <= 0.05
    assert 40 < link.excess < 100
    assert link.excess_low < 70 < link.excess_high + 10
    assert [c.kind for c in link.controls] == ["rival", "rival"]


def test_its_onset_tells_that_customers_knew_first(link_of: Callable[[str], Link], monday: datetime):
    link = link_of("harm")
    assert abs(link.onset - (monday + timedelta(hours=HARM))) < timedelta(minutes=30)
    assert link.onset_low <= link.onset <= link.onset_high
    assert link.customer_lead_minutes == pytest.approx(50, abs=30)
    assert 0 <= link.recovery_minutes < 12 * 60
    assert link.valence_drop > -2


def test_its_shift_points_to_it(shift_at: Callable[..., Any]):
    shift = shift_at(HARM)
    assert shift.verdict is ShiftVerdict.LINKED
    assert shift.incident == "harm"


def test_an_incident_that_nobody_noticed_has_no_effect(link_of: Callable[[str], Link]):
    link = link_of("unnoticed")
    assert link.verdict is Verdict.NO_EFFECT
    assert link.onset is None
    assert link.customer_lead_minutes is None


def test_a_scandal_without_incident_is_unexplained(shift_at: Callable[..., Any]):
    shift = shift_at(SCANDAL)
    assert shift.verdict is ShiftVerdict.UNEXPLAINED
    assert shift.incident is None
    assert "No incident explains it" in shift.reason


@pytest.mark.parametrize("neighbour", ["before the scandal", "after the scandal"])
def test_incidents_near_a_scandal_are_not_charged_with_it(link_of: Callable[[str], Link], neighbour: str):
    assert link_of(neighbour).verdict is Verdict.NO_EFFECT


def test_an_innocent_incident_in_a_storm_over_everybody_is_not_linked(
    link_of: Callable[[str], Link], shift_at: Callable[..., Any]
):
    link = link_of("in the storm")
    assert link.verdict is not Verdict.LINKED
    assert all(shift_at(STORM, brand) for brand in ("Rival", "Other"))
    assert min(c.ratio for c in link.controls) > 1.3


@pytest.mark.parametrize("incident", ["before the data", "after the data", "of a stranger"])
def test_nothing_is_said_of_incidents_that_the_data_do_not_cover(link_of: Callable[[str], Link], incident: str):
    link = link_of(incident)
    assert link.verdict is Verdict.NOT_ENOUGH_DATA
    assert link.p_value is None
    assert link.reason


def test_every_interval_holds_its_excess(findings: Findings):
    measured = [link for link in findings.links if link.excess is not None]
    assert len(measured) > 3
    assert all(link.excess_low <= link.excess <= link.excess_high for link in measured)


def test_every_incident_gets_an_answer_in_the_order_given(findings: Findings):
    assert [t.link.id for t in findings.tested][:2] == ["harm", "unnoticed"]
    assert len(findings.links) == 8


def test_maintenance_takes_no_blame_for_what_came_before_it_but_for_what_comes_with_it(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    world = simulate(days=42, rates={"Ours": 4.0, "Rival": 4.0}, seed=21)
    before, within = 20 * 24 + 12, 30 * 24 + 12
    world.plant("Ours", before, 80, 0.6)
    world.plant("Ours", within + 0.5, 80, 0.8)
    failures = [make_incident("before", before + 2.5, 2), make_incident("within", within, 3)]
    planned = [replace(failure, planned=True, detected=None) for failure in failures]
    unplanned = analyse(world.brands(), failures, Options()).links
    assert [link.verdict for link in unplanned] == [Verdict.LINKED, Verdict.LINKED]
    early, innocent = analyse(world.brands(), planned, Options()), planned[0]
    assert [link.verdict for link in early.links] == [Verdict.NO_EFFECT, Verdict.LINKED]
    assert [shift.incident for shift in early.shifts] == [None, "within"]
    assert innocent.incident not in early.shifts[0].reason
    blamed = early.links[1]
    assert blamed.onset >= planned[1].started
    assert blamed.customer_lead_minutes is None


def test_customers_who_talk_of_failing_service_without_an_incident_make_a_suspected_outage(
    simulate: Callable[..., Any],
):
    world = simulate(days=28, rates={"Ours": 4.0}, seed=5)
    world.plant("Ours", 20 * 24 + 12, 80, 1.5, failing=0.7)
    (shift,) = analyse(world.brands(), [], Options(false_shifts_per_quarter=0.2)).shifts
    assert shift.verdict is ShiftVerdict.SUSPECTED_OUTAGE
    assert "talks of failing service" in shift.reason


def test_a_week_of_history_is_enough_for_a_great_harm(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    world = simulate(days=8, rates={"Ours": 6.0, "Rival": 6.0}, seed=6)
    world.plant("Ours", 6 * 24 + 14, 120, 1.0)
    (link,) = analyse(world.brands(), [make_incident("harm", 6 * 24 + 14, 2)], Options()).links
    assert link.verdict is Verdict.LINKED


def test_two_days_of_history_are_not(simulate: Callable[..., Any], make_incident: Callable[..., Exposure]):
    world = simulate(days=2, rates={"Ours": 6.0}, seed=6)
    world.plant("Ours", 30, 120, 1.0)
    (link,) = analyse(world.brands(), [make_incident("harm", 30, 2)], Options()).links
    assert link.verdict is Verdict.NOT_ENOUGH_DATA
    assert "days of mentions" in link.reason


def test_an_open_incident_is_linked_while_it_lasts(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    world = simulate(days=28, rates={"Ours": 5.0, "Rival": 5.0}, seed=7)
    world.plant("Ours", 27 * 24 + 19, 90, 1.0)
    (link,) = analyse(world.brands(), [make_incident("open", 27 * 24 + 19, None)], Options()).links
    assert link.verdict is Verdict.LINKED
    assert link.recovery_minutes is None


def test_a_brand_whose_data_begin_late_has_no_shift_at_its_beginning(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    world = simulate(days=70, rates={"Ours": 5.0, "Rival": 5.0}, seed=8, bucket_seconds=900)
    late = 45 * 24 * 4
    for counts in (world.negative["Ours"], world.failing["Ours"]):
        counts[:late] = 0
    world.plant("Ours", 60 * 24 + 12, 90, 1.5)
    incidents = [make_incident("too early", 20 * 24), make_incident("harm", 60 * 24 + 12, 2)]
    found = analyse(world.brands(), incidents, Options())
    assert [link.verdict for link in found.links] == [Verdict.NOT_ENOUGH_DATA, Verdict.LINKED]
    assert [s.incident for s in found.shifts if s.brand == "Ours"] == ["harm"]


@pytest.mark.parametrize("hours", [0, 24 * 28])
def test_silent_brands_have_no_shifts_and_their_incidents_no_data(
    make_series: Callable[..., Series], make_incident: Callable[..., Exposure], hours: int
):
    silence = {"web": make_series(np.zeros(hours))}
    brands = {n: BrandCounts(name=n, negative=silence, failing=silence, rivals=()) for n in ("Ours", "Rival")}
    brands["Ours"] = replace(brands["Ours"], rivals=("Rival",))
    found = analyse(brands, [make_incident("a", 300)], Options())
    assert found.shifts == ()
    assert found.links[0].verdict is Verdict.NOT_ENOUGH_DATA


def test_one_author_who_floods_makes_neither_shift_nor_link(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    world = simulate(days=28, rates={"Ours": 0.1}, seed=9, bucket_seconds=3600)
    at = 20 * 24 + 12
    world.negative["Ours"][at - 30 : at + 30] = 0
    world.negative["Ours"][at] = 1.0  # twenty-two posts of one author are one voice
    world.failing["Ours"][at] = 1.0
    found = analyse(world.brands(), [make_incident("innocent", at, 1)], Options())
    assert found.links[0].verdict is not Verdict.LINKED
    assert all(abs((s.onset - world.brands()["Ours"].negative["web"].time(at)).days) > 2 for s in found.shifts)


def test_the_time_zone_of_the_rhythm_may_change_its_clocks(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    world = simulate(days=91, rates={"Ours": 2.0}, seed=10, bucket_seconds=3600)
    world.plant("Ours", 84 * 24 + 12, 60, 1.5)  # the day after New York's clocks went forward is day 62
    options = Options(zone=ZoneInfo("America/New_York"))
    (link,) = analyse(world.brands(), [make_incident("harm", 84 * 24 + 12, 2)], options).links
    assert link.verdict is Verdict.LINKED


def test_p_values_of_incidents_without_effect_are_no_smaller_than_uniform(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    p_values, worlds_with_a_link = [], 0
    for seed in range(6):
        world = simulate(days=63, rates={"Ours": 3.0, "Rival": 3.0}, seed=100 + seed, bucket_seconds=900)
        hours = (10 + 5 * np.arange(10)) * 24 + world.rng.uniform(0, 24, 10)
        incidents = [make_incident(f"{i}", float(h), 1.0) for i, h in enumerate(hours)]
        links = analyse(world.brands(), incidents, Options()).links
        p_values += [link.p_value for link in links]
        worlds_with_a_link += any(link.verdict is Verdict.LINKED for link in links)
    assert stats.kstest(p_values, "uniform", alternative="greater").pvalue > 0.01
    assert worlds_with_a_link <= 1


def test_harms_of_forty_voices_are_found_and_dated(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure], monday: datetime
):
    late, linked = [], 0
    for seed in range(2):
        world = simulate(days=63, rates={"Ours": 3.0, "Rival": 3.0}, seed=200 + seed, bucket_seconds=300)
        hours = [(30 + 9 * i) * 24 + float(world.rng.uniform(8, 20)) for i in range(4)]
        for hour in hours:
            world.plant("Ours", hour, 40, 1.0)
        incidents = [make_incident(f"{i}", h, 2.0) for i, h in enumerate(hours)]
        for hour, link in zip(hours, analyse(world.brands(), incidents, Options()).links, strict=True):
            linked += link.verdict is Verdict.LINKED
            if link.onset is not None:
                late.append(abs((link.onset - monday).total_seconds() / 3600 - hour) * 60)
    assert linked >= 7
    assert np.median(late) <= 20
