import numpy as np
from scipy import stats

from reputation_monitor.linking.intervals import band, excess_interval, usual_quantile
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.threshold import simulate_counts

NOISE = Noise(1.0, 0.2, 4.0, 0.01)


def test_a_quantile_is_that_of_the_gamma_with_the_same_mean_and_variance():
    mine = usual_quantile(0.9, np.array([4.0]), np.array([8.0]))
    assert np.isclose(mine[0], stats.gamma.ppf(0.9, a=2.0, scale=2.0))


def test_nothing_expected_gives_a_quantile_near_nothing():
    assert usual_quantile(0.975, np.zeros(1), np.zeros(1))[0] < 1e-6


def test_the_interval_of_pure_baseline_holds_zero_nineteen_times_in_twenty():
    rng = np.random.default_rng(5)
    held, spread = 0, float(NOISE.spread(np.array([12.0]))[0])
    for _ in range(400):
        observed = float(simulate_counts(np.full(12, 5.0), NOISE, 3600, rng).sum())
        low, high = excess_interval(observed, 60.0, NOISE.phi, spread)
        held += low <= 0 <= high
    assert 0.91 <= held / 400 <= 0.98


def test_the_band_is_wider_for_its_mean_where_counts_are_small():
    low, high = band(np.array([1.0, 100.0]), NOISE, 3600)
    width = (high - low) / np.array([1.0, 100.0])
    assert width[0] > width[1]
    assert (low < [1.0, 100.0]).all()
    assert (high > [1.0, 100.0]).all()
