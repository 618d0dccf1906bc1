"""Which job runs when; what fails stops nothing else, and what was cut off is taken up again."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import structlog
from apscheduler.triggers.interval import IntervalTrigger

from alerts.base import Kind
from reputation_monitor import service as service_module
from reputation_monitor.application import Application
from reputation_monitor.reporting.weeks import Week
from reputation_monitor.reports.rendering import Format
from reputation_monitor.service import Job, Service, every, report_time, run_until_stopped, write

CONFIGURATION = """
time_zone: America/New_York
brands: [{name: Halden}]
sources:
  - {name: gone, screen: web, collector: file, path: gone.jsonl, every: 10m}
  - {name: posts, screen: web, collector: file, path: posts.jsonl, every: 30s}
incidents:
  - {name: board, kind: file, url: gone.csv, every: 5m}
channels: [{name: shared, url: "console://"}]
report: {day: monday, time: "08:00", channel: shared}
web: {port: 0}
"""
POSTS = "".join(
    json.dumps(
        {
            "id": number,
            "text": "Halden as ever",
            "author": f"customer {number}",
            "published": (datetime(2026, 2, 24, 9, tzinfo=UTC) + timedelta(hours=number)).isoformat(),
            "negative": 0.2,
            "neutral": 0.7,
            "positive": 0.1,
        }
    )
    + "\n"
    for number in range(30)
)


@pytest.fixture
async def app(open_app, workshop) -> Application:
    workshop.write("posts.jsonl", POSTS)
    return await open_app(CONFIGURATION)


@pytest.fixture
def service(app: Application, tmp_path: Path) -> Service:
    return Service(app, tmp_path / "reports")


async def until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if await answer if asyncio.iscoroutine(answer) else answer:
                return
            await asyncio.sleep(0.01)


# --- The table of jobs


def test_every_source_has_a_job_and_so_has_every_duty(service: Service):
    assert [job.name for job in service.jobs()] == [
        "collect gone",
        "collect posts",
        "incidents board",
        "score",
        "look",
        "sources",
        "deliver",
        "weekly report",
        "missed weekly report",
    ]


async def test_a_source_that_is_told_is_not_asked(open_app: Callable, tmp_path: Path):
    told = "sources: [{name: desk, screen: web, collector: push, token: an-invented-token}]"
    service = Service(await open_app(told), tmp_path)
    assert not [job.name for job in service.jobs() if job.name.startswith("collect")]


def test_the_report_is_made_when_and_where_people_live(service: Service):
    trigger = next(job.trigger for job in service.jobs() if job.name == "weekly report")
    after = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert trigger.get_next_fire_time(None, after) == datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("America/New_York"))


def test_sources_are_asked_at_their_interval_with_a_jitter_of_a_tenth():
    trigger = every(timedelta(minutes=10))
    assert isinstance(trigger, IntervalTrigger)
    assert (trigger.interval, trigger.jitter) == (timedelta(minutes=10), 60)
    assert every(timedelta(seconds=5)).jitter is None


# --- Running


class Chosen(Service):
    """A service with the jobs of a test."""

    chosen: tuple[Job, ...] = ()

    def jobs(self) -> list[Job]:
        return list(self.chosen)


@pytest.fixture
def run_jobs(app: Application, tmp_path: Path) -> Callable[..., Chosen]:
    def made(**work: Callable) -> Chosen:
        service = Chosen(app, tmp_path)
        service.chosen = tuple(Job(name, every(timedelta(hours=1)), one) for name, one in work.items())
        return service

    return made


async def test_a_job_that_fails_stops_no_other(run_jobs):
    done = asyncio.Event()

    async def broken() -> str:
        raise ZeroDivisionError("sesame")

    async def sound() -> str:
        done.set()
        return "all of it"

    with structlog.testing.capture_logs() as logs:
        async with run_jobs(broken=broken, sound=sound).running():
            await until(done.is_set)
            await until(lambda: any(line["event"] == "job failed" for line in logs))
    failed = next(line for line in logs if line["event"] == "job failed")
    assert (failed["job"], failed["error"]) == ("broken", "ZeroDivisionError")
    assert {"event": "job done", "job": "sound", "did": "all of it", "log_level": "info"} in logs


async def test_jobs_do_not_overlap_and_missed_turns_are_one(run_jobs):
    async def work() -> str:
        return ""

    service = run_jobs(work=work)
    async with service.running():
        (job,) = service._scheduler.get_jobs()
        assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)


async def test_a_job_under_way_is_finished_before_the_service_stops(run_jobs):
    begun, finished = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        begun.set()
        await asyncio.sleep(0.1)
        finished.set()
        return ""

    async with run_jobs(slow=slow).running():
        await until(begun.is_set)
    assert finished.is_set()


async def test_a_job_that_does_not_end_is_cut_off(run_jobs, monkeypatch):
    monkeypatch.setattr(service_module, "STOP_SECONDS", 0.05)
    begun, cut_off = asyncio.Event(), asyncio.Event()

    async def endless() -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut_off.set()
            raise
        return ""

    async with run_jobs(endless=endless).running():
        await until(begun.is_set)
    await until(cut_off.is_set)


async def test_one_source_that_fails_leaves_the_others_alone(app: Application, service: Service):
    async def both() -> bool:
        states = {state.source: state for state in await app.store.source_states()}
        return {"gone", "posts"} <= states.keys() and states["posts"].items == 30

    with structlog.testing.capture_logs() as logs:
        async with service.running():
            await until(both)
            await until(lambda: any(line["event"] == "incident source failed" for line in logs))
    assert (await app.store.source_state("gone")).failures == 1
    assert any(line["event"] == "source failed" and line["source"] == "gone" for line in logs)


async def test_a_signal_stops_it(service: Service):
    running = asyncio.create_task(run_until_stopped(service))
    await until(lambda: service._scheduler.running)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        await running


async def test_every_job_has_its_turn_after_the_machines_clock_was_set(service: Service, monkeypatch):
    offsets = iter([100.0, 100.0, -3500.0, -3500.0])
    asked: list[str] = []
    monkeypatch.setattr(service_module, "CLOCK_EVERY", timedelta(milliseconds=1))
    monkeypatch.setattr(service_module, "wall_offset", lambda: next(offsets, -3500.0))
    scheduler = SimpleNamespace(modify_job=lambda name, **_: asked.append(name))
    monkeypatch.setattr(service, "_scheduler", scheduler)
    watch = asyncio.create_task(service._watch_the_clock())
    await until(lambda: asked)
    await asyncio.sleep(0.02)
    watch.cancel()
    assert asked == [job.name for job in service.jobs() if job.at_once]


# --- The weekly report

QUIET = ("add_job", "start", "pause", "shutdown")
"""What is asked of a scheduler; of one that runs nothing."""


async def stored_report(app: Application, week: str):
    return await app.store.report("weekly", week, "html")


async def fill(app: Application) -> None:
    for source in app.settings.sources:
        await app.collect(source)
    await app.score()


async def test_the_weekly_report_is_made_and_told_once(app: Application, service: Service, tmp_path: Path):
    await fill(app)
    path = tmp_path / "reports" / "weekly-2026-W09.html"
    assert await service.weekly() == str(path)
    assert "2026-W09" in path.read_text()
    kept = [await app.store.report("weekly", "2026-W09", output) for output in Format]
    assert [report.format for report in kept if report] == list(Format)
    assert kept[0].body == path.read_text()
    (known,) = await app.store.alerts()
    assert (known.alert.key, known.alert.kind) == ("report:2026-W09", Kind.REPORT)
    assert await service.weekly() == ""
    assert len(await app.store.deliveries("report:2026-W09")) == 1


async def test_a_report_that_was_cut_off_is_made_again_and_told_once(app: Application, service: Service, monkeypatch):
    await fill(app)
    keep = app.store.keep_report

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app.store, "keep_report", killed)
    with pytest.raises(KeyboardInterrupt):
        await service.weekly()
    monkeypatch.setattr(app.store, "keep_report", keep)
    assert await service.weekly() != ""
    assert await stored_report(app, "2026-W09")
    assert len(await app.store.deliveries("report:2026-W09")) == 1


@pytest.mark.parametrize(
    ("now", "made"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), False),  # 07:00 in New York: the cron job will see to it
        (datetime(2026, 3, 2, 14, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 14, tzinfo=UTC), True),
    ],
    ids=["before its time", "an hour late", "days late"],
)
async def test_a_report_whose_time_came_while_the_service_was_down_is_made_up_for(
    app: Application, service: Service, clock, now: datetime, made: bool
):
    await fill(app)
    clock.at = now
    assert bool(await service.missed_weekly()) is made
    assert await service.missed_weekly() == ""
    assert bool(await stored_report(app, "2026-W09")) is made


async def test_a_report_that_failed_is_made_up_for(app: Application, service: Service, clock, tmp_path: Path):
    await fill(app)
    clock.at = datetime(2026, 3, 2, 14, tzinfo=UTC)
    (tmp_path / "reports").write_text("a file where the folder belongs")
    with pytest.raises(OSError, match="reports"):
        await service.weekly()
    (tmp_path / "reports").unlink()
    (missed,) = [job for job in service.jobs() if job.name == "missed weekly report"]
    assert missed.trigger.interval <= timedelta(hours=1)
    assert await missed.work() != ""


async def test_a_missed_report_waits_for_what_was_said_while_the_service_was_down(
    app: Application, service: Service, clock, monkeypatch
):
    await fill(app)
    clock.at = datetime(2026, 3, 2, 14, tzinfo=UTC)
    monkeypatch.setattr(service, "_scheduler", SimpleNamespace(**dict.fromkeys(QUIET, lambda *_, **__: None)))
    async with service.running():
        assert await service.missed_weekly() == ""  # no source was asked since
        for source in app.settings.sources:
            await app.collect(source)
        assert await service.missed_weekly() != ""


async def test_a_missed_report_does_not_wait_for_ever(app: Application, service: Service, clock, monkeypatch):
    await fill(app)
    clock.at = datetime(2026, 3, 2, 14, tzinfo=UTC)
    monkeypatch.setattr(service, "_scheduler", SimpleNamespace(**dict.fromkeys(QUIET, lambda *_, **__: None)))
    async with service.running():
        clock.move(minutes=61)
        assert await service.missed_weekly() != ""


async def test_a_fresh_installation_makes_up_for_nothing(app: Application, service: Service, clock):
    clock.at = datetime(2026, 3, 7, 14, tzinfo=UTC)
    assert await service.missed_weekly() == ""


def test_the_time_of_the_report_is_that_of_the_present_week(app: Application):
    zone = ZoneInfo("America/New_York")
    for day in range(2, 9):
        now = datetime(2026, 3, day, 12, tzinfo=zone)
        assert report_time(app.settings, now) == datetime(2026, 3, 2, 8, tzinfo=zone)
        assert Week.before(now, zone).name == "2026-W09"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path):
    path = tmp_path / "a" / "report.html"
    write(path, "first")
    write(path, "zweite Fassung – länger")
    assert path.read_text(encoding="utf-8") == "zweite Fassung – länger"
    assert [found.name for found in path.parent.iterdir()] == ["report.html"]


# --- A real process


@contextmanager
def running(folder: Path):
    """The command ``run`` as a process of its own."""
    command = [sys.executable, "-m", "reputation_monitor", "--config", str(folder / "service.yaml"), "run"]
    with (folder / "log").open("ab") as log, subprocess.Popen(command, stderr=log, stdout=log, cwd=folder) as process:
        try:
            yield process
        finally:
            process.kill()


def polls(folder: Path) -> tuple[int, int]:
    """How often the source was read, and how many mentions there are."""
    if not (folder / "service.db").exists():
        return 0, 0
    connection = sqlite3.connect(f"file:{folder / 'service.db'}?mode=ro", uri=True, timeout=30)
    try:
        (mentions,) = connection.execute("SELECT count(*) FROM mention").fetchone()
        row = connection.execute("SELECT polls FROM source_state WHERE source = 'posts'").fetchone()
    except sqlite3.OperationalError:  # before the first migration
        return 0, 0
    finally:
        connection.close()
    return (row[0] if row else 0), mentions


def wait_for(folder: Path, wanted: int, seconds: float = 80.0) -> None:
    deadline = time.monotonic() + seconds
    while polls(folder)[0] < wanted:
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.1)


def test_a_killed_service_goes_on_and_a_stopped_one_ends_cleanly(database_folder: Path):
    (database_folder / "posts.jsonl").write_text(POSTS)
    (database_folder / "service.yaml").write_text(
        CONFIGURATION.replace("web: {port: 0}", "web: {port: 0}\ndatabase: sqlite:///service.db")
    )
    with running(database_folder) as process:
        wait_for(database_folder, 1)
        process.kill()
    with running(database_folder) as process:
        wait_for(database_folder, 2)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, (database_folder / "log").read_text()
        assert time.monotonic() - asked < 20
    log = (database_folder / "log").read_text()
    assert polls(database_folder) == (2, 30)
    assert "stopped" in log
    assert "Traceback" not in log
