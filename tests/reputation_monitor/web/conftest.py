"""An invented company's store, filled as a service would have left it, and a dashboard on it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from math import cos, pi
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from alerts.base import Alert, Event, Kind, Notification, Quote
from alerts.base import Incident as NamedIncident
from collectors.base import Item, Reject
from collectors.http import HttpClient
from reputation_monitor.application import Application
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Control, Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.rollups import BucketSums
from reputation_monitor.settings import Settings, read_settings
from reputation_monitor.settings.schema import BUILT_IN_MODEL
from reputation_monitor.source_watch import judge_sources
from reputation_monitor.store import AlertChange, AlertState, NewMention, Store
from reputation_monitor.web.server import make_app

NOW = datetime(2026, 3, 2, 12, 7, tzinfo=UTC)
SINCE = datetime(2026, 2, 14, tzinfo=UTC)
OUTAGE = datetime(2026, 2, 26, 17, 40, tzinfo=UTC)
ONSET = OUTAGE + timedelta(minutes=10)
TROUBLE = datetime(2026, 3, 2, 8, 20, tzinfo=UTC)
EVIL = '<script>alert("x")</script> & Söhne/AG'
ALERT_KEY = "disturbance:Halden:2026-03-02T08:20Z"

CONFIGURATION = """
time_zone: Europe/London
brands:
  - {name: Halden, rivals: [Marsk]}
  - {name: Marsk}
  - {name: '<script>alert("x")</script> & Söhne/AG', match: soehne}
services:
  - {name: Payments, brands: [Halden]}
  - {name: Reporting, brands: [Halden]}
sources:
  - {name: forum, screen: web, collector: feed, url: "https://forum.example/feed?token=sesame-token"}
  - {name: news, screen: web, collector: feed, url: "https://news.example/feed"}
  - {name: evening, screen: tv, collector: captions, url: "https://tv.example/captions"}
  - {name: app, screen: mobile, collector: app_store, app_id: "1", stores: [gb]}
channels:
  - {name: shared, kind: slack, url: "https://hooks.example/services/sesame-hook"}
"""


class PlainScorer:
    """Finds every text alike."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


def usual(moment: datetime, level: float) -> float:
    """A day's rhythm: quiet at four in the morning, loud in the afternoon."""
    return level * (1 - 0.7 * cos(2 * pi * (moment.hour + moment.minute / 60 - 4) / 24))


def sums_of(source: str, level: float, surges: Sequence[tuple[datetime, datetime, float]], seed: int):
    """Counts of a source in every five minutes, with surges (start, end, voices an hour)."""
    chance = np.random.default_rng(seed)
    sums, moment = [], SINCE
    while moment < NOW:
        rate = usual(moment, level) + sum(height for start, end, height in surges if start <= moment < end)
        if voices := float(chance.poisson(rate / 12)):
            mentions = int(voices) * 2
            sums.append(
                BucketSums(
                    source=source,
                    bucket=moment,
                    mentions=mentions,
                    voices=voices * 2,
                    negative=voices,
                    negative_voices=voices,
                    negative_voices_squared=voices,
                    valence=-0.1 * mentions,
                )
            )
        moment += timedelta(minutes=5)
    return sums


PHRASES = [
    ("web", "forum", "Halden card machine down again, had to leave my basket at the till.", -0.9),
    ("web", "news", "Halden opens two shops in the north; locals are pleased.", 0.7),
    ("tv", "evening", "And tonight we ask why Halden's payments failed on the busiest day of the month.", -0.6),
    ("mobile", "app", "Can't log in since the update. Three stars less.", -0.8),
    ("mobile", "app", "Does what it should.", 0.5),
]


def said(number: int) -> NewMention:
    screen, source, text, valence = PHRASES[number % len(PHRASES)]
    positive = max(valence, 0.0) + 0.05
    negative = max(-valence, 0.0) + 0.05
    return NewMention(
        brand="Halden",
        screen=screen,
        source=source,
        item_id=f"post-{number}",
        text=text,
        url=f"https://{source}.example/{number}",
        author=f"customer {number}",
        published=NOW - timedelta(minutes=23 * number + 4),
        scores=(negative, 1 - negative - positive, positive),
    )


HOSTILE_MENTION = NewMention(
    brand="Halden",
    screen="web",
    source="forum",
    item_id="hostile",
    text='<img src=x onerror="alert(1)"> \u202ereversed ' + "long " * 2000,
    url="javascript:alert(1)",
    published=NOW - timedelta(minutes=1),
    scores=(0.98, 0.01, 0.01),
)


