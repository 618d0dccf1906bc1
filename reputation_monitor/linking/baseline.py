"""What a brand's negative voices would have been: level, rhythm and spread.

The counts are taken for a doubly stochastic (Cox) process: Poisson voices on an intensity ``level x rhythm x noise``
whose noise is log-normal, mean one, variance ``sigma2``, and forgets itself over ``tau`` hours. The sum over a window
then is close to negative binomial with mean ``mu`` and variance ``phi mu + g mu^2``, where ``g`` falls with the length
of the window as the noise averages out; a baseline that took every bucket for independent would find shifts everywhere.

The rhythm is a multiplicative hour-of-week shape that shrinks towards hour-of-day and then a constant when history is
short. Past excesses are down-weighted as in Noufaily et al. 2013 (https://doi.org/10.1002/sim.5595).
"""

from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.noise import (
    MIN_LEVEL_VARIANCE,
    PRIOR_SIGMA2,
    PRIOR_TAU_HOURS,
    Noise,
    averaged,
    estimate_noise,
)
from reputation_monitor.linking.series import Array, Series, hours_of_week

OUTLIER_Z = 2.58
ROBUST_ROUNDS = 3
LEVEL_HALF_LIFE_HOURS = 14 * 24
WEEK = 168
BLOCK_HOURS = 72
OUTLIER_SCALES_HOURS = (1, 6, 24)
PSEUDO_COUNT = 4.0
MIN_LEVEL_PER_HOUR = 1e-3
HEARD_ENOUGH = 0.5
"""Hours of which less was heard are not learned from."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Expected negative voices in each bucket, and their spread.

    Attributes:
        expected: shape ``(buckets,)``; of the sources that were heard.
        block: which of ``noises`` holds for each bucket, shape ``(buckets,)``.
        noises: one for each time the baseline was fitted.
        days: days of history behind each of them.
    """

    expected: Array
    block: NDArray[np.int64]
    noises: tuple[Noise, ...]
    days: Array

    def noise_at(self, bucket: int) -> Noise:
        """The noise that holds in a bucket."""
        return self.noises[int(self.block[min(max(bucket, 0), len(self.block) - 1)])]

    def spread_table(self, hours: Array) -> Array:
        """Relative variance ``g`` for windows of the given lengths, one row a block: ``(blocks, lengths)``."""
        sigma2, tau, level = (values[:, None] for values in self._noise_by_block())
        return np.asarray(sigma2 * averaged(hours / tau) + level)

    def shared_spread(self, before: float, hours: float) -> Array:
        """Relative covariance of a window's sum with that of the hours before it, for each block: ``(blocks,)``.

        Of an exponential correlation ``tau^2/(a b) (1 - e^-a/tau)(1 - e^-b/tau)``; an error of the level is in both.
        """
        sigma2, tau, level = self._noise_by_block()
        kept = tau**2 / (before * hours) * -np.expm1(-before / tau) * -np.expm1(-hours / tau)
        return np.asarray(sigma2 * kept + level)

    def _noise_by_block(self) -> tuple[Array, Array, Array]:
        """Variance, memory and level variance of the noise, each of shape ``(blocks,)``."""
        each = [(noise.sigma2, noise.tau_hours, noise.level_variance) for noise in self.noises]
        sigma2, tau, level = np.array(each).reshape(-1, 3).T
        return sigma2, tau, level


@dataclass(frozen=True, slots=True)
class History:
    """Which hours a baseline may learn from.

    Attributes:
        weeks: how far back it looks.
        borrow_weeks: how much history it wants; where the past holds less, it takes what came later as well.
            Zero never looks ahead.
        ignore: hours not to learn from (incidents, known shifts), shape ``(hours,)``; None for none.
    """

    weeks: int = 8
    borrow_weeks: int = 4
    ignore: NDArray[np.bool_] | None = None


