"""Fitting level, rhythm and noise to a span of hours, for many series at once; the first axis of arrays is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.noise import FINE_PARTS, Counted, Noises, estimate_noise
from reputation_monitor.linking.series import Array, Series

OUTLIER_Z = 2.58
OUTLIER_SCALES_HOURS = (1, 6, 24)
ROBUST_ROUNDS = 3
LEVEL_HALF_LIFE_HOURS = 14 * 24
WEEK = 168
PSEUDO_COUNT = 4.0
MIN_LEVEL_PER_HOUR = 1e-3
HEARD_ENOUGH = 0.5
"""Hours of which less was heard are not learned from."""


@dataclass(frozen=True, slots=True)
class Record:
    """What baselines are fitted on.

    Attributes:
        counts: negative voices by hour, as if all sources had been heard: shape ``(series, hours)``.
        squared: sums of their squared weights, same shape.
        fine: into how many parts an hour can be cut, to the sums of its parts' squared counts, same shape.
        clock: hour of the week, shape ``(hours,)``.
        usable: one where an hour may be learned from, else zero; same shape.
    """

    counts: Array
    squared: Array
    fine: Mapping[int, Array]
    clock: NDArray[np.int64]
    usable: Array


def record_of(series: Sequence[Series], clock: NDArray[np.int64], usable: Array) -> Record:
    """The counts of series that may be learned from at the same hours.

    Where sources were not heard, counts are those that all would have brought, as far as the others tell it.
    """
    hourly = [one.coarser(3600) for one in series]
    heard = np.stack([np.maximum(one.exposure, HEARD_ENOUGH) for one in hourly])
    per_hour = series[0].per_hour
    parts = np.stack([np.pad(one.negative, (0, -len(one) % per_hour)).reshape(-1, per_hour) for one in series])
    return Record(
        counts=np.stack([one.negative for one in hourly]) / heard,
        squared=np.stack([one.negative_squared for one in hourly]) / heard,
        fine={cuts: _squared_parts(parts, cuts) / heard**2 for cuts in FINE_PARTS if per_hour % cuts == 0},
        clock=clock,
        usable=usable,
    )


def _squared_parts(parts: Array, cuts: int) -> Array:
    """Sum over the parts of an hour of their squared counts: ``(series, hours, buckets)`` to ``(series, hours)``."""
    series, hours, buckets = parts.shape
    return np.asarray((parts.reshape(series, hours, cuts, buckets // cuts).sum(3) ** 2).sum(2))


@dataclass(frozen=True, slots=True)
class Fit:
    """Level (voices an hour, ``(series,)``), hour-of-week shape with mean one (``(series, 168)``), and noise."""

    level: Array
    shape: Array
    noise: Noises


def fit_span(record: Record, past: slice, at: int) -> Fit:
    """Fit what is usual at the hour ``at`` from a span of hours."""
    counts, cells, keep = record.counts[:, past], record.clock[past], record.usable[past]
    phi = _voice_dispersion(counts, record.squared[:, past])
    noise = Noises.prior(phi)
    level, shape = np.full(len(counts), MIN_LEVEL_PER_HOUR), np.ones((len(counts), WEEK))
    if not counts.shape[1]:
        return Fit(level, shape, Noises(np.ones_like(phi), noise.sigma2, noise.tau_hours, np.ones_like(phi)))
    counted = Counted(counts, {cuts: squares[:, past] for cuts, squares in record.fine.items()}, phi)
    recent = 0.5 ** (np.abs(at - np.arange(past.start, past.stop)) / LEVEL_HALF_LIFE_HOURS)
    weights = np.tile(keep, (len(counts), 1))
    for _ in range(ROBUST_ROUNDS):
        trust = weights * recent
        amounts, exposures = by_day(cells, weights * counts), by_day(cells, weights)
        shape = rhythm(amounts.sum(1), exposures.sum(1))
        mu = shape[:, cells]
        level = _level((trust * counts).sum(1), (trust * mu).sum(1))
        mu = level[:, None] * mu
        # The first round takes the noise of the prior: one that has seen an outbreak would find it usual.
        ceiling = _usual_ceiling(mu, noise.variance(mu, 1.0), phi[:, None])
        weights = keep * _usualness(counts, mu, noise)
        others = level_and_rhythm_of_others(cells, trust, trust * counts, amounts, exposures)
        noise = estimate_noise(counted.capped(ceiling), others, weights, trust)
    return Fit(level, shape, noise)


def _usualness(counts: Array, mu: Array, noise: Noises) -> Array:
    """Weight of each hour: one, less where it or the hours around it hold more than is usual. Shape of ``counts``.

    Hours are judged alone and in blocks, for a scandal of two days may pass no hour's bound and yet be no usual time.
    """
    series, length = counts.shape
    weights = np.ones_like(counts)
    for hours in OUTLIER_SCALES_HOURS:
        blocks = -(-length // hours)
        padding = ((0, 0), (0, blocks * hours - length))
        total, mean = (np.pad(v, padding).reshape(series, blocks, hours).sum(2) for v in (counts, mu))
        ceiling = _usual_ceiling(mean, noise.variance(mean, float(hours)), noise.phi[:, None])
        weight = np.minimum(ceiling / np.maximum(total, ceiling), 1.0) ** 2
        weights = np.minimum(weights, np.repeat(weight, hours, axis=1)[:, :length])
    return weights


def _usual_ceiling(mu: Array, variance: Array, phi: Array) -> Array:
    """Count that few usual hours pass: a quantile of the negative binomial by Cornish and Fisher (1938).

    The bound must follow the skew of small counts. One that is symmetric cuts usual hours off, and what is then left
    looks calmer than it is. One voice more than expected is never an outlier, however few are expected.
    """
    skew = 2 * variance / mu - phi
    quantile = mu + OUTLIER_Z * np.sqrt(variance) + (OUTLIER_Z**2 - 1) / 6 * skew
    return np.asarray(np.maximum(quantile, mu + 1))


def _voice_dispersion(counts: Array, squares: Array) -> Array:
    total = counts.sum(1)
    # A prior of ten whole voices: few voices say little about how their weights spread.
    return np.where(total > 0, np.minimum(1.0, (squares.sum(1) + 10.0) / (total + 10.0)), 1.0)


def by_day(cells: NDArray[np.int64], values: Array) -> Array:
    """Sums by day of history and hour of the week: ``(series, hours)`` to ``(series, days, 7, 24)``."""
    day = np.arange(len(cells)) // 24
    days = int(day[-1]) + 1
    place = np.arange(len(values))[:, None] * (days * WEEK) + day * WEEK + cells
    sums = np.bincount(place.ravel(), values.ravel(), len(values) * days * WEEK)
    return np.asarray(sums, dtype=float).reshape(len(values), days, 7, 24)


def _level(voices: Array, exposure: Array) -> Array:
    return np.asarray(np.maximum(voices / np.maximum(exposure, 1e-9), MIN_LEVEL_PER_HOUR))


def level_and_rhythm_of_others(
    cells: NDArray[np.int64], trust: Array, voices: Array, amounts: Array, exposures: Array
) -> Array:
    """Expected count of each hour of history, as the other days tell it: shape ``(series, hours)``.

    A mean that has seen the counts lies nearer to them than to those of tomorrow: the noise must be measured against
    a mean that has not.
    """
    day = np.arange(len(cells)) // 24
    shapes = rhythm(_left_out(amounts), _left_out(exposures))
    voices_left = _left_out(by_day(cells, voices)).sum((-2, -1))
    trust_left = _left_out(by_day(cells, trust)).reshape(*shapes.shape[:2], WEEK)
    levels = _level(voices_left, (trust_left * shapes).sum(2))
    return np.asarray(levels[:, day] * shapes[:, day, cells])


def _left_out(days: Array) -> Array:
    """For each day, the sum over all others; same shape."""
    return np.asarray(np.maximum(days.sum(1, keepdims=True) - days, 0.0))


def rhythm(amount: Array, exposure: Array) -> Array:
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
    of_day = _shrunk(
        amount.sum(-1, keepdims=True), (rate * exposure * daily).sum(-1, keepdims=True), weeks / (weeks + 3)
    )
    coarse = daily * of_day
    cell = _shrunk(_circular(amount), _circular(rate * exposure * coarse), weeks / (weeks + 6))
    shape = np.maximum(coarse * cell, 0.02)
    shape = shape / shape.mean((-2, -1), keepdims=True)
    return np.asarray(shape.reshape(*shape.shape[:-2], WEEK))


def _circular(values: Array) -> Array:
    """Smooth along the hours of the day with the weights 1/4, 1/2, 1/4, midnight next to 23 h."""
    around = np.concatenate([values[..., -1:], values, values[..., :1]], axis=-1)
    return np.asarray((around[..., :-2] + 2 * values + around[..., 2:]) / 4)


def _shrunk(amount: Array, expected: Array, trust: Array) -> Array:
    """Ratio of amount to expected, drawn towards one by a pseudo-count and by the number of weeks seen."""
    ratio = (amount + PSEUDO_COUNT) / (expected + PSEUDO_COUNT)
    return 1 + trust * (ratio - 1)
