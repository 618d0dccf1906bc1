"""What a model makes of known texts is kept beside its weights."""

import json

import numpy as np
import pytest

from sentiment.quantification import adjust
from sentiment.validation import FILE, Validation, ValidationError, confusions_of

LABELS = ("negative", "negative", "neutral", "positive")
SCORES = ((0.8, 0.1, 0.1), (0.2, 0.6, 0.2), (0.1, 0.8, 0.1), (0.0, 0.2, 0.8))
WEIGHTS = "0123456789abcdef" * 4


def validation() -> Validation:
    tweets, news = confusions_of(LABELS, SCORES), confusions_of(LABELS[1:], SCORES[1:])
    return Validation(WEIGHTS, {"text": {"tweets": tweets, "news": news}, "target": {"news": news}})


def test_texts_are_counted_by_what_they_are_and_what_they_were_taken_for():
    found = confusions_of(LABELS, SCORES)
    assert found.counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert found.means[0] == pytest.approx([0.5, 0.35, 0.15])
    assert found.moments[0, 0] == pytest.approx([(0.64 + 0.04) / 2, (0.08 + 0.12) / 2, (0.08 + 0.04) / 2])


def test_a_label_without_a_score_is_refused():
    with pytest.raises(ValueError, match="got 4 labels and 3 scores"):
        confusions_of(LABELS, SCORES[:3])


def test_a_class_that_no_text_had_says_nothing():
    found = confusions_of(LABELS[:2], SCORES[:2])
    assert np.isfinite(adjust([3, 3, 4], 10, found.soft).value).all()


def test_what_was_saved_is_read_back(tmp_path):
    validation().save(tmp_path)
    read = Validation.load(tmp_path)
    assert read is not None
    assert read.weights_sha256 == WEIGHTS
    assert read.kinds.keys() == validation().kinds.keys()
    before, after = validation().kinds["text"]["tweets"], read.kinds["text"]["tweets"]
    assert after.counts.tolist() == before.counts.tolist()
    assert after.moments == pytest.approx(before.moments, abs=1e-6)


def test_a_model_without_the_file_has_no_validation(tmp_path):
    assert Validation.load(tmp_path) is None


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        '{"text": {}}',
        json.dumps({"weights_sha256": WEIGHTS, "text": {"tweets": {"confusion": [[1, 2], [3, 4]]}}}),
        json.dumps({"weights_sha256": WEIGHTS, "text": {"tweets": {"confusion": [[-1, 0, 0], [0, 1, 0], [0, 0, 1]]}}}),
    ],
)
def test_a_file_that_is_none_of_ours_says_what_to_do(tmp_path, content):
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ValidationError, match="delete it, or make it anew"):
        Validation.load(tmp_path)


def test_one_kind_of_texts_tells_nothing_of_another_kind():
    assert validation().confusion("target") is None
    assert validation().confusion("text") is not None
    assert Validation(WEIGHTS, {}).confusion("text") is None


def test_only_scores_by_these_weights_as_they_are_belong_to_it():
    assert validation().is_of(f"built-in@{WEIGHTS[:12]}")
    assert not validation().is_of(f"built-in@{WEIGHTS[:12]}+1a2b3c4d")
    assert not validation().is_of("built-in@ffffffffffff")
    assert not validation().is_of("")
