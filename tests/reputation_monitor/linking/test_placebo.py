from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reputation_monitor.linking.placebo import PlaceboTimes, benjamini_hochberg, compare


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
    assert compare([1000.0, -1.0], 0, pool).p_value == pytest.approx(1 / 100)
    assert compare([98.0, -1.0], 0, pool).p_value == pytest.approx(2 / 100)
    assert compare([-1.0, -1.0], 0, pool).p_value == 1.0


def test_without_placebo_times_nothing_is_unlikely():
    outcome = compare([50.0, -1.0], 0, [])
    assert outcome.p_value == 1.0
    assert outcome.placebos == 0


def test_rivals_lend_placebo_times_to_a_brand_with_too_few():
    assert compare([5.0, -1.0], 0, [times([1, 2]), times([9])]).placebos == 3


def test_a_brand_with_enough_of_its_own_needs_none_of_rivals():
    outcome = compare([5.0, -1.0], 0, [times(np.full(999, 1.0)), times(np.full(5000, 9.0))])
    assert outcome.placebos == 999
    assert outcome.p_value == pytest.approx(1 / 1000)


@pytest.mark.parametrize(("weeks", "matched"), [(400, "hour of the week"), (60, "part of the day"), (4, "any time")])
def test_it_compares_the_same_hours_as_far_as_history_allows(weeks: int, matched: str):
    hours = np.tile(np.arange(168), weeks)
    outcome = compare([0.5, -1.0], 167, [times(np.where((hours + 2) % 168 <= 2, 1.0, 0.0), hours)])
    assert outcome.matched == matched
    if matched == "hour of the week":
        assert outcome.p_value == 1.0
        assert outcome.placebos == 3 * weeks


def test_sunday_night_is_near_monday_morning():
    hours = np.tile([167, 0, 1, 12], 400)
    outcome = compare([0.5, -1.0], 0, [times(np.ones(len(hours)), hours)])
    assert outcome.matched == "hour of the week"
    assert outcome.placebos == 1200


def both(negative: Iterable[float], failing: Iterable[float]):
    heights = np.array([list(negative), list(failing)], dtype=float)
    return PlaceboTimes(heights, np.zeros(heights.shape[1], dtype=np.int64))


def test_scandals_of_the_past_do_not_hide_talk_of_failing_service():
    scandals = np.where(np.arange(999) % 5 == 0, 50.0, 1.0)
    outcome = compare([20.0, 9.0], 0, [both(scandals, np.linspace(0, 3, 999))])
    assert outcome.kind == 1
    assert outcome.p_value <= 2 / 1000
    assert outcome.heights.max() == 3.0


def test_looking_at_two_kinds_costs_no_honesty():
    rng = np.random.default_rng(6)
    p_values = []
    for _ in range(400):
        table = rng.exponential(size=(2, 200))
        p_values.append(compare(rng.exponential(size=2).tolist(), 0, [both(*table)]).p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_who_stands_out_in_both_kinds_has_the_smallest_p():
    outcome = compare([9.0, 8.0], 0, [both(range(5), range(5))])
    assert (outcome.p_value, outcome.kind) == (1 / 6, 0)
