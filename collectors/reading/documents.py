"""What every collector does with a document it got: keep what is an item, set aside the rest, tell only news."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from collectors.base import Item, Reject
from collectors.reading.quarantine import set_aside, shown
from collectors.reading.sniffing import Kind, sniff

PARSER_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What parsers, feedparser above all, let through on hostile bytes."""

NO_ENTRIES = "the feed holds no entries"
"""Reason of the Reject for a sound document with nothing in it: empty may be calm, or a source that lies."""

Read = TypeVar("Read")
"""What an entry is read to: an item, or what items are made of."""


@dataclass(frozen=True, slots=True)
class Document:
    """Where a feed's bytes came from, and when.

    Attributes:
        url: base of its relative links.
        content_type: as the server said; only its charset is believed.
        now: when it was fetched; dates are judged by it.
        language: of the items where the feed is silent.
    """

    body: bytes
    url: str
    now: datetime
    content_type: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document held."""

    items: tuple[Item, ...] = ()
    rejects: tuple[Reject, ...] = ()


def sort_out(entries: Iterable[Any], convert: Callable[[Any], Read]) -> tuple[list[Read], list[Reject]]:
    """Convert each entry; one that ``convert`` refuses with a reason (ValueError) or trips over is set aside."""
    items: list[Read] = []
    rejects: list[Reject] = []
    for number, entry in enumerate(entries, start=1):
        try:
            item = convert(entry)
        except PARSER_FAILURES as error:
            reason = str(error) if type(error) is ValueError else f"the entry could not be read: {error!r}"
            rejects.append(set_aside(shown(entry), reason, f"entry {number}"))
        else:
            items.append(item)
    return items, rejects


def looks_like_web_page(body: bytes) -> bool:
    """Whether it begins as HTML does: a log-in, a consent page or an error in place of the feed."""
    return sniff(body) is Kind.HTML


def is_empty(contents: Contents) -> bool:
    """Whether the feed is sound and holds nothing; a search feed may be so for weeks, so it is told once."""
    return [reject.reason for reject in contents.rejects] == [NO_ENTRIES] and not contents.items


def since_only(items: Iterable[Item], since: datetime | None) -> tuple[Item, ...]:
    """The items published or changed at ``since`` or later, and those that do not say when."""
    if since is None:
        return tuple(items)
    return tuple(item for item in items if (item.updated or item.published or since) >= since)
