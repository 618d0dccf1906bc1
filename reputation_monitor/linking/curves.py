"""Observed and expected counts of a span, in buckets wide enough to look at."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from reputation_monitor.linking.channels import Channel
from reputation_monitor.linking.intervals import band
from reputation_monitor.linking.series import HOUR, Array

WIDTHS_MINUTES = (15, 30, 60, 180, 360, 1440)
MOST_POINTS = 120
FEWEST_EXPECTED = 0.5


@dataclass(frozen=True, slots=True)
class Curve:
    """Counts against the counterfactual with its 95 % band; arrays have the length of ``times``."""

    times: tuple[datetime, ...]
    observed: Array
    expected: Array
    low: Array
    high: Array
    minutes: int


def draw_curve(
    channel: Channel, start: datetime, end: datetime, factor: float = 1.0, minutes: int | None = None
) -> Curve:
    """The curve of a channel between two moments, clipped to its data.

    Args:
        channel: counts and their baseline.
        start: aware UTC.
        end: aware UTC.
        factor: by how much controls raise the expectation.
        minutes: width of a bucket; chosen by volume and length if left out.
    """
    series = channel.series
    first, last = max(series.bucket(start), 0), min(series.bucket(end), len(series))
    rate = float(channel.baseline.expected[first:last].mean()) * series.per_hour if last > first else 0.0
    width = minutes or choose_width(rate, (last - first) * series.bucket_seconds / 60, series.bucket_seconds // 60)
    step = max(1, width * 60 // series.bucket_seconds)
    points = max(0, (last - first) // step)
    stop = first + points * step
    observed = series.negative[first:stop].reshape(points, step).sum(axis=1)
    expected = channel.baseline.expected[first:stop].reshape(points, step).sum(axis=1) * factor
    noise = channel.baseline.noise_at(first)
    low, high = band(expected, noise, step * series.bucket_seconds) if points else (np.empty(0), np.empty(0))
    times = tuple(series.time(first + i * step) for i in range(points))
    return Curve(times, observed, expected, low, high, step * series.bucket_seconds // 60)


def choose_width(per_hour: float, minutes: float, narrowest: int) -> int:
    """The narrowest width that expects half a voice and needs no more than 120 points."""
    for width in WIDTHS_MINUTES:
        enough = per_hour * width * 60 / HOUR >= FEWEST_EXPECTED
        if width >= narrowest and enough and minutes / width <= MOST_POINTS:
            return width
    return next((w for w in WIDTHS_MINUTES if w >= narrowest and minutes / w <= MOST_POINTS), WIDTHS_MINUTES[-1])
