"""How often a source speaks, and how unusual its silence is.

**Rhythm.** Items an hour for each hour of the week: a level, times the hour of the day, times the day of the week,
times the cell itself, each layer drawn towards the coarser one by a pseudo-count that grows with the spread of the
counts. A short history so gives a flat rhythm.

**Silence.** By the time-rescaling theorem the items that the rhythm led one to expect during a silence are the right
clock for it: a night is short, an evening long. On this clock gaps between the hours that brought something follow a
Lomax law,

    P(gap > m) = (1 + g m / s) ** (-1 / g),

which is that of items in bursts of size ``s`` on a gamma-distributed intensity of relative variance ``g``: the zero
class of the negative binomial. What is known of ``s`` and ``g`` is their posterior on a grid, from gaps that are
known to an hour (interval-censored), so that few gaps give a heavy tail and many a sharp one. A silence is told by
how often a year one so long is due: gaps a year times that probability.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.series import hours_of_week
from reputation_monitor.sources.records import HOUR, Counts, Timeline, whole_hour

WEEK = 168
HOURS_A_YEAR = 8766
FEWEST_GAPS = 8
FEWEST_HOURS = 72
HALF_LIFE_HOURS = 28 * 24
PSEUDO_ITEMS = 2.0
BURST_CAP = 4.0
MOST_SILENCES = 8
FORGOTTEN = 0.1
"""A gap of the past is left out only where it is so much rarer than the allowed: the longest of many was just long."""
MIN_SHARE = 0.01
_DIGITS = 9

_SCALES = np.geomspace(0.2, 60.0, 24)
_SPREADS = np.geomspace(0.02, 5.0, 14)
_S, _G = (axis.ravel() for axis in np.meshgrid(_SCALES, _SPREADS, indexing="ij"))
_LOG_PRIOR = -0.5 * np.log(_S) ** 2 - 0.5 * np.log(_G / 0.3) ** 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source speaks.

    Attributes:
        rates: items an hour by hour of the week, shape ``(168,)``; Monday 00:00 in ``zone`` is 0.
        weights: posterior of the gaps' law on the grid; sums to one.
        gaps_a_year: hours a year that bring something.
        hours: of history behind it.
    """

    rates: Counts
    weights: Counts
    gaps_a_year: float
    hours: int
    zone: tzinfo

    def expected(self, start: datetime, end: datetime) -> float:
        """Items that are usual between two moments."""
        if end <= start:
            return 0.0
        first = whole_hour(start)
        cells = hours_of_week(first, int((whole_hour(end) - first) // HOUR) + 1, self.zone)
        shares = np.ones(len(cells))
        shares[0] -= (start - first) / HOUR
        shares[-1] -= 1 - (end - whole_hour(end)) / HOUR
        return float((self.rates[cells] * shares).sum())

    def a_year(self, mass: Counts | float) -> Counts:
        """How many gaps a year expect at least so many items."""
        return self.gaps_a_year * survival(np.atleast_1d(np.asarray(mass, dtype=float))) @ self.weights


def survival(mass: Counts) -> Counts:
    """P(gap > mass) for every law of the grid: shape ``(masses, laws)``."""
    return np.asarray(np.exp(-np.log1p(_G * mass[:, None] / _S) / _G))


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours ``first:last`` without an item between two that had some; ``a_year`` such gaps are usual."""

    first: int
    last: int
    a_year: float


def learn(
    line: Timeline, observed: NDArray[np.bool_], zone: tzinfo, allowed_a_year: float
) -> tuple[Rhythm | None, tuple[Gap, ...]]:
    """The rhythm of the hours that were observed, None while they hold too little; and the silences of the past.

    The longest gap is judged by a rhythm that has not seen it, then the next, for as long as they are too long to be
    chance. These teach nothing of the rates; those that are far too long teach nothing of gaps either, nor do the hours
    after the last item.
    """
    last = int(np.flatnonzero(line.appeared)[-1]) + 1 if line.appeared.any() else 0
    rhythm, calm, usual = _learn(line, observed, last, zone), observed, observed.copy()
    silences: list[Gap] = []
    while rhythm and len(silences) < MOST_SILENCES:
        firsts, lasts, masses = find_gaps(line, calm, rhythm)
        if not len(masses):
            break
        longest = int(np.argmax(masses))
        hours = slice(int(firsts[longest]), int(lasts[longest]))
        without = calm.copy()
        without[hours] = False
        blind = _learn(line, without, last, zone)
        a_year = _yearly(hours, line, observed, blind) if blind else allowed_a_year
        if a_year >= allowed_a_year:
            break
        calm = without
        silences.append(Gap(hours.start, hours.stop, a_year))
        if a_year < FORGOTTEN * allowed_a_year:
            usual[hours] = False
    if silences:
        rhythm = _learn(line, usual, last, zone, calm)
    return rhythm, tuple(silences)


def _yearly(hours: slice, line: Timeline, observed: NDArray[np.bool_], rhythm: Rhythm) -> float:
    mass = (rhythm.rates[_cells(line, rhythm.zone)[hours]] * observed[hours]).sum()
    return float(rhythm.a_year(float(mass))[0])


def find_gaps(
    line: Timeline, observed: NDArray[np.bool_], rhythm: Rhythm
) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """Every stretch ``first:last`` of hours without an item, before the last item, and the items expected in it."""
    spoke = np.flatnonzero(line.appeared)
    mass = np.concatenate([[0.0], np.cumsum(rhythm.rates[_cells(line, rhythm.zone)] * observed)])
    firsts, lasts = spoke[:-1] + 1, spoke[1:]
    apart = lasts > firsts
    firsts, lasts = firsts[apart], lasts[apart]
    return firsts, lasts, mass[lasts] - mass[firsts]


def _cells(line: Timeline, zone: tzinfo) -> NDArray[np.int64]:
    return hours_of_week(line.start, len(line), zone)


def _learn(
    line: Timeline, observed: NDArray[np.bool_], last: int, zone: tzinfo, calm: NDArray[np.bool_] | None = None
) -> Rhythm | None:
    """Learn gaps from the hours ``observed`` before ``last``, and rates from those of them that are ``calm`` (all)."""
    counts, keep = line.appeared[:last], observed[:last].astype(float)
    spoke = np.flatnonzero(counts * keep)
    if len(spoke) <= FEWEST_GAPS or keep.sum() < FEWEST_HOURS:
        return None
    # A first answer of undated items, or a flood, is one event whatever its size.
    capped = np.minimum(counts, BURST_CAP * np.median(counts[spoke])) * keep
    trust = keep * 0.5 ** ((last - 1 - np.arange(last)) / HALF_LIFE_HOURS)
    cells = _cells(line, zone)[:last]
    rates = _rates(capped, trust if calm is None else trust * calm[:last], cells)
    weights = _posterior(rates[cells] * keep, spoke, trust)
    share = float(trust[spoke].sum() / trust.sum())
    return Rhythm(rates, weights, share * HOURS_A_YEAR, int(keep.sum()), zone)


def _rates(counts: Counts, trust: Counts, cells: NDArray[np.int64]) -> Counts:
    amount, exposure = (np.bincount(cells, v, WEEK).astype(float).reshape(7, 24) for v in (counts * trust, trust))
    rates = _layers(amount, exposure, PSEUDO_ITEMS)
    usual = np.maximum(rates[cells], 1e-9)
    spread = float((trust * (counts - usual) ** 2 / usual).sum() / trust.sum())
    return _layers(amount, exposure, PSEUDO_ITEMS * min(max(spread, 1.0), 50.0))


def _layers(amount: Counts, exposure: Counts, pseudo: float) -> Counts:
    level = float(amount.sum() / exposure.sum())
    usual = level * exposure
    smooth, smooth_usual = ((np.roll(v, 1) + 2 * v + np.roll(v, -1)) / 4 for v in (amount.sum(0), usual.sum(0)))
    hour_of_day = (smooth + pseudo) / (smooth_usual + pseudo)
    usual = usual * hour_of_day
    day = (amount.sum(1) + pseudo) / (usual.sum(1) + pseudo)
    usual = usual * day[:, None]
    cell = (amount + pseudo) / (usual + pseudo)
    rates = level * hour_of_day * day[:, None] * cell
    return np.asarray(np.maximum(rates, MIN_SHARE * level).ravel())


def _posterior(usual: Counts, spoke: NDArray[np.int64], trust: Counts) -> Counts:
    """Weights of the laws. A gap began within an hour that spoke and ended within the next: so far is it known."""
    mass = np.concatenate([[0.0], np.cumsum(usual)])
    inner = mass[spoke[1:]] - mass[spoke[:-1] + 1]
    outer = mass[spoke[1:] + 1] - mass[spoke[:-1]]
    # Gaps between the same hours of other weeks are alike but for the last digits of the sums; each is worked out once.
    kinds, kind = np.unique(np.round(inner + 1j * outer, _DIGITS), return_inverse=True)
    likelihood = np.log(np.maximum(survival(kinds.real) - survival(kinds.imag), 1e-300))
    log_weights = _LOG_PRIOR + np.bincount(kind, trust[spoke[1:]]) @ likelihood
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def silence(rhythm: Rhythm, latest: datetime, heard: datetime) -> tuple[float, float]:
    """Items expected from the newest item to the last answer, and how many such gaps a year are usual."""
    mass = rhythm.expected(latest, heard)
    return mass, float(rhythm.a_year(mass)[0])


def due_after(rhythm: Rhythm, latest: datetime, allowed_a_year: float, longest: timedelta) -> datetime | None:
    """When a silence that began at ``latest`` becomes too long to be chance; None if not within ``longest``."""
    hours = int(longest / HOUR)
    cells = hours_of_week(whole_hour(latest), hours, rhythm.zone)
    mass = np.cumsum(rhythm.rates[cells]) - rhythm.rates[cells[0]] * ((latest - whole_hour(latest)) / HOUR)
    late = np.flatnonzero(rhythm.a_year(mass) < allowed_a_year)
    return whole_hour(latest) + (int(late[0]) + 1) * HOUR if len(late) else None
