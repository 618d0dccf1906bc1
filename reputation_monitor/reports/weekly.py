"""The weekly reputation report: its figures, brand by brand. The application fills them; nothing here reads a store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reputation_monitor.linking.types import Shift
from reputation_monitor.opinion import Opinion
from reputation_monitor.reports.types import Compared, IncidentOutcome, Quote, Series, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenWeek:
    """One screen (or all of them) this week against the week before.

    Attributes:
        mentions: posts, reviews, articles and captions, copies included.
        voices: distinct authors (once a day) and stories (once each).
        negative_share: share of the voices that is negative, in [0, 1].
        valence: mean valence of the voices, in [-1, 1].
    """

    screen: str
    mentions: Compared = field(default_factory=Compared)
    voices: Compared = field(default_factory=Compared)
    negative_share: Compared = field(default_factory=Compared)
    valence: Compared = field(default_factory=Compared)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValenceDays:
    """Mean valence of one screen on each day of the week; None on a day without mentions."""

    screen: str
    days: tuple[date, ...]
    valence: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A rival's negative share beside the brand's."""

    name: str
    voices: float
    negative_share: Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandWeek:
    """One brand's week.

    Attributes:
        total: the row over all screens.
        screens: one row for each screen that is watched, in the order to show.
        opinions: shares of negative, neutral and positive of each screen that was heard, and last of all screens.
        negative: negative voices over the week in buckets of one or three hours, with the baseline's band.
        shifts: those that touch the week.
        incidents: those that touch the week and could have hurt the brand.
    """

    brand: str
    total: ScreenWeek
    screens: tuple[ScreenWeek, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    negative: Series = field(default_factory=Series)
    valence_days: tuple[ValenceDays, ...] = ()
    shifts: tuple[Shift, ...] = ()
    incidents: tuple[IncidentOutcome, ...] = ()
    terms: tuple[Term, ...] = ()
    quotes: tuple[Quote, ...] = ()
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A time of the week in which a source was not heard: why, and about how many items were lost, if that is known."""

    why: str
    start: datetime
    end: datetime
    lost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """Whether one source still speaks.

    Attributes:
        state: well, silent, failing, odd, unknown or never polled, at ``judged_at``; ``reason`` says more.
        unheard: times of the week in which it was not heard.
    """

    name: str
    screen: str = ""
    last_item: datetime | None = None
    items: int = 0
    quarantined: int = 0
    state: str = "well"
    reason: str = ""
    judged_at: datetime | None = None
    unheard: tuple[Unheard, ...] = ()

    @property
    def is_ill(self) -> bool:
        """Whether somebody should look at it."""
        return self.state in ("silent", "failing", "odd", "never polled")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReport:
    """The week of every brand.

    Attributes:
        week: ISO week, such as ``2015-W08``.
        time_zone: IANA name of the zone in which every time is shown.
        start, end: the week's bounds in that zone, as UTC.
        made: when the report was written.
        notice: a sentence shown above everything, such as that the data are invented.
    """

    week: str
    time_zone: str
    start: datetime
    end: datetime
    made: datetime
    brands: tuple[BrandWeek, ...] = ()
    sources: tuple[SourceHealth, ...] = ()
    notice: str = ""

    @property
    def sources_judged_at(self) -> datetime | None:
        """Since when every source's state is known: the oldest of the last judgements; None where there is none."""
        return min((source.judged_at for source in self.sources if source.judged_at), default=None)


def time_within(spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> timedelta:
    """Sum up how long at least one of the spans holds between ``start`` and ``end``."""
    total, reached = timedelta(), start
    for span_start, span_end in sorted(spans):
        first, last = max(span_start, reached), min(span_end, end)
        if last > first:
            total += last - first
            reached = last
    return total


def shifted_time(brand: BrandWeek, start: datetime, end: datetime) -> timedelta:
    """Return how long the brand's negative voices stood outside their baseline."""
    return time_within(((shift.onset, end if shift.ongoing else shift.end) for shift in brand.shifts), start, end)


def incident_time(brand: BrandWeek, start: datetime, end: datetime) -> timedelta:
    """Return how long at least one incident that could hurt the brand was open; planned maintenance is none."""
    incidents = (outcome.incident for outcome in brand.incidents if not outcome.incident.planned)
    return time_within(((incident.started, incident.resolved or end) for incident in incidents), start, end)
