"""Tuning the model to one's own labels: what is fitted on, what is held out, and whether it is worth taking. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.store import Correction
from sentiment.scores import LABELS
from sentiment.trial import Verdict, compare, group_of, is_held_out
from sentiment.tuning import Parameters, choose

FEWEST = 50
"""Different texts with a label, from which on calibration is fitted: four numbers."""
FEWEST_FOR_ADAPTER = 300
"""And an adapter: some hundreds of numbers."""
FEWEST_OF_A_CLASS, LEAST_CLASSES = 5, 2
CHANCE = 1 / len(LABELS)


class CannotTuneError(Exception):
    """The labels do not allow it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A tuning and what it did on labels that it was not fitted on.

    Attributes:
        fitted, held_out: how many labels.
        at_random: whether they were drawn at random.
    """

    parameters: Parameters
    verdict: Verdict
    fitted: int
    held_out: int
    at_random: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """What is made of the labelled texts.

    Attributes:
        probabilities: by the model as it is, ``(n, 3)``.
        used: by the model that is used now, which may have been tuned before, ``(n, 3)``.
        vectors: of the texts, ``(n, width)``; None where there are too few labels for an adapter.
    """

    probabilities: NDArray[np.float64]
    used: NDArray[np.float64]
    vectors: NDArray[np.float64] | None


def allows_adapter(labels: Sequence[Correction]) -> bool:
    """Whether there are labels enough for an adapter."""
    return different_texts(labels) >= FEWEST_FOR_ADAPTER


def different_texts(labels: Sequence[Correction]) -> int:
    """How many there are; copies of one text teach no more than the text."""
    return len({group_of(one.words) for one in labels})


def require_enough(labels: Sequence[Correction]) -> None:
    """Raises ``CannotTuneError`` if there are too few labels."""
    texts = different_texts(labels)
    if texts < FEWEST:
        raise CannotTuneError(
            f"{texts} different texts have a label, and tuning takes {FEWEST}; draw some to label by: "
            f"reputation-monitor sentiment sample {FEWEST - texts}"
        )


def try_tuning(labels: Sequence[Correction], readings: Readings, *, at_random: bool) -> Trial:
    """Fit on the labels that are not held out, and compare with what is used now on those that are.

    Raises:
        CannotTuneError: the labels are of one class or of the model's mistakes only, or one of the two parts is empty.
    """
    truth = np.array([LABELS.index(one.label) for one in labels])
    groups = np.array([group_of(one.words) for one in labels])
    _refuse_one_class(truth)
    _refuse_mistakes_only(truth, readings.probabilities)
    out = np.array([is_held_out(group) for group in groups])
    if out.all() or not out.any():
        raise CannotTuneError("by chance all labels are held out, or none; label some more")
    vectors = readings.vectors
    kept = None if vectors is None else vectors[~out]
    parameters = choose(readings.probabilities[~out], truth[~out], kept, groups[~out].tolist())
    after = parameters.apply(readings.probabilities[out], None if vectors is None else vectors[out])
    verdict = compare(readings.used[out], after, truth[out], groups[out].tolist())
    return Trial(parameters, verdict, int((~out).sum()), int(out.sum()), at_random)


def _refuse_one_class(truth: NDArray[np.intp]) -> None:
    """Labels of one class alone would teach the model to be sure of it, whatever it reads."""
    told = [label for index, label in enumerate(LABELS) if int((truth == index).sum()) >= FEWEST_OF_A_CLASS]
    if len(told) < LEAST_CLASSES:
        only = f"only {told[0]}" if told else "none"
        raise CannotTuneError(
            f"tuning takes {FEWEST_OF_A_CLASS} labels each of two classes at least, and {only} has as many; "
            "draw mentions at random and label these: reputation-monitor sentiment sample 100"
        )


def _refuse_mistakes_only(truth: NDArray[np.intp], probabilities: NDArray[np.float64]) -> None:
    """A model is not asked to learn that it is always wrong, which is what labels of its mistakes alone would teach."""
    right = int((probabilities.argmax(axis=1) == truth).sum())
    if right < CHANCE * len(truth):
        raise CannotTuneError(
            f"only {right} of {len(truth)} labels agree with the model, fewer than by chance: labels of its mistakes "
            "alone would teach it to contradict itself. Draw mentions at random and label these, right or wrong: "
            "reputation-monitor sentiment sample 100"
        )
