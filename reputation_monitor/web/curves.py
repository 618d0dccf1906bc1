"""What a brand's customers said of late, against what was to be expected. Pure.

The expectation is the linking's own baseline without looking ahead: each day is judged by the days before it, or an
outage of this morning would pass for usual by noon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from reputation_monitor.counting import count_brands
from reputation_monitor.linking.channels import Channel, Voice
from reputation_monitor.linking.curves import draw_curve
from reputation_monitor.linking.intervals import usual_quantile
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.series import HOUR, Array
from reputation_monitor.reports.types import Series
from reputation_monitor.rollups import BUCKET_SECONDS
from reputation_monitor.settings import Settings
from reputation_monitor.settings.schema import SCREENS
from reputation_monitor.store import Rollup
from reputation_monitor.surveillance import options_of
from reputation_monitor.tallies import tallies_of

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenNow:
    """A screen's last 24 hours; ``expected`` and its 95 % band are None while there is too little history."""

    screen: str
    mentions: int
    observed: float
    expected: float | None
    low: float | None
    high: float | None
    last_mention: datetime | None

    @property
    def standing(self) -> str:
        """``above`` or ``below`` the band, as far as whole numbers show it; empty within."""
        if self.high is None or self.low is None:
            return ""
        observed = round(self.observed)
        return "above" if observed > max(round(self.high), 1) else "below" if observed < round(self.low) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandNow:
    """A brand's screens as they are, and its negative voices since ``curve.times[0]``."""

    brand: str
    screens: tuple[ScreenNow, ...]
    curve: Series


def brands_now(
    rollups: Sequence[Rollup], settings: Settings, end: datetime, since: datetime, minutes: int
) -> Mapping[str, BrandNow]:
    """Every brand of the rollups, by name.

    Args:
        rollups: of what is shown and of some weeks before it.
        settings: for the linking's options.
        end: the end of the data, aware UTC.
        since: where curves begin.
        minutes: width of a curve's buckets.
    """
    if not rollups:
        return {}
    options = replace(options_of(settings), borrow_weeks=0)
    models = Models(count_brands(tallies_of(rollups), settings, end), (), options)
    return {name: _brand_now(models, name, end, since, minutes) for name in models.brands}


def _brand_now(models: Models, brand: str, end: datetime, since: datetime, minutes: int) -> BrandNow:
    screens = tuple(s for s in SCREENS if s in models.screens(brand))
    together = models.channel(brand, models.screens(brand), Voice.NEGATIVE, BUCKET_SECONDS)
    channels = [models.channel(brand, (s,), Voice.NEGATIVE, BUCKET_SECONDS) for s in screens]
    wanted = models.options.min_history_days
    return BrandNow(
        brand=brand,
        screens=tuple(_screen_now(c, end, wanted) for c in channels),
        curve=_curve(together, since, end, minutes, wanted),
    )


def _screen_now(channel: Channel, end: datetime, wanted_days: float) -> ScreenNow:
    series, baseline = channel.series, channel.baseline
    last = min(series.bucket(end), len(series))
    first = max(last - int(RECENT.total_seconds()) // BUCKET_SECONDS, 0)
    seen = np.flatnonzero(series.mentions[:last] > 0)
    expected = low = high = None
    if _days(channel, first) >= wanted_days:
        mu = np.array([baseline.expected[first:last].sum()])
        below, above = _bounds(channel, mu, [first], last - first)
        expected, low, high = float(mu[0]), float(below[0]), float(above[0])
    return ScreenNow(
        screen=channel.screen,
        mentions=int(series.mentions[first:last].sum()),
        observed=float(series.negative[first:last].sum()),
        expected=expected,
        low=low,
        high=high,
        last_mention=series.time(seen[-1]) if len(seen) else None,
    )


def _curve(channel: Channel, since: datetime, end: datetime, minutes: int, wanted_days: float) -> Series:
    curve = draw_curve(channel, since, end, minutes=minutes)
    buckets = [channel.series.bucket(moment) for moment in curve.times]
    known = np.array([_days(channel, bucket) >= wanted_days for bucket in buckets], dtype=bool)
    if not known.any():
        return Series.of(curve.times, curve.observed, minutes=curve.minutes)
    bounds = _bounds(channel, curve.expected, buckets, curve.minutes * 60 // BUCKET_SECONDS)
    expected, low, high = (np.where(known, values, np.nan) for values in (curve.expected, *bounds))
    return Series.of(curve.times, curve.observed, expected, low, high, minutes=curve.minutes)


def _bounds(channel: Channel, expected: Array, buckets: Sequence[int], width: int) -> tuple[Array, Array]:
    """95 % band of sums over ``width`` buckets from each of ``buckets``, by the noise that holds there."""
    hours = np.array([width * BUCKET_SECONDS / HOUR])
    noises = (channel.baseline.noise_at(bucket) for bucket in buckets)
    variance = np.array([noise.variance(mu, hours)[0] for noise, mu in zip(noises, expected, strict=True)])
    return usual_quantile(0.025, expected, variance), usual_quantile(0.975, expected, variance)


def _days(channel: Channel, bucket: int) -> float:
    baseline = channel.baseline
    return float(baseline.days[baseline.block[min(max(bucket, 0), len(baseline.block) - 1)]])
