"""``report weekly`` and ``review``."""

from pathlib import Path
from typing import Annotated

import typer

from reputation_monitor.application import Application
from reputation_monitor.cli.context import WrongUseError, err, run
from reputation_monitor.reports.rendering import Format, Report, charts, render, to_markdown
from reputation_monitor.service import write

app = typer.Typer(help="Reports.", no_args_is_help=True)

OutputFormat = Annotated[Format | None, typer.Option("--format", help="Left out: by the file's name, else Markdown.")]
OutputFile = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file instead of the screen.")]


@app.command()
def weekly(
    week: Annotated[
        str | None, typer.Option(help="ISO week such as 2015-W08; the last whole week if left out.")
    ] = None,
    output_format: OutputFormat = None,
    output: OutputFile = None,
) -> None:
    """Write the weekly reputation report."""

    async def work(application: Application) -> Report:
        return await application.weekly(week)

    _put(run(work), output_format, output)


def review(
    incident: Annotated[str, typer.Argument(help="The incident's id, as incidents list shows it.")],
    brand: Annotated[str | None, typer.Option(help="For this brand; the one it hurt most if left out.")] = None,
    output_format: OutputFormat = None,
    output: OutputFile = None,
) -> None:
    """Write the review of an incident."""

    async def work(application: Application) -> Report:
        return await application.review(incident, brand)

    _put(run(work), output_format, output)


def _put(report: Report, output_format: Format | None, output: Path | None) -> None:
    chosen = output_format or _by_name(output)
    if output is None:
        typer.echo(render(report, chosen))
        return
    if output.is_dir():
        raise WrongUseError(f"{output} is a folder; name a file in it")
    if chosen is Format.MARKDOWN:
        folder = output.with_name(f"{output.stem}-charts")
        for chart in charts(report):
            write(folder / f"{chart.name}.svg", chart.svg)
        write(output, to_markdown(report, folder.name))
    else:
        write(output, render(report, chosen))
    err.print(f"written to {output}", markup=False)


def _by_name(output: Path | None) -> Format:
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    return {"html": Format.HTML, "htm": Format.HTML, "json": Format.JSON}.get(suffix, Format.MARKDOWN)
