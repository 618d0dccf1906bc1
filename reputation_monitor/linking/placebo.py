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
VISIBLE_SHARE, MOST_HEIGHT = 0.95, 1e3
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
        heights: for each kind of voices, shape ``(kinds, times)``.
        hour_of_week: of each of them, 0 to 167.
    """

    heights: Array
    hour_of_week: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlaceboTest:
    """The outcome for one incident.

    Attributes:
        kind: of voices in which the incident stands out most; its place among those asked about.
        heights: of the placebo times, as those of the incident were looked at; shape ``(times,)``.
        of_all: of the placebo times, for all negative voices alone, same shape.
        matched: "hour of the week", "part of the day" or "any time".
    """

    p_value: float
    kind: int
    heights: Array
    of_all: Array
    matched: str

    @property
    def placebos(self) -> int:
        """How many placebo times were used."""
        return len(self.heights)

    @property
    def visible_height(self) -> float:
        """Height from which a rise of negative voices stands out: 95 of 100 placebo times do not reach it."""
        if not self.placebos:
            return MOST_HEIGHT
        return float(np.clip(np.quantile(self.of_all, VISIBLE_SHARE), 0.0, MOST_HEIGHT))


def compare(heights: Sequence[float], hour_of_week: int, pool: Sequence[PlaceboTimes]) -> PlaceboTest:
    """Rank an incident among placebo times.

    Args:
        heights: of the statistic at the incident, for all negative voices and for those that talk of failing service.
        hour_of_week: of the incident's start.
        pool: placebo times of the brand itself, then those of its rivals, which serve where its own are too few: the
            heights of a brand of another size are not quite the same.
    """
    enough = bool(pool) and pool[0].heights.shape[1] >= WANTED
    used = pool[:1] if enough else pool
    table = np.concatenate([p.heights for p in used], axis=1) if used else np.empty((len(heights), 0))
    hours = np.concatenate([p.hour_of_week for p in used]) if used else np.empty(0, dtype=np.int64)
    for matched, period, tolerance in MATCHES:
        near = _distance(hours - hour_of_week, period) <= tolerance
        if near.sum() >= WANTED:
            return _ranked(np.array(heights), table[:, near], matched)
    return _ranked(np.array(heights), table, "any time")


def _ranked(heights: Array, table: Array, matched: str) -> PlaceboTest:
    """The smaller p of two looks, and how often that of a placebo time is as small (Westfall and Young 1993).

    One look takes the better of both kinds of voices, the other those alone that talk of failing service, in which an
    IT incident is to be heard: a past full of scandals, where few do, must not hide it. Every placebo time takes its
    own smaller p, so that looking twice costs no honesty.
    """
    everyone = np.concatenate([table, heights[:, None]], axis=1)
    looks = np.stack([everyone.max(axis=0), everyone[-1]])
    as_high = np.stack([len(v) - np.searchsorted(np.sort(v), v) for v in looks])
    best = as_high.min(axis=0)
    alone = as_high[1, -1] < as_high[0, -1]
    kind = len(heights) - 1 if alone else int(heights.argmax())
    p_value = float((best <= best[-1]).sum()) / everyone.shape[1]
    return PlaceboTest(p_value, kind, looks[int(alone), :-1], table[0], matched)


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
