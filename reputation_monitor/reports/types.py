"""What the weekly report and the incident review are both made of. Times are aware UTC, intervals are 95 %."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isfinite
from typing import Self

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Link

ALL_SCREENS = "all screens"
"""What the row that sums the screens is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Negative voices in equal buckets, against what was expected of them.

    All tuples have the length of ``times``, or are empty where there is no baseline yet. ``None`` marks a bucket of
    which nothing is known (before the first mention, or still to come).

    Attributes:
        times: start of each bucket.
        minutes: width of a bucket.
        expected, low, high: the baseline or counterfactual, and the 95 % band of one bucket's count around it.
    """

    times: tuple[datetime, ...] = ()
    observed: tuple[float | None, ...] = ()
    expected: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    minutes: int = 60

    def __post_init__(self) -> None:
        for name in ("observed", "expected", "low", "high"):
            length = len(getattr(self, name))
            if length not in {len(self.times)} | ({0} if name != "observed" else set()):
                raise ValueError(f"{name} has {length} values for {len(self.times)} times")
        if any(later <= earlier for earlier, later in pairwise(self.times)):
            raise ValueError("times must ascend")

    @classmethod
    def of(
        cls,
        times: Iterable[datetime],
        observed: Iterable[float],
        expected: Iterable[float] = (),
        low: Iterable[float] = (),
        high: Iterable[float] = (),
        *,
        minutes: int = 60,
    ) -> Self:
        """Take any sequences, NumPy arrays included; what is not finite becomes ``None``."""
        return cls(
            times=tuple(times),
            observed=_finite(observed),
            expected=_finite(expected),
            low=_finite(low),
            high=_finite(high),
            minutes=minutes,
        )

    @property
    def known(self) -> bool:
        """Whether anything was observed at all."""
        return any(value is not None for value in self.observed)

    @property
    def has_baseline(self) -> bool:
        """Whether the band can be drawn."""
        return all(any(value is not None for value in band) for band in (self.expected, self.low, self.high))

    def peak(self) -> tuple[datetime, float, float | None] | None:
        """Start, count and expectation of the bucket with most negative voices."""
        known = [(value, -place) for place, value in enumerate(self.observed) if value is not None]
        if not known:
            return None
        value, place = max(known)
        return self.times[-place], value, self.expected[-place] if self.expected else None


def _finite(values: Iterable[float]) -> tuple[float | None, ...]:
    return tuple(float(value) if isfinite(value) else None for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure this week against the week before, and the 95 % interval of the change."""

    value: float | None = None
    before: float | None = None
    change_low: float | None = None
    change_high: float | None = None

    @property
    def change(self) -> float | None:
        """Now minus before; None where one of them is unknown."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def beyond_noise(self) -> bool | None:
        """Whether the interval of the change leaves out zero; None without an interval."""
        if self.change is None or self.change_low is None or self.change_high is None:
            return None
        return self.change_low > 0 or self.change_high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount at risk with its interval; ``basis`` says in a sentence where it comes from."""

    amount: float
    low: float | None = None
    high: float | None = None
    currency: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one customer said; ``valence`` is P(positive) - P(negative) in [-1, 1]."""

    text: str
    source: str
    screen: str = ""
    published: datetime | None = None
    url: str = ""
    valence: float | None = None
    mention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or phrase that grew: voices that used it now, and in a span as long before."""

    words: str
    count: float
    before: float = 0.0
    example: Quote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOutcome:
    """An IT incident and what it did to one brand; without ``link`` it has not been tested yet."""

    incident: Incident
    link: Link | None = None
    revenue: Money | None = None
    review_url: str = ""
