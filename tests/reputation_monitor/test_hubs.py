"""The whole dance with a hub: asked, verified, told, renewed, left; and that bad hubs and strangers do no harm."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from collectors.web.websub import Topic
from reputation_monitor import hubs
from reputation_monitor.application import Application
from reputation_monitor.hubs import Step, granted, next_step, pause
from reputation_monitor.service import Service
from reputation_monitor.store import Subscription
from reputation_monitor.web.server import make_app

LEASE_SECONDS = 4000
ENTRY = "<item><guid>{0}</guid><title>Halden is awful, number {0}</title></item>"


@dataclass
class Hub:
    """A hub and the feed that names it, on loopback."""

    url: str = ""
    named: bool = True
    entries: int = 1
    answer: int = 202
    verifies: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    polls: int = 0
    session: Any = None

    @property
    def topic(self) -> str:
        return f"{self.url}/topic"

    async def feed(self, _: web.Request) -> web.Response:
        self.polls += 1
        links = f"<atom:link rel='hub' href='{self.url}/hub'/><atom:link rel='self' href='{self.topic}'/>"
        return web.Response(text=self.document(self.entries, links if self.named else ""))

    @staticmethod
    def document(number: int, links: str = "") -> str:
        items = "".join(ENTRY.format(n) for n in range(1, number + 1))
        space = "xmlns:atom='http://www.w3.org/2005/Atom'"
        return f"<rss version='2.0' {space}><channel>{links}{items}</channel></rss>"

    async def take(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        if self.answer == 202 and self.verifies:
            assert await self.verify(form) == (200, "c-1")
        return web.Response(status=self.answer)

    async def verify(self, form: dict[str, str], **told: str) -> tuple[int, str]:
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "c-1",
            "hub.lease_seconds": str(LEASE_SECONDS),
        } | {f"hub.{name}": value for name, value in told.items()}
        key = form["hub.callback"].partition("?key=")[2]
        path = form["hub.callback"].partition("?")[0]
        answer = await self.session.get(path, params=query | {"key": key})
        return answer.status, await answer.text()

    async def send(self, number: int, *, secret: str | None = None, method: str = "sha256", key: str = "") -> int:
        form = self.asked[0]
        body = self.document(number).encode()
        code = hmac.new((secret or form["hub.secret"]).encode(), body, method).hexdigest()
        callback = f"{form['hub.callback'].partition('?key=')[0]}?key={key}" if key else form["hub.callback"]
        headers = {"X-Hub-Signature": f"{method}={code}", "Content-Type": "application/rss+xml"}
        return (await self.session.post(callback, data=body, headers=headers)).status


@pytest.fixture
async def hub(aiohttp_server: Any, http_session: Any) -> Hub:
    here = Hub(session=http_session)
    app = web.Application()
    app.add_routes([web.get("/feed", here.feed), web.post("/hub", here.take)])
    here.url = str((await aiohttp_server(app)).make_url("")).rstrip("/")
    return here


@pytest.fixture
async def http_session() -> Any:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def start(open_app: Callable[..., Awaitable[Application]], hub: Hub, unused_tcp_port: int) -> Any:
    """Opens the application under its public address; with a first poll done."""
    servers: list[TestServer] = []

    async def started(option: str = "", **rules: bool) -> Application:
        application = await open_app(
            f"web: {{url: 'http://127.0.0.1:{unused_tcp_port}'}}\nbrands: [{{name: Halden}}]\n"
            f"sources: [{{name: the news, screen: web, collector: feed, url: '{hub.url}/feed'{option}}}]\n",
            **rules,
        )
        server = TestServer(make_app(application), port=unused_tcp_port)
        await server.start_server()
        servers.append(server)
        await application.collect(application.settings.sources[0])
        return application

    yield started
    for server in servers:
        await server.close()


async def mentions(application: Application) -> int:
    return (await application.store.counts()).mentions


async def test_a_hub_is_asked_verified_and_believed(hub: Hub, start: Any):
    application = await start()
    assert await application.hubs.tend() == 1
    (asked,) = hub.asked
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", hub.topic)
    assert "/hooks/websub/the%20news?key=" in asked["hub.callback"]
    known = await application.store.subscription("the news")
    assert (known.pending, known.attempts) == ("", 0)
    assert known.lease_until == application.now() + timedelta(seconds=LEASE_SECONDS)
    assert await hub.send(3) == 202
    assert await mentions(application) == 3
    assert await hub.send(3) == 202
    assert await mentions(application) == 3


@pytest.mark.parametrize("method", ["sha1", "sha384", "sha512"])
async def test_every_signature_of_the_specification_is_taken(hub: Hub, start: Any, method: str):
    application = await start()
    await application.hubs.tend()
    assert await hub.send(2, method=method) == 202


async def test_a_stranger_is_not_believed(hub: Hub, start: Any):
    application = await start()
    await application.hubs.tend()
    assert await hub.send(5, secret="guess") == 401
    assert await hub.send(5, key="guess") == 410
    assert await mentions(application) == 1


async def test_only_what_was_asked_is_verified(hub: Hub, start: Any):
    application = await start()
    hub.verifies = False
    await application.hubs.tend()
    (asked,) = hub.asked
    assert (await hub.verify(asked, mode="unsubscribe"))[0] == 404
    assert (await hub.verify(asked, topic="https://other.example"))[0] == 404
    assert (await hub.verify(asked, challenge=""))[0] == 404
    other = asked | {"hub.callback": asked["hub.callback"] + "x"}
    assert (await hub.verify(other))[0] == 404
    assert await hub.send(2) == 410
    assert await hub.verify(asked) == (200, "c-1")
    assert (await hub.verify(asked))[0] == 404
    assert await hub.send(2) == 202


async def test_while_a_hub_sends_the_feed_is_polled_once_a_day(hub: Hub, start: Any, clock: Any, tmp_path: Any):
    application = await start()
    collect = Service(application, tmp_path)._collect
    (source,) = application.settings.sources
    await collect(source)
    assert hub.polls == 2
    await application.hubs.tend()
    await collect(source)
    assert hub.polls == 2
    for _ in range(8):
        clock.move(hours=1)  # the lease is renewed on the way
        await application.hubs.tend()
        await collect(source)
    assert (hub.polls, len(hub.asked)) == (2, 9)
    clock.move(hours=1)
    await collect(source)  # the hub was not asked again, and its promise is over
    assert hub.polls == 2
    clock.move(hours=1)
    await collect(source)
    assert hub.polls == 3


async def test_a_day_without_a_poll_is_too_long(hub: Hub, start: Any, clock: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hubs, "SHORTEST_LEASE", timedelta(days=3))
    application = await start()
    await application.hubs.tend()
    (source,) = application.settings.sources
    clock.move(hours=23)
    assert await application.hubs.spares(source)
    clock.move(hours=2)
    assert not await application.hubs.spares(source)


async def test_a_failing_hub_is_asked_ever_more_rarely_and_stops_nothing(hub: Hub, start: Any, clock: Any):
    application = await start()
    hub.answer = 500
    assert await application.hubs.tend() == 1
    assert await application.hubs.tend() == 0
    for _ in range(48):
        clock.move(minutes=30)
        await application.hubs.tend()
    assert len(hub.asked) == 8
    known = await application.store.subscription("the news")
    assert "HTTP 500" in known.last_error
    assert not await application.hubs.spares(application.settings.sources[0])


async def test_a_denied_feed_is_polled_and_the_hub_is_asked_tomorrow(hub: Hub, start: Any, clock: Any):
    application = await start()
    await application.hubs.tend()
    assert await hub.verify(hub.asked[0], mode="denied", reason="not today") == (200, "")
    assert "not today" in (await application.store.subscription("the news")).last_error
    assert not await application.hubs.spares(application.settings.sources[0])
    assert await hub.send(2) == 410
    clock.move(hours=23)
    assert await application.hubs.tend() == 0
    clock.move(hours=2)
    assert await application.hubs.tend() == 1


async def test_a_hub_that_the_feed_no_longer_names_is_left(hub: Hub, start: Any):
    application = await start()
    await application.hubs.tend()
    hub.named = False
    await application.collect(application.settings.sources[0])
    assert await application.hubs.tend() == 1
    assert hub.asked[-1]["hub.mode"] == "unsubscribe"
    assert await application.store.subscription("the news") is None
    assert await hub.send(2) == 410


async def test_hubs_are_left_alone_where_they_are_not_wanted(hub: Hub, start: Any):
    application = await start(", websub: false")
    assert await application.hubs.tend() == 0
    assert hub.asked == []


async def test_without_an_address_of_our_own_no_hub_is_asked(open_app: Callable, tmp_path: Any):
    application = await open_app("")
    assert "hubs" not in [job.name for job in Service(application, tmp_path).jobs()]


async def test_a_hub_may_be_in_a_private_network_where_its_feed_may(hub: Hub, start: Any):
    application = await start(", allow_private: true", allow_private=False)
    assert await application.hubs.tend() == 1
    assert [form["hub.mode"] for form in hub.asked] == ["subscribe"]


async def test_a_hub_is_no_nearer_than_its_feed_may_be(hub: Hub, start: Any, open_app: Callable):
    """The feed named its hub while it was allowed to; since then it is not."""
    await start(", allow_private: true", allow_private=False)
    feed = f"{{name: the news, screen: web, collector: feed, url: '{hub.url}/feed'}}"
    other = await open_app(f"web: {{url: 'http://127.0.0.1:1'}}\nsources: [{feed}]", allow_private=False)
    assert await other.hubs.tend() == 1
    assert hub.asked == []
    assert "allow_private: true" in (await other.store.subscription("the news")).last_error


async def test_news_that_cannot_be_read_is_set_aside(hub: Hub, start: Any):
    application = await start()
    await application.hubs.tend()
    form = hub.asked[0]
    code = hmac.new(form["hub.secret"].encode(), b"<rss", hashlib.sha256).hexdigest()
    answer = await hub.session.post(form["hub.callback"], data=b"<rss", headers={"X-Hub-Signature": f"sha256={code}"})
    assert answer.status == 202
    assert len(await application.store.quarantined("the news")) == 1


TOPIC = Topic("https://hub.example", "https://feeds.example")
NOON = datetime.fromisoformat("2026-03-02T12:00Z")
ASKED = Subscription(
    source="news",
    hub=TOPIC.hub,
    topic=TOPIC.address,
    key="k",
    secret="s",
    pending="subscribe",
    attempts=1,
    asked_at=NOON,
)
LIVE = replace(ASKED, pending="", attempts=0, renew_at=NOON + timedelta(hours=6), lease_until=NOON + timedelta(hours=8))
MOVED = replace(TOPIC, hub="https://other.example")


@pytest.mark.parametrize(
    ("topic", "known", "hours", "step"),
    [
        (None, None, 0, Step.WAIT),
        (TOPIC, None, 0, Step.SUBSCRIBE),
        (TOPIC, ASKED, 0.1, Step.WAIT),
        (TOPIC, ASKED, 0.2, Step.SUBSCRIBE),
        (TOPIC, LIVE, 5, Step.WAIT),
        (TOPIC, LIVE, 7, Step.SUBSCRIBE),
        (TOPIC, LIVE, 9, Step.SUBSCRIBE),
        (None, ASKED, 0, Step.FORGET),
        (None, LIVE, 1, Step.UNSUBSCRIBE),
        (MOVED, LIVE, 1, Step.UNSUBSCRIBE),
        (None, LIVE, 9, Step.FORGET),
        (None, replace(LIVE, attempts=9), 1, Step.FORGET),
        (None, replace(LIVE, pending="unsubscribe", attempts=1), 0.1, Step.WAIT),
        (None, replace(LIVE, pending="unsubscribe", attempts=1), 0.2, Step.UNSUBSCRIBE),
    ],
)
def test_what_is_due(topic: Topic | None, known: Subscription | None, hours: float, step: Step):
    assert next_step(topic, known, NOON + timedelta(hours=hours)) is step


def test_pauses_double_up_to_a_day():
    assert [pause(n) // timedelta(minutes=10) for n in (0, 1, 2, 3, 8, 9, 1000)] == [0, 1, 2, 4, 128, 144, 144]


@pytest.mark.parametrize(
    ("told", "days"), [(None, 10), ("", 10), ("-5", 10), ("²", 10), ("86400", 1), ("9" * 99, 30), ("1", 5 / 60 / 24)]
)
def test_a_lease_is_what_the_hub_says_within_reason(told: str | None, days: float):
    assert granted(told) == timedelta(days=days)
