"""Feeds polled a second by one process, and whether the hosts that it asked would call it polite.

    python benchmarks/polling.py [--sources 10000] [--hosts 2000]

The hosts are addresses of loopback, 127.x.y.z, served by another process that notes when each of them was asked and
how many answers were under way. Each has a robots.txt and some feeds of ten entries. The sources go through the
collector ``feed`` and the shared HTTP client under one rate, 1,000 of them at any time, and all once more when they are
done: then every feed answers 304. Nothing is stored. Exit status 1 if a host was asked by more at a time or more often
than it should have been, or if a feed was not read.
"""

import argparse
import asyncio
import multiprocessing
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from aiohttp import web

from collectors.base import State
from collectors.http import DEFAULT_LIMITS, HttpClient, Policy, Rate
from collectors.web.feed import FeedCollector, FeedOptions

RATE = Rate(requests=4, seconds=1.0)
ANSWER_SECONDS = 0.002
POLLED_AT_A_TIME = 1_000
WORDS = "words and words " * 10
ENTRIES = "".join(
    f"<item><guid>{number}</guid><title>Entry {number}</title><description>{WORDS}</description></item>"
    for number in range(10)
)
FEED = f"<rss version='2.0'><channel><title>A feed</title>{ENTRIES}</channel></rss>".encode()


@dataclass(slots=True)
class Seen:
    """What the hosts saw: by host the times of its requests and the most at a time, and how they were answered."""

    arrivals: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    under_way: Counter[str] = field(default_factory=Counter)
    most_at_a_time: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    def most_in_a_window(self) -> int:
        """Requests of the busiest host in its busiest window of the rate's length."""
        return max(map(_busiest, self.arrivals.values()), default=0)


def _busiest(arrivals: Sequence[float]) -> int:
    first = most = 0
    for last, moment in enumerate(arrivals):
        while arrivals[first] <= moment - RATE.seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


class Hosts:
    """Answers for every host."""

    def __init__(self) -> None:
        self.seen = Seen()

    async def answer(self, request: web.Request) -> web.Response:
        """A robots.txt that forbids something else, or a feed unless it is known."""
        host = request.host.partition(":")[0]
        self.seen.arrivals[host].append(time.monotonic())
        self.seen.under_way[host] += 1
        self.seen.most_at_a_time[host] = max(self.seen.most_at_a_time[host], self.seen.under_way[host])
        await asyncio.sleep(ANSWER_SECONDS)
        self.seen.under_way[host] -= 1
        if request.path == "/robots.txt":
            self.seen.answers["robots.txt"] += 1
            return web.Response(text="User-agent: *\nDisallow: /private\n")
        known = request.headers.get("If-None-Match") == '"1"'
        self.seen.answers["304" if known else "200"] += 1
        return web.Response(status=304 if known else 200, body=None if known else FEED, headers={"ETag": '"1"'})


def serve(pipe: Connection) -> None:
    """Serve every address of loopback until told to stop; tell the port first and what was seen in the end."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    hosts = Hosts()
    app = web.Application()
    app.router.add_get("/{path:.*}", hosts.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0, backlog=1024).start()  # noqa: S104 - every address of loopback
    pipe.send(runner.addresses[0][1])
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    pipe.send((hosts.seen.most_in_a_window(), max(hosts.seen.most_at_a_time.values()), dict(hosts.seen.answers)))
    await runner.cleanup()


def addresses(sources: int, hosts: int, port: int) -> list[str]:
    """The feeds' addresses; those of one host come together, which tries its patience most."""
    numbers = (256 + source * hosts // sources for source in range(sources))
    return [f"http://127.{n >> 16}.{n >> 8 & 255}.{n & 255}:{port}/feed/{i}" for i, n in enumerate(numbers)]


async def poll(url: str, http: HttpClient, state: State, turns: asyncio.Semaphore) -> tuple[int, State]:
    """How many entries a feed gave, and its state."""
    items = 0
    async with turns:
        async for batch in FeedCollector(FeedOptions(url=url), http).collect(state):
            items, state = items + len(batch.items), batch.state
    return items, state


async def poll_twice(urls: Sequence[str]) -> tuple[list[float], list[int]]:
    """Seconds and entries of the first round, when all is new, and of the second, when nothing is."""
    seconds, entries = [], []
    states: list[State] = [{} for _ in urls]
    policy, turns = Policy(allow_private=True, rate=RATE), asyncio.Semaphore(POLLED_AT_A_TIME)
    async with HttpClient("benchmark@reputation.example", policy=policy) as http:
        for _ in range(2):
            started = time.perf_counter()
            due = zip(urls, states, strict=True)
            polled = await asyncio.gather(*(poll(url, http, state, turns) for url, state in due))
            seconds.append(time.perf_counter() - started)
            entries.append(sum(items for items, _ in polled))
            states = [state for _, state in polled]
    return seconds, entries


def show(sources: int, hosts: int, seconds: Sequence[float]) -> None:
    """The figures of the one who asked."""
    print(f"{sources} sources on {hosts} hosts, one process")
    for what, took in zip(("all new", "all known"), seconds, strict=True):
        print(f"{what:<12}{took:>8.1f} s {sources / took:>8.0f} polls/s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>8.0f} MiB")


def main() -> None:
    """Poll and print."""
    parser = argparse.ArgumentParser(description="Feeds polled a second, and how polite that was.")
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, help="a fifth of the sources if not given")
    options = parser.parse_args()
    hosts = options.hosts or max(1, options.sources // 5)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    seconds, entries = asyncio.run(poll_twice(addresses(options.sources, hosts, ours.recv())))
    ours.send("stop")
    in_a_window, at_a_time, answers = ours.recv()
    server.join()
    show(options.sources, hosts, seconds)
    print(f"answers: {', '.join(f'{count} {what}' for what, count in sorted(answers.items()))}")
    print(f"most at a time with one host: {at_a_time} of {DEFAULT_LIMITS.per_host} allowed")
    print(f"most in any second with one host: {in_a_window} of {RATE.requests:g} allowed")
    polite = at_a_time <= DEFAULT_LIMITS.per_host and in_a_window <= RATE.requests
    whole = entries == [10 * options.sources, 0] and answers["200"] == answers["304"] == options.sources
    if not polite or not whole or answers["robots.txt"] != hosts:
        sys.exit("polling: a host was asked too often, or a feed was not read")


if __name__ == "__main__":
    main()
