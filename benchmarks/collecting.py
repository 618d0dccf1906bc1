"""Items collected a second, from a feed on loopback into SQLite on disk, and beside what others do on the same bytes.

    python benchmarks/collecting.py [--entries 200] [--repeats 5] [--folder FOLDER]

Three ways take turns in one run. Ours is the whole way of the service: fetch, parse, match brands, look for copies,
store, in one transaction a feed. ``feedparser`` alone parses the same bytes and does nothing else: the floor. The third
way has the shape of obsei's pipeline: fetch a feed, then take one entry at a time through matching and storing, each
its own transaction; it uses our matcher and store, so that the shape alone is compared. Every collection is a new feed
into a fresh database. Medians are printed, with the slowest and the fastest.
"""

import argparse
import asyncio
import io
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import feedparser
from aiohttp import web

from collectors.http import Policy
from collectors.web.feed import FeedCollector, FeedOptions
from reputation_monitor.application import Application, open_application
from reputation_monitor.intake import Place, admit
from reputation_monitor.matching import Matcher
from reputation_monitor.settings import Settings, default_settings

ON_LOOPBACK = Policy(allow_private=True, obey_robots=False)
BRANDS = ("Larkair", "Finchair", "Wrenways", "Heronjet", "Siskin Air")
WORDS = (
    "the app a new update my flight was late again and nobody answered love how fast support fixed it cannot log in "
    "since this morning payment failed twice great service thank you waiting on hold for an hour website is down"
)
START = datetime(2026, 1, 5, tzinfo=UTC)
PLACE = Place(source="news", screen="web")
OURS, FLOOR, ONE_BY_ONE = "ours, whole way", "feedparser alone", "one by one"


def make_feed(entries: int, seed: int = 1) -> bytes:
    """An RSS feed of invented articles, each of which speaks of a brand."""
    chance = random.Random(seed)
    items = []
    for number in range(entries):
        text = f"{chance.choice(BRANDS)} {' '.join(chance.choices(WORDS.split(), k=chance.randint(30, 80)))}"
        items.append(
            f"<item><guid>https://news.example/{number}</guid><link>https://news.example/{number}</link>"
            f"<title>{' '.join(text.split()[:8])}</title><description>&lt;p&gt;{text}&lt;/p&gt;</description>"
            f"<pubDate>{format_datetime(START + timedelta(minutes=number))}</pubDate><author>reporter</author></item>"
        )
    return f"<rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>".encode()


@asynccontextmanager
async def serving(body: bytes) -> AsyncIterator[str]:
    """A server on loopback that shows the feed; gives its address."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/rss+xml")

    app = web.Application()
    app.add_routes([web.get("/feed", answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    finally:
        await runner.cleanup()


def settings_for(database: Path) -> Settings:
    """The settings of a database and the invented brands."""
    brands = "[" + ", ".join(f'{{"name": "{name}"}}' for name in BRANDS) + "]"
    return default_settings(
        {"REPUTATION_MONITOR_DATABASE": f"sqlite:///{database}", "REPUTATION_MONITOR__BRANDS": brands}
    )


async def collect_whole(application: Application, url: str) -> int:
    """Our way: fetch, parse, match, look for copies, store."""
    collector = FeedCollector(FeedOptions(url=url), application.http)
    return (await application.pipeline.collect(PLACE, collector)).added


async def collect_one_by_one(application: Application, url: str) -> int:
    """Obsei's shape: the same work, an entry at a time, each its own transaction."""
    matcher = Matcher({brand.name: brand.query for brand in application.settings.brands})
    collector, added = FeedCollector(FeedOptions(url=url), application.http), 0
    async for batch in collector.collect({}):
        for item in batch.items:
            now = application.now()
            mentions = admit([item], PLACE, matcher, now).mentions
            added += (await application.store.store_batch(PLACE.source, mentions, (), None, now)).added
    return added


async def parse_alone(body: bytes) -> int:
    """The floor: feedparser on the same bytes, with nothing before or after."""
    return len(feedparser.parse(io.BytesIO(body)).entries)


async def measure(entries: int, repeats: int, folder: Path) -> Mapping[str, list[float]]:
    """Seconds of each way, by its name; the ways take turns.

    Raises:
        SystemExit: a way did not give every entry, so that its time says nothing.
    """
    seconds: dict[str, list[float]] = {OURS: [], ONE_BY_ONE: [], FLOOR: []}
    body = make_feed(entries)
    async with serving(body) as url:
        for repeat in range(repeats):
            for number, way in enumerate((collect_whole, collect_one_by_one)):
                async with open_application(
                    settings_for(folder / f"{repeat}-{number}.db"), policy=ON_LOOPBACK
                ) as application:
                    name = (OURS, ONE_BY_ONE)[number]
                    seconds[name].append(await _timed(name, entries, lambda a=application, w=way: w(a, url)))
            seconds[FLOOR].append(await _timed(FLOOR, entries, lambda: parse_alone(body)))
    return seconds


async def _timed(name: str, entries: int, way: Callable[[], Awaitable[int]]) -> float:
    started = time.perf_counter()
    got = await way()
    took = time.perf_counter() - started
    if got != entries:
        raise SystemExit(f"{name}: {got} of {entries} entries; its time says nothing")
    return took


def show(entries: int, seconds: Mapping[str, list[float]]) -> None:
    """A line of figures for each way, and how ours compares."""
    ours = statistics.median(seconds[OURS])
    for name, taken in seconds.items():
        rate, slowest, fastest = (entries / s for s in (statistics.median(taken), max(taken), min(taken)))
        ratio = statistics.median(taken) / ours
        print(f"{name:<18}{rate:>8.0f} items/s   ({slowest:.0f} to {fastest:.0f})   time of ours x {ratio:.2f}")


def main() -> None:
    """Collect and print."""
    parser = argparse.ArgumentParser(description="Items collected a second from a feed into SQLite on disk.")
    parser.add_argument("--entries", type=int, default=200, help="entries of the feed")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="where the databases lie; the system's temporary folder if not given"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="collecting", dir=options.folder) as name:
        seconds = asyncio.run(measure(options.entries, options.repeats, Path(name)))
    print(f"a feed of {options.entries} entries, medians of {options.repeats}")
    show(options.entries, seconds)


if __name__ == "__main__":
    main()
