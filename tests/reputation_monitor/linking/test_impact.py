from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from reputation_monitor.linking.baseline import fit_baseline
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.impact import Impact, measure, smallest_visible
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.scan import likelihood_ratio
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.world import Exposure, Options
from reputation_monitor.outcomes.recovery import calm_buckets

START = 20 * 24 + 12


@pytest.fixture(scope="module")
def harmed(simulate: Callable[..., Any], make_incident: Callable[..., Exposure]):
    world = simulate(days=28, rates={"Ours": 4.0, "Rival": 4.0, "Other": 4.0}, seed=3)
    world.plant("Ours", START, 80, 1.5)
    incident = make_incident("harm", START + 0.5, hours=3)
    models = Models(world.brands(), [incident], Options())
    return models, measure(models, incident, Voice.FAILING)


def test_it_measures_about_what_was_planted(harmed: tuple[Models, Impact]):
    _, impact = harmed
    assert impact.counted.excess == pytest.approx(80, abs=25)
    assert 0 < impact.counted.low < impact.counted.excess < impact.counted.high
    assert 0.8 < impact.factor < 1.3


def test_it_dates_the_rise_and_the_recovery(harmed: tuple[Models, Impact]):
    _, impact = harmed
    per_hour = impact.channel.series.per_hour
    assert abs(impact.onset.median / per_hour - START) < 0.5
    assert impact.recovered is not None
    assert START + 3 < impact.recovered / per_hour < START + 12
    assert impact.start <= impact.peak.start < impact.peak.end <= impact.end


@pytest.mark.parametrize("is_known", [True, False])
def test_recovery_is_known_once_the_hours_that_show_it_are_over(harmed: tuple[Models, Impact], is_known: bool):
    models, whole = harmed
    series = whole.channel.series
    calm = calm_buckets(whole.channel.baseline.expected * whole.factor, series.per_hour)
    assert whole.recovered is not None
    until = series.time(whole.recovered + calm + (1 if is_known else -1))
    told = {name: replace(counts, until=until) for name, counts in models.brands.items()}
    (incident,) = models.exposures
    found = measure(Models(told, [incident], Options()), incident, Voice.FAILING).recovered
    assert found == (whole.recovered if is_known else None)


def test_what_is_still_to_come_is_not_counted_as_silence(harmed: tuple[Models, Impact]):
    models, _ = harmed
    (incident,) = models.exposures
    until = incident.started + timedelta(minutes=35)
    live = {name: replace(counts, until=until) for name, counts in models.brands.items()}
    impact = measure(Models(live, [replace(incident, resolved=None)], Options()), incident, Voice.NEGATIVE)
    assert impact.end <= impact.channel.series.bucket(until) + 1
    assert impact.counted.excess > 20


def test_an_incident_that_outlasts_its_harm_is_not_charged_with_the_rest_of_its_time(
    harmed: tuple[Models, Impact],
):
    models, brief = harmed
    (incident,) = models.exposures
    long = replace(incident, resolved=incident.started + timedelta(days=2))
    impact = measure(Models(models.brands, [long], Options()), long, Voice.FAILING)
    assert (impact.start, impact.end) == (brief.start, brief.end)
    assert impact.counted.excess == pytest.approx(brief.counted.excess, rel=0.1)
    assert impact.recovered is not None
    assert impact.recovered >= impact.channel.series.bucket(long.end(long.started))


def test_its_highest_hour_is_one_of_the_span(harmed: tuple[Models, Impact]):
    _, impact = harmed
    counts = impact.channel.series.negative[impact.start : impact.end]
    assert counts.max() <= impact.highest_hour <= counts.sum()


def test_controls_are_told_over_the_same_span(harmed: tuple[Models, Impact]):
    _, impact = harmed
    assert [c.name for c in impact.controls] == ["Rival", "Other"]
    assert all(c.expected > 0 and c.ratio is not None and c.ratio < 3 for c in impact.controls)


def test_an_effect_that_goes_on_has_no_recovery(simulate: Callable[..., Any], make_incident: Callable[..., Exposure]):
    world = simulate(days=28, rates={"Ours": 4.0}, seed=4)
    world.plant("Ours", 27 * 24 + 18, 300, 6)
    incident = make_incident("open", 27 * 24 + 18, hours=None)
    impact = measure(Models(world.brands(), [incident], Options()), incident, Voice.NEGATIVE)
    assert impact.recovered is None
    assert impact.end <= len(impact.channel.series)


def test_the_smallest_visible_effect_is_the_one_that_reaches_the_height(make_series: Callable[..., Series]):
    baseline = fit_baseline(make_series(np.random.default_rng(1).poisson(2.0, 28 * 24)))
    usual, visible = smallest_visible(baseline, 6.0, (400, 406), 3600)
    noise = baseline.noise_at(400)
    reached = likelihood_ratio(visible, np.array([usual]), noise.spread(np.array([6.0])), noise.phi)
    assert reached[0] == pytest.approx(6.0, abs=1e-6)
    assert visible > usual


@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_failing_talk_is_charged_to_nobody_and_its_interval_holds_the_excess(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure], seed: int
):
    world = simulate(days=28, rates={"Ours": 1.0, "Rival": 1.0, "Other": 1.0}, seed=seed)
    for brand in world.rates:
        world.plant(brand, START, 60, 2.0, failing=0.9)
    incident = make_incident("innocent", START + 0.5, hours=3)
    counted = measure(Models(world.brands(), [incident], Options()), incident, Voice.FAILING).counted
    assert counted.low <= counted.excess <= counted.high
    assert counted.excess < 40
