"""What is looked at: counts of a kind of voice on some screens, and what they are compared with."""

from dataclasses import dataclass
from enum import StrEnum

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.leak import Leak, Others
from reputation_monitor.linking.series import Array, Series

ALL_SCREENS = "all screens"


class Voice(StrEnum):
    """Which voices a channel counts."""

    NEGATIVE = "negative"
    FAILING = "failing service"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of looking at a brand: a screen (or all of them) and a kind of voice.

    ``others`` are its voices that are not negative, where a longer series than this one tells of them.
    """

    screen: str
    voice: Voice
    series: Series
    baseline: Baseline
    others: Others | None = None

    def leak(self) -> Leak:
        """What its voices that are not negative add."""
        return Leak(self.series, self.baseline.expected, self.others)

    def since(self, bucket: int) -> "Channel":
        """The same from a bucket on, which must begin a whole hour."""
        others = self.others or Others.of(self.series)
        return Channel(self.screen, self.voice, self.series.since(bucket), self.baseline.since(bucket), others)

    def unheard(self, start: int, end: int) -> float:
        """Voices that are usual in ``start:end`` on the sources that were not heard then."""
        share = self.series.exposure[start:end]
        return float((self.baseline.expected[start:end] * (1 / share - 1)).sum())


@dataclass(frozen=True, slots=True)
class Comparison:
    """A series that the incident could not touch, over the same buckets as the channel.

    Attributes:
        observed, expected: its counts and their mean, shape ``(buckets,)``. Its own incidents are masked: a rival in
            trouble of its own is no control.
        baseline: where its spread is known from.
    """

    name: str
    kind: str
    observed: Array
    expected: Array
    baseline: Baseline
