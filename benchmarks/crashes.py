"""Does a killed process lose an alert? Kill it again and again, and count what the shared channel got.

    python benchmarks/crashes.py --kills 500

A worker process raises one alert after the other and delivers to a Slack-shaped receiver on loopback, by the code of
the service. It is killed by SIGKILL at moments drawn by chance: while it decides, between the commit and the delivery,
before and after the receiver's answer, before it records that the message was taken. The next worker goes on from the
database. In the end one worker may finish, and every message that was ever decided must have arrived, with the same key
as often as it was sent. Exit status 1 if one is lost.
"""

import argparse
import asyncio
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import numpy as np
from aiohttp import web
from numpy.typing import NDArray

from alerts.base import Event
from alerts.channels import open_channel
from reputation_monitor.alerting import Watch, deliver_due
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.types import Shift
from reputation_monitor.settings import Settings, read_settings
from reputation_monitor.store import Delivery, Store
from reputation_monitor.surveillance import Look

START = datetime(2026, 3, 2, tzinfo=UTC)
A_WORKERS_LIFE = timedelta(minutes=10)
"""By the workers' own clock; longer than the lease of a claimed message."""

LAST_REQUESTS = 12
LONGEST_GRACE_SECONDS = 0.05
PATIENCE_SECONDS = 60.0


class Mute:
    """An encoder for a store without mentions."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Zero vectors."""
        return np.zeros((len(texts), 2), dtype=np.float32)


async def mute() -> Mute:
    """Load nothing."""
    return Mute()


def settings_for(url: str) -> Settings:
    """Everything goes to one channel."""
    return read_settings(f"channels: [{{name: shared, kind: slack, url: {url!r}}}]", "the benchmark", Path.cwd(), {})


def look_at(number: int, now: datetime) -> Look:
    """A look that finds the shift of one brand, and no longer that of the brand before it."""
    onset = now - timedelta(minutes=30)
    shift = Shift(
        brand=f"Brand {number}",
        screens=("web",),
        onset=onset,
        onset_low=onset,
        onset_high=onset,
        end=now,
        ongoing=True,
        observed=30.0,
        expected=5.0,
        excess=25.0,
        excess_low=15.0,
        excess_high=35.0,
    )
    return Look(Findings(shifts=(shift,), tested=(), models=None), {}, now)  # type: ignore[arg-type]


async def work(database: str, url: str, now: datetime, alerts: int | None) -> None:
    """Raise alerts and deliver them: without end, or until there are ``alerts`` and nothing is left to deliver."""
    settings = settings_for(url)
    channels = {"shared": open_channel("shared", url, "slack")}
    async with await Store.open(database) as store:
        watch = Watch(store, settings, mute)
        while alerts is None or await store.pending():
            number = len(await store.alerts(limit=1_000_000))
            if alerts is None:
                await watch.tell(look_at(number, now))
            await deliver_due(store, channels, now)
            now += timedelta(seconds=1)


def run_worker(database: str, url: str, now: datetime, alerts: int | None) -> None:
    """The worker process."""
    asyncio.run(work(database, url, now, alerts))


