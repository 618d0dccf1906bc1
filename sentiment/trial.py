"""Whether tuned probabilities are better than a model's own, on labels that the tuning never saw. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.evaluate.figures import Figure, calibration_error, confusion, intervals, macro_recall
from sentiment.tuning import Floats, Labels, log_losses

HELD_OUT_PART = 3
"""One in so many texts is held out."""
RESAMPLES = 2000

_PASSED_ON = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+|\brt\b")
_WORDS = re.compile(r"[^\W\d_]+")


def group_of(text: str) -> str:
    """What copies of a text share: its words, without case, digits, signs, links and handles; hashed."""
    words = _WORDS.findall(_PASSED_ON.sub(" ", text.casefold()))
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def is_held_out(group: str) -> bool:
    """Whether texts of that group are held out from fitting.

    The text alone decides. So it is settled before anything is fitted, copies never part, and a text that was held out
    once stays so: labels that come later cannot turn what was measured on into what is fitted.
    """
    return int(group[:8], 16) % HELD_OUT_PART == 0


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after, and the 95 % interval of its difference, paired."""

    before: float
    after: float
    difference: Figure


@dataclass(frozen=True, slots=True)
class Verdict:
    """What tuning did on held-out labels.

    Attributes:
        texts: how many of these there were.
        log_loss: mean of minus the logarithm of the right class's probability, in nats.
        macro_recall: recall averaged over the classes that occur.
        calibration_error: expected calibration error; see ``sentiment.evaluate.figures``.
    """

    texts: int
    log_loss: Change
    macro_recall: Change
    calibration_error: Change

    @property
    def better(self) -> bool:
        """Whether log-loss fell beyond chance and macro recall is no worse."""
        return self.log_loss.difference.high < 0 and self.macro_recall.after >= self.macro_recall.before

    @property
    def reason(self) -> str:
        """Why it is taken or not, in a sentence."""
        if self.log_loss.difference.high >= 0:
            return "log-loss on held-out labels did not fall beyond chance"
        if not self.better:
            return "log-loss on held-out labels fell, but macro recall fell too"
        return "log-loss on held-out labels fell beyond chance, and macro recall is no worse"


def compare(before: Floats, after: Floats, labels: Labels, groups: Sequence[str], *, seed: int = 0) -> Verdict:
    """Compare two models on the same texts.

    The intervals are percentiles over resamples of whole groups (cluster bootstrap), both models on the same resample,
    so that what makes a text hard for both does not widen them.

    Args:
        before: probabilities ``(n, 3)``.
        after: probabilities ``(n, 3)``.
        labels: the right classes, ``(n,)``.
        groups: ``(n,)``; rows of one group are drawn together.
        seed: makes the intervals repeatable.

    Raises:
        ValueError: there is no text.
    """
    if not len(labels):
        raise ValueError("there is no held-out label to compare on")
    differences = intervals(
        lambda times: (_figures(after, labels, times) - _figures(before, labels, times)).tolist(),
        groups,
        resamples=RESAMPLES,
        seed=seed,
    )
    once = np.ones(len(labels))
    was, is_now = _figures(before, labels, once), _figures(after, labels, once)
    changes = (Change(float(a), float(b), change) for a, b, change in zip(was, is_now, differences, strict=True))
    return Verdict(len(labels), *changes)


def _figures(probabilities: Floats, labels: Labels, times: Floats) -> Floats:
    """Log-loss, macro recall and calibration error of rows that count so many times."""
    found, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    recall = macro_recall(confusion(labels, found, times))
    loss = np.average(log_losses(probabilities, labels), weights=times)
    return np.array([loss, recall, calibration_error(labels == found, sure, times)])
