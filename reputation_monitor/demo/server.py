"""Serves a world on loopback, in the formats that real sources have, and takes what is sent to the shared channel."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TypeVar

from aiohttp import web
from rich.console import Console

from reputation_monitor.demo.broadcasts import PROGRAMMES, Airing
from reputation_monitor.demo.captions import render_captions
from reputation_monitor.demo.feeds import CONTENT_TYPES, render_feed
from reputation_monitor.demo.pages import captions_page, front_page, incident_page, transcript_page, utterance_page
from reputation_monitor.demo.receiver import Received, Receiver
from reputation_monitor.demo.reviews import render_reviews
from reputation_monitor.demo.scenario import BRAND, BRANDS, STOREFRONTS
from reputation_monitor.demo.status_page import render_incidents
from reputation_monitor.demo.utterances import FEEDS
from reputation_monitor.demo.world import World

HTML = "text/html"
JSON = "application/json"
CAPTION_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}
REVIEWS_PATH = r"/{store:[a-z]{2}}/rss/customerreviews/page={page:[1-9]\d*}/id={app:\d+}/sortby=mostrecent/json"
HEADER = {"X-Invented-Scenario": "nothing served here is real"}

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered answer and what tells whether a client knows it already."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        """Strong validator, quotes included."""
        return f'"{hashlib.blake2b(self.body, digest_size=12).hexdigest()}"'

    def is_known_to(self, request: web.Request) -> bool:
        """Whether the request's conditions hold (RFC 9110, 13.2.2): If-None-Match decides where it is given."""
        tags = request.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or self.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        since = _http_date(request.headers.get("If-Modified-Since", ""))
        return since is not None and self.modified <= since


class DemoServer:
    """A running server.

    Attributes:
        url: its address, without a slash at the end.
        receiver: the shared channel at ``/slack``.
    """

    def __init__(self, world: World, receiver: Receiver) -> None:
        self.url = ""
        self.receiver = receiver
        self._world = world
        self._malformed_at = world.plan.disturbance("malformed").at
        self._archives = _archives(world)
        self._documents: dict[str, Document] = {}

    @property
    def received(self) -> list[Received]:
        """The messages that the shared channel took, oldest first."""
        return self.receiver.messages

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=4 * 1024**2)
        app.add_routes(
            [
                web.get("/", self._front),
                web.get("/feeds/{name}.{format}", self._feed),
                web.get("/captions/", self._captions_index),
                web.get("/captions/{file}", self._captions),
                web.get("/archive/{programme}", self._to_archive),
                web.get("/archive/file/{file}", self._archive),
                web.get("/transcripts/{file}", self._transcript),
                web.get(REVIEWS_PATH, self._reviews),
                web.get("/api/v2/incidents.json", self._incidents),
                web.get("/incidents/{id}", self._incident),
                web.get("/posts/{id}", self._post),
                web.post("/slack", self.receiver.handle),
            ]
        )
        return app

    async def _front(self, request: web.Request) -> web.Response:
        return self._answer(request, lambda: front_page(self.url), HTML)

    async def _feed(self, request: web.Request) -> web.Response:
        asked = request.match_info["name"], request.match_info["format"]
        feed = _found(feed for feed in FEEDS if (feed.name, feed.format) == asked)
        return self._answer(
            request,
            lambda: render_feed(feed, self._world.posts, self.url, self._malformed_at),
            CONTENT_TYPES[feed.format],
        )

    async def _captions_index(self, request: web.Request) -> web.Response:
        return self._answer(request, lambda: captions_page(self._world.airings, self.url), HTML)

    async def _captions(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        airing = _found(airing for airing in self._world.airings if airing.file_name == name)
        return self._caption_file(request, [airing])

    async def _to_archive(self, request: web.Request) -> web.Response:
        """Leads from the address that never changes to the file whose name tells when its clock starts."""
        slug = request.match_info["programme"]
        name = _found(name for name, editions in self._archives.items() if editions[0].programme.slug == slug)
        raise web.HTTPFound(f"/archive/file/{name}")

    async def _archive(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        return self._caption_file(request, _found(self._archives[each] for each in self._archives if each == name))

    async def _transcript(self, request: web.Request) -> web.Response:
        stem = request.match_info["file"]
        editions = _found(self._archives[name] for name in self._archives if name.rpartition(".")[0] == stem)
        return self._answer(request, lambda: transcript_page(editions), HTML)

    def _caption_file(self, request: web.Request, airings: Sequence[Airing]) -> web.Response:
        return self._answer(
            request,
            lambda: render_captions(airings, self._malformed_at.date()),
            CAPTION_TYPES[airings[0].programme.format],
            modified=airings[-1].end,
        )

    async def _reviews(self, request: web.Request) -> web.Response:
        store, page = request.match_info["store"], int(request.match_info["page"])
        brand = _found(brand for brand in BRANDS if brand.app_id == request.match_info["app"] and store in STOREFRONTS)
        malformed_at = self._malformed_at if brand is BRAND and store == STOREFRONTS[0] else None
        return self._answer(
            request,
            lambda: render_reviews(
                brand, store, page, reviews=self._world.reviews, base=self.url, malformed_at=malformed_at
            ),
            JSON,
        )

    async def _incidents(self, request: web.Request) -> web.Response:
        return self._answer(request, lambda: render_incidents(self._world.plan, self.url), JSON)

    async def _incident(self, request: web.Request) -> web.Response:
        identity = request.match_info["id"]
        incident = _found(incident for incident in self._world.plan.incidents if incident.id == identity)
        return self._answer(request, lambda: incident_page(incident), HTML)

    async def _post(self, request: web.Request) -> web.Response:
        identity = request.match_info["id"]
        said = _found(said for said in (*self._world.posts, *self._world.reviews) if said.id == identity)
        return self._answer(request, lambda: utterance_page(said), HTML)

    def _answer(
        self, request: web.Request, render: Callable[[], str], content_type: str, modified: datetime | None = None
    ) -> web.Response:
        """The document, rendered at the first request, or 304 to a client that knows it."""
        document = self._documents.get(request.path)
        if document is None:
            document = Document(render().encode(), content_type, modified or self._world.plan.now)
            self._documents[request.path] = document
        headers = {**HEADER, "ETag": document.etag, "Last-Modified": format_datetime(document.modified, usegmt=True)}
        if document.is_known_to(request):
            return web.Response(status=304, headers=headers)
        return web.Response(body=document.body, content_type=content_type, charset="utf-8", headers=headers)


@asynccontextmanager
async def serve(
    world: World, *, refusals: int = 1, console: Console | None = None, port: int = 0
) -> AsyncIterator[DemoServer]:
    """Serve a world on 127.0.0.1 until the block ends.

    Args:
        world: what to serve.
        refusals: how many messages to the shared channel are first refused with 429, to show that they are sent again.
        console: where the shared channel shows what it gets; None shows nothing.
        port: 0 takes a free one.
    """
    server = DemoServer(world, Receiver(refusals=refusals, console=console))
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


def _archives(world: World) -> dict[str, list[Airing]]:
    """File name -> all editions of a programme."""
    editions = [[airing for airing in world.airings if airing.programme is programme] for programme in PROGRAMMES]
    return {airings[0].file_name: airings for airings in editions if airings}


def _found(candidates: Iterable[Found]) -> Found:
    """The first candidate.

    Raises:
        HTTPNotFound: there is none.
    """
    for candidate in candidates:
        return candidate
    raise web.HTTPNotFound


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
