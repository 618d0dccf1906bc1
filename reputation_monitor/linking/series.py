"""Counts over time, as the linking sees them: one brand on one screen, in buckets of equal length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HOUR = 3600
BUCKET_CHOICES_SECONDS = (300, 900, 3600)
LEAST_SCALED = 0.2
"""From a smaller share than this, one voice would be taken for many."""


@dataclass(frozen=True, slots=True)
class Series:
    """Voices of one brand on one screen. All arrays have shape ``(buckets,)``.

    Attributes:
        start: aware UTC start of the first bucket, on a whole hour.
        bucket_seconds: length of a bucket; divides an hour.
        negative: negative voices (each weighted by its probability of being negative).
        negative_squared: sum of the squared weights, from which the dispersion of one voice is known.
        voices: distinct voices of any sentiment.
        valence: sum of P(positive) - P(negative) over all mentions.
        mentions: posts, copies included.
        heard: share of what is usual that the sources heard in a bucket bring, in (0, 1]; None where all were heard.
    """

    start: datetime
    bucket_seconds: int
    negative: Array
    negative_squared: Array
    voices: Array
    valence: Array
    mentions: Array
    heard: Array | None = None

    def __len__(self) -> int:
        return len(self.negative)

    @property
    def per_hour(self) -> int:
        """Buckets in an hour."""
        return HOUR // self.bucket_seconds

    @property
    def exposure(self) -> Array:
        """``heard``, and one everywhere where it is None."""
        return np.ones(len(self)) if self.heard is None else self.heard

    @property
    def mean_weight(self) -> float | None:
        """Negative voices a voice, in (0, 1); None while there are none, or where each counts whole."""
        voices, negative = float(self.voices.sum()), float(self.negative.sum())
        return negative / voices if 0 < negative < voices else None

    def missed(self, start: int, end: int) -> float:
        """Negative voices of ``start:end`` that were not heard, had the sources not heard risen like the others."""
        share = np.maximum(self.exposure[start:end], LEAST_SCALED)
        return float((self.negative[start:end] * (1 / share - 1)).sum())

    @property
    def end(self) -> datetime:
        """End of the last bucket."""
        return self.time(len(self))

    def time(self, bucket: float) -> datetime:
        """Start of a bucket."""
        return self.start + timedelta(seconds=float(bucket) * self.bucket_seconds)

    def bucket(self, time: datetime) -> int:
        """The bucket a moment falls in; may lie outside the series."""
        return int((time - self.start).total_seconds() // self.bucket_seconds)

    def since(self, bucket: int) -> "Series":
        """The same counts from a bucket on, which must begin a whole hour."""
        return Series(
            self.time(bucket),
            self.bucket_seconds,
            self.negative[bucket:],
            self.negative_squared[bucket:],
            self.voices[bucket:],
            self.valence[bucket:],
            self.mentions[bucket:],
            None if self.heard is None else self.heard[bucket:],
        )

    def coarser(self, bucket_seconds: int) -> "Series":
        """The same counts in longer buckets; a last bucket that is not full is filled with what there is."""
        factor = bucket_seconds // self.bucket_seconds
        if factor <= 1:
            return self
        return Series(
            self.start,
            bucket_seconds,
            _summed(self.negative, factor),
            _summed(self.negative_squared, factor),
            _summed(self.voices, factor),
            _summed(self.valence, factor),
            _summed(self.mentions, factor),
            None if self.heard is None else _averaged(self.heard, factor),
        )

    def __add__(self, other: "Series") -> "Series":
        if (self.start, self.bucket_seconds, len(self)) != (other.start, other.bucket_seconds, len(other)):
            raise ValueError("only series over the same buckets can be added")
        return Series(
            self.start,
            self.bucket_seconds,
            self.negative + other.negative,
            self.negative_squared + other.negative_squared,
            self.voices + other.voices,
            self.valence + other.valence,
            self.mentions + other.mentions,
            _heard_together(self, other),
        )


def _summed(values: Array, factor: int) -> Array:
    padded = np.pad(values, (0, -len(values) % factor))
    return np.asarray(padded.reshape(-1, factor).sum(axis=1))


def _averaged(shares: Array, factor: int) -> Array:
    padded = np.pad(shares, (0, -len(shares) % factor), mode="edge")
    return np.asarray(padded.reshape(-1, factor).mean(axis=1))


def _heard_together(one: Series, other: Series) -> Array | None:
    """What of both together was heard: each counts by the negative voices that it usually brings."""
    if one.heard is None and other.heard is None:
        return None
    weights = [float(s.negative.sum() / s.exposure.sum()) + 1e-9 for s in (one, other)]
    return np.asarray((weights[0] * one.exposure + weights[1] * other.exposure) / sum(weights))


def total(series: Sequence[Series]) -> Series:
    """The sum of series over the same buckets."""
    result = series[0]
    for other in series[1:]:
        result = result + other
    return result


def bucket_length(negative_per_hour: float) -> int:
    """Seconds a bucket needs so that its counts say something: 5 minutes, 15 minutes or an hour."""
    if negative_per_hour >= 0.5:
        return BUCKET_CHOICES_SECONDS[0]
    if negative_per_hour >= 0.1:
        return BUCKET_CHOICES_SECONDS[1]
    return BUCKET_CHOICES_SECONDS[2]


@lru_cache(maxsize=64)
def hours_of_week(start: datetime, hours: int, zone: tzinfo = UTC) -> NDArray[np.int64]:
    """Hour of the week (Monday 00:00 is 0) of each hour from ``start``, in local time. Shape ``(hours,)``, read-only.

    Local, because people's rhythm follows their clocks through daylight saving time. Remembered, because the series
    of all brands, and the histories of all sources, cover the same hours.
    """
    result = np.empty(hours, dtype=np.int64)
    for i in range(hours):
        local = (start + timedelta(hours=i)).astimezone(zone)
        result[i] = local.weekday() * 24 + local.hour
    result.setflags(write=False)
    return result