@dataclass
class Receiver:
    """Takes messages as Slack does, and keeps the key and the body of every request."""

    chance: random.Random
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        """Keep a message, then answer, now and then a little late."""
        self.requests.append((request.headers.get("Idempotency-Key", ""), await request.read()))
        self.news.set()
        await asyncio.sleep(self.chance.choice((0.0, 0.0, self.chance.uniform(0, 0.02))))
        return web.Response(text="ok")

    async def wait_for(self, requests: int) -> None:
        """Return when so many requests have come in all, or patience is at its end."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.requests) < requests:
                self.news.clear()
                await self.news.wait()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen on loopback; gives the address."""
        app = web.Application()
        app.add_routes([web.post("/hook", self.handle)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            await runner.cleanup()


@dataclass(frozen=True)
class Outcome:
    """What was decided and what arrived.

    Attributes:
        alerts: conditions raised, and messages: what was decided to be told of them.
        lost: keys of messages that never arrived.
        unknown: keys that arrived and were never decided.
        changed: keys that arrived with different bodies.
        untold: alerts without any message.
        repeats: how many requests were repeats.
    """

    kills: int
    alerts: int
    messages: int
    repeats: int
    lost: frozenset[str]
    unknown: frozenset[str]
    changed: frozenset[str]
    untold: frozenset[str]

    @property
    def clean(self) -> bool:
        """Whether everything arrived, and nothing else did."""
        return not (self.lost or self.unknown or self.changed or self.untold)


async def crash(kills: int, folder: Path, seed: int = 1) -> Outcome:
    """Kill workers, let the last one finish, and compare what was decided with what arrived."""
    chance = random.Random(seed)
    receiver = Receiver(chance)
    database = f"sqlite:///{folder / 'crashes.db'}"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["reputation_monitor.application"])  # "__main__" is not, before Python 3.13
    async with receiver.serve() as url:
        for life in range(kills):
            await _kill_one(context, receiver, (database, url, START + life * A_WORKERS_LIFE, None), chance)
        await _finish(context, (database, url, START + (kills + 1) * A_WORKERS_LIFE, 0))
    return await _compare(kills, database, receiver)


async def _kill_one(
    context: ForkServerContext,
    receiver: Receiver,
    job: tuple[str, str, datetime, int | None],
    chance: random.Random,
) -> None:
    worker = context.Process(target=run_worker, args=job, daemon=True)
    worker.start()
    await receiver.wait_for(len(receiver.requests) + chance.randint(1, LAST_REQUESTS))
    await asyncio.sleep(chance.choice((0.0, chance.uniform(0, LONGEST_GRACE_SECONDS))))
    worker.kill()
    await asyncio.to_thread(worker.join, PATIENCE_SECONDS)


async def _finish(context: ForkServerContext, job: tuple[str, str, datetime, int | None]) -> None:
    worker = context.Process(target=run_worker, args=job, daemon=True)
    worker.start()
    await asyncio.to_thread(worker.join, PATIENCE_SECONDS)
    if worker.exitcode != 0:
        raise RuntimeError(f"the last worker ended with status {worker.exitcode}")


async def _compare(kills: int, database: str, receiver: Receiver) -> Outcome:
    async with await Store.open(database) as store:
        known = await store.alerts(limit=1_000_000)
        told = {one.alert.key: await store.deliveries(one.alert.key) for one in known}
    decided = {delivery.notification.key for deliveries in told.values() for delivery in deliveries}
    arrived = Counter(key for key, _ in receiver.requests)
    return Outcome(
        kills=kills,
        alerts=len(known),
        messages=len(decided),
        repeats=sum(arrived.values()) - len(arrived),
        lost=frozenset(decided - arrived.keys()),
        unknown=frozenset(arrived.keys() - decided),
        changed=frozenset(key for key in arrived if len({body for k, body in receiver.requests if k == key}) > 1),
        untold=frozenset(key for key, deliveries in told.items() if not _was_raised(deliveries)),
    )


def _was_raised(deliveries: Sequence[Delivery]) -> bool:
    return any(d.notification.event is Event.RAISED and d.sent_at for d in deliveries)


def main() -> None:
    """Run the experiment and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(crash(options.kills, Path(folder), options.seed))
    print(f"{outcome.kills} kills in {time.monotonic() - started:.0f} s")
    print(f"{outcome.alerts} alerts, {outcome.messages} messages decided, {outcome.repeats} requests were repeats")
    print(f"lost: {len(outcome.lost)}, never decided: {len(outcome.unknown)}, changed: {len(outcome.changed)}")
    print(f"alerts nobody was told of: {len(outcome.untold)}")
    sys.exit(0 if outcome.clean else 1)


if __name__ == "__main__":
    main()
