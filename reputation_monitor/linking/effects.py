"""What happened at a time: the rise statistic, for incidents and for placebo times alike.

For every bucket as the start of a window the scan gives the best likelihood ratio of an excess *over what was to be
expected there*, given the half day before and what others saw (``prediction``). A day that was bad before the
incident, or bad for everybody, is so not charged to IT.

The statistic of a time is the best over all screens and their sum, for one kind of voices; placebo times take the same
best, so looking many ways costs no honesty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from reputation_monitor.linking.prediction import Predictor
from reputation_monitor.linking.scan import Scan, Sums, require_own_start, require_voices, scan
from reputation_monitor.linking.series import Array

NOTHING = -1.0


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
        height: likelihood ratio, shape ``(buckets,)``; below zero where no window holds voices enough, so that such
            times still have an order, and ``NOTHING`` where none at all rose.
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
        return np.asarray(maximum_filter1d(self.height, size, mode="constant", cval=NOTHING, origin=before - size // 2))


def rise_field(predictors: Sequence[Predictor], min_voices: float, incidents: NDArray[np.bool_]) -> RiseField:
    """Scan all channels of a brand. No window reaches into the time of an incident that began after the window did.

    What follows an incident may be the next one's, so its own windows end where the time of the next begins. Placebo
    times, which touch no incident, are cut in the same way: were only they, they would be lower than incidents are.

    Args:
        predictors: of channels over the same buckets.
        min_voices: beyond what was to be expected, that a window needs.
        incidents: buckets that belong to the brand's incidents.
    """
    begins = Sums((incidents & ~np.concatenate([[False], incidents[:-1]])).astype(float))
    found = []
    for predict in predictors:
        series, baseline = predict.channel.series, predict.channel.baseline
        table = scan(series.negative, baseline, series.bucket_seconds, predict)
        _end_before(table, begins)
        found.append(_best(table, min_voices))
    return _highest(found)


def _end_before(table: Scan, begins: Sums) -> None:
    """Drop windows in which something begins after their start. Changes the table."""
    for row, length in zip(table.by_start, table.lengths, strict=True):
        starts = np.arange(len(row))
        row[begins.between(starts + 1, starts + int(length)) > 0] = -np.inf


def _best(table: Scan, min_voices: float) -> tuple[Array, NDArray[np.int64]]:
    """For each bucket as a start: the height and length of its best window. Changes the table."""
    weak, weak_length = table.best_by_start()
    require_voices(table, min_voices)
    require_own_start(table)
    best, length = table.best_by_start()
    return np.where(best > 0, best, weak / (1 + weak) + NOTHING), np.where(best > 0, length, weak_length)


def _highest(channels: Sequence[tuple[Array, NDArray[np.int64]]]) -> RiseField:
    heights, lengths = (np.stack(values) for values in zip(*channels, strict=True))
    which = heights.argmax(axis=0)
    columns = np.arange(heights.shape[1])
    return RiseField(heights[which, columns], which, lengths[which, columns])
