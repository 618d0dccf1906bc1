"""A loopback server whose answers each test writes, the client that asks it, and a clock that stands still."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from collectors.base import Batch, Collector, CollectorError, Item, Reject
from collectors.http import HttpClient, Limits, Policy
from collectors.reading.documents import Document

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ONCE = Limits(attempts=1, pause_seconds=0.01, keep_rates=False)  # rates have tests of their own, in http/
LITTLE = replace(ONCE, body_bytes=100_000, redirects=2)
LOOPBACK = Policy(allow_private=True, obey_robots=False)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """What a loopback server answers by path, and what it was asked."""

    url: str = ""
    pages: dict[str, Handler | bytes | str] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        page = self.pages.get(request.path)
        if page is None and request.path == "/robots.txt":
            raise web.HTTPNotFound  # not noted, for it is no request that a collector made
        self.requests.append(request)
        if page is None:
            raise web.HTTPNotFound
        if isinstance(page, str):
            return web.Response(body=page.encode(), content_type="application/octet-stream")
        if isinstance(page, bytes):
            return web.Response(body=page, content_type="application/octet-stream")
        return await page(request)


@dataclass
class Collected:
    """Everything that one collection yielded."""

    batches: list[Batch]

    @property
    def items(self) -> list[Item]:
        return [item for batch in self.batches for item in batch.items]

    @property
    def rejects(self) -> list[Reject]:
        return [reject for batch in self.batches for reject in batch.rejects]

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]

    @property
    def state(self) -> Mapping[str, str]:
        return self.batches[-1].state if self.batches else {}


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def site(aiohttp_server: Any) -> Site:
    here = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    server = await aiohttp_server(app)
    here.url = str(server.make_url("")).rstrip("/")
    return here


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    async with HttpClient("tests@example.com", limits=ONCE, policy=LOOPBACK, now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def limited_http() -> AsyncIterator[HttpClient]:
    async with HttpClient("tests@example.com", limits=LITTLE, policy=LOOPBACK, now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def hasty_http() -> AsyncIterator[HttpClient]:
    hasty = replace(LITTLE, total_seconds=0.1)
    async with HttpClient("tests@example.com", limits=hasty, policy=LOOPBACK, now=lambda: NOW) as client:
        yield client


@pytest.fixture
def collected() -> Callable[..., Awaitable[Collected]]:
    async def collect(
        collector: Collector, state: Mapping[str, str] | None = None, since: datetime | None = None
    ) -> Collected:
        return Collected([batch async for batch in collector.collect(state or {}, since)])

    return collect


@pytest.fixture
def document() -> Callable[..., Document]:
    def make(body: str | bytes, **told: str) -> Document:
        raw = body.encode() if isinstance(body, str) else body
        return Document(raw, url="https://example.com/feed", now=NOW, **told)

    return make


@pytest.fixture
def interrupted() -> Callable[..., Awaitable[Collected]]:
    """What was yielded before a source failed."""

    async def collect(
        collector: Collector, state: Mapping[str, str] | None = None, since: datetime | None = None
    ) -> Collected:
        got = Collected([])
        try:
            async for batch in collector.collect(state or {}, since):
                got.batches.append(batch)
        except CollectorError:
            return got
        raise AssertionError("the source did not fail")

    return collect
