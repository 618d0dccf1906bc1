"""``collect``, ``import`` and ``score``."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import typer
from rich.markup import escape
from rich.table import Table

from collectors.base import CollectorError
from collectors.registry import is_polled
from reputation_monitor.application import Application
from reputation_monitor.cli.context import FAILED, WrongUseError, err, out, print_json, progress, read_settings, run
from reputation_monitor.cli.preview import preview_json, show_previews
from reputation_monitor.incidents.dates import read_date
from reputation_monitor.outputs import intake_json
from reputation_monitor.pipeline import Intake
from reputation_monitor.settings import Source
from reputation_monitor.settings.schema import BUILT_IN_MODEL

Answer = TypeVar("Answer")


def collect(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Names of sources; all if none.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only what was published since then, as 2026-01-31T08:00Z.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be stored; store nothing and move no cursor.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Collect now, from all sources or those named."""
    moment = read_moment(since)
    if dry_run:
        errors = _preview(sources or [], moment, as_json=as_json)
    else:
        errors = _collect(sources or [], moment, as_json=as_json)
    if errors and all(errors):
        raise typer.Exit(FAILED)


def _collect(names: list[str], since: datetime | None, *, as_json: bool) -> list[str]:
    """Collect and show what came; gives each source's error, empty where there is none."""

    async def collected(app: Application) -> dict[str, Intake]:
        intakes = await _each(app, names, lambda source: app.collect(source, since))
        await app.judge_sources()
        return intakes

    intakes = run(collected, required=True)
    if as_json:
        print_json([intake_json(name, intake) for name, intake in intakes.items()])
    else:
        _show_intakes("source", intakes)
    return [intake.error for intake in intakes.values()]


def _preview(names: list[str], since: datetime | None, *, as_json: bool) -> list[str]:
    previews = run(lambda app: _each(app, names, lambda source: app.preview(source, since)), required=True)
    if as_json:
        print_json(preview_json(previews))
    else:
        show_previews(previews)
    return [preview.error for preview in previews.values()]


def read_moment(text: str | None) -> datetime | None:
    """A moment as people write it.

    Raises:
        WrongUseError: it is none.
    """
    if text is None:
        return None
    try:
        moment = read_date(text)
    except ValueError as error:
        raise WrongUseError(f"--since {text}: {error}") from error
    if moment is None:
        raise WrongUseError(f"--since {text!r}: expected a date such as 2026-01-31 or 2026-01-31T08:00Z")
    return moment


async def _each(
    application: Application, names: list[str], ask: Callable[[Source], Awaitable[Answer]]
) -> dict[str, Answer]:
    chosen = _chosen(application.settings.sources, names)
    results: dict[str, Answer] = {}
    async with progress("collecting", len(chosen)) as advance:

        async def one(source: Source) -> None:
            results[source.name] = await ask(source)
            advance(1)

        await asyncio.gather(*(one(source) for source in chosen))
    return {source.name: results[source.name] for source in chosen}


def _chosen(sources: tuple[Source, ...], names: list[str]) -> list[Source]:
    known = {source.name: source for source in sources}
    if told := [name for name in names if name in known and not is_polled(known[name].collector)]:
        raise WrongUseError(f"{told[0]!r} is not asked but told; send to /hooks/push/{quote(told[0], safe='')}")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise WrongUseError(f"no source is named {unknown[0]!r}; configured are: {', '.join(known) or 'none'}")
    return [known[name] for name in dict.fromkeys(names)] if names else [s for s in sources if is_polled(s.collector)]


def import_mentions(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=".jsonl or .csv, also with .gz.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="Which column holds a field; FIELD==VALUE sets it for all rows."
        ),
    ] = None,
    zone: Annotated[str, typer.Option(help="Time zone of dates that name none.")] = "UTC",
) -> None:
    """Store mentions from files. The same file again changes nothing.

    Fields: id, brand, screen (web if left out), source, url, author, published, title, text, language, rating, and
    optionally negative, neutral, positive. Without brand, the queries of the configuration decide.
    """
    renames = dict(_rename(pair) for pair in mapping or [])
    for path in files:
        if not path.is_file():
            raise WrongUseError(f"{path}: no such file")
    results = run(lambda application: _import(application, files, renames, zone))
    _show_intakes("file", results)
    undated = sum(intake.undated for intake in results.values())
    if undated:
        err.print(
            f"{undated:,} rows have no date and were dated at their import. If a column holds it, name it with "
            "--map published=COLUMN and import into an empty database: dates of what is known do not change.",
            markup=False,
            soft_wrap=True,
        )
    for file, intake in results.items():
        if intake.unmatched and not intake.added + intake.known + intake.edited:
            err.print(
                f"{file}: no row speaks of a brand. Name the column that does with --map brand=COLUMN, set one for all "
                "rows with --map brand==NAME, or configure brands with queries.",
                markup=False,
            )
    if any(intake.error for intake in results.values()):
        raise typer.Exit(FAILED)


