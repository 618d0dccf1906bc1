"""What ``collect --dry-run`` shows: everything that a source would give, and nothing kept of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from collectors.base import Item
from reputation_monitor.cli.context import err, out
from reputation_monitor.outputs import instant
from reputation_monitor.pipeline import Preview
from reputation_monitor.store import NewMention

SHOWN = 30
"""Rows a source; a back-fill may hold thousands, which only ``--json`` prints."""
TEXT_SHOWN = 60


def preview_json(previews: Mapping[str, Preview]) -> list[dict[str, Any]]:
    """One object a source, complete."""
    return [
        {
            "source": name,
            "error": preview.error,
            "mentions": [{"would_be": str(would), **_mention(mention)} for would, mention in preview.mentions],
            "no_brand": [_item(item) for item in preview.strangers],
            "set_aside": [{"where": r.where, "reason": r.reason, "raw": r.raw} for r in preview.rejects],
        }
        for name, preview in previews.items()
    ]


def _mention(mention: NewMention) -> dict[str, Any]:
    whose = {"brand": mention.brand, "screen": mention.screen, "id": mention.item_id}
    return whose | _said(mention) | {"published": instant(mention.published)}


def _item(item: Item) -> dict[str, Any]:
    return {"id": item.id} | _said(item) | {"published": instant(item.published)}


def _said(said: Item | NewMention) -> dict[str, Any]:
    return {
        "author": said.author,
        "title": said.title,
        "text": said.text,
        "url": said.url,
        "language": said.language,
        "rating": said.rating,
    }


def show_previews(previews: Mapping[str, Preview]) -> None:
    """A table a source, and what went wrong."""
    for name, preview in previews.items():
        out.print(_table(name, preview))
        total = len(preview.mentions) + len(preview.strangers) + len(preview.rejects)
        if total > SHOWN:
            out.print(f"… and {total - SHOWN:,} more; --json prints all.")
        if preview.error:
            err.print(f"{name}: {preview.error}", markup=False, style="red", soft_wrap=True)
    out.print("A dry run: nothing was stored and no cursor moved.")


def _table(name: str, preview: Preview) -> Table:
    columns = ("would be", "brand", "published", "author", "text or reason")
    table = Table(*columns, title=escape(name), title_justify="left", box=None, header_style="bold")
    for _, row in zip(range(SHOWN), _rows(preview), strict=False):
        table.add_row(*map(escape, row))
    return table


def _rows(preview: Preview) -> Iterator[Iterable[str]]:
    for would, mention in preview.mentions:
        yield str(would), mention.brand, _moment(mention), _short(mention.author), _short(mention.title or mention.text)
    for item in preview.strangers:
        yield "dropped", "none", _moment(item), _short(item.author), _short(item.title or item.text)
    for reject in preview.rejects:
        yield "set aside", "", "", "", _short(f"{reject.where}: {reject.reason}" if reject.where else reject.reason)


def _moment(said: Item | NewMention) -> str:
    return f"{said.published:%Y-%m-%d %H:%M}" if said.published else "undated"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_SHOWN else line[: TEXT_SHOWN - 1] + "…"
