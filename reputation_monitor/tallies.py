"""The store's counts as columns: what each source brought of a brand on a screen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.rollups import BUCKET_SECONDS
from reputation_monitor.store.rollup_records import Rollup

Array = NDArray[np.float64]

BUCKET = timedelta(seconds=BUCKET_SECONDS)
SUMS = Rollup._fields[4:]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums by bucket; a bucket in which nothing was said is left out.

    Attributes:
        bucket: buckets since 1970, rising, shape ``(rows,)``.
        sums: what ``rollups.BucketSums`` says, in the order of ``SUMS``, shape ``(rows, sums)``.
    """

    bucket: NDArray[np.int64]
    sums: Array

    def series(self, name: str, start: datetime, buckets: int) -> Array:
        """One of the sums in each of so many buckets from ``start`` on: shape ``(buckets,)``."""
        place = self.bucket - bucket_number(start)
        inside = (place >= 0) & (place < buckets)
        counted = np.bincount(place[inside], self.sums[inside, SUMS.index(name)], buckets)
        return np.asarray(counted, dtype=float)

    def __add__(self, later: "Tally") -> "Tally":
        return Tally(np.concatenate([self.bucket, later.bucket]), np.concatenate([self.sums, later.sums]))


Tallies = Mapping[tuple[str, str, str], Tally]
"""By brand, screen and source, in this order."""


def bucket_number(moment: datetime) -> int:
    """Buckets since 1970."""
    return (moment - _EPOCH) // BUCKET


def tallies_of(rollups: Iterable[Rollup]) -> Tallies:
    """The same counts as columns; those of a brand, screen and source come by their buckets."""
    rows: dict[tuple[str, str, str], list[Rollup]] = {}
    for row in rollups:
        rows.setdefault((row.brand, row.screen, row.source), []).append(row)
    return {key: _tally(rows[key]) for key in sorted(rows)}


def together(earlier: Tallies, later: Tallies) -> Tallies:
    """Counts of one time and of a later one."""
    keys = sorted(earlier.keys() | later.keys())
    return {key: _sum([part[key] for part in (earlier, later) if key in part]) for key in keys}


def _tally(rows: list[Rollup]) -> Tally:
    buckets = np.array([bucket_number(row.bucket) for row in rows], dtype=np.int64)
    return Tally(buckets, np.array([row[4:] for row in rows], dtype=float))


def _sum(parts: list[Tally]) -> Tally:
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]
