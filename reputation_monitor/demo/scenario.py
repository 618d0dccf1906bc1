"""The scenario: who lives in the invented world, and what has been planted in it.

Nobody and nothing here is real. The plan is the truth that the service never sees; it serves only to say, at the end
of the demo, what was found against what had been planted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

NOTICE = "Invented for a demonstration of Reputation Monitor: no real company, person or event."
DAYS = 42
STOREFRONTS = ("gb", "ie", "us", "au")
"""Apple's feed ends at 500 reviews a storefront, so six weeks need several."""


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented company. Rates are mentions a day on an ordinary day."""

    name: str
    app_id: str
    web: float
    mobile: float
    tv: float

    @property
    def handle(self) -> str:
        """How customers address it in posts."""
        return f"@{self.name.lower()}"


BRAND = Brand("Quarrowby", "9900000001", web=60, mobile=26, tv=10)
RIVALS = (
    Brand("Dunmarrick", "9900000002", web=22, mobile=10, tv=4),
    Brand("Calverane", "9900000003", web=22, mobile=10, tv=4),
    Brand("Pennyhutch", "9900000004", web=22, mobile=10, tv=4),
)
BRANDS = (BRAND, *RIVALS)


class Kind(StrEnum):
    """What was planted, in the words of the design."""

    HARM = "real harm"
    CUSTOMERS_FIRST = "harm noticed by customers first"
    NO_EFFECT = "incident without effect"
    INNOCENT = "innocent incident inside a storm"
    SCANDAL = "scandal without incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How an event raises what is said against some brands.

    Attributes:
        factors: screen -> by how many times the intensity of negative mentions grows at the height.
        ramp: how long it takes from onset to the height, linearly.
        tail: time constant of the decay after ``end``.
        topic, press_topic: what the additional customers and the press talk of.
    """

    brands: tuple[str, ...]
    factors: Mapping[str, float]
    onset: datetime
    end: datetime
    ramp: timedelta = timedelta(minutes=15)
    tail: timedelta = timedelta(minutes=40)
    topic: str
    press_topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One message on the status page."""

    status: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusIncident:
    """An incident as the status page tells it. ``started`` is None where the page does not know."""

    id: str
    title: str
    component: str
    impact: str
    started: datetime | None
    updates: tuple[Update, ...]

    @property
    def created(self) -> datetime:
        """When IT first told of it."""
        return self.updates[0].at

    @property
    def resolved(self) -> datetime:
        """When IT closed it."""
        return self.updates[-1].at


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One thing the demo should find, or should not be fooled by.

    Attributes:
        verdict: what a right answer says: a link's verdict for an incident, a shift's for the scandal.
        onset, end: of what customers felt; for an incident without effect, of the incident itself.
        effects: empty where nothing was felt.
    """

    key: str
    kind: Kind
    verdict: str
    sentence: str
    onset: datetime
    end: datetime
    effects: tuple[Effect, ...] = ()
    incident: StatusIncident | None = None

    @property
    def customer_lead_minutes(self) -> float | None:
        """How long customers knew before IT told; None where they felt nothing or there was nothing to tell."""
        if self.incident is None or not self.effects:
            return None
        return (self.incident.created - self.onset).total_seconds() / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """Something in the feeds that must not look like a shift."""

    key: str
    at: datetime
    posts: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The planted truth. ``start`` is midnight UTC, ``now`` the end of the world."""

    start: datetime
    now: datetime
    planted: tuple[Planted, ...]
    disturbances: tuple[Disturbance, ...]

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All effects, in order of onset."""
        return tuple(sorted((effect for each in self.planted for effect in each.effects), key=lambda e: e.onset))

    @property
    def incidents(self) -> tuple[StatusIncident, ...]:
        """What the status page shows, newest first, as such pages do."""
        told = [each.incident for each in self.planted if each.incident is not None]
        return tuple(sorted(told, key=lambda incident: incident.created, reverse=True))

    def of(self, key: str) -> Planted:
        """The planted thing of that key."""
        return next(each for each in self.planted if each.key == key)

    def disturbance(self, key: str) -> Disturbance:
        """The disturbance of that key."""
        return next(each for each in self.disturbances if each.key == key)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Times in the scenario, told from its first midnight."""

    start: datetime

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of the scenario's day ``day`` (0 is the first)."""
        return self.start + timedelta(days=day, hours=hour, minutes=minute)