def _rename(pair: str) -> tuple[str, str]:
    field, separator, column = pair.partition("=")
    if not separator or not field or not column:
        raise WrongUseError(f"--map {pair!r}: expected FIELD=COLUMN, such as text=body, or FIELD==VALUE")
    return field, column


async def _import(application: Application, files: list[Path], renames: dict[str, str], zone: str) -> dict[str, Intake]:
    results = {}
    for path in files:
        async with progress(f"importing {path.name}") as advance:
            try:
                results[str(path)] = await application.import_file(path, renames, zone, advance)
            except CollectorError as error:
                if not results:
                    raise
                results[str(path)] = Intake(error=str(error))  # what came before it is stored, and is told
    return results


def _show_intakes(what: str, intakes: dict[str, Intake]) -> None:
    table = Table(what, "new", "changed", "known", "taken back", "no brand", "set aside", box=None, header_style="bold")
    for name, intake in intakes.items():
        counts = (intake.added, intake.edited, intake.known, intake.deleted, intake.unmatched, intake.rejected)
        table.add_row(escape(name), *(f"{count:,}" for count in counts))
    out.print(table)
    for name, intake in intakes.items():
        if intake.error:
            err.print(f"{name}: {intake.error}", markup=False, style="red", soft_wrap=True)
    if any(intake.rejected for intake in intakes.values()):
        out.print("What was set aside, and why: reputation-monitor doctor")


def score(
    text_file: Annotated[
        Path | None, typer.Option(help="Score lines, or JSON lines with text and optional target, without storing.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Score anew what another model scored, or the same before it was tuned.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score what is unscored, or the texts of a file."""
    if text_file is not None:
        if again:
            raise WrongUseError("--again is of what is stored, --text-file of a file; give one of them")
        _score_texts(text_file, as_json=as_json)
        return
    scored = run(_score_again if again else _score)
    if as_json:
        print_json({"scored": scored})
    else:
        out.print(f"{scored:,} mentions scored")


async def _score(application: Application) -> int:
    waiting = (await application.store.counts()).unscored
    async with progress("scoring", waiting) as advance:
        return await application.score(advance)


async def _score_again(application: Application) -> int:
    async with progress("scoring again") as advance:
        return await application.score(advance) + await application.score_again(advance)


def _score_texts(path: Path, *, as_json: bool) -> None:
    if not path.is_file():
        raise WrongUseError(f"{path}: no such file")
    from sentiment.scorer import Scorer  # noqa: PLC0415 - torch takes seconds, which other commands need not wait

    model = read_settings().model
    texts, targets = read_texts(path)
    scores = Scorer.load(None if model == BUILT_IN_MODEL else model).score(texts, targets)
    rows = [dict(zip(("negative", "neutral", "positive"), map(_rounded, s.probabilities), strict=True)) for s in scores]
    if as_json:
        print_json([{"label": s.label, **row} for s, row in zip(scores, rows, strict=True)])
        return
    table = Table("label", "negative", "neutral", "positive", "text", box=None, header_style="bold")
    for s, row, text in zip(scores, rows, texts, strict=True):
        table.add_row(s.label, *(f"{value:.2f}" for value in row.values()), escape(" ".join(text.split())[:80]))
    out.print(table)


def _rounded(value: float) -> float:
    return round(value, 6)


def read_texts(path: Path) -> tuple[list[str], list[str | None]]:
    """Texts and targets of a file of lines or JSON lines; a line that is no JSON object is a text itself."""
    texts: list[str] = []
    targets: list[str | None] = []
    lines = path.read_text(encoding="utf-8-sig", errors="replace").removesuffix("\n")
    for line in lines.split("\n") if lines else ():  # other signs that break lines may stand within a text
        row = _object(line)
        texts.append(str(row.get("text") or "") if row is not None else line)
        target = row.get("target") if row is not None else None
        targets.append(str(target) if target else None)
    return texts, targets


def _object(line: str) -> dict[str, Any] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
