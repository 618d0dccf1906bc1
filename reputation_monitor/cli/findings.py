"""``shifts`` and ``link``."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.words import nearest_minute
from reputation_monitor.application import Application
from reputation_monitor.cli.context import WrongUseError, out, print_json, run
from reputation_monitor.linking.types import Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.linking.verdicts import q_in_words
from reputation_monitor.outputs import links_json, shift_json
from reputation_monitor.surveillance import Look

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

INDENT = 4
COLOURS: dict[str, str] = {
    Verdict.LINKED: "bold red",
    Verdict.NO_EFFECT: "green",
    Verdict.NOT_ENOUGH_DATA: "yellow",
    ShiftVerdict.SUSPECTED_OUTAGE: "bold magenta",
    ShiftVerdict.UNEXPLAINED: "yellow",
}


def shifts(
    series: Annotated[
        Path | None, typer.Option(help="Score any timestamp,value series instead, without looking ahead.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show every shift: spans in which negative voices left their baseline."""
    if series is not None:
        _score_series(series, as_json=as_json)
        return
    found = run(_look)
    if as_json:
        print_json([shift_json(shift) for shift in (found.shifts if found else ())])
    else:
        _show_shifts(found)


async def _look(application: Application) -> Look | None:
    return await application.look_closely()


def _show_shifts(found: Look | None) -> None:
    if found is None:
        out.print("Nothing has been scored yet. Import or collect mentions, then run: reputation-monitor score")
        return
    if not found.shifts:
        out.print("No shifts: negative voices stayed within their baseline.")
        return
    for shift in found.shifts:
        out.print(shift_block(shift))


def shift_block(shift: Shift) -> Group:
    """A shift as people read it: when and what it is, how much, and why it is called so."""
    end = "goes on" if shift.ongoing else f"to {_minute(shift.end)}"
    head = Text.assemble((_minute(shift.onset), "bold"), f" {end} UTC  {shift.brand}  ", _verdict(shift.verdict))
    figures = (
        f"{shift.excess:+.0f} negative voices ({shift.excess_low:.0f} to {shift.excess_high:.0f}): "
        f"{shift.observed:.0f} where {shift.expected:.0f} are usual, on {', '.join(shift.screens)}"
    )
    return _block(head, figures, shift.reason)


def _verdict(verdict: str) -> Text:
    return Text(verdict, style=COLOURS.get(verdict, ""))


def _block(head: Text, *lines: str) -> Group:
    """A first line, and others set in below it; whatever they hold is text and no mark-up."""
    below = [Padding(Text(line), (0, 0, 0, INDENT), expand=False) for line in lines if line]
    return Group(head, *below, Text())


def _score_series(path: Path, *, as_json: bool) -> None:
    from reputation_monitor.linking.causal import score_series  # noqa: PLC0415 - scipy takes a while to import

    timestamps, values = read_series(path)
    try:
        scores = score_series(timestamps, values)
    except ValueError as error:  # a timestamp that is none
        raise WrongUseError(f"{path}: {error}") from error
    rows = [(t, round(s, 6)) for t, s in zip(timestamps, scores, strict=True)]
    if as_json:
        print_json([{"timestamp": t, "score": s} for t, s in rows])
        return
    table = Table("timestamp", "score", box=None, header_style="bold")
    for timestamp, score in sorted(rows, key=lambda row: -row[1])[:20]:
        table.add_row(timestamp, f"{score:.3f}")
    out.print(table)


def read_series(path: Path) -> tuple[list[str], list[float]]:
    """Timestamps and values of a CSV file with the columns ``timestamp`` and ``value``; NaN where a value is missing.

    Raises:
        WrongUseError: the file is no such series.
    """
    if not path.is_file():
        raise WrongUseError(f"{path}: no such file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read_rows(path, csv.DictReader(file))
    except UnicodeDecodeError as error:
        raise WrongUseError(f"{path}: expected UTF-8; byte {error.start} is none") from None
    except csv.Error as error:
        raise WrongUseError(f"{path}: expected a CSV file: {error}") from None


def _read_rows(path: Path, reader: "csv.DictReader[str]") -> tuple[list[str], list[float]]:
    if not {"timestamp", "value"} <= set(reader.fieldnames or ()):
        raise WrongUseError(f"{path}: expected the columns timestamp and value, found {reader.fieldnames}")
    timestamps: list[str] = []
    values: list[float] = []
    for row in reader:
        place, given, told = f"{path}, line {reader.line_num}", row["value"] or "nan", row["timestamp"] or ""
        try:
            values.append(float(given))  # an empty cell is a gap
        except ValueError:
            raise WrongUseError(f"{place}: the value {given!r} is no number") from None
        try:
            datetime.fromisoformat(told)
        except ValueError:
            raise WrongUseError(f"{place}: {told!r} is no time; expected one like 2026-03-02 09:15:00") from None
        timestamps.append(told)
    return timestamps, values


def link(as_json: Json = False) -> None:
    """Show what every incident did to the reputation, with its error rate."""
    documents, found = run(_links)
    if as_json:
        print_json(documents)
        return
    if found is None or not found.links:
        out.print(
            "Nothing to link yet: it takes scored mentions and incidents (reputation-monitor incidents import FILE)."
        )
        return
    for one in found.links:
        out.print(link_block(one))


async def _links(application: Application) -> tuple[list[dict[str, object]], Look | None]:
    found = await application.look_closely()
    return await links_json(found.links if found else (), application.store), found


def link_block(link: Link) -> Group:
    """An incident as people read it: what became of it, how much, when, and why we say so."""
    head = Text.assemble((link.id, "bold"), f"  {link.brand}  ", _verdict(link.verdict), f"  {link.title}")
    return _block(head, _amount(link), _times(link), link.reason)


def _amount(link: Link) -> str:
    if link.excess is None or link.observed is None or link.expected is None:
        return ""
    between = "" if link.excess_low is None else f" ({link.excess_low:.0f} to {link.excess_high:.0f})"
    chance = "" if link.q_value is None else f"; {q_in_words(link.q_value)}"
    counts = f"{link.observed:.0f} where {link.expected:.0f} are usual"
    return f"{link.excess:+.0f} negative voices{between}: {counts}{chance}"


def _minute(moment: datetime) -> str:
    return f"{nearest_minute(moment):%Y-%m-%d %H:%M}"


def _times(link: Link) -> str:
    said = [f"onset {_minute(link.onset)} UTC"] if link.onset else []
    lead = link.customer_lead_minutes
    if lead is not None:
        said.append(
            f"{'customers' if lead >= 0 else 'IT'} knew {abs(lead):.0f} min before {'IT' if lead >= 0 else 'them'}"
        )
    if link.recovery_minutes is not None:
        said.append(f"back to usual {link.recovery_minutes:.0f} min after the repair")
    return ", ".join(said)
