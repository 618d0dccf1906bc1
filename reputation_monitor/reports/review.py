"""The incident review: one incident, one brand, what is known of the two. The application fills it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Link, Shift
from reputation_monitor.relinking.types import VerdictChange
from reputation_monitor.reports.types import Money, Quote, Series, Term


class Side(StrEnum):
    """Whose event it is."""

    IT = "IT"
    CUSTOMERS = "Customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, for the timeline that both sides share."""

    at: datetime
    side: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSeries:
    """One screen's negative voices around the incident."""

    screen: str
    series: Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebo:
    """The incident's statistic among the same statistic at times without incident."""

    statistic: float
    values: tuple[float, ...]
    name: str = "log-likelihood ratio"

    @property
    def as_large(self) -> int:
        """How many placebo times reach the incident's statistic."""
        return sum(value >= self.statistic for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """What of a rise would be seen, for a brand of which so much is said an hour at the incident's time.

    Attributes:
        mentions: of any sentiment, an hour.
        usual: negative voices that are usual in an hour.
        rise: negative voices above these that an hour would have to bring to stand out.
    """

    mentions: float
    usual: float
    rise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReview:
    """All that a review shows.

    Attributes:
        time_zone: IANA name of the zone in which every time is shown.
        series: negative voices of all screens against the counterfactual, from some hours before to some after.
        screens: the same, screen by screen.
        baseline_expected: what the brand's own baseline expected in the span, before the controls raised it.
        events: what the timeline should hold besides the incident's and the link's own times.
        tests: how many tests, each of an incident and a brand, were made together (Benjamini-Hochberg).
        tests_ever: the same with those that were made once and are no more.
        q_bound: the q-value that a link may have at most.
        history_days: how many days of mentions stand behind the baseline.
        mentions, texts, voices: posts in the span, without copies, and the distinct voices among them.
        visible, with_more: the rise that would be seen today and, where that takes too much, with more mentions.
        history: how the verdict changed, oldest first.
        rto_minutes: the recovery time that was agreed with IT.
        notice: a sentence shown above everything, such as that the data are invented.
    """

    brand: str
    time_zone: str
    made: datetime
    incident: Incident
    link: Link
    shift: Shift | None = None
    revenue: Money | None = None
    series: Series = field(default_factory=Series)
    screens: tuple[ScreenSeries, ...] = ()
    baseline_expected: float | None = None
    placebo: Placebo | None = None
    quotes: tuple[Quote, ...] = ()
    terms: tuple[Term, ...] = ()
    events: tuple[Event, ...] = ()
    tests: int | None = None
    tests_ever: int | None = None
    q_bound: float = 0.05
    history_days: float | None = None
    mentions: int | None = None
    texts: int | None = None
    voices: float | None = None
    visible: Visible | None = None
    with_more: Visible | None = None
    history: tuple[VerdictChange, ...] = ()
    rto_minutes: float | None = None
    notice: str = ""

    @property
    def open(self) -> bool:
        """Whether IT has not yet resolved the incident."""
        return self.incident.resolved is None

    def minutes_to(self, moment: datetime | None) -> float | None:
        """Minutes from the incident's start to ``moment``; negative before it."""
        return None if moment is None else (moment - self.incident.started) / timedelta(minutes=1)


def timeline(review: IncidentReview) -> list[Event]:
    """Return the events of IT and of the customers, mixed in the order of time."""
    return sorted((*_of_it(review.incident), *_of_customers(review), *review.events), key=lambda event: event.at)


def _of_it(incident: Incident) -> list[Event]:
    basis = "" if incident.names_start else f" (taken from the field “{incident.start_basis}”)"
    moments: list[tuple[datetime | None, str]]
    moments = [(incident.started, f"{incident.kind.capitalize()} began, by IT's record{basis}")]
    if incident.planned:  # it is announced beforehand, and in hand from its start on
        moments += [(incident.resolved, "IT completed it")]
    else:
        moments += [
            (incident.detected, "IT detected or announced it"),
            (incident.acknowledged, "IT acknowledged it"),
            (incident.resolved, "IT resolved it"),
        ]
    return [Event(at=at, side=Side.IT, text=text) for at, text in moments if at is not None]


def _of_customers(review: IncidentReview) -> list[Event]:
    link, peak = review.link, review.series.peak()
    moments = [(link.onset, "Negative voices left their usual range (onset)")]
    if link.onset is not None and peak is not None and peak[0] + timedelta(minutes=review.series.minutes) > link.onset:
        at = max(peak[0], link.onset)  # the bucket that holds the onset began before it
        moments.append((at, f"Peak: {peak[1]:.0f} negative voices in {_bucket(review.series.minutes)}"))
    if link.recovery_minutes is not None and review.incident.resolved is not None:
        back = review.incident.resolved + timedelta(minutes=link.recovery_minutes)
        moments.append((back, "Back within the usual range for two hours"))
    return [Event(at=at, side=Side.CUSTOMERS, text=text) for at, text in moments if at is not None]


def _bucket(minutes: int) -> str:
    if minutes == 60:
        return "one hour"
    return f"{minutes} minutes" if minutes % 60 else f"{minutes // 60} hours"
