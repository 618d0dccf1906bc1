"""What was to be expected in a window, given the half day before it and what others saw.

The noise of talk remembers itself, so the baseline is corrected by the best linear predictor (Goldberger 1962,
https://doi.org/10.1080/01621459.1962.10480665) from the twelve hours before: of their deviation from the baseline the
share that noise of this size and memory hands on, and the spread is smaller by what is known so. A level that is
further off than noise explains is a happening (a scandal, a storm) and is taken to go on in full: a day that was bad
before an incident is not charged to it.

Rivals, and screens that the incident cannot touch, raise the expectation by what they rose since then, a difference
in differences on the log scale, and at least to how high they stand; again only where noise does not explain it, for a
few rivals' few voices vary by themselves. What voices add that are not negative (``leak``) is expected too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.channels import Channel, Comparison
from reputation_monitor.linking.scan import Expectation, Sums, likelihood_ratio
from reputation_monitor.linking.series import HOUR, Array

BEFORE_HOURS = 12.0
CONTROL_HOURS = 3.0
PRIOR_VOICES, LEAST_PRIOR = 2.0, 0.05
UNUSUAL = 2.0
"""Log likelihood ratio from which a level is no noise: two standard errors."""
OTHERS_UNUSUAL = 0.5
"""The same of others: one standard error, for a storm must not be charged to anybody."""
UNEVEN = 0.3**2
"""Relative variance of what lies beyond the usual: storms do not hit everybody alike, nor do they blow evenly."""
LEAST_FACTOR = 0.5
MIN_MEAN = 1e-6


class Unmoved:
    """Expectations of a channel by its baseline alone, but for what voices add that are not negative."""

    def __init__(self, channel: Channel) -> None:
        self._baseline, self._seconds, self._leak = channel.baseline, channel.series.bucket_seconds, channel.leak()

    def __call__(self, starts: NDArray[np.int64], length: int) -> Expectation:
        """What to expect of windows of one length, by their start, in buckets."""
        hours = np.array([length * self._seconds / HOUR])
        spread = self._baseline.spread_table(hours)[self._baseline.block[starts], 0]
        return Expectation(1 + self._leak.share(starts, length, np.ones(len(starts))), spread)


class Predictor:
    """Expectations of one channel, beside others.

    Args:
        channel: whose windows are asked about.
        comparisons: groups of others that the incident cannot touch; the group that rose most counts.
    """

    def __init__(self, channel: Channel, *comparisons: Sequence[Comparison]) -> None:
        self.channel = channel
        self._seconds = channel.series.bucket_seconds
        starts = np.arange(len(channel.series))
        first = starts - int(BEFORE_HOURS * HOUR / self._seconds)
        seen = Sums(channel.series.negative).between(first, starts)
        self._expected = Sums(channel.baseline.expected)
        usual = np.maximum(self._expected.between(first, starts), MIN_MEAN)
        self._phi = np.array([noise.phi for noise in channel.baseline.noises])
        phi = self._phi[channel.baseline.block]
        self._before = channel.baseline.spread_table(np.array([BEFORE_HOURS]))[:, 0][channel.baseline.block]
        self._worth = 1 / (self._before + phi / usual)
        self._unusual = likelihood_ratio(seen, usual, self._before, phi) > UNUSUAL
        self._off = seen / usual - 1
        self._in_full = ratio(seen, usual)
        self._groups = [_Others(group, self._seconds) for group in comparisons if group]
        self._leak = channel.leak()

    def __call__(self, starts: NDArray[np.int64], length: int) -> Expectation:
        """What to expect of windows of one length, by their start, in buckets."""
        own, spread = self._own(starts, length * self._seconds / HOUR)
        level = _Level(own, np.zeros(len(own)))
        for others in self._groups:
            level = level.or_higher(others.raised(own, starts, length))
        unevenly = UNEVEN * (1 - 1 / np.maximum(level.height, 1.0)) ** 2
        factor = level.height + self._leak.share(starts, length, level.height)
        return Expectation(factor, spread + level.variance + unevenly)

    def moments(self, starts: NDArray[np.int64], length: int) -> tuple[Array, Array]:
        """Mean and variance of the counts of windows of one length, by their start, in buckets."""
        told = self(starts, length)
        mean = self._expected.between(starts, starts + length) * told.factor
        return mean, self._phi[self.channel.baseline.block[starts]] * mean + told.spread * mean**2

    def _own(self, starts: NDArray[np.int64], hours: float) -> tuple[Array, Array]:
        baseline, at = self.channel.baseline, _as_slice(starts)
        block = baseline.block[at]
        window = baseline.spread_table(np.array([hours]))[:, 0][block]
        shared = baseline.shared_spread(BEFORE_HOURS, hours)[block]
        handed_on = shared * self._worth[at]
        factor = np.maximum(1 + self._off[at] * handed_on, LEAST_FACTOR)
        spread = np.maximum(window - shared * handed_on, 0.0)
        unusual = np.flatnonzero(self._unusual[at])
        factor[unusual], spread[unusual] = self._in_full[at][unusual], window[unusual]
        return factor, spread


def _as_slice(starts: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """The same places as a slice if they follow one another: reading them then copies nothing."""
    if len(starts) and int(starts[-1]) - int(starts[0]) == len(starts) - 1:
        return slice(int(starts[0]), int(starts[-1]) + 1)
    return starts


@dataclass(frozen=True, slots=True)
class _Level:
    """How many times the usual is expected, and how well voices of others tell it, as a relative variance."""

    height: Array
    variance: Array

    def or_higher(self, other: "_Level") -> "_Level":
        """Whichever is higher, window by window."""
        higher = other.height > self.height
        return _Level(np.where(higher, other.height, self.height), np.where(higher, other.variance, self.variance))


class _Others:
    """How high others stand: rivals, or screens that the incident cannot touch."""

    def __init__(self, comparisons: Sequence[Comparison], seconds: int) -> None:
        self._baselines = [c.baseline for c in comparisons]
        self._seconds = seconds
        self._seen = [Sums(c.observed) for c in comparisons]
        self._usual = [Sums(c.expected) for c in comparisons]
        starts = np.arange(len(comparisons[0].observed))
        self._before = self._level(starts - int(BEFORE_HOURS * HOUR / seconds), starts).height

    def raised(self, own: Array, starts: NDArray[np.int64], length: int) -> _Level:
        """The own level times what the others rose since, and never less than how high they stand.

        A handful of minutes holds too few of their voices to tell how high a storm stands: they are looked at around
        it. A storm may begin with a short window, or in the middle of a long one, and half the time around would be of
        before: they are looked at from its beginning, or around its end, too. It may also have begun long before, when
        it is in the own level already.
        """
        wanted = int(CONTROL_HOURS * HOUR / self._seconds)
        around, end = max(0, (wanted - length) // 2), starts + length
        later = (starts, starts + wanted) if around else (end - wanted // 2, end + wanted // 2)
        now = self._level(starts - around, end + around).or_higher(self._level(*later))
        since = np.maximum(now.height / self._before[starts], 1.0)
        return _Level(np.maximum(own * since, now.height), now.variance)

    def _level(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> _Level:
        """Observed over expected without the one that rose most, at least one; one where noise explains it.

        One rival with a scandal of its own must not excuse the brand; a storm raises them all.
        """
        hours = np.array([float(end[0] - start[0]) * self._seconds / HOUR])
        seen = np.stack([sums.between(start, end) for sums in self._seen])
        usual = np.stack([np.maximum(sums.between(start, end), MIN_MEAN) for sums in self._usual])
        extra = np.stack([_spread(b, start, hours) for b in self._baselines]) * usual**2
        if len(seen) > 1:
            seen, usual, extra = (values.sum(0) - values for values in (seen, usual, extra))
        calmest = ratio(seen, usual).argmin(axis=0)[None, :]
        seen, usual, extra = (np.take_along_axis(v, calmest, axis=0)[0] for v in (seen, usual, extra))
        height, variance = np.ones(len(seen)), np.zeros(len(seen))
        # Only where they stand above the usual at all is there something to weigh, which is the costly part.
        above = np.flatnonzero(seen > usual)
        seen, usual, extra = seen[above], usual[above], extra[above]
        unusual = likelihood_ratio(seen, usual, extra / usual**2) > OTHERS_UNUSUAL
        # Of rare voices a storm brings many times the usual: a prior of whole voices would hide that from the ratio.
        stands = ratio(seen, usual, np.clip(usual, LEAST_PRIOR, PRIOR_VOICES))
        height[above] = np.where(unusual, np.maximum(stands, 1.0), 1.0)
        variance[above] = np.where(unusual, extra / usual**2 + 1 / (seen + PRIOR_VOICES), 0.0)
        return _Level(height, variance)


def _spread(baseline: Baseline, start: NDArray[np.int64], hours: Array) -> Array:
    inside = np.clip(start, 0, len(baseline.block) - 1)
    return np.asarray(baseline.spread_table(hours)[baseline.block[inside], 0])


def ratio(observed: Array, expected: Array, prior: float | Array = PRIOR_VOICES) -> Array:
    """Observed over expected, with a prior of one worth so many voices."""
    return np.asarray((observed + prior) / (expected + prior))
