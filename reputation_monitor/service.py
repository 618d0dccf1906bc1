"""The service: which job runs when. One failing job stops no other, and what was cut off is taken up again.

Every job is a row of the table in ``jobs``: one a source, one an incident source, then scoring, looking, watching the
sources, delivering and the weekly report. State lives in the store alone, so a killed service goes on where it was.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from alerts.base import Alert, Kind
from collectors.base import CollectorError
from collectors.registry import is_polled
from reputation_monitor.alerting import announce
from reputation_monitor.application import Application
from reputation_monitor.clock import utc_now, wall_offset
from reputation_monitor.reporting.weeks import Week
from reputation_monitor.reports.rendering import Format, render
from reputation_monitor.settings import IncidentSettings, Settings, Source
from reputation_monitor.source_watch import must_be_told
from reputation_monitor.store import KeptReport
from reputation_monitor.web.server import serve

SCORE_EVERY = timedelta(seconds=30)
LOOK_EVERY = timedelta(minutes=5)
HUBS_EVERY = timedelta(minutes=1)
DELIVER_EVERY = timedelta(seconds=5)
MISSED_EVERY = timedelta(minutes=5)
CATCHING_UP = timedelta(hours=1)
"""How long a report that was missed waits at most for what was said while the service was down."""
JITTER_SHARE = 0.1
STOP_SECONDS = 8
"""How long jobs under way may go on after SIGTERM; Docker kills after ten."""

CLOCK_EVERY, CLOCK_JUMP = timedelta(seconds=30), timedelta(minutes=1)

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done again and again; ``work`` says in a few words what it did."""

    name: str
    trigger: BaseTrigger
    work: Callable[[], Awaitable[str]]
    at_once: bool = True


