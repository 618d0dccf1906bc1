"""What the sources cost a view of the dashboard: their kept judgements read, beside all of them judged anew.

    python benchmarks/judging.py [--sources 50 1000] [--repeats 5]

Each source has brought about an item an hour for 13 weeks, into SQLite. Every view judged all of them anew until their
judgements were kept; now the job ``sources`` judges each after it was polled, and a view reads. What is measured is the
processor's time of this process.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collectors.base import Item
from reputation_monitor.application import Application, open_application
from reputation_monitor.settings import read_settings
from reputation_monitor.source_watch import AT_ONCE, judge_all
from reputation_monitor.web.facts import Facts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOURS = 13 * 7 * 24


async def fill(application: Application) -> None:
    """Let every source have spoken for 13 weeks, by chance."""
    rng = random.Random(1)
    for source in application.settings.sources:
        moments = [NOW - timedelta(hours=rng.uniform(0, HOURS)) for _ in range(HOURS)]
        items = [Item(id=str(number), text="queue", published=moment) for number, moment in enumerate(sorted(moments))]
        await application.store.store_batch(source.name, [], [], {}, NOW, items=items)
        await application.store.poll_succeeded(source.name, NOW)


async def judge_anew(application: Application) -> None:
    """What every view of the sources did until judgements were kept."""
    sources = application.settings.sources
    for first in range(0, len(sources), AT_ONCE):
        some = sources[first : first + AT_ONCE]
        records = await application.store.source_records([source.name for source in some], NOW)
        await asyncio.to_thread(judge_all, some, application.settings, records, NOW)


async def milliseconds(work: Callable[[], Awaitable[object]], repeats: int) -> float:
    """The processor's time, median of the repeats."""
    took = []
    for _ in range(repeats):
        started = time.process_time()
        await work()
        took.append(1000 * (time.process_time() - started))
    return statistics.median(took)


async def measure(count: int, repeats: int, folder: Path) -> tuple[float, float]:
    """Milliseconds of a view that reads, and of judging all sources anew."""
    sources = "".join(f"  - {{name: s{number}, screen: web, collector: feed, url: x}}\n" for number in range(count))
    settings = read_settings(f"sources:\n{sources}", "the benchmark", folder, {})
    async with open_application(settings, now=lambda: NOW) as application:
        await fill(application)
        await application.judge_sources()
        reads = await milliseconds(Facts(application).sources, repeats)
        anew = await milliseconds(lambda: judge_anew(application), 1 if count > AT_ONCE else repeats)
    return reads, anew


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, nargs="+", default=[50, 1000], help="how many sources")
    parser.add_argument("--repeats", type=int, default=5, help="the median is printed; more than 50 are judged once")
    told = parser.parse_args()
    for count in told.sources:
        with tempfile.TemporaryDirectory() as folder:
            reads, anew = asyncio.run(measure(count, told.repeats, Path(folder)))
        print(
            f"{count:>6,} sources: a view reads them in {reads:,.1f} ms; judging all anew takes {anew:,.0f} ms, "
            f"{anew / reads:,.0f} times as long"
        )


if __name__ == "__main__":
    main()
