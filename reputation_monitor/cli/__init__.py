"""The commands. Each calls one function of the application; what is printed is decided here."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from reputation_monitor import __version__
from reputation_monitor.cli import alerts, config, findings, incidents, labels, mentions, reports, service, tuning
from reputation_monitor.cli.context import choose_config, fail, watch_errors

app = typer.Typer(
    name="reputation-monitor",
    help="What customers say on web, TV and mobile, tied to IT incidents with a stated error rate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _start(
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Configuration; else REPUTATION_MONITOR_CONFIG, else ./reputation-monitor.yaml.",
        ),
    ] = None,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    choose_config(config_file)


app.command()(service.demo)
app.command()(service.run)
app.command()(mentions.collect)
app.command("import")(mentions.import_mentions)
app.add_typer(incidents.app, name="incidents")
app.command()(mentions.score)
app.add_typer(labels.app, name="sentiment")
labels.app.command()(tuning.evaluate)
labels.app.command()(tuning.tune)
app.command()(findings.shifts)
app.command()(findings.link)
app.add_typer(reports.app, name="report")
app.command()(reports.review)
app.add_typer(alerts.app, name="alerts")
app.add_typer(config.app, name="config")
app.command()(service.doctor)


def config_first(arguments: list[str]) -> list[str]:
    """Take ``--config FILE`` before or after the command; people write it in both places."""
    found: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--config":
            found += [argument, *[value for value in [next(waiting, None)] if value is not None]]
        elif argument.startswith("--config="):
            found.append(argument)
        else:
            rest.append(argument)
    return found + rest


def main() -> None:
    """Run a command; the exit status is 0 done, 1 the work failed, 2 wrong use or configuration."""
    with watch_errors():
        try:
            app(config_first(sys.argv[1:]), prog_name="reputation-monitor")
        except RecursionError:
            fail("the input is nested too deeply to be read")
