"""What is remembered of a source: hour by hour how it was polled and what came, day by day in which shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.sources.glimpses import Shape

KEPT = timedelta(days=91)
"""How far back sources are remembered; older rows are deleted."""

HOUR = timedelta(hours=1)

Counts = NDArray[np.float64]


class SourceHour(NamedTuple):
    """One hour of a source: answers, failed polls, new items by when they came within sight and by their date."""

    hour: datetime
    polls: int = 0
    failures: int = 0
    appeared: int = 0
    published: int = 0


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """All that its health is judged by.

    Attributes:
        last_success: the last answer; ``polls`` counts them all, and ``failures`` those that failed since.
        latest: when the newest item came within sight.
        page_since: since when every answer held the same page; None while they change or hold nothing.
        page_items: items on that page.
        hours: those in which anything happened, in order.
        days: shape of what came on each UTC day.
    """

    source: str
    polls: int = 0
    failures: int = 0
    last_success: datetime | None = None
    last_error: str = ""
    latest: datetime | None = None
    page_since: datetime | None = None
    page_items: int = 0
    hours: Sequence[SourceHour] = ()
    days: Mapping[date, Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A source's hours without gaps. Arrays have shape ``(hours,)``."""

    start: datetime
    polls: Counts
    failures: Counts
    appeared: Counts
    published: Counts

    def __len__(self) -> int:
        return len(self.polls)

    @property
    def end(self) -> datetime:
        """End of the last hour."""
        return self.time(len(self))

    def time(self, hour: int) -> datetime:
        """Start of an hour."""
        return self.start + hour * HOUR

    def hour(self, moment: datetime) -> int:
        """The hour that a moment falls in; may lie outside."""
        return int((moment - self.start) // HOUR)


def whole_hour(moment: datetime) -> datetime:
    """The start of the hour, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def timeline(hours: Sequence[SourceHour], now: datetime) -> Timeline | None:
    """The hours up to ``now``, those without a row being empty; None without any row.

    What a source held at first contact may reach back to a post that is pinned on top. The oldest twentieth of it, and
    one item at least, is left out, for the time since such a post is no time in which the source was calm.
    """
    rows = [row for row in hours if row.hour <= now]
    if not rows:
        return None
    asked = next((row.hour for row in rows if row.polls or row.failures), rows[-1].hour)
    start = _start(rows, asked)
    length = int((whole_hour(now) - start) // HOUR) + 1
    table = np.zeros((length, 4))
    kept = [row for row in rows if row.hour >= start]
    table[[(row.hour - start) // HOUR for row in kept]] = [row[1:] for row in kept]
    return Timeline(start, *table.T.copy())


def _start(rows: Sequence[SourceHour], asked: datetime) -> datetime:
    before = [row for row in rows if row.hour < asked]
    skipped, reached = max(1, sum(row.appeared for row in before) // 20), 0
    for row in before:
        if reached >= skipped:
            return row.hour
        reached += row.appeared
    return asked
