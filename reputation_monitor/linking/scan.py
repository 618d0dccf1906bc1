"""The scan: how unlikely is what was counted in each window, under the baseline.

The one-sided likelihood ratio of a window (Kulldorff 2001, https://doi.org/10.1111/1467-985X.00186, with the negative
binomial in place of the Poisson): the count ``S`` of a window with mean ``mu`` and relative spread ``g`` is taken for
negative binomial of size ``1 / g``. Counts and means are divided by ``phi`` first, so that weighted voices have the
variance of whole ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.series import HOUR, Array

WINDOW_HOURS = (1 / 12, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 3 / 4, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48)
MIN_MEAN = 1e-6


def window_lengths(bucket_seconds: int) -> NDArray[np.int64]:
    """Lengths of the scanned windows in buckets, up to 48 hours, each a third to a half longer than the last."""
    buckets = np.round(np.array(WINDOW_HOURS) * HOUR / bucket_seconds).astype(np.int64)
    return np.unique(buckets[buckets >= 1])


def likelihood_ratio(observed: float | Array, mu: float | Array, spread: Array, phi: float | Array = 1.0) -> Array:
    """Log likelihood ratio of an excess; zero where there is none. All arguments broadcast."""
    mu = np.maximum(mu, MIN_MEAN) / phi
    seen = np.maximum(np.asarray(observed) / phi, mu)
    size = 1.0 / np.maximum(spread, 1e-9)
    return np.asarray(seen * np.log(seen / mu) - (seen + size) * np.log((seen + size) / (mu + size)))


class Sums:
    """Sums over any window of an array, in constant time each."""

    def __init__(self, values: Array) -> None:
        self.total = np.concatenate([[0.0], np.cumsum(values)])

    def between(self, start: NDArray[np.int64] | int, end: NDArray[np.int64] | int) -> Array:
        """Sum of the buckets ``start`` up to but not including ``end``; both are clipped to the series."""
        return np.asarray(self.total.take(end, mode="clip") - self.total.take(start, mode="clip"))

    def windows(self, length: int) -> Array:
        """Sums of all windows of one length, by their start: shape ``(buckets - length + 1,)``."""
        return np.asarray(self.total[length:] - self.total[:-length])


@dataclass(frozen=True, slots=True)
class Scan:
    """Likelihood ratios of all scanned windows.

    Attributes:
        lengths: window lengths in buckets, shape ``(lengths,)``.
        by_start: shape ``(lengths, buckets)``; a window that would leave the series has minus infinity.
        excess: voices beyond what was to be expected, same shape.
    """

    lengths: NDArray[np.int64]
    by_start: Array
    excess: Array

    def best_by_end(self) -> tuple[Array, NDArray[np.int64]]:
        """For each bucket as the last one: the best ratio, and the start of its window. Looks only backwards."""
        _, buckets = self.by_start.shape
        best, start = np.zeros(buckets), np.arange(buckets)
        for row, length in zip(self.by_start, self.lengths, strict=True):
            if length > buckets:
                break
            ends = np.arange(length - 1, buckets)
            values = row[: buckets - length + 1]
            better = values > best[ends]
            start[ends[better]] = ends[better] - length + 1
            best[ends[better]] = values[better]
        return best, start

    def best_by_start(self) -> tuple[Array, NDArray[np.int64]]:
        """For each bucket as the first one: the best ratio, and the length of its window."""
        which = self.by_start.argmax(axis=0)
        best = np.maximum(np.take_along_axis(self.by_start, which[None, :], axis=0)[0], 0.0)
        return best, self.lengths[which]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What to expect of windows, by their start.

    Attributes:
        factor: by which the baseline's mean is to be multiplied.
        spread: relative variance that is left beyond that of the voices themselves.
    """

    factor: Array
    spread: Array


Predict = Callable[[NDArray[np.int64], int], Expectation]
"""Starts and length of windows in buckets, to what is to be expected of them."""


def scan(counts: Array, baseline: Baseline, bucket_seconds: int, predict: Predict | None = None) -> Scan:
    """Scan a series.

    Args:
        counts: negative voices, shape ``(buckets,)``.
        baseline: of the same series.
        bucket_seconds: length of a bucket.
        predict: what is known of windows beyond the baseline.
    """
    lengths = window_lengths(bucket_seconds)
    observed, expected = Sums(counts), Sums(baseline.expected)
    spread = baseline.spread_table(lengths * bucket_seconds / HOUR)
    phi = np.array([noise.phi for noise in baseline.noises])
    ratios, excess = (np.full((len(lengths), len(counts)), -np.inf) for _ in range(2))
    for i, length in enumerate(lengths):
        starts = len(counts) - int(length) + 1
        if starts <= 0:
            continue
        block = baseline.block[:starts]
        mu, beyond = expected.windows(int(length)), spread[block, i]
        if predict is not None:
            told = predict(np.arange(starts), int(length))
            mu, beyond = mu * told.factor, told.spread
        seen = observed.windows(int(length))
        np.subtract(seen, mu, out=excess[i, :starts])
        above = np.flatnonzero(excess[i, :starts] > 0)  # elsewhere the ratio is zero
        ratios[i, :starts] = 0.0
        ratios[i, above] = likelihood_ratio(seen[above], mu[above], beyond[above], phi[block[above]])
    return Scan(lengths, ratios, excess)


def require_own_start(table: Scan) -> None:
    """Drop windows that would stand out more without their beginning: what rises in them starts later.

    Otherwise the quiet hours before a scandal would be charged with it, as far back as windows reach.

    Args:
        table: changed in place.
    """
    _, buckets = table.by_start.shape
    best_by_end = np.full(buckets, -np.inf)
    for row, length in zip(table.by_start, table.lengths, strict=True):
        values, shorter = row[: max(buckets - int(length) + 1, 0)], best_by_end[int(length) - 1 :]
        began_later = values < shorter
        np.maximum(shorter, values, out=shorter)
        values[began_later] = -np.inf


def require_voices(table: Scan, fewest: float) -> None:
    """Drop windows with fewer voices beyond what was to be expected than that, so that nothing rests on one author.

    Args:
        table: changed in place.
        fewest: voices.
    """
    table.by_start[table.excess < fewest] = -np.inf
