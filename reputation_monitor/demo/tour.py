"""The demo: the whole job on the invented world, by the very code that the service runs.

Only the clock is played: mentions of six weeks are collected and scored at once, then the watch is taken through the
hours that turned out to matter, so that alerts are raised, updated and ended as they would have been.
"""

import asyncio
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from collectors.http import Limits, Policy
from reputation_monitor.application import Application, open_application
from reputation_monitor.clock import utc_now
from reputation_monitor.demo.scenario import BRAND, NOTICE, Planted
from reputation_monitor.demo.server import DemoServer, serve
from reputation_monitor.demo.world import World
from reputation_monitor.linking.types import Link, Shift, Verdict
from reputation_monitor.linking.verdicts import q_in_words
from reputation_monitor.pipeline import Intake
from reputation_monitor.reporting.weeks import Week
from reputation_monitor.reports.rendering import Format, Report, render
from reputation_monitor.service import write
from reputation_monitor.settings import load
from reputation_monitor.surveillance import Look
from reputation_monitor.web.server import serve as serve_dashboard

CONFIG = Path(__file__).parents[2] / "config" / "demo.yaml"
ON_LOOPBACK = Policy(allow_private=True)
OWN_SERVERS = Limits(keep_rates=False)
"""All of the demo's servers are one host, and it is ours: what Apple's bears does not hold for it."""

