"""When a rise began.

Customers do not all speak at once: each takes a while to notice and to write, so a rise begins with a few voices and
reaches its height later. The delay is taken for gamma distributed with shape two, the rise for its distribution
function; every pair of start and mean delay is weighed by its likelihood (flat prior, amplitude at its maximum). The
median of the start is the onset, the central 95 % its interval.

Talk of failing service and the rest of the negative voices tell it together, each with an amplitude of its own: of the
former few are usual, so that its first voices say most. Talk comes in moods, so a likelihood counts for less, the more
an hour's count varies for its mean (Wedderburn 1974, doi 10.1093/biomet/61.3.439).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.channels import Channel
from reputation_monitor.linking.noise import Noise
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


@dataclass(frozen=True, slots=True)
class Rising:
    """A kind of voices that may have risen.

    Attributes:
        counts: observed, shape ``(buckets,)``.
        expected: usual, same shape.
        dispersion: variance of an hour's count over its mean.
    """

    counts: Array
    expected: Array
    dispersion: float = 1.0

    @classmethod
    def of(cls, channels: Sequence[Channel], noise: Noise, start: int, end: int) -> "Rising":
        """The voices of some channels together, which in ``start:end`` vary as that noise says."""
        counts = np.sum([channel.series.negative for channel in channels], axis=0)
        expected = np.sum([channel.baseline.expected for channel in channels], axis=0)
        per_hour = float(expected[start:end].mean()) * channels[0].series.per_hour
        return cls(counts, expected, noise.dispersion(per_hour))


def told_apart(negative: Rising, failing: Rising) -> tuple[Rising, Rising]:
    """The voices that talk of failing service, and those of the negative ones that do not."""
    rest = np.maximum(negative.counts - failing.counts, 0.0), np.maximum(negative.expected - failing.expected, 0.0)
    return failing, Rising(*rest, negative.dispersion)


def find_onset(found: Rising, start: int, end: int, bucket_seconds: int, parts: Sequence[Rising] = ()) -> Onset:
    """Date a rise.

    Only its first half is fitted (until half of the excess has come): how a rise fades says nothing of how it began.

    Args:
        found: the voices in which a scan found the rise.
        start: of the window in which it did, in buckets.
        end: the same.
        bucket_seconds: length of a bucket.
        parts: the voices that tell when it began; those in which it was found if there are none.
    """
    per_hour = HOUR // bucket_seconds
    first = max(0, start - LOOK_BACK_HOURS * per_hour)
    excess = np.cumsum(found.counts[start:end] - found.expected[start:end])
    half = start + int(np.searchsorted(np.maximum.accumulate(excess), excess[-1] / 2)) + 1
    span = slice(first, min(end, max(half, start + 1)))
    logs = sum(_log_likelihoods(part, span, per_hour) for part in parts or [found])
    chances = np.exp(logs - np.max(logs)).sum(axis=0)
    cumulative = np.cumsum(chances) / chances.sum()
    low, median, high = (first + _quantile(cumulative, q) for q in (0.025, 0.5, 0.975))
    return Onset(median, low, high)


def _log_likelihoods(voices: Rising, span: slice, per_hour: int) -> Array:
    """Of each mean delay and each start in the span, the amplitude at its maximum: shape ``(delays, buckets)``."""
    seen = voices.counts[span] / voices.dispersion
    usual = np.maximum(voices.expected[span], MIN_MEAN) / voices.dispersion
    after = np.arange(len(seen)) - np.arange(len(seen))[:, None]
    above = np.cumsum((seen - usual)[::-1])[::-1]
    logs = []
    for hours in MEAN_DELAY_HOURS:
        shape = _rise(len(seen), hours * per_hour)
        amplitude = np.maximum(above / np.cumsum(shape)[::-1], 0.0)
        mean = usual + amplitude[:, None] * np.where(after >= 0, shape[after], 0.0)
        logs.append((seen * np.log(mean) - mean).sum(axis=1))
    return np.array(logs)


def _rise(buckets: int, mean_delay: float) -> Array:
    """Share of the plateau reached in each bucket after the start: the gamma distribution function, shape two."""
    if mean_delay <= 0:
        return np.ones(buckets)
    x = 2 * (np.arange(buckets) + 0.5) / mean_delay
    return np.asarray(1 - np.exp(-x) * (1 + x))


def _quantile(cumulative: NDArray[np.float64], share: float) -> float:
    """The bucket at which the chance reaches a share; the chance of a bucket is spread evenly over its length."""
    index = int(np.searchsorted(cumulative, share))
    before = cumulative[index - 1] if index else 0.0
    inside = (share - before) / max(cumulative[index] - before, 1e-12)
    return float(index + min(max(inside, 0.0), 1.0))
