"""How right a model is and how well it knows it: figures from labels and scores, each with a bootstrap interval."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from sentiment.scores import LABELS, Label, Score, from_shares

BINS = 15
"""Of the calibration error, as is usual since Guo et al. 2017."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a model did on one data set.

    Attributes:
        texts: how many there were.
        macro_recall: recall of each class that occurs, averaged (the figure of SemEval and TweetEval).
        macro_f1: F1 of each class that occurs, averaged.
        accuracy: share of texts with the right label.
        calibration_error: expected calibration error of the label given (``calibration_error``); ``None`` for what
            gives no probabilities.
        if_calibrated: what that error is of labels that follow the probabilities exactly, with the range of 95 in 100
            draws (``error_if_calibrated``); ``None`` where there is no error.
        confusion: texts by the class they are (rows) and the class they were taken for (columns), as in ``LABELS``.
    """

    texts: int
    macro_recall: Figure
    macro_f1: Figure
    accuracy: Figure
    calibration_error: Figure | None
    if_calibrated: Figure | None
    confusion: tuple[tuple[int, ...], ...]


def evaluate(
    labels: Sequence[Label],
    scores: Sequence[Score],
    *,
    weights: Sequence[float] | None = None,
    units: Sequence[Hashable] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Compare scores with the true labels.

    Args:
        labels: what people said of each text.
        scores: what the model said.
        weights: how many texts each stands for, where some kinds were drawn more often than others; the confusion
            matrix counts the texts themselves.
        units: what each text is drawn with for the intervals (``intervals``); by itself, if not given.
        resamples: how often the texts are drawn anew.
        seed: of the drawing.

    Raises:
        ValueError: there is no text, or not one score for each label.
    """
    if not labels or len(labels) != len(scores):
        raise ValueError(f"one score for each label is needed, got {len(labels)} labels and {len(scores)} scores")
    truth = np.array([LABELS.index(label) for label in labels])
    found = np.array([LABELS.index(score.label) for score in scores])
    sure = np.array([max(score.probabilities) for score in scores])
    share = np.ones(len(truth)) if weights is None else np.asarray(weights, dtype=np.float64)
    recall, f1, share_right, apart = intervals(
        lambda times: _figures(truth, found, sure, share * times),
        range(len(truth)) if units is None else units,
        resamples=resamples,
        seed=seed,
    )
    return Evaluation(
        texts=len(truth),
        macro_recall=recall,
        macro_f1=f1,
        accuracy=share_right,
        calibration_error=apart,
        if_calibrated=error_if_calibrated(sure, share, resamples=resamples, seed=seed),
        confusion=tuple(tuple(row) for row in confusion(truth, found).astype(int).tolist()),
    )


def intervals(
    figures: Callable[[NDArray[np.float64]], Sequence[float]],
    units: Sequence[Hashable],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[Figure, ...]:
    """Figures of rows, with percentiles over resamples (Efron 1979); ``seed`` makes them repeatable.

    Args:
        figures: the figures, given how often each row counts.
        units: what each row belongs to. Rows of one unit are no independent witnesses, so they are drawn together.
        resamples: how often the units are drawn anew.
        seed: of the drawing.
    """
    numbers = {unit: number for number, unit in enumerate(dict.fromkeys(units))}
    unit_of = np.array([numbers[unit] for unit in units])
    rng = np.random.default_rng(seed)
    draws = (rng.integers(len(numbers), size=len(numbers)) for _ in range(resamples))
    drawn = [figures(np.bincount(draw, minlength=len(numbers))[unit_of].astype(np.float64)) for draw in draws]
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    values = figures(np.ones(len(unit_of)))
    return tuple(Figure(float(v), float(a), float(b)) for v, a, b in zip(values, low, high, strict=True))


def proportion(so: int, among: int) -> Figure:
    """The share ``so / among`` with its interval of Wilson 1927, which stays honest where nothing or everything is so.

    Raises:
        ValueError: there is nothing to count among.
    """
    if among < 1:
        raise ValueError("a share is of something; got nothing to count among")
    value, z = so / among, 1.96
    middle = (value + z * z / (2 * among)) / (1 + z * z / among)
    reach = z / (1 + z * z / among) * sqrt(value * (1 - value) / among + z * z / (4 * among * among))
    return Figure(value, max(0.0, middle - reach), min(1.0, middle + reach))


def without_neutral(score: Score) -> Score:
    """The score of somebody who must decide between negative and positive; even where neither is likelier."""
    undecided = score.negative == score.positive
    return Score(0.5, 0.0, 0.5) if undecided else from_shares([score.negative, 0.0, score.positive])


def confusion(
    truth: NDArray[np.intp], found: NDArray[np.intp], weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Counts or sums of weights ``(3, 3)``: rows are the true classes, columns the classes found."""
    classes = len(LABELS)
    counts = np.bincount(truth * classes + found, weights, minlength=classes * classes)
    return counts.astype(np.float64).reshape(classes, classes)


def macro_recall(counts: NDArray[np.float64]) -> float:
    """Mean over the classes that occur of right / occurring."""
    occurring = counts.sum(1)
    present = occurring > 0
    return float(np.mean(counts.diagonal()[present] / occurring[present]))


def macro_f1(counts: NDArray[np.float64]) -> float:
    """Mean over the classes that occur of 2 right / (occurring + found)."""
    occurring = counts.sum(1)
    present = occurring > 0
    return float(np.mean(2 * counts.diagonal()[present] / (occurring + counts.sum(0))[present]))


def calibration_error(
    right: NDArray[np.bool_], sure: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, in bins of equal width, weighted by size.

    Naeini et al. 2015; ``sure`` is the probability of the label given, ``right`` whether it was the true one.
    """
    bins = np.minimum((sure * BINS).astype(np.intp), BINS - 1)
    share = np.ones(len(sure)) if weights is None else weights
    apart = np.bincount(bins, share * right, BINS) - np.bincount(bins, share * sure, BINS)
    return float(np.abs(apart).sum() / share.sum())


def error_if_calibrated(
    sure: NDArray[np.float64], weights: NDArray[np.float64], *, resamples: int = 1000, seed: int = 0
) -> Figure:
    """The calibration error that chance alone leaves: that of labels drawn by the probabilities themselves.

    Of few texts it is far from nothing, whatever the model (consistency resampling, Broecker and Smith 2007). The value
    is the mean of the draws, and the range holds 95 in 100 of them.
    """
    rng = np.random.default_rng(seed)
    drawn = [calibration_error(rng.random(len(sure)) < sure, sure, weights) for _ in range(resamples)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(float(np.mean(drawn)), float(low), float(high))


def _figures(
    truth: NDArray[np.intp], found: NDArray[np.intp], sure: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, ...]:
    """Macro recall, macro F1, accuracy and calibration error."""
    counts, right = confusion(truth, found, weights), truth == found
    accuracy = float(np.average(right, weights=weights))
    return macro_recall(counts), macro_f1(counts), accuracy, calibration_error(right, sure, weights)
