"""Invented weeks and incidents of brands that do not exist, from rich to empty."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import cos, pi
from random import Random

import pytest

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Control, Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.opinion import Opinion, Origin, Share
from reputation_monitor.relinking.types import Judged, VerdictChange
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.rendering import Report, charts, to_html
from reputation_monitor.reports.review import Event, IncidentReview, Placebo, ScreenSeries, Side, Visible
from reputation_monitor.reports.types import Compared, IncidentOutcome, Money, Quote, Series, Term
from reputation_monitor.reports.weekly import (
    BrandWeek,
    Rival,
    ScreenWeek,
    SourceHealth,
    Unheard,
    ValenceDays,
    WeeklyReport,
)

ZONE = "Europe/London"
START, END = Clock(ZONE).week_bounds("2026-W46")
OUTAGE = datetime(2026, 11, 12, 17, 40, tzinfo=UTC)
ONSET = OUTAGE + timedelta(minutes=12)
MADE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def usual(moment: datetime, level: float):
    """A day's rhythm: quiet at four in the morning, loud in the afternoon."""
    return level * (1 - 0.75 * cos(2 * pi * (moment.hour + moment.minute / 60 - 4) / 24))


def surge(moment: datetime, onset: datetime, height: float, hours: float = 7.0):
    """An excess that rises at once and dies away."""
    since = (moment - onset) / timedelta(hours=1)
    return height * 0.5 ** (since / (hours / 3)) if 0 <= since <= hours else 0.0


def make_series(
    start: datetime,
    hours: float,
    *,
    level: float = 6.0,
    height: float = 0.0,
    onset: datetime = ONSET,
    minutes: int = 60,
    seed: int = 1,
    baseline: bool = True,
):
    noise = Random(seed)
    times = [start + timedelta(minutes=minutes * step) for step in range(int(hours * 60 / minutes))]
    part = minutes / 60
    expected = [usual(moment, level) * part for moment in times]
    width = timedelta(minutes=minutes)
    surges = [(surge(moment, onset - width, height) if moment + width > onset else 0.0) * part for moment in times]
    observed = [
        max(0.0, noise.gauss(mean, (mean * 1.5) ** 0.5)) + extra for mean, extra in zip(expected, surges, strict=True)
    ]
    if not baseline:
        return Series.of(times, observed, minutes=minutes)
    spread = [1.96 * (mean * 1.6) ** 0.5 for mean in expected]
    low = [max(0.0, mean - band) for mean, band in zip(expected, spread, strict=True)]
    high = [mean + band for mean, band in zip(expected, spread, strict=True)]
    return Series.of(times, observed, expected, low, high, minutes=minutes)


@pytest.fixture(scope="session")
def outage():
    return Incident(
        id="pay-481",
        title="Card payments declined at checkout",
        services=("Payments", "Checkout"),
        impact="critical",
        started=OUTAGE,
        detected=OUTAGE + timedelta(minutes=37),
        acknowledged=OUTAGE + timedelta(minutes=44),
        resolved=OUTAGE + timedelta(hours=3, minutes=12),
        url="https://status.example.com/pay-481",
    )


@pytest.fixture(scope="session")
def outage_link():
    return Link(
        id="pay-481",
        brand="Larkspur Grocers",
        service="Payments",
        title="Card payments declined at checkout",
        verdict=Verdict.LINKED,
        reason="The excess began 12 min after the start, is far beyond the placebo times, and rivals stayed level.",
        p_value=0.001,
        q_value=0.004,
        placebos=999,
        placebos_apart=120.0,
        screens=("web", "mobile"),
        observed=381.4,
        expected=69.1,
        excess=312.3,
        excess_low=261.7,
        excess_high=358.9,
        onset=OUTAGE + timedelta(minutes=12),
        onset_low=OUTAGE + timedelta(minutes=5),
        onset_high=OUTAGE + timedelta(minutes=20),
        effect_end=OUTAGE + timedelta(hours=6, minutes=30),
        customer_lead_minutes=25.0,
        recovery_minutes=198.0,
        peak=93.2,
        valence_drop=0.4612,
        controls=(
            Control(name="Tarn & Vale", kind="rival", observed=31.0, expected=27.9),
            Control(name="Hobday's", kind="rival", observed=22.4, expected=24.0),
            Control(name="tv", kind="screen", observed=3.1, expected=2.2),
        ),
        terms=("declined", "card", "checkout"),
    )


