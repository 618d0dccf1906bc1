from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.base import Alert, Event, Incident, Kind, Notification, Quote

LONDON = ZoneInfo("Europe/London")
STARTED = datetime(2026, 3, 3, 21, 30, tzinfo=UTC)
RAISED_AT = STARTED + timedelta(hours=2, minutes=30)

QUOTES = (
    Quote(
        text="Third time tonight the card reader at the till says NO. Had to leave my shopping at the counter.",
        source="app store, GB",
        url="https://apps.example.com/reviews/8841?sort=new&page=2",
        published=STARTED + timedelta(minutes=11),
    ),
    Quote(
        text="is <Fernvale Bank> down again?? can't pay *anything*", source="forum", url="https://forum.example.com/t/5"
    ),
    Quote(text="Fernvale's app logs me out & the hotline is dead", source="microblog", published=STARTED),
    Quote(text="a fourth voice, which no message shows", source="forum"),
)

PAYMENTS = Incident(
    id="INC-207",
    title="Card payments fail",
    service="Payments",
    status="identified",
    started=STARTED + timedelta(minutes=35),
    url="https://status.example.com/incidents/INC-207",
)

SHIFT = Alert(
    key="shift:Fernvale Bank:2026-03-03T21:30Z",
    kind=Kind.SHIFT,
    brand="Fernvale Bank",
    headline="Fernvale Bank is criticised far more than usual",
    started=STARTED,
    screens=("web", "mobile"),
    verdict="unexplained",
    observed=168.2,
    expected=35.8,
    excess=132.4,
    excess_low=101.0,
    excess_high=163.2,
    valence_drop=0.314,
    p_value=0.0004,
    quotes=QUOTES,
    terms=("card", "declined", "till"),
    reason="A rise this large comes by chance less than once a quarter",
    review_url="https://monitor.example.com/shifts/12",
)

SUSPECTED = replace(
    SHIFT,
    headline="Fernvale Bank: suspected outage, no incident is open (for IT first)",
    verdict="suspected outage",
    advice="Whether what customers name works; IT is asked first. "
    "If it does not work, open an incident: this alert names it once their figures go together",
    terms=("down again", "can't pay", "card reader at the till says no"),
    reason="63% of the excess talks of failing service, and no incident is open.",
)

LINK = replace(
    SHIFT,
    key="link:INC-207:Fernvale Bank",
    kind=Kind.LINK,
    headline="negative talk, associated in time with “Card payments fail”",
    verdict="linked",
    incident=PAYMENTS,
    p_value=0.001,
    q_value=0.0124,
    customer_lead_minutes=35.0,
    cost="GBP 12,400 of yearly revenue at risk (8,100 to 17,900), by your own revenue model",
    reason="Of 999 comparable times without an incident, none saw a rise as large",
    review_url="https://monitor.example.com/reviews/INC-207",
)

LINK_ENDED = replace(
    LINK,
    ended=STARTED + timedelta(hours=4, minutes=5),
    recovery_minutes=48.0,
    incident=replace(PAYMENTS, status="resolved", resolved=STARTED + timedelta(hours=3, minutes=17)),
)

BARE = Alert(
    key="shift:Fernvale Bank:bare",
    kind=Kind.SHIFT,
    brand="Fernvale Bank",
    headline="Criticism is rising",
    started=STARTED,
)

SOURCE = Alert(
    key="source:app-store-gb",
    kind=Kind.SOURCE,
    brand="",
    headline="The source app-store-gb is silent",
    started=STARTED,
    reason="It has brought nothing for 6 h; usually it brings something every 20 min. The last answer was HTTP 503",
)

REPORT = Alert(
    key="report:2026-W09",
    kind=Kind.REPORT,
    brand="Fernvale Bank",
    headline="Reputation report for week 9 of 2026",
    started=STARTED,
    reason="A bad week: 312 more negative voices than usual, most of them on Tuesday evening",
    review_url="https://monitor.example.com/reports/2026-W09",
)

TRIAL = Alert(
    key="test:shared", kind=Kind.TEST, brand="", headline="The channel shared can be reached", started=STARTED
)

HOSTILE = replace(
    LINK,
    brand="Fern\x00vale <!channel> & *Sons*",
    headline="</script><script>alert(1)</script> `rm -rf` [x](javascript:alert(1)) " * 40,
    screens=(),
    quotes=(
        Quote(
            text="shouting & <b>more</b> ``` \u202egnihtemos\ud800 " * 2_500,
            source="<@U123|boss>\x07",
            url="javascript:alert(1)",
        ),
        Quote(text="無" * 100_000, source="x" * 500, url="https://example.com/a|b>c d?x=<y>&z=(1)"),
        Quote(text="\x00\x01", source=""),
    ),
    reason="& " * 50_000,
    cost="<" * 10_000,
    terms=("<!here>",) * 100,
    incident=replace(PAYMENTS, title="*&<>*" * 2_000, url="https://[half-open"),
)


def notified(alert: Alert, event: Event = Event.RAISED, reason: str = "", at: datetime = RAISED_AT) -> Notification:
    return Notification(key=f"{alert.key}|shared|{event}|1", event=event, alert=alert, at=at, reason=reason)


NOTIFICATIONS = {
    "shift_unexplained": notified(SHIFT, reason="raised: the first message about this"),
    "suspected_outage": notified(SUSPECTED, reason="raised: the first message about this"),
    "linked_customers_first": notified(LINK, reason="raised: the first message about this"),
    "updated": notified(
        replace(LINK, screens=("web", "mobile", "tv")),
        Event.UPDATED,
        "updated: the verdict is now linked (it was unexplained); now also on TV",
    ),
    "repeated": notified(LINK, Event.REPEATED, "repeated: still going after 2 h 30 min"),
    "ended": notified(LINK_ENDED, Event.ENDED, "ended: over after 4 h 05 min", LINK_ENDED.ended or RAISED_AT),
    "figures_missing": notified(BARE),
    "source_silent": notified(SOURCE, reason="raised: the first message about this"),
    "report": notified(REPORT),
    "test": notified(TRIAL, Event.TEST),
}


ALL = {**NOTIFICATIONS, "hostile": notified(HOSTILE)}


@pytest.fixture(params=ALL)
def case_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def any_notification(case_name: str) -> Notification:
    return ALL[case_name]


@pytest.fixture
def all_notifications() -> dict[str, Notification]:
    return ALL


@pytest.fixture
def linked() -> Notification:
    return ALL["linked_customers_first"]


@pytest.fixture
def hostile() -> Notification:
    return ALL["hostile"]


@pytest.fixture
def notify() -> Callable[..., Notification]:
    return notified


@pytest.fixture
def london() -> ZoneInfo:
    return LONDON