def fit_baseline(
    series: Series, history: History | None = None, zone: tzinfo = UTC, block_hours: int = BLOCK_HOURS
) -> Baseline:
    """Fit the baseline of a whole series, a few days at a time, each time from the history before them."""
    history = history or History()
    record = _record(series, history, zone)
    hourly, clock, usable = record.hourly, record.clock, record.usable
    seen = np.concatenate([[0.0], np.cumsum(usable)])
    expected = np.empty(len(hourly))
    noises, days = [], []
    for first in range(0, len(hourly), block_hours):
        block = slice(first, min(first + block_hours, len(hourly)))
        past = _training_span(first, seen, history)
        fit = _fit(record, past, first)
        expected[block] = fit.level * fit.shape[clock[block]]
        noises.append(fit.noise)
        days.append(float(usable[past].sum()) / 24)
    per_hour = series.per_hour
    return Baseline(
        expected=_interpolated(expected, per_hour)[: len(series)] * series.exposure,
        block=np.minimum(np.arange(len(series)) // (block_hours * per_hour), len(noises) - 1),
        noises=tuple(noises),
        days=np.array(days),
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """What a baseline is fitted on.

    Attributes:
        hourly: counts by hour; ``parts`` the same by bucket within it, shape ``(hours, buckets)``.
        clock: hour of the week, shape ``(hours,)``.
        usable: one where an hour may be learned from, else zero.
    """

    hourly: Series
    parts: Array
    clock: NDArray[np.int64]
    usable: Array


def _record(series: Series, history: History, zone: tzinfo) -> _Record:
    hourly = series.coarser(3600)
    parts = np.pad(series.negative, (0, -len(series) % series.per_hour)).reshape(-1, series.per_hour)
    usable = np.ones(len(hourly)) if history.ignore is None else np.where(history.ignore[: len(hourly)], 0.0, 1.0)
    if hourly.heard is not None:
        usable = np.where(hourly.heard < HEARD_ENOUGH, 0.0, usable)
        parts = parts / np.maximum(hourly.heard, HEARD_ENOUGH)[:, None]
        hourly = _as_if_heard(hourly, hourly.heard)
    return _Record(hourly, parts, hours_of_week(series.start, len(hourly), zone), usable)


def _as_if_heard(hourly: Series, heard: Array) -> Series:
    """The counts that all sources would have brought, as far as those that were heard tell it."""
    share = np.maximum(heard, HEARD_ENOUGH)
    return replace(hourly, negative=hourly.negative / share, negative_squared=hourly.negative_squared / share)


def _training_span(first: int, seen: Array, history: History) -> slice:
    """Hours to learn from: the weeks before ``first``, and as many later ones as are missing there.

    Args:
        first: hour for which a baseline is wanted.
        seen: usable hours before each hour, shape ``(hours + 1,)``; hours before a brand's first mention are not.
        history: how much is wanted.
    """
    start = max(0, first - history.weeks * WEEK)
    enough = int(np.searchsorted(seen, seen[start] + history.borrow_weeks * WEEK))
    return slice(start, max(first, min(enough, len(seen) - 1)))


def _interpolated(hourly: Array, per_hour: int) -> Array:
    """Spread hourly values over shorter buckets in a line from one hour's middle to the next, keeping each sum."""
    if per_hour == 1 or not len(hourly):
        return hourly
    middles = np.arange(len(hourly)) + 0.5
    finer = np.interp((np.arange(len(hourly) * per_hour) + 0.5) / per_hour, middles, hourly).reshape(-1, per_hour)
    sums = finer.sum(axis=1, keepdims=True)
    return np.asarray((finer * np.divide(hourly[:, None], sums, where=sums > 0, out=np.zeros_like(sums))).ravel())


@dataclass(frozen=True, slots=True)
class _Fit:
    level: float
    shape: Array
    noise: Noise


def _fit(record: _Record, past: slice, at: int) -> _Fit:
    counts, cells, keep = record.hourly.negative[past], record.clock[past], record.usable[past]
    age = np.abs(at - np.arange(past.start, past.stop))
    recent = 0.5 ** (age / LEVEL_HALF_LIFE_HOURS)
    phi = _voice_dispersion(counts, record.hourly.negative_squared[past])
    weights, noise = keep.copy(), Noise(phi, PRIOR_SIGMA2, PRIOR_TAU_HOURS, MIN_LEVEL_VARIANCE)
    level, shape = MIN_LEVEL_PER_HOUR, np.ones(WEEK)
    for _ in range(ROBUST_ROUNDS if len(counts) else 0):
        trust = weights * recent
        amounts, exposures = _by_day(cells, weights * counts), _by_day(cells, weights)
        shape = _rhythm(amounts.sum(0), exposures.sum(0))
        level = _level(trust * counts, trust * shape[cells])
        mu = level * shape[cells]
        # The first round takes the noise of the prior: one that has seen an outbreak would find it usual.
        ceiling = _usual_ceiling(mu, noise.variance(mu, np.ones_like(mu)), phi)
        weights = keep * _usualness(counts, mu, noise)
        others = _level_and_rhythm_of_others(cells, trust, trust * counts, amounts, exposures)
        capped = record.parts[past] * np.minimum(1.0, ceiling / np.maximum(counts, 1e-9))[:, None]
        noise = estimate_noise(capped, others, weights, trust, phi)
    if not len(counts):
        noise = Noise(1.0, PRIOR_SIGMA2, PRIOR_TAU_HOURS, 1.0)
    return _Fit(level, shape, noise)


def _usualness(counts: Array, mu: Array, noise: Noise) -> Array:
    """Weight of each hour: one, less where it or the hours around it hold more than is usual. Shape ``(hours,)``.

    Hours are judged alone and in blocks, for a scandal of two days may pass no hour's bound and yet be no usual time.
    """
    weights = np.ones(len(counts))
    for hours in OUTLIER_SCALES_HOURS:
        blocks = -(-len(counts) // hours)
        padding = (0, blocks * hours - len(counts))
        total, mean = (np.pad(v, padding).reshape(blocks, hours).sum(1) for v in (counts, mu))
        ceiling = _usual_ceiling(mean, noise.variance(mean, np.full(blocks, float(hours))), noise.phi)
        weight = np.minimum(ceiling / np.maximum(total, ceiling), 1.0) ** 2
        weights = np.minimum(weights, np.repeat(weight, hours)[: len(counts)])
    return weights


def _usual_ceiling(mu: Array, variance: Array, phi: float) -> Array:
    """Count that few usual hours pass: a quantile of the negative binomial by Cornish and Fisher (1938).

    The bound must follow the skew of small counts. One that is symmetric cuts usual hours off, and what is then left
    looks calmer than it is. One voice more than expected is never an outlier, however few are expected.
    """
    skew = 2 * variance / mu - phi
    quantile = mu + OUTLIER_Z * np.sqrt(variance) + (OUTLIER_Z**2 - 1) / 6 * skew
    return np.asarray(np.maximum(quantile, mu + 1))


def _voice_dispersion(counts: Array, squares: Array) -> float:
    total = float(counts.sum())
    # A prior of ten whole voices: few voices say little about how their weights spread.
    return min(1.0, (float(squares.sum()) + 10.0) / (total + 10.0)) if total > 0 else 1.0


def _by_day(cells: NDArray[np.int64], values: Array) -> Array:
    """Sums by day of history and hour of the week: shape ``(days, 7, 24)``."""
    day = np.arange(len(cells)) // 24
    days = int(day[-1]) + 1
    return np.asarray(np.bincount(day * WEEK + cells, values, days * WEEK), dtype=float).reshape(days, 7, 24)


def _level(voices: Array, exposure: Array) -> float:
    return max(float(voices.sum() / max(float(exposure.sum()), 1e-9)), MIN_LEVEL_PER_HOUR)


def _level_and_rhythm_of_others(
    cells: NDArray[np.int64], trust: Array, voices: Array, amounts: Array, exposures: Array
) -> Array:
    """Expected count of each hour of history, as the other days tell it.

    A mean that has seen the counts lies nearer to them than to those of tomorrow: the noise must be measured against
    a mean that has not.
    """
    day = np.arange(len(cells)) // 24
    shapes = _rhythm(_left_out(amounts), _left_out(exposures))
    voices_left = _left_out(_by_day(cells, voices)).sum((-2, -1))
    trust_left = _left_out(_by_day(cells, trust)).reshape(-1, WEEK)
    levels = np.maximum(voices_left / np.maximum((trust_left * shapes).sum(1), 1e-9), MIN_LEVEL_PER_HOUR)
    return np.asarray(levels[day] * shapes[day, cells])


def _left_out(by_day: Array) -> Array:
    """For each day, the sum over all others; same shape."""
    return np.asarray(np.maximum(by_day.sum(0) - by_day, 0.0))


def _rhythm(amount: Array, exposure: Array) -> Array:
    """Hour-of-week shape with mean one, each layer shrunk towards the coarser one.

    Args:
        amount: negative voices by day of the week and hour, shape ``(..., 7, 24)``.
        exposure: hours seen, same shape.

    Returns:
        Shape ``(..., 168)``.
    """
    weeks = exposure.sum((-2, -1), keepdims=True) / WEEK
    rate = amount.sum((-2, -1), keepdims=True) / np.maximum(weeks * WEEK, 1e-9)
    seen, usual = amount.sum(-2, keepdims=True), rate * exposure.sum(-2, keepdims=True)
    daily = _shrunk(_circular(seen), _circular(usual), 7 * weeks / (7 * weeks + 1))
    by_day = _shrunk(
        amount.sum(-1, keepdims=True), (rate * exposure * daily).sum(-1, keepdims=True), weeks / (weeks + 3)
    )
    coarse = daily * by_day
    cell = _shrunk(_circular(amount), _circular(rate * exposure * coarse), weeks / (weeks + 6))
    shape = np.maximum(coarse * cell, 0.02)
    shape = shape / shape.mean((-2, -1), keepdims=True)
    return np.asarray(shape.reshape(*shape.shape[:-2], WEEK))


def _circular(values: Array) -> Array:
    """Smooth along the hours of the day with the weights 1/4, 1/2, 1/4, midnight next to 23 h."""
    return np.asarray((np.roll(values, 1, -1) + 2 * values + np.roll(values, -1, -1)) / 4)


def _shrunk(amount: Array, expected: Array, trust: Array) -> Array:
    """Ratio of amount to expected, drawn towards one by a pseudo-count and by the number of weeks seen."""
    ratio = (amount + PSEUDO_COUNT) / (expected + PSEUDO_COUNT)
    return 1 + trust * (ratio - 1)
