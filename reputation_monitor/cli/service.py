"""``run``, ``demo`` and ``doctor``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from reputation_monitor.application import Application
from reputation_monitor.cli.context import FAILED, err, out, read_settings, set_up_logs
from reputation_monitor.cli.context import run as run_application

DEMO_FOLDER = Path("demo-output")


def run(
    folder: Annotated[Path | None, typer.Option(help="Where weekly reports go; else the configuration's.")] = None,
) -> None:
    """Run the service: scheduler, deliveries, dashboard. SIGTERM stops it cleanly."""
    from reputation_monitor.service import Service, run_until_stopped  # noqa: PLC0415 - only this command schedules

    set_up_logs()

    async def work(application: Application) -> None:
        await run_until_stopped(Service(application, folder or Path(application.settings.report.folder)))

    run_application(work, required=True)


def demo(
    folder: Annotated[Path, typer.Option(help="Fresh folder for the demo's database and reports.")] = DEMO_FOLDER,
    serve: Annotated[bool, typer.Option("--serve", help="Keep the dashboard up afterwards.")] = False,
) -> None:
    """Show the whole job on an invented scenario, through real HTTP on loopback."""
    from reputation_monitor.demo.tour import take_tour  # noqa: PLC0415 - a world that no other command needs

    if not asyncio.run(take_tour(folder, err, keep_serving=serve)):
        raise typer.Exit(FAILED)


def doctor() -> None:
    """Say what works on this machine, and what to do about the rest."""
    from reputation_monitor.doctor import examine  # noqa: PLC0415 - only this command looks at everything

    findings = asyncio.run(examine(read_settings()))
    for finding in findings:
        mark = "[green]ok[/]     " if finding.ok else "[bold red]trouble[/]"
        out.print(f"{mark} {escape(finding.what)}")
        out.print(f"        {finding.detail}", markup=False, style="dim", soft_wrap=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAILED)