MOMENTS_AFTER = (timedelta(minutes=40), timedelta(hours=2))
OVER_AFTER = timedelta(hours=3)
NEAR = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was planted, what was found, and whether that is the same."""

    planted: Planted
    found: str
    detail: str

    @property
    def right(self) -> bool:
        """Whether the verdict is the right one."""
        return self.found == self.planted.verdict


async def take_tour(folder: Path, console: Console, *, keep_serving: bool = False) -> bool:
    """Go through the whole job; says whether everything planted was found for what it is."""
    started = time.monotonic()
    now = utc_now().replace(microsecond=0)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    console.rule("Reputation Monitor: the whole job on an invented world")
    console.print(NOTICE, style="italic")
    world = await asyncio.to_thread(World.make, now)
    async with serve(world, console=console) as server:
        environment = {"DEMO_URL": server.url, "REPUTATION_MONITOR_DATABASE": f"sqlite:///{folder / 'demo.db'}"}
        settings = load(CONFIG, environment)
        async with open_application(settings, policy=ON_LOOPBACK, limits=OWN_SERVERS) as application:
            await _gather(application, console)
            found = await _replay(application, now, console)
            outcomes = compare(world.plan.planted, found)
            written = await _write_reports(application, world.plan.planted, found, folder)
            _conclude(outcomes, server, written, console)
            console.print(f"The tour took {time.monotonic() - started:.0f} s.")
            if keep_serving:
                await _keep_serving(application, console)
    return all(outcome.right for outcome in outcomes)


def _bars(console: Console) -> Progress:
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


async def _gather(application: Application, console: Console) -> None:
    """Collect every source, ask the status page, and score."""
    with _bars(console) as bars:
        sources = application.settings.sources
        collecting = bars.add_task("collecting over HTTP (sources)", total=len(sources))

        async def one(index: int) -> Intake:
            intake = await application.collect(sources[index])
            bars.advance(collecting)
            return intake

        intakes = await asyncio.gather(*(one(i) for i in range(len(sources))))
        for incident_source in application.settings.incidents:
            await application.poll_incidents(incident_source)
        await application.judge_sources()
        waiting = (await application.store.counts()).unscored
        scoring = bars.add_task("scoring by the transformer", total=waiting)
        await application.score(lambda done: bars.advance(scoring, done))
    total = sum(intakes, Intake())
    console.print(
        f"{total.added:,} mentions of {len(application.settings.brands)} brands on three screens; "
        f"{total.unmatched:,} items spoke of none, {total.rejected} were set aside with their reasons."
    )


async def _replay(application: Application, now: datetime, console: Console) -> Look:
    """Watch at the moments that matter, in the order of time, delivering as it goes."""
    overall = await application.look()
    if overall is None:
        raise LookupError("the demo collected nothing")
    with _bars(console) as bars:
        moments = moments_of(overall, now)
        watching = bars.add_task("watching, hour by hour", total=len(moments))
        for moment in moments:
            await application.watch(moment)
            await application.deliver(moment)
            bars.advance(watching)
    final = await application.watch(now)
    await application.deliver(now)
    if final is None:
        raise LookupError("the demo lost what it had collected")
    return final


def moments_of(found: Look, now: datetime) -> list[datetime]:
    """When to look: soon after each onset, and when it was over."""
    moments: set[datetime] = set()
    for shift in found.shifts:
        if shift.brand == BRAND.name:
            moments |= {shift.onset + after for after in MOMENTS_AFTER if shift.onset + after < shift.end}
            moments.add(shift.end + OVER_AFTER)
    return sorted(moment for moment in moments if moment < now)


def compare(planted: Sequence[Planted], found: Look) -> list[Outcome]:
    """Hold what was found against what had been planted."""
    links = {link.id: link for link in found.links if link.brand == BRAND.name}
    shifts = [shift for shift in found.shifts if shift.brand == BRAND.name]
    return [_of_incident(p, links) if p.incident else _of_scandal(p, shifts) for p in planted]


def _of_incident(planted: Planted, links: Mapping[str, Link]) -> Outcome:
    link = links.get(planted.incident.id) if planted.incident else None
    if link is None:
        return Outcome(planted, "not seen", "the incident was not collected")
    detail = q_in_words(link.q_value) if link.q_value is not None else ""
    if link.verdict is Verdict.LINKED and link.onset is not None and link.excess is not None:
        off = (link.onset - planted.onset).total_seconds() / 60
        detail += f", {link.excess:+.0f} negative voices, onset {off:+.0f} min off"
        lead, true_lead = link.customer_lead_minutes, planted.customer_lead_minutes
        if lead is not None and true_lead is not None:
            detail += f", customer lead {lead:.0f} min (true {true_lead:.0f})"
    return Outcome(planted, link.verdict, detail)


def _of_scandal(planted: Planted, shifts: Sequence[Shift]) -> Outcome:
    for shift in shifts:
        if shift.onset <= planted.end and shift.end >= planted.onset:
            off = (shift.onset - planted.onset).total_seconds() / 60
            return Outcome(planted, shift.verdict, f"{shift.excess:+.0f} negative voices, onset {off:+.0f} min off")
    return Outcome(planted, "not seen", "no shift at that time")


async def _write_reports(application: Application, planted: Sequence[Planted], found: Look, folder: Path) -> list[Path]:
    worst = max((p for p in planted if p.incident and p.effects), key=lambda p: p.onset)
    week = Week.holding(worst.onset, application.settings.zone).name
    reports: dict[str, Report] = {f"weekly-{week}": await application.weekly(week, NOTICE)}
    for one in planted:
        if one.incident and one.incident.id in found.incidents:
            reports[f"review-{one.key}"] = await application.review(one.incident.id, BRAND.name, NOTICE)
    written = []
    for name, report in reports.items():
        for output in (Format.HTML, Format.MARKDOWN):
            path = folder / f"{name}.{output}"
            write(path, await asyncio.to_thread(render, report, output))
            if output is Format.HTML:
                written.append(path)
    return written


def _conclude(outcomes: Sequence[Outcome], server: DemoServer, written: Sequence[Path], console: Console) -> None:
    table = Table("planted", "should be", "found", "", "figures", title="What was planted, and what was found")
    for outcome in outcomes:
        mark = "[green]right[/]" if outcome.right else "[bold red]wrong[/]"
        table.add_row(outcome.planted.kind, outcome.planted.verdict, outcome.found, mark, outcome.detail)
    console.print(table)
    messages = len(server.received)
    console.print(
        f"The shared channel took {messages} messages ({server.receiver.attempts} attempts, the first refused)."
    )
    console.print("Open in a browser:")
    for path in written:
        console.print(f"  {path.resolve()}", soft_wrap=True)


async def _keep_serving(application: Application, console: Console) -> None:
    web = application.settings.web
    async with serve_dashboard(application, web.host, web.port) as address:
        console.print(f"The dashboard is at {address} (Ctrl-C ends it).")
        await asyncio.Event().wait()
