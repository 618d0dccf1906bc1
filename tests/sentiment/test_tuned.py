"""A tuned model answers as the model it was made of."""

import json
from collections.abc import Sequence

import numpy as np
import pytest

from sentiment.scorer import Scorer
from sentiment.scores import NEUTRAL, Score
from sentiment.tuned import TunedScorer, Tuning, TuningError, as_array
from sentiment.tuning import Parameters

TEXTS = ["i love this app", "i hate it", "the app is down", ""]
CALIBRATION = Parameters(0.5, np.array([0.3, -0.2, -0.1]))


def tuning_of(base: Scorer, parameters: Parameters = CALIBRATION) -> Tuning:
    return Tuning(base.digest, parameters)


def test_it_answers_with_tuned_probabilities(scorer: Scorer):
    found = TunedScorer(scorer, tuning_of(scorer)).score(TEXTS)
    expected = CALIBRATION.apply(as_array(scorer.score(TEXTS)))
    assert as_array(found[:3]) == pytest.approx(expected[:3])


def test_nothing_to_read_stays_neutral(scorer: Scorer):
    tuned = TunedScorer(scorer, tuning_of(scorer))
    assert tuned.score(TEXTS)[3] == NEUTRAL
    assert tuned.score([]) == []


def test_an_adapter_is_handed_the_vectors_of_the_texts(scorer: Scorer):
    weights = np.random.default_rng(3).normal(size=(32, 3))
    adapter = Parameters(1.0, np.zeros(3), weights, 1.0)
    found = TunedScorer(scorer, tuning_of(scorer, adapter)).score(TEXTS[:3])
    expected = adapter.apply(as_array(scorer.score(TEXTS[:3])), scorer.embed(TEXTS[:3]).astype(float))
    assert as_array(found) == pytest.approx(expected, abs=1e-6)


def test_it_passes_targets_on(scorer: Scorer):
    asked: list[Sequence[str | None] | None] = []

    class Listening(Scorer):
        def score(self, texts: Sequence[str], targets: Sequence[str | None] | None = None) -> list[Score]:
            asked.append(targets)
            return super().score(texts, targets)

    listening = Listening(scorer._model)
    TunedScorer(listening, tuning_of(scorer)).score(TEXTS, ["Halden", None, None, None])
    assert asked == [["Halden", None, None, None]]


def test_its_identity_tells_model_and_tuning(scorer: Scorer):
    one = TunedScorer(scorer, tuning_of(scorer))
    other = TunedScorer(scorer, tuning_of(scorer, Parameters(0.6, np.zeros(3))))
    assert one.identity.startswith(f"{scorer.identity}+")
    assert len({one.identity, other.identity, scorer.identity}) == 3
    assert (one.name, one.digest, one.languages) == (scorer.name, scorer.digest, scorer.languages)


def test_a_tuning_of_another_model_is_refused(scorer: Scorer):
    with pytest.raises(TuningError, match=r"belongs to weights 123456789012, but the model is tiny"):
        TunedScorer(scorer, Tuning("1234567890123", CALIBRATION))


@pytest.mark.parametrize("parameters", [CALIBRATION, Parameters(1 / 3, np.ones(3) / 7, np.ones((4, 3)) / 9, 30.0)])
def test_a_tuning_is_kept_as_json(parameters: Parameters):
    tuning = Tuning("base", parameters)
    read = Tuning.from_json(json.loads(json.dumps(tuning.to_json())))
    assert (read.base, read.digest, read.parameters.ridge) == ("base", tuning.digest, parameters.ridge)
    assert read.parameters.bias == pytest.approx(parameters.bias, rel=1e-7)
    assert read.parameters.kind == parameters.kind


@pytest.mark.parametrize("document", [{}, {"base": "b", "weights": None, "scale": "x", "bias": [], "ridge": None}])
def test_what_is_no_tuning_says_so(document: dict[str, object]):
    with pytest.raises(TuningError, match="cannot be read"):
        Tuning.from_json(document)
