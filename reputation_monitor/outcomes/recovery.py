"""Reputation recovery: when customers' talk was back to usual."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CALM_HOURS = 2
LONGEST_CALM_HOURS = 24
VISIBLE_VOICES = 2.0


def calm_buckets(expected: Array, per_hour: int) -> int:
    """How many buckets of calm prove a recovery: two hours, or as long as two voices take where few speak."""
    rate = float(expected.mean()) * per_hour
    hours = VISIBLE_VOICES / rate if rate > 0 else LONGEST_CALM_HOURS
    buckets = min(max(hours, CALM_HOURS), LONGEST_CALM_HOURS) * per_hour
    return int(np.ceil(round(buckets, 6)))  # a rate summed from buckets may miss a whole number by a rounding


def recovered_at(observed: Array, upper: Array, first: int, calm: int) -> int | None:
    """The first bucket from ``first`` on after which counts stay usual for ``calm`` buckets.

    Args:
        observed: negative voices, shape ``(buckets,)``.
        upper: the most that is usual in the ``calm`` buckets from each bucket on, shape ``(buckets,)``.
        first: where to begin looking.
        calm: length of the calm asked for, in buckets.

    Returns:
        A bucket, or None if calm has not come before the series ends.
    """
    total = np.concatenate([[0.0], np.cumsum(observed)])
    for bucket in range(max(first, 0), len(observed) - calm + 1):
        if total[bucket + calm] - total[bucket] <= upper[bucket]:
            return bucket
    return None
