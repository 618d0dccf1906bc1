"""Mentions imported a second into SQLite on disk, from an invented file of JSON lines.

    python benchmarks/importing.py [--mentions 20000] [--repeats 3] [--folder FOLDER]

Each repeat writes to a fresh database: the file once, when every mention is new, and once more, when all are known.
Brands are found by queries, as in service; one text in ten is a copy of an earlier one. ``--folder`` says on which
disk, which matters as much as the processor. Medians are printed, with the slowest and the fastest.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reputation_monitor.application import Application, open_application
from reputation_monitor.pipeline import Intake
from reputation_monitor.settings import Settings, default_settings

BRANDS = ("Larkair", "Finchair", "Wrenways", "Heronjet", "Siskin Air")
SCREENS = ("web", "tv", "mobile")
COPIES = 0.1
START = datetime(2026, 1, 5, tzinfo=UTC)
WORDS = (
    "the app a new update my flight was late again and nobody answered love how fast support fixed it cannot log in "
    "since this morning payment failed twice great service thank you waiting on hold for an hour website is down"
)


def write_mentions(path: Path, count: int) -> None:
    """Write a file of mentions, the same at every run."""
    rng = random.Random(1)
    texts: list[str] = []
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            copied = texts and rng.random() < COPIES
            texts.append(rng.choice(texts[-100:]) if copied else _text(rng))
            row = {
                "id": str(number),
                "screen": rng.choice(SCREENS),
                "author": f"customer-{rng.randrange(count // 2 + 1)}",
                "published": (START + timedelta(seconds=60 * number)).isoformat(),
                "text": texts[-1],
            }
            file.write(json.dumps(row) + "\n")


def _text(rng: random.Random) -> str:
    return f"{rng.choice(BRANDS)} {' '.join(rng.choices(WORDS.split(), k=rng.randint(5, 30)))}"


def settings_for(database: Path) -> Settings:
    """The settings of a database and the invented brands."""
    brands = json.dumps([{"name": name} for name in BRANDS])
    return default_settings(
        {"REPUTATION_MONITOR_DATABASE": f"sqlite:///{database}", "REPUTATION_MONITOR__BRANDS": brands}
    )


async def import_twice(mentions: Path, database: Path) -> tuple[float, float]:
    """Seconds that the file takes when all of it is new, and when all of it is known."""
    async with open_application(settings_for(database)) as application:
        first, new = await _import(application, mentions)
        second, known = await _import(application, mentions)
    if not new.added or new.added != known.known or known.added:
        raise SystemExit(f"importing: not what a second import gives: {new}, {known}")
    return first, second


async def _import(application: Application, path: Path) -> tuple[float, Intake]:
    started = time.perf_counter()
    intake = await application.import_file(path, {}, "UTC")
    return time.perf_counter() - started, intake


def show(what: str, count: int, seconds: list[float]) -> None:
    """One line of figures."""
    rate, slowest, fastest = (count / s for s in (statistics.median(seconds), max(seconds), min(seconds)))
    print(f"{what:<14}{rate:>8.0f} mentions/s   ({slowest:.0f} to {fastest:.0f})")


def main() -> None:
    """Import and print."""
    parser = argparse.ArgumentParser(description="Mentions imported a second into SQLite on disk.")
    parser.add_argument("--mentions", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="where the databases lie; the system's temporary folder if not given"
    )
    options = parser.parse_args()
    new: list[float] = []
    known: list[float] = []
    with tempfile.TemporaryDirectory(prefix="importing", dir=options.folder) as name:
        mentions = Path(name) / "mentions.jsonl"
        write_mentions(mentions, options.mentions)
        for repeat in range(options.repeats):
            first, second = asyncio.run(import_twice(mentions, Path(name) / f"{repeat}.db"))
            new.append(first)
            known.append(second)
    print(f"{options.mentions} mentions, medians of {options.repeats}")
    show("all new", options.mentions, new)
    show("all known", options.mentions, known)


if __name__ == "__main__":
    main()
