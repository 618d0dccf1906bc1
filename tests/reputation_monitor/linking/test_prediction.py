from collections.abc import Callable

import numpy as np
import pytest

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.channels import Channel, Comparison, Voice
from reputation_monitor.linking.noise import Noise, averaged
from reputation_monitor.linking.prediction import Predictor
from reputation_monitor.linking.series import Array, Series
from reputation_monitor.linking.threshold import simulate_counts

HOURS = 28 * 24
NOISE = Noise(1.0, 0.2, 6.0, 0.0)


def flat(expected: float, hours: int = HOURS, noise: Noise = NOISE) -> Baseline:
    return Baseline(np.full(hours, expected), np.zeros(hours, dtype=np.int64), (noise,), np.array([28.0]))


@pytest.fixture
def make_channel(make_series: Callable[..., Series]):
    def make(counts: Array, expected: float):
        return Channel("web", Voice.NEGATIVE, make_series(counts), flat(expected, len(counts)))

    return make


def comparison(name: str, counts: Array, expected: float) -> Comparison:
    baseline = flat(expected, len(counts))
    return Comparison(name, "rival", np.asarray(counts, dtype=float), baseline.expected, baseline)


def test_two_windows_share_what_the_variance_of_both_together_tells():
    before, after = 12.0, 5.0
    together = (before + after) ** 2 * averaged(np.array([(before + after) / 6.0]))[0]
    apart = before**2 * averaged(np.array([before / 6.0]))[0] + after**2 * averaged(np.array([after / 6.0]))[0]
    shared = flat(1.0).shared_spread(before, after)[0]
    assert np.isclose(shared, 0.2 * (together - apart) / (2 * before * after))


def test_the_hours_before_foretell_better_than_the_baseline_and_without_bias(
    make_channel: Callable[..., Channel],
):
    counts = simulate_counts(np.full(24 * 2000, 20.0), NOISE, 3600, np.random.default_rng(3))
    starts = np.arange(24, len(counts) - 24, 7)
    told = Predictor(make_channel(counts, 20.0))(starts, 3)
    seen = np.array([counts[s : s + 3].sum() for s in starts])
    usual = np.abs(np.log(told.factor)) < np.log(1.4)
    errors = (seen - 60 * told.factor)[usual]
    assert abs(errors.mean()) < 2.0
    assert errors.std() < 0.94 * (seen - 60)[usual].std()
    claimed = 60 * told.factor + told.spread * (60 * told.factor) ** 2
    assert 0.8 < errors.var() / claimed[usual].mean() < 1.25


def test_few_voices_foretell_nothing(make_channel: Callable[..., Channel]):
    counts = np.zeros(200)
    counts[95] = 1
    told = Predictor(make_channel(counts, 0.02))(np.array([100]), 3)
    assert 0.9 < told.factor[0] < 1.2


def test_a_level_that_noise_does_not_explain_is_taken_to_go_on(make_channel: Callable[..., Channel]):
    counts = np.full(200, 3.0)
    counts[88:] = 15
    told = Predictor(make_channel(counts, 3.0))(np.array([100]), 6)
    assert told.factor[0] > 4.5


def test_one_rivals_own_scandal_excuses_nobody(make_channel: Callable[..., Channel]):
    scandal, quiet = np.full(HOURS, 3.0), np.full(HOURS, 3.0)
    scandal[400:406] += 60
    rivals = [comparison("a", scandal, 3.0), comparison("b", quiet, 3.0), comparison("c", quiet, 3.0)]
    told = Predictor(make_channel(quiet, 3.0), rivals)(np.array([400]), 6)
    assert np.isclose(told.factor[0], 1.0, atol=0.02)


def test_a_storm_over_all_raises_the_expectation_by_as_much(make_channel: Callable[..., Channel]):
    storm, quiet = np.full(HOURS, 3.0), np.full(HOURS, 3.0)
    storm[400:406] += 15
    rivals = [comparison("a", storm, 3.0), comparison("b", storm, 3.0)]
    told = Predictor(make_channel(quiet, 3.0), rivals)(np.array([400]), 6)
    assert 5 < told.factor[0] < 6.1


def test_a_storm_that_begins_with_a_short_window_is_told_by_what_follows_it(make_channel: Callable[..., Channel]):
    storm, quiet = np.full(HOURS, 3.0), np.full(HOURS, 3.0)
    storm[400:420] += 15
    rivals = [comparison("a", storm, 3.0), comparison("b", storm, 3.0)]
    told = Predictor(make_channel(quiet, 3.0), rivals)(np.array([400]), 1)
    assert told.factor[0] > 5


def test_what_a_storm_brings_is_the_less_sure_the_fewer_voices_of_rivals_tell_it(make_channel: Callable[..., Channel]):
    spreads = []
    for usual in (0.5, 3.0, 30.0):
        storm = np.full(HOURS, usual)
        storm[400:406] *= 6
        rivals = [comparison("a", storm, usual), comparison("b", storm, usual)]
        spreads.append(Predictor(make_channel(np.full(HOURS, 3.0), 3.0), rivals)(np.array([400]), 6).spread[0])
    calm = Predictor(make_channel(np.full(HOURS, 3.0), 3.0))(np.array([400]), 6).spread[0]
    assert spreads[0] > spreads[1] > spreads[2] > calm + NOISE.spread(np.array([6.0]))[0]


def test_chance_voices_of_rivals_raise_nothing(make_channel: Callable[..., Channel]):
    quiet = np.full(HOURS, 0.2)
    some = np.zeros(HOURS)
    some[401] = 1
    rivals = [comparison("a", some, 0.2), comparison("b", some, 0.2)]
    told = Predictor(make_channel(quiet, 0.2), rivals)(np.array([400]), 3)
    assert np.isclose(told.factor[0], 1.0, atol=0.02)


def test_rare_voices_of_a_storm_are_expected_by_the_many_times_that_they_rose(make_channel: Callable[..., Channel]):
    storm, quiet = np.full(HOURS, 0.02), np.full(HOURS, 0.02)
    storm[400:403] += 4
    rivals = [comparison(name, storm, 0.02) for name in "abc"]
    told = Predictor(make_channel(quiet, 0.02), rivals)(np.array([400]), 3)
    assert told.factor[0] > 50
