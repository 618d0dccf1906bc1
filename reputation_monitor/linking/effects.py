"""What happened at a time: the rise statistic, for incidents and for placebo times alike.

For every bucket as the start of a window the scan gives the best likelihood ratio of an excess *over what was to be
expected there*: the baseline, raised by what the brand itself was already above it in the half day before, and by what
rivals (and screens the incident cannot touch) rose in the same window: a difference in differences on the log scale.
A day that was bad before the incident, or bad for everybody, is so not charged to IT.

Two kinds of voices are scanned, all negative ones and those that talk of failing service; the statistic of a time is
the best of both, over all screens and their sum. Placebo times take the same best, so looking many ways costs no
honesty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.scan import Scan, Sums, require_own_start, require_voices, scan, window_lengths
from reputation_monitor.linking.series import Array, Series

BEFORE_HOURS = 12
PRIOR_VOICES = 2.0
CONTROL_HOURS = 3
ALL_SCREENS = "all screens"


class Voice(StrEnum):
    """Which voices a channel counts."""

    NEGATIVE = "negative"
    FAILING = "failing service"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of looking at a brand: a screen (or all of them) and a kind of voice."""

    screen: str
    voice: Voice
    series: Series
    baseline: Baseline

    def unheard(self, start: int, end: int) -> float:
        """Voices that are usual in ``start:end`` on the sources that were not heard then."""
        share = self.series.exposure[start:end]
        return float((self.baseline.expected[start:end] * (1 / share - 1)).sum())


@dataclass(frozen=True, slots=True)
class Comparison:
    """A series that the incident could not touch, over the same buckets as the channel.

    Its own incidents are masked: a rival in trouble of its own is no control.
    """

    name: str
    kind: str
    observed: Array
    expected: Array


@dataclass(frozen=True, slots=True)
class Peak:
    """The best window that starts in some zone."""

    height: float
    channel: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RiseField:
    """For each bucket as a start: the best window over all channels.

    Attributes:
        height: likelihood ratio, shape ``(buckets,)``.
        channel: index of its channel.
        length: its length in buckets.
    """

    height: Array
    channel: NDArray[np.int64]
    length: NDArray[np.int64]

    def peak(self, first: int, last: int) -> Peak:
        """The best window whose start lies in ``first:last``."""
        first, last = max(first, 0), min(last, len(self.height))
        start = first + int(self.height[first:last].argmax())
        return Peak(float(self.height[start]), int(self.channel[start]), start, start + int(self.length[start]))

    def best_within(self, before: int, after: int) -> Array:
        """For each bucket ``t``: the best height that starts in ``t - before : t + after``."""
        size = before + after
        # The filter's window is centred; shift it so that it covers before and after as asked.
        return np.asarray(maximum_filter1d(self.height, size, mode="constant", origin=before - size // 2))


def rise_field(
    channels: Sequence[Channel],
    comparisons: Mapping[Voice, Sequence[Comparison]],
    min_voices: float,
    barred: NDArray[np.bool_] | None = None,
) -> RiseField:
    """Scan all channels of a brand.

    Args:
        channels: over the same buckets.
        comparisons: for each kind of voice.
        min_voices: above the baseline, that a window needs.
        barred: windows that touch these buckets are left out, so that placebo times contain no incident.
    """
    heights, lengths = [], []
    for channel in channels:
        table = scan_channel(channel, comparisons)
        require_voices(table, channel.series.negative - channel.baseline.expected, min_voices)
        if barred is not None:
            _bar(table, barred)
        require_own_start(table)
        best, length = table.best_by_start()
        heights.append(best)
        lengths.append(length)
    stacked = np.stack(heights)
    which = stacked.argmax(axis=0)
    columns = np.arange(stacked.shape[1])
    return RiseField(stacked[which, columns], which, np.stack(lengths)[which, columns])


def scan_channel(channel: Channel, comparisons: Mapping[Voice, Sequence[Comparison]]) -> Scan:
    """Likelihood ratios of one channel over what was to be expected."""
    raised = inflation(channel, comparisons.get(channel.voice, ()))
    if channel.voice is Voice.FAILING:
        # Of all that is said in a storm some sounds like failing service; rivals' few such voices tell that badly.
        raised = np.maximum(raised, inflation(channel, comparisons.get(Voice.NEGATIVE, ())))
    series = channel.series
    return scan(series.negative, channel.baseline, series.bucket_seconds, raised)


def _bar(table: Scan, barred: NDArray[np.bool_]) -> None:
    touched = Sums(barred.astype(float))
    for row, length in zip(table.by_start, table.lengths, strict=True):
        starts = np.arange(len(row))
        row[touched.between(starts, starts + int(length)) > 0] = -np.inf


def inflation(channel: Channel, comparisons: Sequence[Comparison]) -> Array:
    """By how much to raise the expected count of each window, at least one. Shape ``(lengths, buckets)``.

    The brand's own level of the half day before, times what the others rose since then; and never less than how high
    the others stand in the window itself, for a storm may have begun long before.
    """
    lengths = window_lengths(channel.series.bucket_seconds)
    buckets = len(channel.series)
    starts = np.arange(buckets)
    before = BEFORE_HOURS * channel.series.per_hour
    own = _own_level(channel, before)
    if not comparisons:
        return np.broadcast_to(own, (len(lengths), buckets))
    observed = [Sums(c.observed) for c in comparisons]
    expected = [Sums(c.expected) for c in comparisons]
    others_before = np.maximum(_others(observed, expected, starts - before, starts), 1.0)
    result = np.empty((len(lengths), buckets))
    for i, length in enumerate(lengths):
        # A handful of minutes holds too few of others' voices to tell how high a storm stands: look around them.
        around = max(0, (CONTROL_HOURS * channel.series.per_hour - int(length)) // 2)
        others = _others(observed, expected, starts - around, starts + int(length) + around)
        result[i] = np.maximum(own * np.maximum(others / others_before, 1.0), others)
    return result


def _own_level(channel: Channel, before: int) -> Array:
    starts = np.arange(len(channel.series))
    observed = Sums(channel.series.negative).between(starts - before, starts)
    expected = Sums(channel.baseline.expected).between(starts - before, starts)
    return np.maximum(_ratio(observed, expected), 1.0)


def _others(
    observed: Sequence[Sums], expected: Sequence[Sums], start: NDArray[np.int64], end: NDArray[np.int64]
) -> Array:
    """Ratio of observed to expected over the comparisons, without the one that rose most.

    One rival with a scandal of its own must not excuse the brand; a storm raises them all.
    """
    seen = np.stack([o.between(start, end) for o in observed])
    usual = np.stack([e.between(start, end) for e in expected])
    if len(seen) == 1:
        return _ratio(seen[0], usual[0])
    return np.asarray(_ratio(seen.sum(0) - seen, usual.sum(0) - usual).min(axis=0))


def _ratio(observed: Array, expected: Array) -> Array:
    """Observed over expected, with a prior of one worth a few voices: levels of rare storms are not shrunk away."""
    return np.asarray((observed + PRIOR_VOICES) / (expected + PRIOR_VOICES))
