import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.evaluate.figures import (
    calibration_error,
    confusion,
    error_if_calibrated,
    evaluate,
    macro_f1,
    macro_recall,
    proportion,
    without_neutral,
)
from sentiment.scores import LABELS, Label, Score, from_shares

CERTAIN = {label: from_shares([float(label == other) for other in LABELS]) for label in LABELS}


def test_a_perfect_model_has_perfect_figures():
    labels = ["negative", "neutral", "positive"] * 10
    found = evaluate(labels, [CERTAIN[label] for label in labels], resamples=50)
    assert (found.macro_recall.value, found.macro_f1.value, found.accuracy.value) == (1, 1, 1)
    assert (found.macro_recall.low, found.macro_recall.high) == (1, 1)
    assert found.calibration_error.value == 0
    assert found.confusion == ((10, 0, 0), (0, 10, 0), (0, 0, 10))


def test_figures_agree_with_a_hand_calculation():
    truth = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2])
    found = np.array([0, 0, 0, 1, 1, 2, 2, 2, 0, 1])
    counts = confusion(truth, found)
    assert counts.tolist() == [[3, 1, 0], [0, 1, 1], [1, 1, 2]]
    assert macro_recall(counts) == pytest.approx((3 / 4 + 1 / 2 + 2 / 4) / 3)
    assert macro_f1(counts) == pytest.approx((6 / 8 + 2 / 5 + 4 / 7) / 3)


def test_classes_that_do_not_occur_are_not_averaged_in():
    counts = confusion(np.array([0, 0, 2, 2]), np.array([0, 1, 2, 2]))
    assert macro_recall(counts) == pytest.approx(0.75)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    right = np.array([True] * 6 + [False] * 4)
    assert calibration_error(right, np.full(10, 0.9)) == pytest.approx(0.3)
    assert calibration_error(right, np.full(10, 0.6)) == pytest.approx(0)


def test_calibration_error_does_not_let_bins_make_up_for_one_another():
    right = np.array([False] * 10 + [True] * 10)
    sure = np.array([0.9] * 10 + [0.1] * 10)
    assert calibration_error(right, sure) == pytest.approx(0.9)


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=40))
def test_intervals_hold_their_order_and_stay_in_bounds(pairs: list[tuple[Label, Label]]):
    found = evaluate([a for a, _ in pairs], [CERTAIN[b] for _, b in pairs], resamples=20)
    for figure in (found.macro_recall, found.macro_f1, found.accuracy, found.calibration_error):
        assert 0 <= figure.low <= figure.high <= 1
    assert sum(map(sum, found.confusion)) == found.texts == len(pairs)


def test_the_same_seed_gives_the_same_interval():
    labels = ["negative", "positive"] * 20
    scores = [CERTAIN["negative"]] * 40
    assert evaluate(labels, scores, resamples=30) == evaluate(labels, scores, resamples=30)
    assert str(evaluate(labels, scores, resamples=30).macro_recall) == "0.500 (0.500 to 0.500)"


@pytest.mark.parametrize(("labels", "scores"), [([], []), (["neutral"], [])])
def test_labels_and_scores_must_pair_up(labels: list[Label], scores: list[Score]):
    with pytest.raises(ValueError, match="one score for each label"):
        evaluate(labels, scores)


def test_a_text_that_stands_for_many_weighs_as_much():
    labels: list[Label] = ["negative", "negative", "positive"]
    scores = [CERTAIN["negative"], CERTAIN["neutral"], CERTAIN["positive"]]
    weighed = evaluate(labels, scores, weights=[1, 3, 1], resamples=20)
    repeated = evaluate([*labels, "negative", "negative"], [*scores, *[CERTAIN["neutral"]] * 2], resamples=20)
    for name in ("macro_recall", "macro_f1", "accuracy", "calibration_error"):
        assert getattr(weighed, name).value == pytest.approx(getattr(repeated, name).value)
    assert (weighed.texts, weighed.confusion) == (3, ((1, 1, 0), (0, 0, 0), (0, 0, 1)))


def test_texts_that_are_drawn_together_are_fewer_witnesses():
    labels: list[Label] = ["positive", "negative"] * 50
    scores = [CERTAIN["positive"], CERTAIN["negative"]] * 25 + [CERTAIN["neutral"]] * 50
    alone = evaluate(labels, scores).accuracy
    together = evaluate(labels, scores, units=[i // 10 for i in range(100)]).accuracy
    assert together.value == alone.value == 0.5
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_a_share_of_none_is_not_certainly_none():
    none, half = proportion(0, 20), proportion(10, 20)
    assert (none.value, none.low, none.high) == pytest.approx((0, 0, 0.1611), abs=1e-4)
    assert (half.low, half.high) == pytest.approx((0.2993, 0.7007), abs=1e-4)


def test_the_interval_of_a_share_holds_it_and_narrows_with_more():
    found = proportion(97, 100)
    assert found.low < 0.97 < found.high
    assert proportion(970, 1000).low > found.low


def test_a_share_is_of_something():
    with pytest.raises(ValueError, match="nothing to count among"):
        proportion(0, 0)


def test_without_neutral_the_likelier_of_the_others_is_decided_for():
    assert without_neutral(Score(0.1, 0.7, 0.2)) == from_shares([1, 0, 2])
    assert without_neutral(Score(0.0, 1.0, 0.0)) == Score(0.5, 0.0, 0.5)


def test_chance_alone_leaves_a_calibration_error_which_goes_down_with_the_root_of_the_texts():
    sure = np.random.default_rng(4).uniform(0.4, 1, 400)
    few, many = error_if_calibrated(sure, np.ones(400)), error_if_calibrated(np.tile(sure, 16), np.ones(6400))
    assert 0.03 < few.value < 0.08
    assert few.low < few.value < few.high
    assert many.value == pytest.approx(few.value / 4, rel=0.1)
    assert error_if_calibrated(np.ones(50), np.ones(50)).high == 0
