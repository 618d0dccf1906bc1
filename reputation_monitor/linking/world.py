"""What the linking knows of the world: brands with their counts, and incidents with whom they may have hurt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from reputation_monitor.linking.series import Series

FORGOTTEN = timedelta(days=7)
"""An incident that is open for longer would shut out all that happens, from links, shifts and placebo times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may be set.

    Attributes:
        false_shifts_per_quarter: false alarms a brand may have in 91 days.
        q: false discovery rate that ``linked`` keeps.
        lead: how long before an incident's start customers may have noticed.
        follow: how long after its end harm may still begin.
        history_weeks: how far back the baseline looks.
        borrow_weeks: history it wants; where the past holds less, later weeks serve too.
        min_voices: negative voices above the baseline that a shift needs.
        min_history_days: less than this, and nothing is said of an incident.
        zone: the time zone of the rhythm.
    """

    false_shifts_per_quarter: float = 1.0
    q: float = 0.05
    lead: timedelta = timedelta(hours=3)
    follow: timedelta = timedelta(hours=3)
    history_weeks: int = 8
    borrow_weeks: int = 4
    min_voices: float = 3.0
    min_history_days: float = 3.0
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A time in which a source of a brand's screen was not heard; ``why`` is silent, failing or not asked.

    Where nothing at all was collected of the brand, neither source nor reason is named.
    """

    source: str
    screen: str
    why: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandCounts:
    """One brand's counts. All series of all brands share start, length and bucket.

    Attributes:
        negative: negative voices, by screen.
        failing: those of them that talk of failing service, by screen.
        rivals: names of the brands that serve as controls.
        unheard: when which of its sources were not heard; ``heard`` of its series says what share that is.
        until: what is counted up to then; the rest of the last hour is still to come. None: all of it.
    """

    name: str
    negative: Mapping[str, Series]
    failing: Mapping[str, Series]
    rivals: tuple[str, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    until: datetime | None = None

    @property
    def grid(self) -> Series:
        """One of its series, whose start, end and buckets are those of all."""
        return next(iter(self.negative.values()))

    def since(self, bucket: int) -> "BrandCounts":
        """The same counts from a bucket on, which must begin a whole hour."""
        negative = {screen: series.since(bucket) for screen, series in self.negative.items()}
        failing = {screen: series.since(bucket) for screen, series in self.failing.items()}
        return replace(self, negative=negative, failing=failing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """An incident, seen from one brand that it may have hurt. Times are aware UTC.

    Attributes:
        screens: on which it may show; empty for all.
        detected: when IT first knew or told of it.
        planned: whether it was announced, as maintenance is: nobody feels it before it begins, so it has no lead.
    """

    incident: str
    brand: str
    title: str
    service: str
    started: datetime
    detected: datetime | None = None
    resolved: datetime | None = None
    screens: tuple[str, ...] = field(default=())
    planned: bool = False

    def begin(self, lead: timedelta) -> datetime:
        """From when harm may begin: ``lead`` before its start; of a planned one, from its start."""
        return self.started if self.planned else self.started - lead

    def end(self, now: datetime) -> datetime:
        """When it ended, or now; never before its start. One that nobody closed is taken for over after a week."""
        return max(self.resolved or min(now, self.started + FORGOTTEN), self.started)
