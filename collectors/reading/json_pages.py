"""One page of a JSON interface: bytes in, items out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors.base import Item
from collectors.reading.documents import PARSER_FAILURES, Contents, Document, looks_like_web_page, sort_out
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.quarantine import set_aside, storable


@dataclass(frozen=True, slots=True)
class JsonPage:
    """What a page held.

    Attributes:
        contents: its items and rejects.
        whole: the page as it came, for its counters and cursors.
        entries: those of its entries that are objects, as they came.
        sound: whether it was a page of the interface at all.
    """

    contents: Contents
    whole: Any = None
    entries: tuple[Mapping[str, Any], ...] = ()
    sound: bool = False


def read_json_page(
    document: Document, entries_of: Callable[[Any], Any], convert: Callable[[Mapping[str, Any]], Item]
) -> JsonPage:
    """Read a page; never raises.

    Args:
        document: the answer.
        entries_of: where in the page its list of entries is.
        convert: the item of an entry; a ValueError is the reason why it is none.
    """
    if not document.body.strip():
        return JsonPage(Contents(rejects=(set_aside(b"", "the answer is empty"),)))
    if looks_like_web_page(document.body):
        return JsonPage(Contents(rejects=(set_aside(document.body, "a web page instead of JSON; check the address"),)))
    try:
        whole = load_json(document.body)
        entries = entries_of(whole)
    except PARSER_FAILURES as error:
        return JsonPage(Contents(rejects=(set_aside(document.body, f"not the JSON that was expected: {error!r}"),)))
    if not isinstance(entries, list):
        return JsonPage(Contents(rejects=(set_aside(document.body, "JSON without the list that was expected"),)))
    items, rejects = sort_out(entries, lambda entry: convert(_mapping(entry)))
    objects = tuple(entry for entry in entries if isinstance(entry, dict))
    return JsonPage(Contents(tuple(items), tuple(rejects)), whole, objects, sound=True)


def word(holder: Mapping[str, Any], key: str) -> str:
    """A string or number as text; a value of another kind says nothing."""
    value = holder.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value)).strip()


def inner(holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under a key; an empty one where there is none."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def words(holder: Mapping[str, Any], *keys: str) -> dict[str, str]:
    """Those of the keys that say something, for an item's ``extra``."""
    return {key: said for key in keys if (said := word(holder, key))}


def instant(holder: Mapping[str, Any], key: str, now: datetime) -> datetime | None:
    """A date, aware UTC; None where there is none that can be read and be true."""
    return plausible(instant_or_none(word(holder, key)), now)


def as_given(holder: Mapping[str, Any], key: str, read: datetime | None) -> dict[str, str]:
    """For an item's ``extra``: what a date said that could not be ``read`` or be true."""
    given = "" if read else word(holder, key)
    return {"published_as_given": given} if given else {}


def _mapping(entry: Any) -> Mapping[str, Any]:
    if not isinstance(entry, dict):
        raise ValueError("the entry is no JSON object")
    return entry