@pytest.fixture(scope="session")
def outage_shift():
    return Shift(
        brand="Larkspur Grocers",
        screens=("web", "mobile"),
        onset=OUTAGE + timedelta(minutes=12),
        onset_low=OUTAGE + timedelta(minutes=5),
        onset_high=OUTAGE + timedelta(minutes=20),
        end=OUTAGE + timedelta(hours=6, minutes=30),
        ongoing=False,
        observed=381.4,
        expected=69.1,
        excess=312.3,
        excess_low=261.7,
        excess_high=358.9,
        verdict=ShiftVerdict.LINKED,
        incident="pay-481",
        reason="Payments incident, q = 0.004; customers name cards and checkout.",
    )


@pytest.fixture(scope="session")
def quotes():
    return (
        Quote(
            text="Third card declined at the Larkspur till, and the queue behind me is not amused. Sort it out.",
            source="town forum",
            screen="web",
            published=OUTAGE + timedelta(minutes=14),
            url="https://forum.example.com/t/9917?a=1&b=(2)",
            valence=-0.93,
            mention="forum:9917",
        ),
        Quote(
            text="App takes my order, then says payment failed. Charged twice all the same!",
            source="app store, GB",
            screen="mobile",
            published=OUTAGE + timedelta(minutes=26),
            url="https://apps.example.com/r/2",
            valence=-0.88,
        ),
        Quote(
            text="…shoppers left full trolleys behind as card readers went dark across the chain…",
            source="Evening Bulletin",
            screen="tv",
            published=OUTAGE + timedelta(hours=1, minutes=20),
            valence=-0.61,
        ),
    )


@pytest.fixture(scope="session")
def terms(quotes: tuple[Quote, ...]):
    return (
        Term(words="declined", count=148, before=3, example=quotes[0]),
        Term(words="charged twice", count=61.4, before=0.6, example=quotes[1]),
        Term(words="queue", count=40, before=9),
    )


def opinion(screen: str, voices: int, classified: float):
    shares = (classified, 0.9 - classified, 0.1)
    told = [
        Share(classified=share, value=share + shift, low=share + shift - 0.04, high=share + shift + 0.05)
        for share, shift in zip(shares, (0.06, -0.07, 0.01), strict=True)
    ]
    return Opinion(
        screen=screen,
        voices=voices,
        negative=told[0],
        neutral=told[1],
        positive=told[2],
        labels=120,
        origins=(Origin.HERE, Origin.SAID),
    )


def screen_week(
    screen: str, mentions: float, before: float, *, share: float = 0.2, change: float = 0.0, valence: float = 0.1
):
    return ScreenWeek(
        screen=screen,
        mentions=Compared(value=mentions, before=before),
        voices=Compared(value=round(mentions * 0.84), before=round(before * 0.85)),
        negative_share=Compared(
            value=share + change, before=share, change_low=change - 0.021, change_high=change + 0.023
        ),
        valence=Compared(
            value=valence - 2 * change, before=valence, change_low=-2 * change - 0.05, change_high=-2 * change + 0.06
        ),
    )


