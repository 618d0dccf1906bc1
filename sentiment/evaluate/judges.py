"""Whoever is measured: a model, a word list; and what others have published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentiment.scorer import Scorer
from sentiment.scores import Score, from_shares

Target = str | Sequence[str] | None
BUILT_IN = "built-in"
NEUTRAL_BELOW = 0.05
"""VADER's README calls a text positive from a compound of 0.05 up and negative from -0.05 down."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Whoever gives scores.

    Attributes:
        name: what the figures are printed under.
        score: scores of texts, each asked about a target, or about nobody.
        embed: unit vectors ``(texts, width)`` of what texts are about; ``None`` for whoever has none.
        probabilities: the scores are meant as probabilities, so that their calibration can be measured.
    """

    name: str
    score: Callable[[Sequence[str], Sequence[Target] | None], list[Score]]
    embed: Callable[[Sequence[str]], NDArray[np.float32]] | None = None
    probabilities: bool = True


def of_model(model: str) -> Judge:
    """The judge that a model is: ``built-in``, a folder or a Hugging Face id.

    Raises:
        ModelError: it can't be loaded.
    """
    scorer = Scorer.load(None if model == BUILT_IN else model)
    return Judge(scorer.identity, scorer.score, scorer.embed)


def vader() -> Judge | None:
    """VADER (Hutto and Gilbert 2014), which counts words of a list; ``None`` where the extra is not installed.

    It knows no targets. Its scores lean as its compound does and have the label that its README gives them; they are no
    probabilities.
    """
    try:
        analyser: Any = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    except ImportError:
        return None

    def score(texts: Sequence[str], _targets: Sequence[Target] | None) -> list[Score]:
        return [of_compound(analyser.polarity_scores(text)["compound"]) for text in texts]

    return Judge(f"VADER {version('vaderSentiment')}", score, probabilities=False)


def of_compound(compound: float) -> Score:
    """The score of VADER's compound, in [-1, 1]: its label by VADER's README, its lean the compound's."""
    neutral = float(-NEUTRAL_BELOW < compound < NEUTRAL_BELOW)
    return from_shares([(1 - compound) / 2, neutral, (1 + compound) / 2])


PUBLISHED = {
    "TweetEval": "macro recall, test part: RoBERTa-base 0.713, twitter-RoBERTa 0.728, BERTweet 0.734",
    "SST-2": "accuracy, development part: MiniLM-L6 0.915",
    "NewsMTSC": "macro F1, test part: GRU-TSC 0.831",
    "airline": "macro F1, random split: RoBERTa 0.820",
}
"""By data set: what others report, on other parts or splits of it. Near them is a sign, above them is no victory."""
