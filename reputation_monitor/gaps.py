"""Times in which nothing at all was collected of a brand, though that is no silence of its customers. Pure.

What a source is asked for and does not bring is known (``sources.rhythm``). Imported data may have holes of which
nobody tells: a month that was never exported, an export that ended last week. Taken for calm they would teach that
nobody speaks, and that talk rises where they end.
"""

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.rollups import BUCKET_MINUTES

LEAST_HOURS = 6
LEAST_MISSED = 30.0
"""Mentions that would be usual in such a time. By chance alone nobody speaks once in e to the power of so many."""
TIMES_USUAL = 3
"""How many times as long it is as the brand's usual silences, nights and weekends among them."""
HOLES = 3
"""The longest silences of a brand may be holes, so many of them; the next is the longest that is usual."""


def find_gaps(mentions: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Buckets from first to last, the last excluded, in which mentions are improbably missing, in their order.

    Args:
        mentions: of a brand in each bucket of five minutes, on all screens together, shape ``(buckets,)``. The time
            before the first is no gap; that after the last may be one.
    """
    spoken = np.flatnonzero(mentions > 0)
    if not len(spoken):
        return []
    ends = np.append(spoken[1:], len(mentions))
    lengths = ends - spoken - 1
    each = float(mentions.sum()) / (len(mentions) - spoken[0])
    least = max(LEAST_HOURS * 60 // BUCKET_MINUTES, LEAST_MISSED / each)
    if lengths.max() < least:
        return []
    usual = int(np.partition(lengths, -HOLES - 1)[-HOLES - 1]) if len(lengths) > HOLES else 0
    long = np.flatnonzero(lengths >= max(least, TIMES_USUAL * usual))
    return [(int(spoken[i]) + 1, int(ends[i])) for i in long]
