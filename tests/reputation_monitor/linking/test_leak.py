from dataclasses import replace

import numpy as np
import pytest

from reputation_monitor.linking.leak import Leak, leak_of
from reputation_monitor.linking.series import Series

HOURS = 28 * 24


@pytest.fixture
def make_mixed(monday):
    """Hours with so many sure and so many other voices, of weights drawn around 0.85 and 0.06."""

    def make(sure: np.ndarray, others: np.ndarray):
        rng = np.random.default_rng(2)
        weights = [
            np.concatenate([rng.beta(34, 6, s), rng.beta(1.2, 18.8, o)]) for s, o in zip(sure, others, strict=True)
        ]
        sums, squares = (np.array([w.sum() for w in v]) for v in (weights, [w**2 for w in weights]))
        voices = (sure + others).astype(float)
        return Series(monday, 3600, sums, squares, voices, np.zeros(HOURS), voices)

    return make


def usual():
    rng = np.random.default_rng(1)
    return rng.poisson(2.0, HOURS), rng.poisson(8.0, HOURS)


def test_the_weight_of_the_others_is_known_from_the_moments(make_mixed):
    assert leak_of(make_mixed(*usual())) == pytest.approx(0.06, abs=0.03)


def test_a_campaign_of_praise_is_expected_to_add_what_it_adds(make_mixed):
    sure, others = usual()
    others[300:324] += 200
    series = make_mixed(sure, others)
    expected = np.full(HOURS, 2.0 * 0.85 + 8.0 * 0.06)
    starts = np.array([300, 100])
    added, nothing = Leak(series, expected).share(starts, 24, np.ones(2))
    seen = series.negative[300:324].sum() / expected[300:324].sum()
    assert 1 + added == pytest.approx(seen, rel=0.25)
    assert nothing < 0.1


def test_more_of_criticism_is_no_leak(make_mixed):
    sure, others = usual()
    sure[300:324] += 30
    series = make_mixed(sure, others)
    (added,) = Leak(series, np.full(HOURS, 2.2)).share(np.array([300]), 24, np.ones(1))
    assert added < 0.15


def test_talk_that_is_louder_all_round_adds_no_more_than_its_factor_tells(make_mixed):
    sure, others = usual()
    others[300:324] *= 3
    series = make_mixed(sure, others)
    leak = Leak(series, np.full(HOURS, 2.2))
    assert leak.share(np.array([300]), 24, np.full(1, 3.5))[0] == 0.0


def test_where_all_voices_weigh_the_same_nothing_is_known_of_others(make_series):
    alike = make_series(np.ones(48))
    assert leak_of(replace(alike, negative=0.5 * alike.negative, negative_squared=0.25 * alike.negative)) == 0.0


def test_where_all_voices_are_negative_there_is_no_leak(make_series):
    assert leak_of(make_series(np.ones(48))) == 0.0
    assert leak_of(make_series(np.zeros(48))) == 0.0
