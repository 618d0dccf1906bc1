"""``incidents import`` and ``incidents list``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from reputation_monitor.cli.context import FAILED, WrongUseError, err, out, print_json, run
from reputation_monitor.outputs import incident_json

app = typer.Typer(help="IT incidents.", no_args_is_help=True)


@app.command("import")
def import_incidents(
    file: Annotated[Path, typer.Argument(help="Statuspage incidents.json, or CSV / JSON lines.")],
) -> None:
    """Store the incidents of a file. The same file again changes nothing.

    Columns of CSV and JSON lines: id, service, title, impact, started, detected, acknowledged, resolved.
    """
    if not file.is_file():
        raise WrongUseError(f"{file}: no such file")
    result, rejected = run(lambda application: application.import_incidents(file))
    out.print(f"{result.added} new, {result.edited} changed, {result.known} known, {len(rejected)} set aside")
    for reject in rejected[:10]:
        err.print(f"set aside{f' ({reject.where})' if reject.where else ''}: {reject.reason}", markup=False)
    if rejected and not result.added + result.edited + result.known:
        raise typer.Exit(FAILED)


@app.command("list")
def list_incidents(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the incidents that are known."""
    incidents = run(lambda application: application.store.incidents())
    if as_json:
        print_json([incident_json(incident) for incident in incidents])
        return
    if not incidents:
        out.print("No incidents are known yet. Import some with: reputation-monitor incidents import FILE")
        return
    table = Table("id", "started (UTC)", "resolved (UTC)", "impact", "service", "title", box=None, header_style="bold")
    for incident in incidents:
        resolved = f"{incident.resolved:%Y-%m-%d %H:%M}" if incident.resolved else "open"
        started = f"{incident.started:%Y-%m-%d %H:%M}"
        services = escape(", ".join(incident.services))
        table.add_row(escape(incident.id), started, resolved, incident.impact, services, escape(incident.title))
    out.print(table)
