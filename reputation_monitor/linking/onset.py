"""When a rise began.

Customers do not all speak at once: each takes a while to notice and to write, so a rise begins with a few voices and
reaches its height later. The delay is taken for gamma distributed with shape two, the rise for its distribution
function; every pair of start and mean delay is weighed by its likelihood (flat prior, amplitude at its maximum). The
median of the start is the onset, the central 95 % its interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.series import HOUR, Array

MEAN_DELAY_HOURS = (0.0, 0.25, 0.5, 1.0, 2.0)
LOOK_BACK_HOURS = 4
MIN_MEAN = 1e-4


@dataclass(frozen=True, slots=True)
class Onset:
    """First bucket of a rise, with its 95 % interval; counted from the start of the series, may be fractions."""

    median: float
    low: float
    high: float

    def not_before(self, earliest: float) -> "Onset":
        """The same, told as no earlier; ``high`` stays, and says whether it may be so late at all."""
        return Onset(max(self.median, earliest), max(self.low, earliest), self.high)


def find_onset(counts: Array, expected: Array, start: int, end: int, bucket_seconds: int, *, phi: float = 1.0) -> Onset:
    """Date the rise inside the window ``start:end`` in which a scan found it.

    Only its first half is fitted (until half of the excess has come): how a rise fades says nothing of how it began.
    """
    per_hour = HOUR // bucket_seconds
    first = max(0, start - LOOK_BACK_HOURS * per_hour)
    excess = np.cumsum(counts[start:end] - expected[start:end])
    half = start + int(np.searchsorted(np.maximum.accumulate(excess), excess[-1] / 2)) + 1
    last = min(end, max(half, start + 1))
    seen, usual = counts[first:last] / phi, np.maximum(expected[first:last], MIN_MEAN) / phi
    shapes = [_rise(last - first, hours * per_hour) for hours in MEAN_DELAY_HOURS]
    logs = np.stack([[_log_likelihood(seen, usual, s, shape) for s in range(last - first)] for shape in shapes])
    chances = np.exp(logs - logs.max()).sum(axis=0)
    cumulative = np.cumsum(chances) / chances.sum()
    low, median, high = (first + _quantile(cumulative, q) for q in (0.025, 0.5, 0.975))
    return Onset(median, low, high)


def _rise(buckets: int, mean_delay: float) -> Array:
    """Share of the plateau reached in each bucket after the start: the gamma distribution function, shape two."""
    if mean_delay <= 0:
        return np.ones(buckets)
    x = 2 * (np.arange(buckets) + 0.5) / mean_delay
    return np.asarray(1 - np.exp(-x) * (1 + x))


def _log_likelihood(seen: Array, usual: Array, start: int, shape: Array) -> float:
    after = shape[: len(seen) - start]
    amplitude = max(float((seen - usual)[start:].sum()) / float(after.sum()), 0.0)
    mean = usual.copy()
    mean[start:] += amplitude * after
    return float((seen * np.log(mean) - mean).sum())


def _quantile(cumulative: NDArray[np.float64], share: float) -> float:
    """The bucket at which the chance reaches a share; the chance of a bucket is spread evenly over its length."""
    index = int(np.searchsorted(cumulative, share))
    before = cumulative[index - 1] if index else 0.0
    inside = (share - before) / max(cumulative[index] - before, 1e-12)
    return float(index + min(max(inside, 0.0), 1.0))