@pytest.fixture(scope="session")
def bad_week(
    outage: Incident, outage_link: Link, outage_shift: Shift, quotes: tuple[Quote, ...], terms: tuple[Term, ...]
):
    days = tuple(date(2026, 11, 9 + day) for day in range(7))
    harmless = Incident(
        id="rep-12",
        title="Internal reporting delayed",
        services=("Reporting",),
        impact="minor",
        started=START + timedelta(days=1, hours=9),
        detected=START + timedelta(days=1, hours=9, minutes=4),
        resolved=START + timedelta(days=1, hours=21),
    )
    nothing = Link(
        id="rep-12",
        brand="Larkspur Grocers",
        service="Reporting",
        title=harmless.title,
        verdict=Verdict.NO_EFFECT,
        reason="Negative voices stayed within the band.",
        p_value=0.41,
        q_value=0.55,
        placebos=999,
        placebos_apart=120.0,
        observed=71.0,
        expected=66.2,
        excess=4.8,
        excess_low=-12.4,
        excess_high=22.9,
    )
    return BrandWeek(
        brand="Larkspur Grocers",
        total=screen_week("all screens", 2214, 1630, share=0.236, change=0.094),
        screens=(
            screen_week("web", 1290, 931, share=0.24, change=0.102, valence=0.06),
            screen_week("tv", 104, 98, share=0.18, change=0.012, valence=0.11),
            screen_week("mobile", 820, 601, share=0.23, change=0.091, valence=0.14),
        ),
        opinions=(
            opinion("web", 1084, 0.342),
            opinion("tv", 87, 0.192),
            opinion("mobile", 689, 0.321),
            opinion("all screens", 1860, 0.33),
        ),
        negative=make_series(START, 168, height=95.0),
        valence_days=(
            ValenceDays(screen="web", days=days, valence=(0.08, 0.05, 0.1, -0.31, -0.12, 0.02, 0.07)),
            ValenceDays(screen="tv", days=days, valence=(0.1, 0.14, None, -0.05, 0.02, None, 0.12)),
            ValenceDays(screen="mobile", days=days, valence=(0.15, 0.12, 0.18, -0.42, -0.2, 0.05, 0.11)),
        ),
        shifts=(outage_shift,),
        incidents=(
            IncidentOutcome(incident=harmless, link=nothing),
            IncidentOutcome(
                incident=outage,
                link=outage_link,
                revenue=Money(
                    amount=18431.2,
                    low=11902,
                    high=25077,
                    currency="GBP",
                    basis="Excess negative voices times the configured loss per lost customer.",
                ),
                review_url="https://monitor.example.com/reviews/pay-481",
            ),
        ),
        terms=terms,
        quotes=quotes,
        rivals=(
            Rival(
                name="Tarn & Vale",
                voices=911,
                negative_share=Compared(value=0.22, before=0.215, change_low=-0.02, change_high=0.03),
            ),
            Rival(
                name="Hobday's",
                voices=640,
                negative_share=Compared(value=0.187, before=0.199, change_low=-0.05, change_high=0.02),
            ),
        ),
    )


@pytest.fixture(scope="session")
def quiet_week():
    return BrandWeek(
        brand="Fennimore Rail",
        total=screen_week("mobile", 402, 396, share=0.21, change=0.004),
        screens=(screen_week("mobile", 402, 396, share=0.21, change=0.004),),
        negative=make_series(START, 168, level=0.6, seed=5),
        valence_days=(
            ValenceDays(
                screen="mobile",
                days=tuple(date(2026, 11, 9 + day) for day in range(7)),
                valence=(0.1, 0.2, 0.12, 0.09, 0.16, 0.18, 0.11),
            ),
        ),
    )


@pytest.fixture(scope="session")
def silent_week():
    return BrandWeek(brand="Quillon Air", total=ScreenWeek(screen="all screens", mentions=Compared(value=0)))


@pytest.fixture(scope="session")
def young_week():
    """The first week of a brand: mentions, but nothing to compare them with."""
    return BrandWeek(
        brand="Osier Bank",
        total=ScreenWeek(
            screen="web",
            mentions=Compared(value=61),
            voices=Compared(value=55),
            negative_share=Compared(value=0.31),
            valence=Compared(value=-0.04),
        ),
        screens=(ScreenWeek(screen="web", mentions=Compared(value=61), voices=Compared(value=55)),),
        negative=make_series(START + timedelta(days=4), 72, level=0.5, baseline=False),
    )


@pytest.fixture(scope="session")
def weekly(bad_week: BrandWeek, quiet_week: BrandWeek):
    return WeeklyReport(
        week="2026-W46",
        time_zone=ZONE,
        start=START,
        end=END,
        made=MADE,
        brands=(bad_week, quiet_week),
        sources=(
            SourceHealth(name="news", screen="web", last_item=END - timedelta(minutes=12), items=1404),
            SourceHealth(
                name="evening captions",
                screen="tv",
                last_item=END - timedelta(days=3),
                items=40,
                state="silent",
                reason="It has brought nothing new for 3 days, though it answered 288 times since.",
                unheard=(Unheard(why="silent", start=END - timedelta(days=3), end=END, lost=17.4),),
            ),
            SourceHealth(
                name="app store GB",
                screen="mobile",
                last_item=END - timedelta(hours=2),
                items=820,
                quarantined=3,
                state="failing",
                reason="Its last poll failed, so what is said there is not known. Last: 429 Too Many Requests",
                unheard=(Unheard(why="failing", start=END - timedelta(hours=2), end=END),),
            ),
        ),
        notice="The brands, incidents and quotes in this report are invented.",
    )


