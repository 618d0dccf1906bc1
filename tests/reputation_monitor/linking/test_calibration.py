from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.linking.calibration import Calibration
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.intervals import usual_level, usual_quantile
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.series import Array
from reputation_monitor.linking.world import Exposure, Options

WINDOWS = 400


def gamma(mean: float, variance: float, count: int, seed: int) -> Array:
    return np.random.default_rng(seed).gamma(mean**2 / variance, variance / mean, count)


def calibrated(told: tuple[float, float], true: tuple[float, float]) -> Calibration:
    """By calm windows of which a model told the one mean and variance while the other was true."""
    seen = gamma(*true, WINDOWS, seed=1)
    return Calibration.of(seen, *(np.full(WINDOWS, value) for value in told), worth=WINDOWS)


def test_the_level_is_the_inverse_of_the_quantile():
    shares = np.array([0.01, 0.2, 0.5, 0.975])
    counts = usual_quantile(shares, np.full(4, 7.0), np.full(4, 20.0))
    assert np.allclose(usual_level(counts, np.full(4, 7.0), np.full(4, 20.0)), shares)


def test_without_calm_windows_the_model_is_believed():
    expected, low, high = Calibration(np.empty(0)).expected(40.0, 100.0, (0.025, 0.975))
    assert expected == pytest.approx(40, rel=0.01)
    told = usual_quantile(np.array([0.025, 0.975]), np.full(2, 40.0), np.full(2, 100.0))
    assert (low, high) == pytest.approx(tuple(told))


@pytest.mark.parametrize("true", [(40.0, 100.0), (32.0, 64.0), (40.0, 300.0), (48.0, 60.0)])
def test_calm_windows_mend_a_mean_and_a_spread_that_are_off(true: tuple[float, float]):
    expected, low, high = calibrated((40.0, 100.0), true).expected(40.0, 100.0, (0.025, 0.975))
    fresh = gamma(*true, 20_000, seed=2)
    assert expected == pytest.approx(true[0], rel=0.05)
    assert np.mean((low <= fresh) & (fresh <= high)) == pytest.approx(0.95, abs=0.03)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0, 100), st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_levels_are_levels_and_in_the_order_of_their_shares(levels: list[float], worth: float, shares: list[float]):
    found = Calibration(np.sort(levels), worth).level(np.sort(shares))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


def test_calm_times_touch_no_incident_and_nothing_unheard(
    simulate: Callable[..., Any], make_incident: Callable[..., Exposure]
):
    brands = simulate(days=28, rates={"Ours": 4.0}, seed=5).brands()
    heard = np.ones(len(brands["Ours"].negative["web"]))
    per_hour = brands["Ours"].negative["web"].per_hour
    heard[500 * per_hour : 510 * per_hour] = 0.1
    ours = brands["Ours"]
    deaf = replace(ours, negative={screen: replace(series, heard=heard) for screen, series in ours.negative.items()})
    models = Models({"Ours": deaf}, [make_incident("i", 300, hours=2)], Options())
    screens = models.screens("Ours")
    series = models.channel("Ours", screens, Voice.NEGATIVE, models.bucket_seconds("Ours")).series
    times = models.calm("Ours", screens, 2 * series.per_hour, 3 * series.per_hour) / series.per_hour
    assert len(times) > 24 * 28 - 60
    for begin, end in ((297, 305), (500, 510)):
        assert not ((times + 3 > begin) & (times - 2 < end)).any()
