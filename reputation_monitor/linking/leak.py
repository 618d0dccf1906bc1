"""What voices that are not negative add to the sum of negative ones, and what of it a window holds beyond the usual.

A score is a probability: of a thousand customers who praise, each adds a few hundredths, and a campaign would look like
a rise of criticism. How much one adds is known from the moments of the weights. With sure voices of the weight ``a``
and others of the weight ``b``, the mean weight ``m`` and mean square ``s`` give

    s = m (a + b) - a b,    so    b = (m a - s) / (a - m)

and a window of ``V`` voices with the sum ``N`` holds ``(a V - N) / (a - b)`` others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.scan import Sums
from reputation_monitor.linking.series import Array, Series

SURE_WEIGHT = 0.85
ROUNDS = 3
MOST_LEAK, MOST_NEGATIVE = 0.2, 0.6
"""Where weights fall into no two groups (all are the same, say), or most are negative, nothing is known of others."""


def leak_of(series: Series) -> float:
    """Mean weight of the voices of a series that are not negative, in [0, 0.2]; zero where it is not known."""
    mean = series.mean_weight
    if mean is None or mean >= MOST_NEGATIVE:
        return 0.0
    square = float(series.negative_squared.sum() / series.voices.sum())
    weight = (mean * SURE_WEIGHT - square) / (SURE_WEIGHT - mean)
    return weight if 0 < weight <= MOST_LEAK else 0.0


@dataclass(frozen=True, slots=True)
class Others:
    """The voices of a series that are not negative: what one adds, and how many there are for each that is."""

    weight: float
    for_each: float

    @classmethod
    def of(cls, series: Series) -> "Others":
        """As a series has them over all."""
        weight, negative = leak_of(series), float(series.negative.sum())
        others = (SURE_WEIGHT * float(series.voices.sum()) - negative) / (SURE_WEIGHT - weight)
        return cls(weight, max(others, 0.0) / max(negative, 1e-9))


class Leak:
    """The others beyond the usual in any window of a series.

    Args:
        series: counts; ``voices`` of any sentiment among them.
        expected: negative voices that are usual, shape ``(buckets,)``.
        others: as a longer series has them; None for those of the series itself.
    """

    def __init__(self, series: Series, expected: Array, others: Others | None = None) -> None:
        known = others or Others.of(series)
        self.weight, self._for_each = known.weight, known.for_each
        voices = (SURE_WEIGHT * series.voices - series.negative) / (SURE_WEIGHT - self.weight)
        self._others, self._usual, self._seen = Sums(voices), Sums(expected), Sums(series.negative)

    def share(self, starts: NDArray[np.int64], length: int, factor: Array) -> Array:
        """What they add to the sum, against what is usual there; zero where there are no more of them than usual.

        Args:
            starts: of the windows, in buckets.
            length: of the windows.
            factor: by which all talk is expected to be above the usual.
        """
        if not self.weight:
            return np.zeros(len(starts))
        end = starts + length
        usual = np.maximum(self._usual.between(starts, end), 1e-9)
        seen, others = self._seen.between(starts, end) / usual, self._others.between(starts, end) / usual
        added = np.zeros(len(starts))
        for _ in range(ROUNDS):
            # Talk that is louder all round brings more others too; only what goes beyond that is told here.
            louder = np.maximum(seen / (1 + added), np.maximum(factor, 1.0))
            added = self.weight * np.maximum(others - self._for_each * louder, 0.0)
        return np.asarray(added)
