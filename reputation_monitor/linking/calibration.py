"""How far counts lie from what was expected of them at calm times, and so how wide an interval must be.

What is to be expected of a window is a distribution of a model, which is never quite true: rivals raise it a little
even where nothing blows, rhythms are drawn towards the mean, noise is not quite log-normal. So it is asked where in
that distribution the counts of windows without incident lay. Of a true model they would lie anywhere alike (the
probability integral transform, Dawid 1984, https://doi.org/10.2307/2981683); where a tenth of them lay below its 4 %
level, that level is taken for the tenth (Kuleshov, Fenner and Ermon 2018, https://arxiv.org/abs/1807.00263).
"""

from dataclasses import dataclass

import numpy as np

from reputation_monitor.linking.intervals import usual_level, usual_quantile
from reputation_monitor.linking.series import Array

PRIOR_WINDOWS = 20.0
"""Windows that the model itself is worth."""
MEAN_PARTS = 40


@dataclass(frozen=True, slots=True)
class Calibration:
    """The levels of the model's distribution at which calm windows lay.

    Attributes:
        levels: in order, between zero and one, shape ``(windows,)``.
        worth: of how many windows, of those that do not overlap, they tell.
    """

    levels: Array
    worth: float = 0.0

    @classmethod
    def of(cls, seen: Array, mean: Array, variance: Array, worth: float) -> "Calibration":
        """From counts of calm windows, with mean and variance of what was expected of each, all ``(windows,)``."""
        return cls(np.sort(usual_level(seen, mean, variance)), worth)

    def level(self, share: float | Array) -> Array:
        """The level of the model below which such a share of calm windows lies."""
        windows = len(self.levels)
        levels = np.concatenate([[0.0], self.levels, [1.0]])
        below = np.concatenate([[0.0], (np.arange(windows) + 0.5) / max(windows, 1), [1.0]])
        shares = (self.worth * below + PRIOR_WINDOWS * levels) / (self.worth + PRIOR_WINDOWS)
        return np.asarray(np.interp(share, shares, levels))

    def expected(self, mean: float, variance: float, shares: tuple[float, float]) -> tuple[float, float, float]:
        """Mean of a count, and the counts below which so large shares of calm windows would lie.

        Args:
            mean: of the model's distribution.
            variance: the same.
            shares: of the lower and of the upper bound.
        """
        parts = (np.arange(MEAN_PARTS) + 0.5) / MEAN_PARTS
        levels = self.level(np.concatenate([shares, parts]))
        low, high, *rest = usual_quantile(levels, np.array([mean]), np.array([variance]))
        return float(np.mean(rest)), float(low), float(high)