def make_shift(onset: datetime, hours: float, **fields: Any) -> Shift:
    end = onset + timedelta(hours=hours)
    plain = {
        "brand": "Halden",
        "screens": ("web", "mobile"),
        "onset": onset,
        "onset_low": onset - timedelta(minutes=5),
        "onset_high": onset + timedelta(minutes=15),
        "end": end,
        "ongoing": False,
        "observed": 148.25,
        "expected": 31.004,
        "excess": 117.246,
        "excess_low": 92.1,
        "excess_high": 133.9,
        "reason": "No incident explains it; 4 % of the excess talks of failing service.",
    }
    return Shift(**plain | fields)


SHIFTS = [
    make_shift(datetime(2026, 2, 17, 9, tzinfo=UTC), 6, screens=("web", "tv")),
    make_shift(
        ONSET,
        4.5,
        verdict=ShiftVerdict.LINKED,
        incident="pay-481",
        reason="Linked to incident pay-481 (Card payments declined at checkout).",
    ),
    make_shift(
        TROUBLE,
        3.75,
        ongoing=True,
        verdict=ShiftVerdict.SUSPECTED_OUTAGE,
        reason="41 % of the excess talks of failing service, and no incident is open.",
    ),
]

INCIDENTS = [
    Incident(
        id="pay-481",
        title="Card payments declined at checkout",
        services=("Payments",),
        started=OUTAGE,
        detected=OUTAGE + timedelta(minutes=37),
        resolved=OUTAGE + timedelta(hours=3, minutes=12),
        words="Card payments are declined.",
    ),
    Incident(
        id="rep/7 ?#",
        title="Internal reporting slow",
        services=("Reporting",),
        started=OUTAGE - timedelta(days=9),
        resolved=OUTAGE - timedelta(days=9, hours=-5),
    ),
    Incident(id="new-1", title="Push notices late <b>", services=("Push",), started=NOW - timedelta(minutes=20)),
]

LINKED = Link(
    id="pay-481",
    brand="Halden",
    service="Payments",
    title="Card payments declined at checkout",
    verdict=Verdict.LINKED,
    reason="Negative voices rose within minutes, more than at any of 1,840 placebo times.",
    p_value=0.000543217,
    q_value=0.00108643,
    placebos=1840,
    screens=("web", "mobile"),
    observed=148.25,
    expected=31.0,
    excess=117.25,
    excess_low=92.1,
    excess_high=133.9,
    onset=ONSET,
    effect_end=ONSET + timedelta(hours=4, minutes=30),
    customer_lead_minutes=27.0,
    recovery_minutes=78.333333,
    peak=61.0,
    valence_drop=0.3412345,
    controls=(Control(name="Marsk", kind="rival", observed=12.0, expected=11.0),),
    evidence=("forum:post-5", "gone:1"),
)
HARMLESS = Link(
    id="rep/7 ?#",
    brand="Halden",
    service="Reporting",
    title="Internal reporting slow",
    verdict=Verdict.NO_EFFECT,
    reason="No rise beyond what placebo times show.",
    p_value=0.61,
    q_value=0.61,
    observed=20.0,
    expected=21.5,
    excess=-1.5,
    excess_low=-12.0,
    excess_high=9.0,
)

ALERT = Alert(
    key=ALERT_KEY,
    kind=Kind.SHIFT,
    brand="Halden",
    headline="Halden: suspected outage, no incident is open",
    started=TROUBLE,
    screens=("web", "mobile"),
    verdict=ShiftVerdict.SUSPECTED_OUTAGE,
    observed=148.25,
    expected=31.0,
    excess=117.25,
    excess_low=92.1,
    excess_high=133.9,
    quotes=(Quote(text="Can't log in since the update <b>", source="app (mobile)", url="javascript:alert(2)"),),
    terms=("log in", "card machine"),
    reason="41 % of the excess talks of failing service, and no incident is open.",
    cost="GBP 12,000 of yearly revenue at risk (9,000 to 14,000), by your own revenue model",
)
OVER = replace(
    ALERT,
    key="disturbance:Halden:2026-02-26T17:50Z",
    kind=Kind.LINK,
    headline="Halden: negative talk, associated in time with “Card payments declined at checkout”",
    started=ONSET,
    ended=ONSET + timedelta(hours=5),
    verdict=Verdict.LINKED,
    customer_lead_minutes=27.0,
    recovery_minutes=78.0,
    incident=NamedIncident(id="pay-481", title="Card payments declined at checkout", service="Payments"),
)


