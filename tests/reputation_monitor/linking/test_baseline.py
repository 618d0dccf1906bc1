from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from reputation_monitor.linking import fitting
from reputation_monitor.linking.baseline import History, fit_baseline, fit_baselines
from reputation_monitor.linking.fitting import WEEK
from reputation_monitor.linking.noise import Noise, averaged
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.threshold import simulate_counts

HOURS = 8 * WEEK


def rhythm(hours: int):
    hour = np.arange(hours)
    return (1 + 0.8 * np.sin(hour % 24 / 24 * 2 * np.pi)) * np.where(hour % WEEK < 120, 1.1, 0.75)


@pytest.mark.parametrize("x", [1e-4, 0.1, 1.0, 7.0, 300.0])
def test_averaged_noise_is_the_integral_of_its_correlation(x: float):
    wanted, _ = integrate.quad(lambda lag: 2 * (1 - lag) * np.exp(-x * lag), 0, 1)
    assert averaged(np.array([x]))[0] == pytest.approx(wanted, rel=1e-3)


def test_the_noise_of_a_day_is_smaller_than_that_of_an_hour():
    spread = Noise(1.0, 0.3, 4.0, 0.01).spread(np.array([1.0, 24.0]))
    assert spread[0] == pytest.approx(0.28, abs=0.01)
    assert spread[1] < 0.4 * spread[0]


def test_it_learns_the_rhythm_of_the_week(make_series: Callable[..., Series]):
    truth = 6 * rhythm(HOURS)
    counts = np.random.default_rng(1).poisson(truth)
    fitted = fit_baseline(make_series(counts)).expected[-WEEK:]
    assert np.corrcoef(fitted, truth[-WEEK:])[0, 1] > 0.96
    assert fitted.sum() == pytest.approx(truth[-WEEK:].sum(), rel=0.06)


def test_short_history_falls_back_to_the_hour_of_the_day(make_series: Callable[..., Series]):
    two_days = 6 * rhythm(48)
    fitted = fit_baseline(make_series(np.random.default_rng(2).poisson(two_days))).expected
    assert 0.3 < fitted.std() / two_days.std() < 0.95
    assert np.corrcoef(fitted, two_days)[0, 1] > 0.8


@pytest.mark.parametrize(("rate", "sigma2"), [(20.0, 0.15), (20.0, 0.4), (2.0, 0.15)])
def test_it_finds_the_noise_that_is_there(make_series: Callable[..., Series], rate: float, sigma2: float):
    noise = Noise(0.8, sigma2, 5.0, 0.0)
    wanted = noise.spread(np.array([1.0, 6.0]))
    found = []
    for seed in range(3):
        counts = simulate_counts(rate * rhythm(HOURS), noise, 3600, np.random.default_rng(seed))
        fitted = fit_baseline(make_series(counts, weight=0.8)).noises[-1]
        assert fitted.phi == pytest.approx(0.8, abs=0.02)
        found.append(fitted.spread(np.array([1.0, 6.0])) - fitted.level_variance)
    assert np.mean(found, axis=0) == pytest.approx(wanted, rel=0.35)


def test_an_outbreak_of_the_past_does_not_become_usual(make_series: Callable[..., Series]):
    calm = np.random.default_rng(3).poisson(3 * rhythm(HOURS)).astype(float)
    shaken = calm.copy()
    shaken[-300:-276] += 40
    before, after = fit_baseline(make_series(calm)), fit_baseline(make_series(shaken))
    assert after.expected[-WEEK:].sum() == pytest.approx(before.expected[-WEEK:].sum(), rel=0.1)
    assert after.noises[-1].sigma2 < before.noises[-1].sigma2 + 0.15