def plan_for(now: datetime) -> Plan:
    """The plan whose six weeks end today.

    Days are counted back from ``now``'s date. The incident that customers notice first lies exactly a week back, so
    that the last complete week, which the weekly report tells of, always holds it.

    Raises:
        ValueError: ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    now = now.astimezone(UTC).replace(microsecond=0)
    midnight = now.replace(hour=0, minute=0, second=0)
    calendar = Calendar(midnight - timedelta(days=DAYS))
    planted = (_payments(calendar), _reporting(calendar), _scandal(calendar), _storm(calendar), _sign_in(calendar))
    return Plan(start=calendar.start, now=now, planted=planted, disturbances=_disturbances(calendar))


def _payments(calendar: Calendar) -> Planted:
    at = calendar.at
    onset, end = at(15, 12, 20), at(15, 15, 20)
    incident = StatusIncident(
        id="qb-payments-1",
        title="Card payments and transfers are failing",
        component="Quarrowby card payments",
        impact="critical",
        started=onset,
        updates=(
            Update(
                status="investigating", at=at(15, 12, 29), body="Card payments are declined. We are looking into why."
            ),
            Update(status="identified", at=at(15, 13, 4), body="A payment gateway refuses connections after a change."),
            Update(status="monitoring", at=at(15, 15, 2), body="The change is undone and most payments succeed again."),
            Update(status="resolved", at=end, body="Card payments and transfers work as usual."),
        ),
    )
    who = (BRAND.name,)
    customers = Effect(
        brands=who,
        factors={"web": 14.0, "mobile": 13.0},
        onset=onset,
        end=end,
        topic="declined",
        press_topic="declined_press",
    )
    press = Effect(
        brands=who,
        factors={"tv": 4.0},
        onset=onset,
        end=at(15, 18, 30),
        topic="declined",
        press_topic="declined_press",
    )
    return Planted(
        key="payments",
        kind=Kind.HARM,
        verdict="linked",
        sentence="Card payments fail for three hours; web and mobile say so at once, tv mentions it.",
        onset=onset,
        end=end,
        effects=(customers, press),
        incident=incident,
    )


def _reporting(calendar: Calendar) -> Planted:
    at = calendar.at
    onset, end = at(21, 10, 0), at(21, 12, 30)
    incident = StatusIncident(
        id="qb-reporting-1",
        title="Internal reporting is behind",
        component="Quarrowby internal reporting",
        impact="minor",
        started=onset,
        updates=(
            Update(
                status="investigating", at=at(21, 10, 12), body="The nightly reports for head office are not complete."
            ),
            Update(
                status="identified", at=at(21, 11, 0), body="A batch job of the data warehouse waits for disk space."
            ),
            Update(status="resolved", at=end, body="All internal reports are complete."),
        ),
    )
    return Planted(
        key="reporting",
        kind=Kind.NO_EFFECT,
        verdict="no measurable effect",
        sentence="Head office waits for its reports; no customer can notice.",
        onset=onset,
        end=end,
        incident=incident,
    )


def _scandal(calendar: Calendar) -> Planted:
    at = calendar.at
    onset, end = at(24, 7, 30), at(25, 19, 30)
    effect = Effect(
        brands=(BRAND.name,),
        factors={"web": 9.0, "tv": 7.0},
        onset=onset,
        end=at(24, 21, 30),
        ramp=timedelta(minutes=60),
        tail=timedelta(hours=8),
        topic="scandal",
        press_topic="scandal_press",
    )
    return Planted(
        key="scandal",
        kind=Kind.SCANDAL,
        verdict="unexplained",
        sentence="The chief executive insults poor customers; web and tv are angry for a day and a half.",
        onset=onset,
        end=end,
        effects=(effect,),
    )


def _storm(calendar: Calendar) -> Planted:
    at = calendar.at
    onset, end = at(31, 8, 0), at(31, 20, 0)
    incident = StatusIncident(
        id="qb-notices-1",
        title="Notices of payment arrive late",
        component="Quarrowby push notices",
        impact="minor",
        started=at(31, 11, 15),
        updates=(
            Update(status="investigating", at=at(31, 11, 22), body="Notices of payment arrive up to ten minutes late."),
            Update(status="identified", at=at(31, 11, 50), body="A queue of push notices is longer than usual."),
            Update(status="resolved", at=at(31, 13, 5), body="Notices arrive at once again."),
        ),
    )
    effect = Effect(
        brands=tuple(brand.name for brand in BRANDS),
        factors={"web": 5.5, "mobile": 5.0, "tv": 4.5},
        onset=onset,
        end=end,
        ramp=timedelta(minutes=45),
        tail=timedelta(hours=1),
        topic="storm",
        press_topic="storm_press",
    )
    return Planted(
        key="storm",
        kind=Kind.INNOCENT,
        verdict="no measurable effect",
        sentence="The national till network fails and all four brands are cursed; a small incident falls into it.",
        onset=onset,
        end=end,
        effects=(effect,),
        incident=incident,
    )


def _sign_in(calendar: Calendar) -> Planted:
    at = calendar.at
    onset, end = at(35, 18, 10), at(35, 20, 40)
    incident = StatusIncident(
        id="qb-signin-1",
        title="Some customers cannot log in",
        component="Quarrowby sign-in",
        impact="major",
        started=None,
        updates=(
            Update(status="investigating", at=at(35, 19, 2), body="Some customers tell us that they cannot log in."),
            Update(status="identified", at=at(35, 19, 31), body="Login codes are not sent: a certificate has run out."),
            Update(status="monitoring", at=at(35, 20, 21), body="Login codes arrive again."),
            Update(status="resolved", at=end, body="Logging in works as usual."),
        ),
    )
    effect = Effect(
        brands=(BRAND.name,),
        factors={"web": 13.0, "mobile": 14.0},
        onset=onset,
        end=end,
        topic="signin",
        press_topic="signin_press",
    )
    return Planted(
        key="signin",
        kind=Kind.CUSTOMERS_FIRST,
        verdict="linked",
        sentence="Logging in fails; customers say so 52 minutes before the status page does.",
        onset=onset,
        end=end,
        effects=(effect,),
        incident=incident,
    )


def _disturbances(calendar: Calendar) -> tuple[Disturbance, ...]:
    at = calendar.at
    return (
        Disturbance(key="wire", at=at(19, 9, 0), posts=9, sentence="Nine papers print one agency story: one story."),
        Disturbance(
            key="flood", at=at(29, 4, 0), posts=22, sentence="One author posts 22 times in a quiet hour: one voice."
        ),
        Disturbance(key="spam", at=at(38, 14, 0), posts=30, sentence="Thirty accounts post one advertisement."),
        Disturbance(
            key="malformed",
            at=at(12, 10, 0),
            posts=5,
            sentence="An empty post, a bad date, two bad caption times and an empty review; the rest is read.",
        ),
    )