RELINKED = VerdictChange(
    incident="INC-4711",
    brand="Larkspur Grocers",
    at=OUTAGE + timedelta(days=1),
    before=Judged(verdict=Verdict.NO_EFFECT, p_value=0.31, q_value=0.62, excess=3.2),
    after=Judged(verdict=Verdict.LINKED, p_value=0.001, q_value=0.004, excess=313.0, onset=OUTAGE),
    reasons=("its start was moved by a day", "12 mentions of the hours around the incident came in late"),
)


@pytest.fixture(scope="session")
def review(
    outage: Incident, outage_link: Link, outage_shift: Shift, quotes: tuple[Quote, ...], terms: tuple[Term, ...]
):
    first = OUTAGE.replace(minute=0) - timedelta(hours=8)
    noise = Random(9)
    return IncidentReview(
        brand="Larkspur Grocers",
        time_zone=ZONE,
        made=MADE,
        incident=outage,
        link=outage_link,
        shift=outage_shift,
        revenue=Money(
            amount=18431.2,
            low=11902,
            high=25077,
            currency="GBP",
            basis="Excess negative voices times the configured loss per lost customer.",
        ),
        series=make_series(first, 22, minutes=15, height=110.0, level=8),
        screens=(
            ScreenSeries(screen="web", series=make_series(first, 22, minutes=15, height=70.0, level=5, seed=2)),
            ScreenSeries(screen="tv", series=make_series(first, 22, minutes=60, height=2.0, level=0.5, seed=3)),
            ScreenSeries(screen="mobile", series=make_series(first, 22, minutes=15, height=40.0, level=3, seed=4)),
        ),
        baseline_expected=66.4,
        placebo=Placebo(statistic=58.3, values=tuple(noise.gammavariate(1.1, 2.4) for _ in range(999))),
        quotes=quotes,
        terms=terms,
        events=(
            Event(at=OUTAGE + timedelta(minutes=14), side=Side.CUSTOMERS, text="First angry post on the town forum"),
            Event(at=OUTAGE + timedelta(minutes=58), side=Side.IT, text="Status page: “issue identified”"),
        ),
        tests=9,
        tests_ever=11,
        history_days=42,
        mentions=520,
        texts=468,
        voices=431,
        visible=Visible(mentions=60.0, usual=8.1, rise=14.2),
        history=(RELINKED,),
        rto_minutes=240,
        notice="The brand, the incident and the quotes in this review are invented.",
    )


@pytest.fixture(scope="session")
def harmless_review(review: IncidentReview):
    incident = replace(
        review.incident, id="rep-12", title="Internal reporting delayed", acknowledged=None, impact="minor"
    )
    link = Link(
        id="rep-12",
        brand=review.brand,
        service="Reporting",
        title=incident.title,
        verdict=Verdict.NO_EFFECT,
        reason="Negative voices stayed within the band from start to end.",
        p_value=0.41,
        q_value=0.55,
        placebos=999,
        placebos_apart=120.0,
        observed=71.0,
        expected=66.2,
        excess=4.8,
        excess_low=-12.4,
        excess_high=22.9,
    )
    return replace(
        review,
        incident=incident,
        link=link,
        shift=None,
        revenue=None,
        screens=(),
        series=make_series(OUTAGE - timedelta(hours=6), 14, minutes=30, level=5),
        placebo=Placebo(statistic=1.2, values=review.placebo.values),
        quotes=(),
        terms=(),
        events=(),
        baseline_expected=None,
    )


@pytest.fixture(scope="session")
def planned_review(review: IncidentReview):
    incident = replace(review.incident, impact="maintenance", detected=None, acknowledged=None)
    return replace(review, incident=incident, link=replace(review.link, customer_lead_minutes=None), history=())


@pytest.fixture(scope="session")
def open_review(review: IncidentReview):
    incident = replace(review.incident, resolved=None, start_basis="created_at", started=OUTAGE + timedelta(minutes=40))
    link = replace(review.link, recovery_minutes=None, effect_end=None)
    return replace(review, incident=incident, link=link, screens=review.screens[:1])


