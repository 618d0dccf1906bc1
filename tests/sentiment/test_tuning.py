"""Tuning finds what distorts a model, changes little where it knows little, and never fits what it is measured on."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scorer import Scorer
from sentiment.scores import LABELS
from sentiment.trial import compare, group_of, is_held_out
from sentiment.tuned import as_array
from sentiment.tuning import ADAPTER_RIDGES, Parameters, choose, fit, folds, log_losses, softmax_rows


def drawn(probabilities: np.ndarray, seed: int = 0) -> np.ndarray:
    """A label for each row, as likely as its row says."""
    chance = np.random.default_rng(seed).random((len(probabilities), 1))
    return (probabilities.cumsum(axis=1) < chance).sum(axis=1).clip(max=2)


def honest(rows: int, seed: int = 1) -> np.ndarray:
    """Probabilities of a model that is as often right as it says, once labels are drawn from them."""
    return softmax_rows(np.random.default_rng(seed).normal(size=(rows, 3)) * 1.5)


def distorted(probabilities: np.ndarray, scale: float, bias: tuple[float, float, float]) -> np.ndarray:
    return softmax_rows((np.log(probabilities) - np.array(bias)) / scale)


def vectors_of(rows: int, width: int = 12, seed: int = 2) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, width))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_calibration_finds_the_temperature_and_the_bias_that_distort_a_model():
    truth = honest(6000)
    bias = (0.5, -0.5, 0.0)
    found = fit(distorted(truth, 0.5, bias), drawn(truth))
    assert found.scale == pytest.approx(0.5, abs=0.04)
    assert (found.bias - found.bias.mean()).tolist() == pytest.approx(bias, abs=0.1)
    assert found.kind == "calibration"


def test_a_model_that_is_right_as_often_as_it_says_is_left_almost_alone():
    truth = honest(3000)
    tuned = fit(truth, drawn(truth)).apply(truth)
    assert np.abs(tuned - truth).max() < 0.05


def test_a_handful_of_labels_moves_a_model_but_a_little():
    probabilities = np.full((3, 3), 1 / 3)
    tuned = fit(probabilities, np.zeros(3, dtype=np.intp)).apply(probabilities)
    assert 1 / 3 < tuned[0, 0] < 0.75


def test_certainties_can_be_tuned():
    probabilities = np.eye(3)[[0, 1, 2, 0, 1, 2]]
    found = fit(probabilities, np.array([0, 1, 2, 1, 1, 2]))
    assert np.isfinite(found.apply(probabilities)).all()


def test_an_adapter_reads_from_the_vectors_what_the_probabilities_do_not_say():
    rows = 1200
    vectors, probabilities = vectors_of(rows), honest(rows)
    truth = softmax_rows(np.log(probabilities) + vectors @ np.random.default_rng(5).normal(size=(12, 3)) * 4)
    labels, groups = drawn(truth), [str(n) for n in range(rows)]
    found = choose(probabilities[:800], labels[:800], vectors[:800], groups[:800])
    assert found.kind == "adapter"
    assert found.ridge in ADAPTER_RIDGES
    plain = choose(probabilities[:800], labels[:800], None, groups[:800])
    losses = [log_losses(one.apply(probabilities[800:], vectors[800:]), labels[800:]).mean() for one in (found, plain)]
    assert losses[0] < losses[1] - 0.05


def test_vectors_that_tell_nothing_are_not_used():
    truth = honest(600)
    found = choose(truth, drawn(truth), vectors_of(600, width=300), [str(n) for n in range(600)])
    assert found.kind == "calibration"


def test_at_a_heavy_ridge_an_adapter_is_calibration():
    truth = honest(300)
    labels = drawn(truth)
    heavy = fit(truth, labels, vectors_of(300), ridge=1e9)
    assert heavy.scale == pytest.approx(fit(truth, labels).scale, abs=1e-3)
    assert np.abs(heavy.weights).max() < 1e-6


def test_an_adapter_needs_the_vectors_it_was_fitted_on():
    adapter = Parameters(1.0, np.zeros(3), np.zeros((12, 3)), 1.0)
    for vectors in (None, np.zeros((2, 11))):
        with pytest.raises(ValueError, match="a vector of 12 numbers"):
            adapter.apply(honest(2), vectors)


@pytest.mark.parametrize(("rows", "labels"), [(0, 0), (3, 2)])
def test_labels_and_rows_must_pair_up(rows: int, labels: int):
    with pytest.raises(ValueError, match="one row for each label"):
        fit(honest(rows), np.zeros(labels, dtype=np.intp))


def test_copies_of_a_text_are_never_in_two_folds():
    groups = [str(n % 7) for n in range(40)]
    dealt = folds(groups)
    assert set(dealt) == set(range(5))
    assert all(len({fold for fold, own in zip(dealt, groups, strict=True) if own == group}) == 1 for group in groups)


@given(st.text())
def test_copies_are_held_out_together(text: str):
    assert group_of(f"  {text.upper()}!! 42 ") == group_of(f"{text.upper()} 7")


def test_a_third_of_texts_is_held_out():
    groups = {group_of(f"text {'ab'[n % 2]} {chr(97 + n // 26 % 26)}{chr(97 + n % 26)}") for n in range(676)}
    assert sum(map(is_held_out, groups)) / len(groups) == pytest.approx(1 / 3, abs=0.06)


# --- The verdict


def test_a_mended_distortion_is_better_beyond_chance():
    truth = honest(500)
    found = compare(distorted(truth, 0.25, (0, 0, 0)), truth, drawn(truth), [str(n) for n in range(500)])
    assert found.better
    assert "beyond chance" in found.reason
    assert found.log_loss.difference.low < found.log_loss.difference.value < found.log_loss.difference.high < 0
    assert found.calibration_error.after < found.calibration_error.before
    assert found.macro_recall.before == found.macro_recall.after


def test_the_same_again_is_not_better():
    truth = honest(200)
    found = compare(truth, truth, drawn(truth), [str(n) for n in range(200)])
    assert not found.better
    assert "did not fall" in found.reason


def test_less_loss_with_less_recall_is_not_better():
    labels = np.array([0] * 10 + [1] * 90)
    before = np.tile([0.04, 0.48, 0.48], (100, 1))
    before[:10] = [0.5, 0.4, 0.1]
    after = np.tile([0.1, 0.85, 0.05], (100, 1))
    found = compare(before, after, labels, [str(n) for n in range(100)])
    assert found.log_loss.difference.high < 0
    assert not found.better
    assert "macro recall fell" in found.reason


def test_copies_do_not_make_an_interval_narrower():
    truth = honest(60)
    labels, before = drawn(truth), distorted(truth, 0.4, (0, 0, 0))
    groups = [str(n) for n in range(60)]
    once = compare(before, truth, labels, groups).log_loss.difference
    copied = (np.repeat(rows, 9, axis=0) for rows in (before, truth, labels, groups))
    again = compare(*copied).log_loss.difference
    assert again.high - again.low == pytest.approx(once.high - once.low, rel=0.1)


def test_without_held_out_labels_there_is_no_verdict():
    with pytest.raises(ValueError, match="no held-out label"):
        compare(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, dtype=np.intp), [])


def test_the_built_in_model_is_better_on_french_tweets_after_tuning_on_some(shared_data: Path):
    """Real labels of texts that it was not made for: the tuning is measured on a third it never saw."""
    lines = (shared_data / "umsab" / "french_train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines[:600]]
    probabilities = as_array(Scorer.load().score([row["text"] for row in rows]))
    labels = np.array([LABELS.index(row["label"]) for row in rows])
    groups = np.array([group_of(row["text"]) for row in rows])
    out = np.array([is_held_out(group) for group in groups])
    found = choose(probabilities[~out], labels[~out], None, groups[~out])
    verdict = compare(probabilities[out], found.apply(probabilities[out]), labels[out], groups[out])
    assert verdict.log_loss.difference.high < 0
