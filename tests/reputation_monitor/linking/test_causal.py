from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_monitor.linking.causal import Rule, score_by_rules, score_series
from reputation_monitor.linking.series import Array

PER_DAY = 288


@pytest.fixture(scope="session")
def times(monday: datetime):
    def make(rows: int, minutes: float = 5.0):
        return [(monday + timedelta(minutes=minutes * i)).isoformat() for i in range(rows)]

    return make


@pytest.fixture(scope="session")
def counts():
    hour = np.arange(14 * PER_DAY) / 12
    return np.random.default_rng(1).poisson(20 * (1 + 0.6 * np.sin(hour / 24 * 2 * np.pi))).astype(float)


def burst(values: Array, start: int, factor: float = 4.0, rows: int = 24):
    changed = values.copy()
    changed[start : start + rows] *= factor
    return changed


def test_every_row_has_a_score_between_zero_and_one(times: Callable[..., list[str]], counts: Array):
    scores = score_series(times(len(counts)), counts)
    assert len(scores) == len(counts)
    assert 0 <= min(scores) <= max(scores) < 1


def test_a_burst_is_an_alarm_within_minutes_and_calm_is_none(times: Callable[..., list[str]], counts: Array):
    at = 10 * PER_DAY + 100
    scores = np.array(score_series(times(len(counts)), burst(counts, at)))
    assert np.flatnonzero(scores >= 0.5)[0] in range(at, at + 4)
    assert (np.array(score_series(times(len(counts)), counts)) >= 0.5).sum() <= 2


def test_an_alarm_is_given_once_and_not_for_as_long_as_windows_reach_back(
    times: Callable[..., list[str]], counts: Array
):
    at = 10 * PER_DAY + 100
    scores = np.array(score_series(times(len(counts)), burst(counts, at)))
    assert (scores[at + 24 : at + PER_DAY] < 0.5).all()


def test_rows_of_one_time_alarm_once(times: Callable[..., list[str]], counts: Array):
    shaken = burst(counts, 10 * PER_DAY + 100)
    once = sum(score >= 0.5 for score in score_series(times(len(counts)), shaken))
    thrice = score_series([moment for moment in times(len(counts)) for _ in range(3)], np.repeat(shaken, 3))
    assert 1 <= sum(score >= 0.5 for score in thrice) <= once


def test_what_was_told_is_told_again_when_it_is_twice_as_high(times: Callable[..., list[str]], counts: Array):
    at = 10 * PER_DAY + 100
    grown = burst(burst(counts, at), at + 36, factor=30.0, rows=6)
    scores = np.array(score_series(times(len(counts)), grown))
    told = [height / (1 - height) for height in scores[at : at + PER_DAY] if height >= 0.5]
    assert (scores[at + 36 : at + 42] >= 0.5).any()
    assert all(later >= 2 * earlier for earlier, later in pairwise(told))


def test_a_stir_that_is_no_alarm_does_not_hide_one_that_follows(times: Callable[..., list[str]], counts: Array):
    at = 10 * PER_DAY + 100
    alone = np.array(score_series(times(len(counts)), burst(counts, at, factor=2.6, rows=6)))
    stirred = burst(burst(counts, at, factor=2.6, rows=6), at - 40, factor=2.1, rows=6)
    after = np.array(score_series(times(len(counts)), stirred))
    assert 0 < after[at - 40 : at].max() < 0.5 <= alone[at : at + 6].max()
    assert (after[at : at + 6] >= 0.5).any()


def test_what_comes_every_few_days_is_no_alarm_any_more(times: Callable[..., list[str]], monday: datetime):
    counts = np.random.default_rng(5).poisson(20.0, 40 * PER_DAY).astype(float)
    usual = counts.copy()
    for day in range(3, 40, 2):
        usual = burst(usual, day * PER_DAY + 37 * day % PER_DAY, factor=5.0, rows=3)
    last = 39 * PER_DAY + 37 * 39 % PER_DAY
    assert np.array(score_series(times(len(counts)), burst(counts, last, factor=5.0, rows=3)))[last:].max() >= 0.5
    scores = np.array(score_series(times(len(counts)), usual))
    assert (scores[20 * PER_DAY :] < 0.5).all()
    larger = np.array(score_series(times(len(counts)), burst(usual, last, factor=4.0, rows=3)))
    assert larger[last : last + 3].max() >= 0.5