def test_a_mean_that_left_a_day_out_is_the_one_fitted_without_it():
    rng = np.random.default_rng(4)
    cells = np.arange(10 * 24) % WEEK
    counts, weights = rng.poisson(3.0, 240).astype(float), rng.uniform(0.5, 1.0, 240)
    amounts, exposures = fitting.by_day(cells, counts[None] * weights), fitting.by_day(cells, weights[None])
    (mine,) = fitting.level_and_rhythm_of_others(cells, weights[None], weights * counts[None], amounts, exposures)
    for day in (0, 6, 9):
        own = slice(24 * day, 24 * day + 24)
        left = weights.copy()
        left[own] = 0.0
        sums = (fitting.by_day(cells, values[None]).sum((0, 1)) for values in (counts * left, left))
        shape = fitting.rhythm(*sums)
        level = (left * counts).sum() / (left * shape[cells]).sum()
        assert mine[own] == pytest.approx(level * shape[cells[own]])


def test_many_series_are_fitted_as_each_alone(make_series: Callable[..., Series]):
    rng = np.random.default_rng(8)
    series = [make_series(rng.poisson(rate, 30 * 24 * 4).astype(float), 900) for rate in (0.01, 1.0, 50.0)]
    deaf = replace(series[1], heard=np.where(np.arange(30 * 24 * 4) < 400, 0.3, 1.0))
    together = fit_baselines([*series, deaf])
    for one, fitted in zip([*series, deaf], together, strict=True):
        alone = fit_baseline(one)
        hours = np.array([0.5, 6.0, 48.0])
        assert fitted.spread_table(hours) == pytest.approx(alone.spread_table(hours))
        assert fitted.expected == pytest.approx(alone.expected)


@pytest.mark.parametrize("hours", [0, 1, 30])
def test_silence_and_next_to_no_history_give_a_small_baseline(make_series: Callable[..., Series], hours: int):
    fitted = fit_baseline(make_series(np.zeros(hours * 12), 300))
    assert len(fitted.expected) == hours * 12
    assert (fitted.expected >= 0).all()
    assert fitted.expected.sum() < 0.1
    assert np.isfinite(fitted.spread_table(np.array([1.0, 48.0]))).all() if hours else fitted.noises == ()


def test_a_brand_that_begins_late_learns_from_its_own_first_weeks(make_series: Callable[..., Series]):
    counts = np.zeros(12 * WEEK)
    counts[6 * WEEK :] = np.random.default_rng(6).poisson(4.0, 6 * WEEK)
    before_first = np.arange(len(counts)) < 6 * WEEK
    fitted = fit_baseline(make_series(counts), History(ignore=before_first))
    first_days = fitted.expected[6 * WEEK : 6 * WEEK + 72]
    assert first_days.mean() == pytest.approx(4.0, rel=0.15)


@settings(max_examples=5, deadline=None)
@given(day=st.integers(1, 20))
def test_without_borrowing_it_never_looks_ahead(make_series: Callable[..., Series], day: int):
    counts = np.random.default_rng(7).poisson(0.3, 21 * 24 * 12).astype(float)
    changed = counts.copy()
    changed[day * 24 * 12 :] *= 50
    first, second = (fit_baseline(make_series(c, 300), History(borrow_weeks=0)) for c in (counts, changed))
    known = day * 24 * 12
    assert (first.expected[:known] == second.expected[:known]).all()


def test_shorter_buckets_hold_the_sum_of_their_hour(make_series: Callable[..., Series]):
    counts = np.random.default_rng(8).poisson(0.5, 14 * 24 * 12).astype(float)
    fine = fit_baseline(make_series(counts, 300)).expected.reshape(-1, 12).sum(axis=1)
    coarse = fit_baseline(make_series(counts, 300).coarser(3600)).expected
    assert fine == pytest.approx(coarse)


def test_the_rhythm_follows_local_time(make_series: Callable[..., Series], monday: datetime):
    hours = 14 * WEEK
    series = make_series(np.zeros(hours))
    local = np.array([(series.time(i)).astimezone(ZoneInfo("America/New_York")).hour for i in range(hours)])
    series.negative[:] = np.where(local == 9, 10.0, 1.0)
    at_utc, at_home = fit_baseline(series), fit_baseline(series, zone=ZoneInfo("America/New_York"))
    nine = np.flatnonzero(local == 9)[10 * 7 : 10 * 7 + 5]  # just after clocks went forward
    assert at_home.expected[nine].mean() > at_utc.expected[nine].mean() * 1.3