def told(alert: Alert, event: Event, at: datetime, reason: str = "") -> tuple[str, Notification]:
    return "shared", Notification(key=f"{alert.key}|{event}", event=event, alert=alert, at=at, reason=reason)


async def fill_counts(store: Store) -> None:
    """Put counts of far more mentions than are stored, and mark those that are as counted."""
    trouble = (TROUBLE, NOW, 90.0)
    outage = (ONSET, ONSET + timedelta(hours=4), 40.0)
    web, mobile = sums_of("forum", 6.0, [outage, trouble], 1), sums_of("app", 3.0, [outage, trouble], 2)
    for brand, screen, sums in [
        ("Halden", "web", web),
        ("Halden", "tv", sums_of("evening", 0.6, [], 3)),
        ("Halden", "mobile", mobile),
        ("Marsk", "web", sums_of("forum", 5.0, [], 4)),
    ]:
        marks = (await store.read_voices(brand, screen, SINCE, NOW)).marks
        await store.replace_rollups(brand, screen, SINCE, NOW, sums, marks=marks, now=NOW)


def hourly(until: datetime) -> list[Item]:
    """Three weeks of a steady source."""
    moments = [until - n * timedelta(hours=1) for n in range(21 * 24)]
    return [Item(id=f"{moment:%d-%H}", text="the queue is long", published=moment) for moment in moments]


async def fill_sources(store: Store) -> None:
    reject = Reject("<rss", "no feed: unclosed tag", "byte 4")
    mentions = [said(number) for number in range(60)]
    for source in ("forum", "news", "evening", "app"):
        mine = [m for m in mentions if m.source == source]
        at = NOW - timedelta(days=4) if source == "evening" else NOW - timedelta(minutes=6)
        rejects = [reject] if source == "news" else []
        await store.store_batch(source, mine, rejects, {"etag": "sesame-cursor"}, at, items=hourly(at))
        await store.poll_succeeded(source, NOW - timedelta(minutes=6))
    await store.store_batch("forum", [HOSTILE_MENTION], [], {}, NOW)
    for _ in range(3):
        await store.poll_failed("news", "https://news.example/feed answers HTTP 503", NOW - timedelta(minutes=2))


async def fill_alerts(store: Store) -> None:
    first = told(OVER, Event.RAISED, ONSET + timedelta(minutes=20), "raised: the first message about this")
    await store.apply([AlertChange(OVER)], [first], ONSET + timedelta(minutes=20))
    for delivery in await store.claim(ONSET + timedelta(minutes=21), 10, 60):
        await store.sent(delivery.id, ONSET + timedelta(minutes=21))
    last = told(OVER, Event.ENDED, ONSET + timedelta(hours=7), "ended: over after 5 h")
    await store.apply([AlertChange(OVER, AlertState.ENDED)], [last], ONSET + timedelta(hours=7))
    for delivery in await store.claim(ONSET + timedelta(hours=7), 10, 60):
        await store.failed(delivery.id, "the channel answers HTTP 404", None, ONSET + timedelta(hours=7))
    await store.apply([AlertChange(ALERT)], [told(ALERT, Event.RAISED, NOW)], NOW - timedelta(hours=3))
    for delivery in await store.claim(NOW, 10, 60):
        await store.failed(delivery.id, "the channel answers HTTP 503 <b>", NOW + timedelta(minutes=2), NOW)


async def fill(store: Store) -> None:
    await fill_sources(store)
    await fill_counts(store)
    await store.store_incidents("status", INCIDENTS, [], None, NOW)
    await store.replace_findings(SHIFTS, [LINKED, HARMLESS], NOW)
    await fill_alerts(store)


async def _make(file: Path, *, filled: bool) -> None:
    async with await Store.open(f"sqlite:///{file}") as store:
        if filled:
            await fill(store)
            await judge_sources(store, settings_of(CONFIGURATION, file.parent), NOW)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "store.db"
    asyncio.run(_make(file, filled=False))
    return file