def test_a_long_low_rise_is_an_alarm_though_no_five_minutes_of_it_are(times: Callable[..., list[str]], counts: Array):
    at = 10 * PER_DAY
    scores = np.array(score_series(times(len(counts)), burst(counts, at, factor=1.8, rows=PER_DAY // 2)))
    single = score_series(times(len(counts)), burst(counts, at, factor=1.8, rows=1))
    assert max(single[at : at + PER_DAY]) < 0.5 <= scores[at : at + PER_DAY // 2].max()


def test_days_without_rows_say_nothing_of_how_high_is_usual(times: Callable[..., list[str]], counts: Array):
    at = 13 * PER_DAY
    stamps, stirred = times(len(counts)), burst(counts, at, factor=1.8, rows=4)
    later = [(datetime.fromisoformat(t) + timedelta(days=42)).isoformat() for t in stamps[12 * PER_DAY :]]
    whole, gapped = score_series(stamps, stirred), score_series(stamps[: 12 * PER_DAY] + later, stirred)
    assert 0.5 < max(gapped[at : at + 4]) < max(whole[at : at + 4]) + 0.02


def test_who_allows_fewer_alarms_hears_of_higher_ones_only(times: Callable[..., list[str]], counts: Array):
    stirred = burst(counts, 10 * PER_DAY + 100)
    allowed = [Rule(days_between=30), Rule(days_between=365), Rule(days_between=1e9)]
    a_month, a_year, hardly_ever = score_by_rules(times(len(counts)), stirred, allowed)
    assert max(a_month) > max(a_year) > max(hardly_ever) > 0


@settings(max_examples=6, deadline=None)
@given(cut=st.integers(1, 14 * PER_DAY - 1), scale=st.sampled_from([0.0, -3.0, 50.0, 1e9]))
def test_the_future_never_changes_the_scores_of_the_past(
    times: Callable[..., list[str]], counts: Array, cut: int, scale: float
):
    stamps = times(len(counts))
    changed = counts.copy()
    changed[cut:] *= scale
    assert score_series(stamps, changed)[:cut] == score_series(stamps, counts)[:cut]


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_a_row_is_scored_the_same_whether_more_come_or_not(monday: datetime, data: st.DataObject):
    seed = data.draw(st.integers(0, 1000))
    rng = np.random.default_rng(seed)
    gaps = rng.choice([0.0, 1.0, 4.9, 5.0, 5.1, 10.0, 600.0], 1500, p=[0.05, 0.05, 0.2, 0.5, 0.15, 0.04, 0.01])
    stamps = [monday + timedelta(minutes=float(m)) for m in np.cumsum(gaps)]
    values = rng.poisson(5.0, 1500) + np.where(rng.random(1500) < 0.02, 60.0, 0.0)
    cut = data.draw(st.integers(1, 1499))
    assert score_series(stamps[:cut], values[:cut]) == score_series(stamps, values)[:cut]


def test_fed_row_by_row_a_series_gets_the_scores_of_the_whole(times: Callable[..., list[str]]):
    rng = np.random.default_rng(6)
    values = rng.poisson(30.0, 150) + np.where(rng.random(150) < 0.03, 200.0, 0.0)
    stamps = times(len(values), 60.0)
    fed = [score_series(stamps[: row + 1], values[: row + 1])[-1] for row in range(len(values))]
    assert fed == score_series(stamps, values)
    assert max(fed) >= 0.5


def test_the_first_day_is_not_scored(times: Callable[..., list[str]], counts: Array):
    assert not any(score_series(times(len(counts)), burst(counts, 100))[: PER_DAY - 1])


@pytest.mark.parametrize("rows", [0, 1, 5, 24, 25, 60])
def test_next_to_nothing_is_scored_zero(times: Callable[..., list[str]], rows: int):
    assert score_series(times(rows), np.arange(rows, dtype=float)) == [0.0] * rows


@pytest.mark.parametrize("value", [0.0, 7.0, -5.0, 1e-12, 1e300])
def test_a_constant_is_no_alarm(times: Callable[..., list[str]], value: float):
    assert max(score_series(times(5 * PER_DAY), np.full(5 * PER_DAY, value))) < 0.5


@pytest.mark.parametrize(("scale", "shift"), [(1e-6, 0.0), (1e9, 0.0), (0.37, -12.5)])
def test_the_unit_does_not_matter(times: Callable[..., list[str]], counts: Array, scale: float, shift: float):
    at = 10 * PER_DAY + 100
    scores = np.array(score_series(times(len(counts)), burst(counts, at) * scale + shift))
    assert scores[at : at + 24].max() >= 0.5
    assert (scores[5 * PER_DAY : at] < 0.5).mean() > 0.995


def test_measurements_that_are_no_counts_are_scored_too(times: Callable[..., list[str]]):
    rng = np.random.default_rng(2)
    load = 40 + rng.normal(0, 2, 14 * PER_DAY)
    at = 9 * PER_DAY
    load[at : at + 12] += 25
    scores = np.array(score_series(times(len(load)), load))
    assert scores[at : at + 3].max() >= 0.5
    assert (scores[:at] >= 0.5).sum() <= 2


def test_missing_values_and_gaps_are_no_lack(times: Callable[..., list[str]], counts: Array):
    values = counts.copy()
    values[8 * PER_DAY : 9 * PER_DAY] = np.nan
    values[9 * PER_DAY + 5] = np.inf
    scores = score_series(times(len(counts)), values)
    assert not any(scores[8 * PER_DAY : 9 * PER_DAY])
    assert (np.array(scores) >= 0.5).sum() <= 2


def test_one_row_of_another_age_costs_neither_time_nor_alarms(times: Callable[..., list[str]], counts: Array):
    stamps = ["1970-01-01T00:00:00", *times(len(counts)), "2100-01-01T00:00:00"]
    scores = np.array(score_series(stamps, [20.0, *burst(counts, 10 * PER_DAY), 20.0]))
    assert scores[10 * PER_DAY : 10 * PER_DAY + 6].max() >= 0.5
    assert (scores[: 10 * PER_DAY] >= 0.5).sum() <= 2


def test_rows_out_of_order_keep_their_own_scores(times: Callable[..., list[str]], counts: Array):
    stamps = times(len(counts))
    values = burst(counts, 10 * PER_DAY)
    order = np.random.default_rng(3).permutation(len(counts))
    shuffled = score_series([stamps[i] for i in order], values[order])
    assert [shuffled[i] for i in np.argsort(order)] == score_series(stamps, values)


@pytest.mark.parametrize("minutes", [1.0, 15.0, 60.0, 1440.0])
def test_any_spacing_will_do(times: Callable[..., list[str]], minutes: float):
    values = np.random.default_rng(4).poisson(30.0, 3000 if minutes < 5 else 1200).astype(float)
    at = len(values) - 60
    values[at : at + 5] *= 5
    scores = score_series(times(len(values), minutes), values)
    assert max(scores[at : at + 5]) >= 0.5


def test_times_may_name_a_zone_or_none(monday: datetime, counts: Array):
    plain = [(monday + timedelta(minutes=5 * i)).replace(tzinfo=None) for i in range(2000)]
    named = [f"{t.isoformat()}+00:00" for t in plain]
    assert score_series([str(t) for t in plain], counts[:2000]) == score_series(named, counts[:2000])


def test_lengths_that_differ_and_times_that_are_none_are_refused(times: Callable[..., list[str]]):
    with pytest.raises(ValueError, match="3 timestamps, but 2 values"):
        score_series(times(3), [1.0, 2.0])
    with pytest.raises(ValueError, match="yesterday"):
        score_series(["yesterday"], [1.0])