@pytest.fixture(scope="session")
def poor_review(review: IncidentReview):
    """No history, no voices, no times but the start."""
    incident = Incident(id="x", title="Login slow", started=OUTAGE)
    link = Link(
        id="x",
        brand="Osier Bank",
        service="Login",
        title="Login slow",
        verdict=Verdict.NOT_ENOUGH_DATA,
        reason="Two days of history hold 14 voices; at least 100 are needed.",
    )
    return IncidentReview(
        brand="Osier Bank",
        time_zone="Asia/Dubai",
        made=MADE,
        incident=incident,
        link=link,
        visible=Visible(mentions=1.5, usual=0.2, rise=9.4),
        with_more=Visible(mentions=14.0, usual=1.9, rise=9.3),
    )


HOSTILE = (
    '<script>alert(1)</script> | `code` *bold* [x](javascript:alert(1)) $\\frac{1}{0}$ "quoted" & \x00\u202eoverride'
)
ARABIC = "الدفع بالبطاقة لا يعمل منذ ساعة والطابور طويل"


@pytest.fixture(scope="session")
def hostile_week(bad_week: BrandWeek, outage: Incident):
    incident = replace(outage, title=HOSTILE, services=(HOSTILE,), url="javascript:alert(1)", raw={"token": "s3cret"})
    bad = Quote(text=HOSTILE + " x" * 50_000, source=HOSTILE, url="javascript:alert(2)", screen="web", published=OUTAGE)
    brand = replace(
        bad_week,
        brand="Llan" + "fairpwllgwyngyll" * 12 + " & Sons <b>Ltd</b>",
        incidents=(IncidentOutcome(incident=incident, link=bad_week.incidents[1].link),),
        quotes=(bad, Quote(text=ARABIC, source="منتدى", screen="web", url="https://forum.example.com/ar")),
        terms=(Term(words=HOSTILE, count=3, before=1.23456, example=bad),),
        rivals=(Rival(name=HOSTILE, voices=3, negative_share=Compared(value=0.5)),),
    )
    return WeeklyReport(
        week="2026-W46",
        time_zone=ZONE,
        start=START,
        end=END,
        made=MADE,
        brands=(brand,),
        notice=HOSTILE,
        sources=(SourceHealth(name=HOSTILE, state="failing", reason=HOSTILE),),
    )


@pytest.fixture(scope="session")
def hostile_review(review: IncidentReview):
    link = replace(
        review.link,
        reason=HOSTILE,
        controls=(Control(name=HOSTILE, kind=HOSTILE, observed=3, expected=2), *review.link.controls),
    )
    incident = replace(review.incident, title=HOSTILE, id=HOSTILE, url="javascript:alert(3)", impact=HOSTILE)
    event = Event(at=OUTAGE, side=Side.CUSTOMERS, text=HOSTILE)
    return replace(
        review,
        incident=incident,
        link=link,
        brand="$x_{" + HOSTILE,
        events=(event,),
        notice=HOSTILE,
        quotes=(Quote(text=HOSTILE * 700, source=HOSTILE),),
    )


@pytest.fixture(scope="session")
def degenerate_week(weekly: WeeklyReport, silent_week: BrandWeek, young_week: BrandWeek, bad_week: BrandWeek):
    outage, outage_shift = bad_week.incidents[1].incident, bad_week.shifts[0]
    now = END - timedelta(hours=5)
    suspected = replace(
        outage_shift, onset=now, end=now, ongoing=True, verdict=ShiftVerdict.SUSPECTED_OUTAGE, incident=None
    )
    unexplained = replace(outage_shift, verdict=ShiftVerdict.UNEXPLAINED, incident=None, reason="")
    open_incident = IncidentOutcome(incident=replace(outage, resolved=None, detected=None))
    stormy = replace(
        bad_week, brand="Two shifts", shifts=(unexplained, suspected), incidents=(open_incident,), terms=(), quotes=()
    )
    return replace(weekly, brands=(silent_week, young_week, stormy), sources=(), notice="")


@pytest.fixture(
    scope="session",
    params=[
        "weekly",
        "degenerate_week",
        "hostile_week",
        "review",
        "harmless_review",
        "open_review",
        "planned_review",
        "poor_review",
        "hostile_review",
    ],
)
def any_report(request: pytest.FixtureRequest):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def drawn(any_report: Report):
    """The charts of a report, drawn once for all that is asked of them."""
    return charts(any_report)


@pytest.fixture(scope="session")
def page(any_report: Report):
    """The HTML of a report, rendered once for all that is asked of it."""
    return to_html(any_report)
