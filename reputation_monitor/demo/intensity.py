"""How often people speak: the intensity of mentions over time, on a grid of five minutes.

Intensity is a daily rate, times a rhythm by hour and weekday, times slow log-normal noise. The noise makes counts
over-dispersed, as real ones are: a Poisson count of a varying rate has more spread than a Poisson count. What an event
adds has neither noise nor weekdays and is spread evenly, so that what was planted is known, whatever day it falls on.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.demo.scenario import DAYS, Effect

Series = NDArray[np.float64]

BUCKET = timedelta(minutes=5)
BUCKETS_A_DAY = 288
NOISE_SPREAD = 0.25
"""Standard deviation of the logarithm of the noise."""
NOISE_HOURS = 6.0
"""Time constant of the noise: after so long its correlation is 1/e."""

_HOURLY: Mapping[str, tuple[float, ...]] = {
    "web": (4, 2, 1.5, 1, 1.2, 2, 5, 9, 12, 11, 10, 10, 12, 12, 10, 9, 9, 10, 12, 13, 13, 12, 9, 6),
    "mobile": (4, 2, 1, 1, 1, 2, 4, 7, 9, 8, 8, 8, 10, 9, 8, 8, 8, 10, 12, 14, 14, 13, 10, 7),
}
_WEEKDAYS = (1.10, 1.08, 1.06, 1.04, 1.04, 0.86, 0.82)
"""Monday to Sunday; people complain about money on working days."""


def rhythm(screen: str, start: datetime) -> Series:
    """The weekly rhythm of a screen, with mean one over a week.

    Args:
        screen: web or mobile.
        start: midnight UTC of the first day.

    Returns:
        One factor for each bucket of the scenario, shape ((DAYS + 1) x 288,).
    """
    weekdays = np.array([weekday_factor(start + timedelta(days=day)) for day in range(DAYS + 1)], dtype=np.float64)
    return daily_rhythm(screen) * np.repeat(weekdays, BUCKETS_A_DAY)


def daily_rhythm(screen: str) -> Series:
    """The rhythm of a screen as if all weekdays were alike, with mean one; same shape as that of `rhythm`."""
    buckets = np.arange(BUCKETS_A_DAY) * 24 / BUCKETS_A_DAY
    day = np.interp(buckets, np.arange(24) + 0.5, np.array(_HOURLY[screen]), period=24)
    return np.asarray(np.tile(day / day.mean(), DAYS + 1), dtype=np.float64)


def weekday_factor(moment: datetime) -> float:
    """How much is said on that weekday, against the mean of the week."""
    return _WEEKDAYS[moment.weekday()] * len(_WEEKDAYS) / sum(_WEEKDAYS)


def slow_noise(rng: np.random.Generator, size: int) -> Series:
    """Log-normal noise of mean one whose logarithm is a stationary AR(1), shape (size,)."""
    keep = math.exp(-BUCKET.total_seconds() / 3600 / NOISE_HOURS)
    steps = rng.normal(0.0, math.sqrt(1 - keep**2), size)
    log = np.empty(size)
    level = rng.normal()
    for i, step in enumerate(steps):
        log[i] = level
        level = keep * level + step
    return np.exp(NOISE_SPREAD * log - NOISE_SPREAD**2 / 2)


def scatter(intensity: Series, rng: np.random.Generator) -> Series:
    """Times of a Poisson process, in seconds since the start.

    Args:
        intensity: mean number in each bucket.
        rng: decides the number and the times.
    """
    buckets = np.repeat(np.arange(intensity.size), rng.poisson(intensity))
    return np.asarray((buckets + rng.uniform(size=buckets.size)) * BUCKET.total_seconds(), dtype=np.float64)


def spread(intensity: Series, rng: np.random.Generator) -> Series:
    """As many times as the intensity sums to, one in each equal part of it, in seconds since the start.

    Stratified, so that an event has its planted size in every world, unlike a Poisson process.
    """
    total = float(intensity.sum())
    count = round(total)
    shares = (np.arange(count) + rng.uniform(size=count)) * total / max(count, 1)
    edges = np.concatenate([[0.0], np.cumsum(intensity)])
    return np.interp(shares, edges, np.arange(edges.size)) * BUCKET.total_seconds()


def bucket_times() -> Series:
    """Middle of each bucket, in seconds since the start."""
    return np.asarray((np.arange((DAYS + 1) * BUCKETS_A_DAY) + 0.5) * BUCKET.total_seconds(), dtype=np.float64)


def height(effect: Effect, seconds: Series, start: datetime) -> Series:
    """How far an effect has risen, in [0, 1]: linear up, level, exponential down.

    Args:
        effect: the effect; its factors play no part here.
        seconds: times since ``start``, any shape.
        start: what the times count from.

    Returns:
        Same shape as ``seconds``.
    """
    since_onset = seconds - (effect.onset - start).total_seconds()
    since_end = seconds - (effect.end - start).total_seconds()
    up = np.clip(since_onset / effect.ramp.total_seconds(), 0.0, 1.0)
    down = np.exp(-np.clip(since_end, 0.0, None) / effect.tail.total_seconds())
    return np.asarray(up * down, dtype=np.float64)