class Service:
    """Runs the application's jobs until it is told to stop.

    Args:
        application: on its open store.
        folder: where weekly reports are written.
    """

    def __init__(self, application: Application, folder: Path) -> None:
        self._application, self._folder = application, folder
        self._running: set[asyncio.Task[object]] = set()
        self._reporting = asyncio.Lock()
        self._began: datetime | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def jobs(self) -> list[Job]:
        """Every job, by the configuration."""
        settings = self._application.settings
        return [
            *(Job(f"collect {s.name}", every(s.every), partial(self._collect, s)) for s in self._polled),
            *(Job(f"incidents {i.name}", every(i.every), partial(self._incidents, i)) for i in settings.incidents),
            *([Job("hubs", every(HUBS_EVERY), self._hubs)] if self._application.hubs.wanted else []),
            Job("score", every(SCORE_EVERY), self._score),
            Job("look", every(LOOK_EVERY), self._look),
            Job("sources", every(LOOK_EVERY), self._sources),
            Job("deliver", every(DELIVER_EVERY), self._deliver),
            Job("weekly report", self._weekly_trigger(), self.weekly, at_once=False),
            Job("missed weekly report", every(MISSED_EVERY), self.missed_weekly),
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Run the jobs and the dashboard; gives the dashboard's address. Jobs under way are finished at the end."""
        web = self._application.settings.web
        self._began = self._application.now()
        async with serve(self._application, web.host, web.port) as address:
            for job in self.jobs():
                # The scheduler goes by the machine's clock, whatever the application's is.
                first = {"next_run_time": utc_now()} if job.at_once else {}
                self._scheduler.add_job(self._run, job.trigger, args=[job], id=job.name, **first)
            self._scheduler.start()
            watch = asyncio.create_task(self._watch_the_clock())
            log.info("running", jobs=len(self.jobs()), dashboard=address)
            try:
                yield address
            finally:
                watch.cancel()
                self._scheduler.pause()
                await self._finish()
                self._scheduler.shutdown(wait=False)  # it cancels what is under way, so it comes last

    async def _watch_the_clock(self) -> None:
        """Let every job have its turn at once after the machine's clock was set: the scheduler goes by it."""
        offset = wall_offset()
        while True:
            await asyncio.sleep(CLOCK_EVERY.total_seconds())
            if abs(wall_offset() - offset) > CLOCK_JUMP.total_seconds():
                offset = wall_offset()
                log.warning("the machine's clock was set; every job has its turn now")
                for job in self.jobs():
                    if job.at_once:
                        self._scheduler.modify_job(job.name, next_run_time=utc_now())

    async def _finish(self) -> None:
        if self._running:
            log.info("stopping", under_way=len(self._running))
            _, late = await asyncio.wait(self._running, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        log.info("stopped")

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("jobs run as tasks")
        self._running.add(task)
        try:
            did = await job.work()
        except asyncio.CancelledError:
            log.warning("job cut off", job=job.name)  # as the service stops
        except Exception as error:
            log.exception("job failed", job=job.name, error=type(error).__name__)
        else:
            if did:
                log.info("job done", job=job.name, did=did)
        finally:
            self._running.discard(task)

    async def _collect(self, source: Source) -> str:
        if await self._application.hubs.spares(source):
            return ""
        intake = await self._application.collect(source)
        if intake.error:
            log.warning("source failed", source=source.name, error=intake.error)
        counts = {"new": intake.added, "edited": intake.edited, "taken back": intake.deleted}
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)

    async def _incidents(self, source: IncidentSettings) -> str:
        try:
            result = await self._application.poll_incidents(source)
        except (CollectorError, OSError) as error:
            log.warning("incident source failed", source=source.name, error=str(error))
            return ""
        return f"{result.added} new, {result.edited} changed" if result.added or result.edited else ""

    async def _hubs(self) -> str:
        asked = await self._application.hubs.tend()
        return f"{asked} hubs asked" if asked else ""

    async def _score(self) -> str:
        scored = await self._application.score()
        return f"{scored} scored" if scored else ""

    async def _look(self) -> str:
        found = await self._application.watch()
        return f"{len(found.shifts)} shifts, {len(found.links)} incidents" if found else ""

    async def _sources(self) -> str:
        told = [health for health in await self._application.watch_sources() if must_be_told(health)]
        return ", ".join(f"{health.source} is {health.condition}" for health in told)

    async def _deliver(self) -> str:
        delivered = await self._application.deliver()
        return f"{delivered} delivered" if delivered else ""

    async def weekly(self) -> str:
        """Make the report of the last whole week, once, and tell where it is."""
        async with self._reporting:
            return await self._weekly()

    async def _weekly(self) -> str:
        application = self._application
        now = application.now()
        week = Week.before(now, application.settings.zone).name
        if await application.store.report("weekly", week, Format.HTML):
            return ""
        report = await application.weekly(week)
        bodies = {output: await asyncio.to_thread(render, report, output) for output in Format}
        path = self._folder / f"weekly-{week}.html"
        await asyncio.to_thread(write, path, bodies[Format.HTML])
        await self._announce(week, now)
        # As HTML it is kept last: whoever dies before does it all again, and the outbox drops what was announced twice.
        for output in sorted(Format, key=lambda output: output is Format.HTML):
            await application.store.keep_report(KeptReport("weekly", week, output, bodies[output], now))
        return str(path)

    async def missed_weekly(self) -> str:
        """Make up for a report whose time came while the service was down, or that failed."""
        application = self._application
        now, settings = application.now(), application.settings
        if await self._is_catching_up(now):
            return ""
        span = await application.store.span()
        known = span is not None and span[0] < Week.before(now, settings.zone).end
        return await self.weekly() if known and now >= report_time(settings, now) else ""

    async def _is_catching_up(self, now: datetime) -> bool:
        """Whether the service has just begun, and what was said meanwhile is not collected and scored yet."""
        began = self._began
        if began is None or now - began > CATCHING_UP:
            return False
        store = self._application.store
        asked = {
            state.source
            for state in await store.source_states()
            if any(moment and moment >= began for moment in (state.last_success, state.last_error_at))
        }
        return not asked.issuperset(s.name for s in self._polled) or await store.unscored_until(now) > 0

    @property
    def _polled(self) -> list[Source]:
        return [source for source in self._application.settings.sources if is_polled(source.collector)]

    async def _announce(self, week: str, now: datetime) -> None:
        application = self._application
        channel = application.settings.report.channel
        if channel is None:
            return
        alert = Alert(
            key=f"report:{week}",
            kind=Kind.REPORT,
            brand="",
            headline=f"The reputation report of week {week} is ready",
            started=now,
            review_url=f"{application.settings.web.address}/reports/weekly/{week}",
        )
        await announce(application.store, channel, alert, now)

    def _weekly_trigger(self) -> CronTrigger:
        report, zone = self._application.settings.report, self._application.settings.zone
        hour, minute = report.hour_and_minute
        return CronTrigger(day_of_week=report.day[:3], hour=hour, minute=minute, timezone=zone)


def report_time(settings: Settings, now: datetime) -> datetime:
    """When, in the present week, the report of the week before is due."""
    hour, minute = settings.report.hour_and_minute
    day = Week.holding(now, settings.zone).days[DAYS.index(settings.report.day)]
    return datetime.combine(day, time(hour, minute), settings.zone)


def every(interval: timedelta) -> IntervalTrigger:
    """Again and again, with a jitter of a tenth so that sources are not asked all together."""
    seconds = interval.total_seconds()
    return IntervalTrigger(seconds=max(1, int(seconds)), jitter=int(seconds * JITTER_SHARE) or None, timezone="UTC")


def write(path: Path, body: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_text(body, encoding="utf-8")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


async def run_until_stopped(service: Service) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with service.running():
        await stop.wait()
