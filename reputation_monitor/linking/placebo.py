"""p-values without an error model: the same statistic at times when nothing was wrong.

An incident's statistic is compared with that of placebo times of the same length, of the brand and of its rivals,
outside all incidents: ``p = (1 + number at least as high) / (1 + M)``, so the smallest p is ``1 / (M + 1)``. Placebo
times are taken from the same hour of the week where history holds enough of them, else from the same part of the day,
else from any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.series import Array

WANTED = 999
FEWEST = 39
WEEK, DAY = 168, 24
# What to match, its period, and how many hours apart will do; the first that gives enough times is taken.
MATCHES = (
    ("hour of the week", WEEK, 1),
    ("part of the day", DAY, 2),
    ("part of the day", DAY, 4),
    ("part of the day", DAY, 6),
)


@dataclass(frozen=True, slots=True)
class PlaceboTimes:
    """Heights of the statistic at hourly placebo times of one brand.

    Attributes:
        heights: shape ``(times,)``.
        hour_of_week: of each of them, 0 to 167.
    """

    heights: Array
    hour_of_week: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlaceboTest:
    """The outcome for one incident.

    Attributes:
        heights: of the placebo times used.
        matched: "hour of the week", "part of the day" or "any time".
    """

    p_value: float
    heights: Array
    matched: str

    @property
    def placebos(self) -> int:
        """How many placebo times were used."""
        return len(self.heights)


def compare(height: float, hour_of_week: int, pool: Sequence[PlaceboTimes]) -> PlaceboTest:
    """Rank a height among placebo times.

    Args:
        height: of the statistic at the incident.
        hour_of_week: of the incident's start.
        pool: placebo times of the brand itself, then those of its rivals, which serve where its own are too few: the
            heights of a brand of another size are not quite the same.
    """
    enough = bool(pool) and len(pool[0].heights) >= WANTED
    used = pool[:1] if enough else pool
    heights = np.concatenate([p.heights for p in used]) if used else np.empty(0)
    hours = np.concatenate([p.hour_of_week for p in used]) if used else np.empty(0, dtype=np.int64)
    for matched, period, tolerance in MATCHES:
        near = _distance(hours - hour_of_week, period) <= tolerance
        if near.sum() >= WANTED:
            return _ranked(height, heights[near], matched)
    return _ranked(height, heights, "any time")


def _ranked(height: float, heights: Array, matched: str) -> PlaceboTest:
    return PlaceboTest((1 + int((heights >= height).sum())) / (1 + len(heights)), heights, matched)


def _distance(hours: NDArray[np.int64], period: int) -> NDArray[np.int64]:
    apart = np.abs(hours) % period
    return np.asarray(np.minimum(apart, period - apart))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """q-values in the order given (Benjamini and Hochberg 1995, https://doi.org/10.1111/j.2517-6161.1995.tb02031.x)."""
    count = len(p_values)
    order = sorted(range(count), key=p_values.__getitem__, reverse=True)
    q_values, running = [1.0] * count, 1.0
    for position, index in enumerate(order):
        running = min(running, p_values[index] * count / (count - position))
        q_values[index] = running
    return q_values
