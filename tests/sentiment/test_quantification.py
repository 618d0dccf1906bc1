"""Shares are what they are, not what a model makes of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.quantifying import invented, labelled_here, simulate
from sentiment.quantification import Confusion, Shares, adjust, pool

UNHURRIED = settings(deadline=None, max_examples=40)  # other processes share the machine
COUNTS = np.array([[210, 75, 15], [60, 300, 90], [10, 60, 300]])
CLEAR = Confusion.of_counts(1e6 * COUNTS / COUNTS.sum(1, keepdims=True))


def width(shares: Shares) -> np.ndarray:
    return shares.high - shares.low


def test_a_known_confusion_is_undone():
    truth = np.array([0.3, 0.5, 0.2])
    said = truth @ (COUNTS / COUNTS.sum(1, keepdims=True))
    assert said[0] == pytest.approx(0.282, abs=0.001)
    assert adjust(1000 * said, 1000, CLEAR).value == pytest.approx(truth, abs=1e-4)


def test_without_confusion_the_interval_is_that_of_wilson():
    shares = adjust([30, 30, 40], 100, Confusion.none())
    assert shares.value == pytest.approx([0.3, 0.3, 0.4])
    assert (shares.low[0], shares.high[0]) == (pytest.approx(0.2189, abs=0.0005), pytest.approx(0.3958, abs=0.0005))


def test_answers_that_no_shares_explain_give_the_nearest_shares():
    shares = adjust([95, 5, 0], 100, Confusion.of_counts(COUNTS))
    assert shares.value == pytest.approx([1, 0, 0], abs=1e-6)
    assert shares.low[0] < 1 == pytest.approx(shares.high[0])


def test_more_mentions_and_more_texts_of_known_class_narrow_the_interval():
    said = np.array([0.28, 0.42, 0.30])
    few, many = (adjust(n * said, n, Confusion.of_counts(COUNTS)) for n in (50, 5000))
    surer = adjust(5000 * said, 5000, Confusion.of_counts(100 * COUNTS))
    assert (width(few) > 2 * width(many)).all()
    assert (width(many) > 1.9 * width(surer)).all()


def test_a_model_that_tells_nothing_leaves_everything_open():
    shares = adjust([30, 30, 40], 100, Confusion.of_counts(np.full((3, 3), 100)))
    assert (width(shares) > 0.75).all()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_mentions_leave_nearly_everything_open(count):
    shares = adjust([0, 0, count], count, Confusion.of_counts(COUNTS))
    assert shares.low.max() < 0.3
    assert shares.high.min() > 0.5


def test_texts_of_no_known_class_leave_everything_open():
    assert (width(adjust([3, 3, 4], 10, Confusion.of_counts(np.zeros((3, 3))))) > 0.75).all()


@UNHURRIED
@given(
    st.lists(st.integers(0, 500), min_size=9, max_size=9),
    st.lists(st.just(0.0) | st.floats(0.001, 1000), min_size=3, max_size=3),
)
def test_whatever_comes_the_shares_are_shares_and_lie_in_their_intervals(counts, sums):
    shares = adjust(sums, sum(sums), Confusion.of_counts(np.reshape(counts, (3, 3))))
    assert shares.value.sum() == pytest.approx(1)
    assert (shares.low >= 0).all()
    assert (shares.low <= shares.value + 1e-9).all()
    assert (shares.value <= shares.high + 1e-9).all()
    assert (shares.high <= 1).all()


def test_kinds_of_texts_that_differ_leave_another_kind_open():
    alike = Confusion.of_kinds([CLEAR, CLEAR, CLEAR])
    blunt = Confusion.of_counts(1e6 * np.array([[5, 4, 1], [4, 4, 2], [2, 4, 4]]))
    differing = Confusion.of_kinds([CLEAR, CLEAR, blunt])
    assert width(adjust([300, 400, 300], 1000, alike)) == pytest.approx(
        width(adjust([300, 400, 300], 1000, CLEAR)), abs=1e-4
    )
    for count in (1e3, 1e6):
        assert width(adjust([0.3 * count, 0.4 * count, 0.3 * count], count, differing))[0] > 0.3


def test_the_interval_for_another_kind_is_that_of_students_t():
    rates = [Confusion.of_counts(1e9 * np.array([[10 - k, k, 0], [0, 10, 0], [0, 0, 10]])) for k in (1, 2, 3)]
    known = Confusion.of_kinds(rates)
    negative = known.rates[0, 0]
    spread = np.sqrt((known.apart[:, 0, 0] ** 2).sum())
    assert negative == pytest.approx(0.8, abs=1e-6)
    assert 1.96 * spread == pytest.approx(4.303 * 0.1 * np.sqrt(1 + 1 / 3), rel=1e-3)


def test_parts_are_pooled_by_their_size_and_their_errors_in_quadrature():
    certain = Shares(np.array([1.0, 0, 0]), np.array([1.0, 0, 0]), np.array([1.0, 0, 0]))
    unsure = Shares(np.array([0.2, 0.4, 0.4]), np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.6, 0.5]))
    pooled = pool([(30, certain), (70, unsure)])
    assert pooled.value == pytest.approx([0.44, 0.28, 0.28])
    assert (pooled.low[0], pooled.high[0]) == (pytest.approx(0.37), pytest.approx(0.58))


def test_the_adjusted_share_is_right_where_the_plain_one_is_not_and_its_interval_holds_the_truth():
    found = simulate(labelled_here(invented(np.random.default_rng(0), 4000), 1000), 0.5, 300, repeats=25, seed=2)
    plain, adjusted = found["sum of probabilities"], found["probabilistic adjusted count"]
    assert plain.bias < -0.1
    assert abs(adjusted.bias) < 0.03
    assert adjusted.rmse < 0.5 * plain.rmse
    assert adjusted.coverage >= 0.84


def test_fifty_labels_are_enough_for_intervals_that_hold_the_truth():
    read = invented(np.random.default_rng(1), 4000)
    for share in (0.1, 0.5):
        found = simulate(labelled_here(read, 50), share, 200, repeats=40, seed=3)["probabilistic adjusted count"]
        assert found.coverage >= 0.85