@pytest.fixture(scope="session")
def filled_file(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = Path(shutil.copy(empty_file, tmp_path_factory.mktemp("filled") / "store.db"))
    asyncio.run(_make(file, filled=True))
    return file


def settings_of(text: str, folder: Path) -> Settings:
    return read_settings(text, "the test", folder, {})


async def make_application(file: Path, text: str, now: datetime = NOW) -> AsyncIterator[Application]:
    async with await Store.open(f"sqlite:///{file}") as store, HttpClient("test@halden.example") as http:
        application = Application(settings_of(text, file.parent), store, http, lambda: now)
        application.models.loaded[BUILT_IN_MODEL] = PlainScorer()
        yield application


@pytest.fixture
async def filled(filled_file: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """An application with two weeks behind it."""
    async for application in make_application(Path(shutil.copy(filled_file, tmp_path)), CONFIGURATION):
        yield application


@pytest.fixture
async def blank(empty_file: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """An application that was just installed: no configuration, no data."""
    async for application in make_application(Path(shutil.copy(empty_file, tmp_path)), ""):
        yield application


@pytest.fixture
async def years_later(filled_file: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """The same data, long after they ended."""
    file = Path(shutil.copy(filled_file, tmp_path))
    async for application in make_application(file, CONFIGURATION, NOW + timedelta(days=400)):
        yield application


@pytest.fixture
async def many_brands(filled_file: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """An application that watches thirty brands."""
    text = "brands:\n" + "".join(f"  - {{name: Brand {number}}}\n" for number in range(29)) + "  - {name: Halden}\n"
    async for application in make_application(Path(shutil.copy(filled_file, tmp_path)), text):
        yield application


async def _open(file: Path, paths: Sequence[str]) -> dict[str, str]:
    async for application in make_application(file, CONFIGURATION):
        async with TestClient(TestServer(make_app(application))) as client:
            return {path: await (await client.get(path)).text() for path in paths}
    return {}


@pytest.fixture(scope="session")
def seen(filled_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Pages that many tests look at, by their path."""
    file = Path(shutil.copy(filled_file, tmp_path_factory.mktemp("seen")))
    return asyncio.run(_open(file, ["/", "/brands/Halden"]))


@pytest.fixture
def app_of() -> Callable[[Application], web.Application]:
    return make_app


Get = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def closed(filled_file: Path, tmp_path: Path) -> AsyncIterator[Application]:
    """The same application, which others reach as well and in which nobody may set labels."""
    text = CONFIGURATION + "web: {host: 0.0.0.0}\n"
    async for application in make_application(Path(shutil.copy(filled_file, tmp_path)), text):
        yield application


@pytest.fixture
def get_from(aiohttp_client: Callable[..., Any]) -> Callable[[Application], Awaitable[Get]]:
    """Opens a dashboard; gives a function from address to (status, text)."""

    async def opened(application: Application) -> Get:
        client = await aiohttp_client(make_app(application))

        async def get(path: str, method: str = "GET") -> tuple[int, str]:
            answer = await client.request(method, path, allow_redirects=False)
            return answer.status, await answer.text()

        return get

    return opened


@pytest.fixture
async def get(filled: Application, get_from: Callable[..., Any]) -> Get:
    """Asks a dashboard with two weeks behind it."""
    return await get_from(filled)


class Outline(HTMLParser):
    """Reads a page: its links, its ids, its scripts, and whether its elements nest."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "path", "rect", "use"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.actions: list[str | None] = []
        self.ids: list[str] = []
        self.names: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]):
        told = dict(attrs)
        self.names.append(tag)
        self.actions += [told.get("action")] if tag == "form" else []
        self.ids += [told["id"]] if "id" in told else []
        self.links += [told[name] for name in ("href", "src") if name in told]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str):
        if tag in self.VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def read() -> Callable[[str], Outline]:
    """Reads a page that must nest well and name each id once."""

    def read(page: str) -> Outline:
        outline = Outline(page)
        assert not outline.open
        assert len(outline.ids) == len(set(outline.ids))
        return outline

    return read


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def evil_brand() -> str:
    return EVIL


@pytest.fixture
def open_alert() -> Alert:
    return ALERT


@pytest.fixture
def ended_alert() -> Alert:
    return OVER


@pytest.fixture
def mention_of() -> Callable[[int], NewMention]:
    return said


@pytest.fixture
def halden_sums():
    """Two weeks of counts of one source, with a surge in the last hours."""
    return sums_of("forum", 6.0, [(TROUBLE, NOW, 90.0)], 1)
