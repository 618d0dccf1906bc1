"""p-values without an error model: the same statistic at times when nothing was wrong.

An incident's statistic is compared with that of placebo times of the same length, of the brand and of its rivals,
outside all incidents. Placebo times are taken from the same hour of the week where history holds enough of them, else
from the same part of the day, else from any time.

They are taken every hour and each is hours long, so one burst of talk lifts all those that hold it. An incident at a
random time is lifted by the highest burst of the history not once in as many times as there are, but as often as times
hold one burst: ``p = (s + number at least as high) / (s + M)``, where ``s`` of the hourly times share what they hold.
That is the p-value of shifting the incident through history (each of its own ``s`` shifts that still hold its peak is
as high), and it can be no smaller than ``s / (s + M)``.

Beyond the highest fifth of the times, or the highest 20 bursts where these are fewer, the count is continued by a
tail. That of a log likelihood ratio falls off exponentially (Wilks 1938, doi 10.1214/aoms/1177732360): with ``n``
bursts beyond ``u``, by ``b`` in the mean, the chance of a height ``x`` is ``(1 + (x - u) / (n b))^-n`` times that of
``u``, the predictive distribution of an exponential whose mean is known from ``n`` bursts only. So the fewer there are,
the slower it falls. Where heights vary more than that (a past full of scandals), it falls as the generalised Pareto
distribution of their mean and variance does (Hosking and Wallis 1987, https://doi.org/10.2307/1269343). No p-value is
told below 0.0001, as far down as it was checked (``benchmarks/worlds/calm.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.series import Array

WANTED = 999
FEWEST = 19.0
"""Placebo times apart from each other, of which the highest is one in twenty with the incident's."""
LEAST_P = 1e-4
TAIL_BURSTS, TAIL_SHARE = 20, 0.2
LEAST_SCALE = 0.5
"""Of a log likelihood ratio it is one, of the highest of many a little less; few times that are alike may show none."""
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
        reached: how many of them are at least as unlikely as the incident.
        shared: how many of them hold one burst of talk.
        matched: "hour of the week", "part of the day" or "any time".
    """

    p_value: float
    kind: int
    heights: Array
    of_all: Array
    reached: int
    shared: int
    matched: str

    @property
    def placebos(self) -> int:
        """How many placebo times were used."""
        return len(self.heights)

    @property
    def apart(self) -> float:
        """How many of them there would be if none held what another holds."""
        return self.placebos / self.shared

    @property
    def visible_height(self) -> float:
        """Height from which a rise of negative voices stands out: 95 of 100 placebo times do not reach it."""
        if not self.placebos:
            return MOST_HEIGHT
        return float(np.clip(np.quantile(self.of_all, VISIBLE_SHARE), 0.0, MOST_HEIGHT))


def compare(
    heights: Sequence[float], hour_of_week: int, zone_hours: float, pool: Sequence[PlaceboTimes]
) -> PlaceboTest:
    """Rank an incident among placebo times.

    Args:
        heights: of the statistic at the incident, for all negative voices and for those that talk of failing service.
        hour_of_week: of the incident's start.
        zone_hours: how long the incident and its placebo times are.
        pool: placebo times of the brand itself, then those of its rivals, which serve where its own are too few: the
            heights of a brand of another size are not quite the same.
    """
    enough = bool(pool) and pool[0].heights.shape[1] >= WANTED
    used = pool[:1] if enough else pool
    table = np.concatenate([p.heights for p in used], axis=1) if used else np.empty((len(heights), 0))
    hours = np.concatenate([p.hour_of_week for p in used]) if used else np.empty(0, dtype=np.int64)
    shifts = np.arange(max(round(zone_hours), 1)) - round(zone_hours) // 2
    for matched, period, tolerance in MATCHES:
        near = _distance(hours - hour_of_week, period) <= tolerance
        if near.sum() >= WANTED:
            shared = int((_distance(shifts, period) <= tolerance).sum())
            return _ranked(np.array(heights), table[:, near], shared, matched)
    return _ranked(np.array(heights), table, len(shifts), "any time")


def _ranked(heights: Array, table: Array, shared: int, matched: str) -> PlaceboTest:
    """The smaller p of two looks, and how often that of a placebo time is as small (Westfall and Young 1993).

    One look takes the better of both kinds of voices, the other those alone that talk of failing service, in which an
    IT incident is to be heard: a past full of scandals, where few do, must not hide it. Every placebo time takes its
    own smaller p, so that looking twice costs no honesty.
    """
    times = np.stack([table.max(axis=0), table[-1]]) if table.size else np.empty((2, 0))
    mine = np.array([heights.max(), heights[-1]])
    chances = [_chance(look, look, shared, 0) for look in times]
    own = [float(_chance(look, mine[i : i + 1], shared, shared)[0]) for i, look in enumerate(times)]
    best, own_best = -np.log(np.min(chances, axis=0)), -np.log(min(own))
    alone = own[1] < own[0]
    return PlaceboTest(
        p_value=max(float(_chance(best, np.array([own_best]), shared, shared)[0]), LEAST_P),
        kind=len(heights) - 1 if alone else int(heights.argmax()),
        heights=times[int(alone)],
        of_all=table[0],
        reached=int((best >= own_best).sum()),
        shared=shared,
        matched=matched,
    )


def _chance(placebos: Array, asked: Array, shared: int, own: int) -> Array:
    """How often chance alone reaches each of the heights asked about.

    Args:
        placebos: heights of the placebo times, shape ``(times,)``.
        asked: of heights, shape ``(asked,)``.
        shared: how many placebo times hold one burst.
        own: how many more do, of the time that is asked about; zero for times that are among the placebos.
    """
    times, heights = len(placebos), np.sort(placebos)
    as_high = times - np.searchsorted(heights, asked)
    found = (as_high + own) / max(times + own, 1)
    # Times at which too few spoke to count have no height to go on from.
    beyond = int(min(TAIL_BURSTS * shared, TAIL_SHARE * times, (heights > 0).sum()))
    if beyond < 1:
        return np.asarray(found)
    edge = heights[times - beyond]
    falls = _tail(np.maximum(asked - edge, 0.0), heights[times - beyond :] - edge, beyond / shared)
    return np.asarray(np.where(asked > edge, (beyond + own) / (times + own) * falls, found))


def _tail(asked: Array, seen: Array, bursts: float) -> Array:
    """Chance that a height beyond an edge is larger than those asked about.

    Args:
        asked: heights beyond the edge, shape ``(asked,)``.
        seen: of the placebo times beyond it, shape ``(times,)``.
        bursts: how many of these do not overlap.
    """
    mean, variance = max(float(seen.mean()), LEAST_SCALE), float(seen.var())
    heavy = (1 - mean**2 / variance) / 2 if variance > mean**2 else 0.0
    shape, scale = (heavy, mean * (1 - heavy)) if heavy > 1 / bursts else (1 / bursts, mean)
    return np.asarray((1 + asked * shape / scale) ** (-1 / shape))


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
