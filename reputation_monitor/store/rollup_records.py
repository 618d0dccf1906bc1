"""What is counted, and the counts: plain values, tied to no session."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from reputation_monitor.copies import Said


class Span(NamedTuple):
    """Mentions of a brand and screen, published from ``first`` to ``last`` (both included), whose rollups are due."""

    brand: str
    screen: str
    first: datetime
    last: datetime


Marks = Mapping[int, tuple[Any, ...]]
"""By a mention's id, what changes when its text, score or label does."""


class Voices(NamedTuple):
    """Scored mentions, oldest first, and their marks when they were read."""

    said: list[Said]
    marks: Marks


class Rollup(NamedTuple):
    """Sums over a brand's mentions of one source published in the five minutes from ``bucket``.

    What is summed, ``reputation_monitor.rollups.BucketSums`` says.
    """

    brand: str
    screen: str
    bucket: datetime
    source: str
    mentions: int
    voices: float
    negative: float
    negative_voices: float
    negative_voices_squared: float
    failing_voices: float
    failing_voices_squared: float
    positive: float
    valence: float


class RollupMark(NamedTuple):
    """How many counts there are, of how many mentions, and what was said, weighed in thousandths."""

    rows: int
    mentions: int
    weight: int
