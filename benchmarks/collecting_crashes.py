"""Does a killed collection lose or double an item? Kill it again and again, and count what the store holds.

    python benchmarks/collecting_crashes.py --kills 200 [--database postgresql://user@host/empty]

A worker process collects, by the code of the service, from a server on loopback and from a folder: app reviews of
several storefronts in pages, a feed that shows its last entries and grows, and broadcasts that are added to a
folder. It is killed by SIGKILL at moments drawn by chance: while it asks, parses or stores, between the commit and the
next page. The next worker goes on from the database. In the end one worker may finish, and every item that was ever
said must be a mention, once; and one more collection, from the cursors that are left, must find nothing new. Exit
status 1 otherwise.

Where little is shown (``--page 5``) and workers die young (``--requests 8``), items scroll away before a worker lives
long enough to read them. The server's log tells these from lost ones: what a worker got and asked on from, it must have
stored; what it was shown the way to and did not ask for, it must have known.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from multiprocessing.context import ForkServerContext
from pathlib import Path

from aiohttp import web

from collectors.http import Limits, Policy
from reputation_monitor.application import Application, open_application
from reputation_monitor.pipeline import Intake
from reputation_monitor.settings import Settings, read_settings
from reputation_monitor.store import Mention, Order

ON_LOOPBACK = Policy(allow_private=True, obey_robots=False)
START = datetime(2000, 1, 1, tzinfo=UTC)
STOREFRONTS = ("de", "gb", "us")
REVIEWS_A_PAGE = 50
PAGES = 10
SHOWN_ENTRIES = 100
REVIEWS_BEFORE = 120
REVIEWS_A_LIFE, ENTRIES_A_LIFE = (0, 0, 1, 2, 25), (0, 1, 2, 3, 4)
"""How much is said while a worker lives: so little that nothing scrolls away before a worker lives long enough."""
LAST_REQUESTS = 30
LONGEST_GRACE_SECONDS = 0.05
PATIENCE_SECONDS = 300.0
PATIENT = Limits(
    connect_seconds=PATIENCE_SECONDS,
    read_seconds=PATIENCE_SECONDS,
    total_seconds=PATIENCE_SECONDS,
    attempts=1,
    keep_rates=False,
)
"""However busy the machine is, every request is answered, so that none is made twice; the log is read by that."""
LOST_TOLD = 20
CAPTION = "WEBVTT\n\n00:01.000 --> 00:05.000\nLarkair is late, says programme {0}.\n"

Key = tuple[str, str]
"""Source and id of an item."""


@dataclass(frozen=True, slots=True)
class Showing:
    """One answer of the server.

    Attributes:
        life: which worker got it.
        source: the source that asked; a worker asks for one thing of a source after the other.
        part: of the source, such as a storefront.
        page: its number within the part.
        held: what stood on the page.
        shown: what all pages of the part held; nothing is said while a worker lives.
    """

    life: int
    source: str
    part: str
    page: int
    held: frozenset[Key]
    shown: frozenset[Key]


def owed(log: Iterable[Showing]) -> set[Key]:
    """What must be stored, by what the workers asked for.

    A collector asks on only after what it got is stored. So of two answers in a row the first was stored; and where the
    second is no next page, the collector was done with the part, and knew all that its other pages held.
    """
    found = set[Key]()
    in_order = sorted(log, key=lambda showing: (showing.life, showing.source))
    for _, showings in groupby(in_order, key=lambda showing: (showing.life, showing.source)):
        for showing, following in pairwise(showings):
            goes_on = (following.part, following.page) == (showing.part, showing.page + 1)
            found |= showing.held if goes_on else showing.shown
    return found


@dataclass
class World:
    """What customers have said so far, and the server that shows it and keeps a log."""

    folder: Path
    chance: random.Random
    page_size: int = REVIEWS_A_PAGE
    reviews: int = REVIEWS_BEFORE
    entries: int = 0
    broadcasts: int = 0
    life: int = 0
    requests: int = 0
    log: list[Showing] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def go_on(self) -> None:
        """Let customers say a little more before the next worker lives."""
        self.life += 1
        self.reviews += self.chance.choice(REVIEWS_A_LIFE)
        self.entries += self.chance.choice(ENTRIES_A_LIFE)
        if self.chance.random() < 0.5:
            (self.folder / f"LARKTV_{self.broadcasts}.vtt").write_text(CAPTION.format(self.broadcasts))
            self.broadcasts += 1

    def said(self) -> set[Key]:
        """Everything that customers ever said."""
        reviews = (reviews_of(store, range(self.reviews)) for store in STOREFRONTS)
        return self.on_air().union(entries_of(range(self.entries)), *reviews)

    def on_air(self) -> frozenset[Key]:
        """The broadcasts, which stay in their folder."""
        return frozenset(("evening", f"LARKTV_{number}.vtt#1") for number in range(self.broadcasts))

    async def answer_reviews(self, request: web.Request) -> web.Response:
        """A page of a storefront, the newest review first."""
        await self._take_time()
        told = request.match_info
        life, store, page = int(told["life"]), told["store"], int(told["page"])
        newest_first = range(self.reviews - 1, -1, -1)[: self.page_size * PAGES]
        numbers = newest_first[self.page_size * (page - 1) : self.page_size * page]
        held, shown = reviews_of(store, numbers), reviews_of(store, newest_first)
        self.log.append(Showing(life, "reviews", store, page, held, shown))
        return web.Response(text=json.dumps({"feed": {"entry": [review(store, number) for number in numbers]}}))

    async def answer_feed(self, request: web.Request) -> web.Response:
        """The last entries."""
        await self._take_time()
        shown = range(max(0, self.entries - SHOWN_ENTRIES), self.entries)
        keys = entries_of(shown)
        self.log.append(Showing(int(request.match_info["life"]), "news", "", 1, keys, keys))
        entries = "".join(f"<item><guid>entry-{n}</guid><title>Larkair, news {n}</title></item>" for n in shown)
        return web.Response(text=f"<rss version='2.0'><channel>{entries}</channel></rss>")

    async def _take_time(self) -> None:
        self.requests += 1
        self.news.set()
        await asyncio.sleep(self.chance.choice((0.0, self.chance.uniform(0, 0.02))))

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen on loopback; gives the address."""
        app = web.Application()
        path = "/{life}/{store}/rss/customerreviews/page={page}/id=1/sortby=mostrecent/json"
        app.add_routes([web.get(path, self.answer_reviews), web.get("/{life}/feed", self.answer_feed)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


def reviews_of(store: str, numbers: range) -> frozenset[Key]:
    """Those reviews of a storefront."""
    return frozenset(("reviews", f"{store}-{number}") for number in numbers)


def entries_of(numbers: range) -> frozenset[Key]:
    """Those entries of the feed."""
    return frozenset(("news", f"entry-{number}") for number in numbers)


def review(store: str, number: int) -> dict[str, object]:
    """A review as Apple shows it."""
    told = {"id": f"{store}-{number}", "title": f"Review {number}", "content": "It is late.", "im:rating": "2"}
    return {key: {"label": value} for key, value in told.items()}


def settings_for(database: str, url: str, folder: Path) -> Settings:
    """The three sources of the brand, on a database."""
    of_brand = {"brand": "Larkair", "every": "1m"}
    sources = [
        {"name": "reviews", "screen": "mobile", "collector": "app_store", "app_id": "1", "base_url": url}
        | {"stores": list(STOREFRONTS)},
        {"name": "news", "screen": "web", "collector": "feed", "url": f"{url}/feed"},
        {"name": "evening", "screen": "tv", "collector": "captions", "url": str(folder)},
    ]
    told = {"database": database, "brands": [{"name": "Larkair"}], "sources": [of_brand | one for one in sources]}
    return read_settings(json.dumps(told), "the benchmark", Path.cwd(), {})


async def collect(application: Application) -> list[Intake]:
    """Every source once, side by side, as the service does."""
    return await asyncio.gather(*(application.collect(source) for source in application.settings.sources))


async def work(database: str, url: str, folder: Path, *, endless: bool) -> None:
    """Collect without end, or once."""
    async with open_application(settings_for(database, url, folder), policy=ON_LOOPBACK, limits=PATIENT) as application:
        while True:
            if errors := [intake.error for intake in await collect(application) if intake.error]:
                raise RuntimeError(errors[0])
            if not endless:
                return


def run_worker(database: str, url: str, folder: Path, endless: bool) -> None:
    """The worker process."""
    asyncio.run(work(database, url, folder, endless=endless))


@dataclass(frozen=True)
class Outcome:
    """What was said and what is stored.

    Attributes:
        lost: not stored, although a worker went on from it, or never asked for it.
        scrolled: not stored, for it scrolled away before a worker lived long enough.
        glimpsed: how many of those a worker was shown before it was killed; the others nobody was.
        doubled: stored more than once.
        unknown: stored and never said.
        again: mentions that one more collection added or edited.
    """

    kills: int
    said: int
    stored: int
    lost: frozenset[Key]
    scrolled: frozenset[Key]
    glimpsed: int
    doubled: frozenset[Key]
    unknown: frozenset[Key]
    again: int

    @property
    def clean(self) -> bool:
        """Whether everything that could be is there once, and the cursors agree with it."""
        return not (self.lost or self.doubled or self.unknown or self.again)


async def crash(
    kills: int,
    folder: Path,
    seed: int = 1,
    database: str | None = None,
    *,
    page_size: int = REVIEWS_A_PAGE,
    requests: int = LAST_REQUESTS,
) -> Outcome:
    """Kill workers, let the last one finish, and compare what was said with what is stored.

    Args:
        kills: how many workers are killed.
        folder: an empty one, for broadcasts and, where no ``database`` is named, SQLite.
        seed: of what is said, and when a worker is killed.
        database: address of an empty one.
        page_size: how many reviews a page shows, of ten pages.
        requests: how many a worker makes at most before it is killed.
    """
    broadcasts = folder / "broadcasts"
    broadcasts.mkdir()
    world = World(broadcasts, random.Random(seed), page_size)
    address = database or f"sqlite:///{folder / 'collecting.db'}"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["reputation_monitor.application"])  # "__main__" is not, before Python 3.13
    async with world.serve() as url:
        for _ in range(kills):
            world.go_on()
            await _kill_one(context, world, (address, f"{url}/{world.life}", broadcasts, True), requests)
        last = f"{url}/{world.life + 1}"
        await _finish(context, (address, last, broadcasts, False))
        return await _compare(kills, world, settings_for(address, last, broadcasts))


async def _kill_one(context: ForkServerContext, world: World, job: tuple[str, str, Path, bool], requests: int) -> None:
    """Kill a worker after some requests, not some time: a life ends as often before a whole collection as after."""
    worker = context.Process(target=run_worker, args=job, daemon=True)
    last = world.requests + world.chance.randint(1, requests)
    worker.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while world.requests < last:
            world.news.clear()
            await world.news.wait()
    await asyncio.sleep(world.chance.choice((0.0, world.chance.uniform(0, LONGEST_GRACE_SECONDS))))
    worker.kill()
    await asyncio.to_thread(worker.join, PATIENCE_SECONDS)


async def _finish(context: ForkServerContext, job: tuple[str, str, Path, bool]) -> None:
    worker = context.Process(target=run_worker, args=job, daemon=True)
    worker.start()
    await asyncio.to_thread(worker.join, PATIENCE_SECONDS)
    if worker.exitcode != 0:
        raise RuntimeError(f"the last worker ended with status {worker.exitcode}")


async def _compare(kills: int, world: World, settings: Settings) -> Outcome:
    async with open_application(settings, policy=ON_LOOPBACK) as application:
        stored = [(mention.source, mention.item_id) for mention in await _mentions(application)]
        again = await collect(application)  # of the last life, for the log: it shows that the last worker was done
    said, once = world.said(), set(stored)
    missing = said - once
    lost = missing & (owed(world.log) | world.on_air())
    seen = frozenset[Key]().union(*(showing.held for showing in world.log))
    return Outcome(
        kills=kills,
        said=len(said),
        stored=len(stored),
        lost=frozenset(lost),
        scrolled=frozenset(missing - lost),
        glimpsed=len((missing - lost) & seen),
        doubled=frozenset(key for key in once if stored.count(key) > 1),
        unknown=frozenset(once - said),
        again=sum(intake.added + intake.edited for intake in again),
    )


async def _mentions(application: Application) -> list[Mention]:
    now = application.now()
    return await application.store.mentions(
        "Larkair", START, now + timedelta(days=1), order=Order.NEWEST, limit=1_000_000
    )


def _shown(outcome: Outcome) -> Iterator[str]:
    yield f"{outcome.said} items said, {outcome.stored} mentions stored"
    if outcome.scrolled:
        told = f"{outcome.glimpsed} of them shown, each to workers that were killed before they went on"
        yield f"scrolled away: {len(outcome.scrolled)}, {told}"
    yield f"lost: {len(outcome.lost)}, doubled: {len(outcome.doubled)}, never said: {len(outcome.unknown)}"
    yield f"new to one more collection: {outcome.again}"
    yield from (f"lost: {source} {identity}" for source, identity in sorted(outcome.lost)[:LOST_TOLD])


def main() -> None:
    """Run the experiment and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=int, default=REVIEWS_A_PAGE, help="reviews a page; few, and they scroll away")
    parser.add_argument("--requests", type=int, default=LAST_REQUESTS, help="how many a worker makes at most")
    parser.add_argument("--database", help="an empty database; SQLite in a temporary folder if not given")
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(
            crash(
                options.kills,
                Path(folder),
                options.seed,
                options.database,
                page_size=options.page,
                requests=options.requests,
            )
        )
    print(f"{outcome.kills} kills in {time.monotonic() - started:.0f} s")
    print(*_shown(outcome), sep="\n")
    sys.exit(0 if outcome.clean else 1)


if __name__ == "__main__":
    main()
