"""From an RSS feed and a status page to one message in the shared channel, over real HTTP, by the running service."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web

from collectors.http import HttpClient, Policy
from reputation_monitor import service as service_module
from reputation_monitor.application import Application
from reputation_monitor.service import Service
from reputation_monitor.settings import read_settings
from reputation_monitor.settings.schema import BUILT_IN_MODEL
from reputation_monitor.store import Store
from sentiment.scores import Score

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OUTAGE = NOW - timedelta(hours=3)
CONFIGURATION = """
brands: [{{name: Halden}}]
sources:
  - {{name: forum, screen: web, collector: feed, url: "{url}/forum.rss"}}
  - {{name: gone, screen: web, collector: feed, url: "{url}/gone.rss"}}
incidents: [{{name: status, url: "{url}"}}]
channels: [{{name: shared, url: "{url}/hook"}}]
web: {{port: 0}}
"""


def entry(number: int, text: str, at: datetime) -> str:
    return (
        f"<item><guid>post-{number}</guid><link>https://forum.example/{number}</link>"
        f"<title>{text}</title><pubDate>{format_datetime(at)}</pubDate></item>"
    )


def feed() -> str:
    """Eight days of calm talk, and an outage that forty people tell of."""
    calm = [entry(n, f"Halden as ever {n}", NOW - timedelta(hours=n)) for n in range(200)]
    loud = [entry(999 + n, f"awful, card {n} fails at Halden", OUTAGE + timedelta(minutes=4 * n)) for n in range(40)]
    return f"<rss version='2.0'><channel><title>forum</title>{''.join(calm + loud)}</channel></rss>"


STATUS = {
    "incidents": [
        {
            "id": "inc-7",
            "name": "Card payments fail",
            "status": "investigating",
            "impact": "major",
            "started_at": OUTAGE.isoformat(),
            "created_at": (OUTAGE + timedelta(minutes=45)).isoformat(),
        }
    ]
}


class Town:
    """The servers of others: a forum, a status page and a channel."""

    def __init__(self) -> None:
        self.posted: dict[str, dict] = {}
        self.heard = asyncio.Event()

    async def forum(self, _: web.Request) -> web.Response:
        return web.Response(text=feed(), content_type="application/rss+xml")

    async def status(self, _: web.Request) -> web.Response:
        return web.json_response(STATUS)

    async def hook(self, request: web.Request) -> web.Response:
        self.posted[request.headers["Idempotency-Key"]] = await request.json()
        self.heard.set()
        return web.Response(text="ok")

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/forum.rss", self.forum),
            web.get("/api/v2/incidents.json", self.status),
            web.post("/hook", self.hook),
        ]


class Reader:
    """Stands for the model."""

    identity, languages = "reader@1", frozenset({"en"})

    def score(self, texts, targets=None):
        return [Score(0.9, 0.08, 0.02) if "awful" in text else Score(0.05, 0.9, 0.05) for text in texts]

    def embed(self, texts):
        return np.full((len(texts), 2), 0.7, dtype=np.float32)


@pytest.fixture
async def town(aiohttp_server):
    town = Town()
    app = web.Application()
    app.add_routes(town.routes())
    town.url = str((await aiohttp_server(app)).make_url("")).rstrip("/")
    return town


async def test_an_outage_is_told_once_with_its_incident_and_what_customers_say(
    town: Town, database_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("SCORE_EVERY", "LOOK_EVERY", "DELIVER_EVERY"):
        monkeypatch.setattr(service_module, name, timedelta(seconds=1))
    settings = read_settings(CONFIGURATION.format(url=town.url), "the test", database_folder, {})
    async with (
        await Store.open(settings.database.get_secret_value()) as store,
        HttpClient("tester@halden.example", policy=Policy(allow_private=True)) as http,
    ):
        application = Application(settings, store, http, lambda: NOW)
        application.models.loaded[BUILT_IN_MODEL] = Reader()
        # Known before the first look, or that might tell of a shift without its incident.
        await application.poll_incidents(settings.incidents[0])
        async with Service(application, database_folder).running(), asyncio.timeout(60):
            await town.heard.wait()
        (known,) = await store.alerts()
        (delivery,) = await store.deliveries(known.alert.key)
        assert delivery.sent_at
        assert (known.alert.incident.id, known.alert.verdict) == ("inc-7", "linked")
        assert (await store.source_state("gone")).failures == 1
        assert (await store.source_state("forum")).items == 240
    (message,) = town.posted.values()
    said = json.dumps(message, ensure_ascii=False)
    for words in ("Card payments fail", "Customers", "fails at Halden", "https://forum.example/", "/reviews/inc-7"):
        assert words in said
