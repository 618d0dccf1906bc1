"""``sentiment label``, ``unlabel``, ``labels`` and ``sample``."""

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from reputation_monitor.application import Application
from reputation_monitor.cli.context import WrongUseError, out, print_json, run
from reputation_monitor.outputs import label_json, to_label_json
from reputation_monitor.store import Correction, Mention
from sentiment.scores import Score

app = typer.Typer(help="Sentiment set by hand, and what the model learns from it.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WhichMention = Annotated[str, typer.Argument(metavar="MENTION", help="Its number, or its source and id: SOURCE:ID.")]
OfBrand = Annotated[str | None, typer.Option("--brand", help="Of which brand, where it speaks of several.")]
Person = Annotated[str | None, typer.Option("--by", help="Who says so; else the user of this machine.")]

SHOWN = 100


@app.command()
def label(
    mention: WhichMention,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="negative, neutral or positive.")],
    note: Annotated[str, typer.Option(help="Why, for other people.")] = "",
    brand: OfBrand = None,
    by: Person = None,
) -> None:
    """Set what a mention says of its brand. It goes before the score of the model."""

    async def work(application: Application) -> Correction:
        found = await application.labels.find(mention, brand)
        return await application.labels.set(found, label, by or user(), note=note)

    kept = run(work)
    out.print(f"{kept.key} is {kept.label} towards {kept.brand}, says {kept.person}{_model(kept)}", markup=False)


def _model(kept: Correction) -> str:
    said = scored_as(kept)
    return f" (the score says {said})" if said else ""


@app.command()
def unlabel(mention: WhichMention, brand: OfBrand = None, by: Person = None) -> None:
    """Take a mention's label back, so that its score counts again."""

    async def work(application: Application) -> tuple[Mention, bool]:
        found = await application.labels.find(mention, brand)
        return found, await application.labels.withdraw(found, by or user())

    found, withdrawn = run(work)
    if not withdrawn:
        raise WrongUseError(f"{found.key} has no label; reputation-monitor sentiment labels shows those that have")
    out.print(f"{found.key} has no label any more; its score counts", markup=False)


@app.command()
def labels(
    as_json: Json = False,
    export: Annotated[
        Path | None, typer.Option(help="Write them to a file as JSON lines, to train a model elsewhere.")
    ] = None,
) -> None:
    """List the labels that people set, the last first."""
    if export is not None and as_json:
        raise WrongUseError("--export writes to a file, --json prints; give one of them")
    known = run(lambda application: application.store.labels())
    if export is not None:
        told = [one for one in known if not one.changed]
        lines = [json.dumps(label_json(one) | {"target": one.brand}, ensure_ascii=False) + "\n" for one in told]
        export.write_text("".join(lines), encoding="utf-8")
        out.print(f"{len(told):,} labels written to {export}{_left_out(known)}", markup=False)
    elif as_json:
        print_json([label_json(one) for one in known])
    else:
        _show_labels(known)


def _left_out(known: list[Correction]) -> str:
    changed = sum(one.changed for one in known)
    return f"; {changed:,} left out, as their texts changed since" if changed else ""


def _show_labels(known: list[Correction]) -> None:
    if not known:
        out.print("No mention has a label yet. Set one with: reputation-monitor sentiment label MENTION LABEL")
        return
    table = Table("set (UTC)", "by", "mention", "brand", "label", "score", "text", box=None, header_style="bold")
    for one in known[:SHOWN]:
        standing = f"{one.label}*" if one.changed else one.label
        cells = (one.person, one.key, one.brand, standing, scored_as(one), shortened(one.words))
        table.add_row(f"{one.made_at:%Y-%m-%d %H:%M}", *map(escape, cells))
    out.print(table)
    if any(one.changed for one in known[:SHOWN]):
        out.print("* of a text that changed since: the label counts no more, until somebody sets it again")
    if len(known) > SHOWN:
        out.print(f"The last {SHOWN} of {len(known):,}; all of them with --json")


@app.command()
def sample(
    amount: Annotated[
        int | None, typer.Argument(metavar="[N]", min=1, max=100_000, help="How many to draw; none: show what waits.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw mentions at random to be labelled, as many of each screen, and show those that wait for their label."""

    async def work(application: Application) -> tuple[int, list[Mention]]:
        drawn = await application.labels.draw(amount) if amount else 0
        return drawn, await application.labels.to_label()

    drawn, waiting = run(work)
    if as_json:
        print_json([to_label_json(mention) for mention in waiting])
        return
    if amount and drawn < amount:
        out.print(f"Only {drawn:,} could be drawn: no more different texts are scored and were not drawn before.")
    if not waiting:
        out.print("Nothing waits for a label. Draw some with: reputation-monitor sentiment sample 100")
        return
    table = Table("number", "screen", "brand", "text", box=None, header_style="bold")
    for mention in waiting[:SHOWN]:
        table.add_row(str(mention.id), *map(escape, (mention.screen, mention.brand, shortened(mention.words, 200))))
    out.print(table)
    out.print(
        f"{len(waiting):,} wait for their label. Label each, whether the model is right or wrong: "
        "reputation-monitor sentiment label NUMBER LABEL"
    )


def scored_as(label: Correction) -> str:
    """What the mention's score says, in a word; empty until it is scored."""
    if label.scores is None:
        return ""
    return Score(*label.scores).label


def shortened(text: str, most: int = 80) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def user() -> str:
    """Who runs the command, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"
