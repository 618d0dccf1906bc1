from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from reputation_monitor.linking.alarms import find_shifts
from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.threshold import _height, _own_scale, effective_screens, simulate_counts, threshold
from reputation_monitor.linking.world import Options

QUARTERS = 3


def flat_baseline(per_bucket: float, buckets: int = 2000, sigma2: float = 0.1):
    noise = Noise(1.0, sigma2, 4.0, 0.01)
    return Baseline(np.full(buckets, per_bucket), np.zeros(buckets, dtype=np.int64), (noise,), np.array([30.0]))


def test_simulated_counts_have_the_mean_and_the_variance_asked_for():
    noise = Noise(0.7, 0.3, 3.0, 0.02)
    rng = np.random.default_rng(1)
    sums = np.array([simulate_counts(np.full(6, 4.0), noise, 3600, rng).sum() for _ in range(4000)])
    assert sums.mean() == pytest.approx(24.0, rel=0.03)
    # The sum of hourly steps is a little rougher than the mean of a continuous noise.
    assert sums.var() == pytest.approx(noise.variance(np.array([24.0]), np.array([6.0]))[0], rel=0.12)


def test_simulated_noise_forgets_itself_at_the_pace_asked_for():
    noise = Noise(1.0, 0.5, 8.0, 0.0)
    counts = simulate_counts(np.full(40_000, 1000.0), noise, 3600, np.random.default_rng(2))
    log = np.log(counts)
    assert np.corrcoef(log[:-8], log[8:])[0, 1] == pytest.approx(np.exp(-1), abs=0.06)


def test_fewer_false_alarms_ask_for_more_height():
    baseline = flat_baseline(1.0)
    heights = [threshold(baseline, 3600, per_quarter) for per_quarter in (4.0, 1.0, 0.25)]
    assert heights == sorted(heights)
    assert 5 < heights[1] < 12


def test_the_tail_of_daily_maxima_is_taken_for_exponential():
    rng = np.random.default_rng(3)
    maxima = rng.exponential(1.5, (200, 100))
    assert _height(maxima, 91 * 1e-3) == pytest.approx(1.5 * np.log(1000), rel=0.06)


def test_a_rise_that_lasts_for_two_days_counts_once():
    rng = np.random.default_rng(4)
    brief = rng.exponential(1.0, (200, 90))
    lasting = np.maximum(brief, 0.9 * np.roll(brief, 1, axis=1))
    assert _height(lasting, 1.0) == pytest.approx(_height(brief, 1.0), rel=0.03)


def test_where_no_window_holds_voices_enough_any_that_does_is_a_shift():
    assert _height(np.zeros((16, 91)), 1.0) == 0.0


@pytest.mark.parametrize(("of_own", "low", "high"), [(0.6, 0.6, 0.8), (1.0, 0.95, 1.05), (1.6, 1.3, 1.6)])
def test_the_height_follows_usual_days_and_not_the_days_of_real_shifts(of_own: float, low: float, high: float):
    rng = np.random.default_rng(5)
    own, simulated = of_own * rng.gumbel(3, 1, 91).clip(0), rng.gumbel(3, 1, (16, 91)).clip(0)
    scale = _own_scale(own, simulated)
    own[:15] = 80.0
    assert low < scale < high
    assert _own_scale(own, simulated) == pytest.approx(scale, rel=0.15)


def test_screens_that_rise_on_the_same_days_count_for_fewer():
    rng = np.random.default_rng(6)
    mood, alone = rng.gumbel(3, 1, 910), rng.gumbel(3, 1, (3, 910))
    assert effective_screens(list(alone)) == pytest.approx(3, abs=0.3)
    assert effective_screens([mood, mood + 1, 2 * mood]) == 1
    assert 1.2 < effective_screens([mood + 0.5 * alone[0], mood + 0.5 * alone[1]]) < 1.8
    assert effective_screens([mood, alone[0], mood]) == pytest.approx(1 + 2 * 2 / 3, abs=0.2)


def test_screens_of_which_too_little_is_known_count_each():
    silent, few = np.zeros(91), np.arange(13.0)
    assert effective_screens([silent, silent]) == 2
    assert effective_screens([few, few]) == 2
    assert effective_screens([few]) == 1
    assert effective_screens([]) == 0


@pytest.mark.parametrize(("rate", "bucket_seconds"), [(0.05, 3600), (1.0, 900), (20.0, 300)])
def test_quarters_in_which_nothing_happens_have_about_as_many_shifts_as_were_agreed(
    simulate: Callable[..., Any], rate: float, bucket_seconds: int
):
    noise = Noise(1.0, 0.15, 5.0, 0.0)
    found = 0
    for quarter in range(QUARTERS):
        world = simulate(days=91, rates={"Ours": rate}, seed=quarter, bucket_seconds=bucket_seconds, noise=noise)
        found += len(find_shifts(Models(world.brands(), [], Options(false_shifts_per_quarter=1.0)), "Ours"))
    # Three are to be expected; nine would be three times as many. benchmarks/worlds counts more quarters.
    assert found <= 8
