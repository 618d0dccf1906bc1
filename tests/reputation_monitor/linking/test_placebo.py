from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.ndimage import maximum_filter1d

from reputation_monitor.linking.placebo import LEAST_P, PlaceboTimes, benjamini_hochberg, compare


def times(heights: Iterable[float], hours: Iterable[int] | None = None):
    heights = np.asarray(heights, dtype=float)
    return PlaceboTimes(
        np.stack([heights, np.full(len(heights), -1.0)]),
        np.zeros(len(heights), dtype=np.int64) if hours is None else np.asarray(hours),
    )


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40))
def test_q_values_are_those_of_benjamini_and_hochberg(p_values: list[float]):
    wanted = stats.false_discovery_control(p_values, method="bh")
    assert benjamini_hochberg(p_values) == pytest.approx(wanted.tolist())


def test_no_incidents_give_no_q_values():
    assert benjamini_hochberg([]) == []


def test_p_counts_the_incident_among_its_placebo_times():
    pool = [times(range(99))]
    assert compare([80.0, -1.0], 0, 1, pool).p_value == pytest.approx(20 / 100)
    assert compare([50.0, -1.0], 0, 1, pool).p_value == pytest.approx(50 / 100)
    assert compare([-1.0, -1.0], 0, 1, pool).p_value == 1.0


def test_one_burst_that_lifts_many_times_counts_as_often_as_they_share_it():
    """Times of eight hours: shifted through history, an incident keeps its peak eight times."""
    rng = np.random.default_rng(1)
    bursts = np.repeat(rng.exponential(size=225), 8)
    height = float(np.quantile(bursts, 0.5))
    outcome = compare([height, -1.0], 0, 8, [times(bursts, np.arange(1800) % 168)])
    assert (outcome.shared, outcome.apart) == (8, 225)
    assert outcome.p_value == pytest.approx((outcome.reached + 8) / 1808)


def test_only_as_many_times_share_a_burst_as_are_like_the_incident():
    hours = np.tile(np.arange(168), 400)
    outcome = compare([0.5, -1.0], 20, 30, [times(np.ones(len(hours)), hours)])
    assert (outcome.matched, outcome.shared) == ("hour of the week", 3)


def test_beyond_the_highest_bursts_p_falls_as_an_exponential_tail_does():
    quantiles = -2 * np.log((np.arange(900) + 0.5) / 900)
    p_values = [
        compare([height, -1.0], 0, 1, [times(quantiles, np.arange(900) % 168)]).p_value for height in (6, 8, 10, 14)
    ]
    assert np.abs(np.log(p_values) - [-3, -4, -5, -7]).max() < 0.7
    assert compare([400.0, -1.0], 0, 1, [times(quantiles)]).p_value == LEAST_P


def test_few_bursts_tell_little_of_their_tail():
    rng = np.random.default_rng(3)
    pool = [times(rng.exponential(1.0, 900), np.arange(900) % 168)]
    many, few = (compare([9.0, -1.0], 0, shared, pool).p_value for shared in (1, 100))
    assert many < 0.01 < few


def test_a_past_of_scandals_has_a_heavier_tail():
    """Heights of a Pareto tail, and one that is reached once in 2,000 times."""
    quantiles = 4 * (((np.arange(900) + 0.5) / 900) ** -0.4 - 1)
    pool = [times(quantiles, np.arange(900) % 168)]
    rare = 4 * (0.0005**-0.4 - 1)
    assert 0.0002 < compare([rare, -1.0], 0, 1, pool).p_value < 0.003


def test_where_placebo_times_are_silent_p_is_counted_alone():
    pool = [times(np.full(900, -1.0), np.arange(900) % 168)]
    assert compare([40.0, -1.0], 0, 8, pool).p_value == pytest.approx(8 / 908)


@pytest.mark.parametrize("hours", [1, 9])
def test_p_values_of_calm_times_are_uniform_to_their_end(hours: int):
    """A moving maximum of a long series: the p-value of each of its times among those that do not overlap with it."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(40):
        heights = maximum_filter1d(rng.exponential(size=1500), hours)
        for asked in range(0, 1500, 60):
            apart = np.abs(np.arange(1500) - asked) > hours
            outcome = compare([heights[asked], -1.0], 0, hours, [times(heights[apart], np.arange(1500)[apart] % 168)])
            found.append(outcome.p_value)
    assert stats.kstest(found, "uniform").pvalue > 0.01
    assert np.mean(np.array(found) <= 0.01) < 0.02


def test_without_placebo_times_nothing_is_unlikely():
    outcome = compare([50.0, -1.0], 0, 8, [])
    assert outcome.p_value == 1.0
    assert outcome.placebos == 0


def test_rivals_lend_placebo_times_to_a_brand_with_too_few():
    assert compare([5.0, -1.0], 0, 8, [times([1, 2]), times([9])]).placebos == 3


def test_a_brand_with_enough_of_its_own_needs_none_of_rivals():
    outcome = compare([5.0, -1.0], 0, 8, [times(np.full(999, 1.0)), times(np.full(5000, 9.0))])
    assert outcome.placebos == 999
    assert outcome.p_value < 0.05


@pytest.mark.parametrize(("weeks", "matched"), [(400, "hour of the week"), (60, "part of the day"), (4, "any time")])
def test_it_compares_the_same_hours_as_far_as_history_allows(weeks: int, matched: str):
    hours = np.tile(np.arange(168), weeks)
    outcome = compare([0.5, -1.0], 167, 8, [times(np.where((hours + 2) % 168 <= 2, 1.0, 0.0), hours)])
    assert outcome.matched == matched
    if matched == "hour of the week":
        assert outcome.p_value == 1.0
        assert outcome.placebos == 3 * weeks


def test_sunday_night_is_near_monday_morning():
    hours = np.tile([167, 0, 1, 12], 400)
    outcome = compare([0.5, -1.0], 0, 8, [times(np.ones(len(hours)), hours)])
    assert outcome.matched == "hour of the week"
    assert outcome.placebos == 1200


def both(negative: Iterable[float], failing: Iterable[float]):
    heights = np.array([list(negative), list(failing)], dtype=float)
    return PlaceboTimes(heights, np.zeros(heights.shape[1], dtype=np.int64))


def test_scandals_of_the_past_do_not_hide_talk_of_failing_service():
    scandals = np.where(np.arange(999) % 5 == 0, 50.0, 1.0)
    outcome = compare([20.0, 9.0], 0, 1, [both(scandals, np.linspace(0, 3, 999))])
    assert outcome.kind == 1
    assert outcome.p_value <= 2 / 1000
    assert outcome.heights.max() == 3.0


def test_looking_at_two_kinds_costs_no_honesty():
    rng = np.random.default_rng(6)
    p_values = []
    for _ in range(400):
        table = rng.exponential(size=(2, 200))
        p_values.append(compare(rng.exponential(size=2).tolist(), 0, 1, [both(*table)]).p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_who_stands_out_in_both_kinds_is_told_by_all():
    outcome = compare([9.0, 8.0], 0, 1, [both(range(5), range(5))])
    assert (outcome.reached, outcome.kind) == (0, 0)
    assert outcome.p_value < 0.2
