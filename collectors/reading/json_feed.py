"""JSON Feed 1 and 1.1 (jsonfeed.org): bytes in, items out."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collectors.base import Item
from collectors.reading.addresses import joined
from collectors.reading.documents import NO_ENTRIES, Contents, Document, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.json_limits import check_json
from collectors.reading.languages import language_tag
from collectors.reading.markup import strip_html
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.sniffing import Kind, sniff


def looks_like_json(body: bytes) -> bool:
    """Whether the first character opens a JSON object or list."""
    return sniff(body) is Kind.JSON


def load_json(body: bytes) -> Any:
    """The document in ``body``, UTF-8, UTF-16 or UTF-32; what is none of these is read as windows-1252.

    Raises:
        ValueError: it is no JSON, or deeper or larger than :mod:`collectors.reading.json_limits` allows.
    """
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
    except UnicodeDecodeError:
        text = body.decode("windows-1252", "replace")
    check_json(text)
    return json.loads(text)


def read_json_feed(document: Document) -> Contents:
    """Items of a JSON Feed document; never raises."""
    try:
        feed = load_json(document.body)
    except ValueError as error:
        return Contents(rejects=(set_aside(document.body, f"broken JSON: {error}"),))
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in str(feed.get("version")):
        return Contents(rejects=(set_aside(document.body, "JSON, but no JSON Feed: its version is not named"),))
    entries = feed.get("items")
    if not isinstance(entries, list) or not entries:
        return Contents(rejects=(set_aside(document.body, NO_ENTRIES),))
    items, rejects = sort_out(entries, lambda entry: _item(entry, feed, document))
    return Contents(tuple(items), tuple(rejects))


def _item(entry: Any, feed: Mapping[str, Any], document: Document) -> Item:
    if not isinstance(entry, dict):
        raise ValueError("the entry is no JSON object")
    title, text = _string(entry, "title"), _text(entry)
    if not title and not text:
        raise ValueError("the entry has neither title nor text")
    link = _string(entry, "url") or _string(entry, "external_url")
    url = joined(document.url, link) if link else ""
    author = _author(entry) or _author(feed)
    updated = plausible(instant_or_none(_string(entry, "date_modified")), document.now)
    published = plausible(instant_or_none(_string(entry, "date_published")), document.now) or updated
    return Item(
        id=_identity(entry) or url or content_id(title, text, author),
        text=text,
        title=strip_html(title) if "&" in title else title,
        url=url,
        author=author,
        published=published,
        updated=updated,
        language=language_tag(entry.get("language"), feed.get("language"), document.language),
        extra=_extra(entry, published),
    )


def _text(entry: Mapping[str, Any]) -> str:
    html = _string(entry, "content_html")
    return _string(entry, "content_text") or (strip_html(html) if html else "") or _string(entry, "summary")


def _extra(entry: Mapping[str, Any], published: datetime | None) -> dict[str, str]:
    given = _string(entry, "date_published")
    return {"published_as_given": given} if published is None and given else {}


def _identity(entry: Mapping[str, Any]) -> str:
    """The feed's id; version 1 asks to take a number for a string."""
    given = entry.get("id")
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else _string(entry, "id")


def _author(holder: Mapping[str, Any]) -> str:
    """Names of version 1.1's ``authors``, or of version 1's ``author``."""
    authors = holder.get("authors")
    listed = authors if isinstance(authors, list) else [holder.get("author")]
    return ", ".join(name for one in listed if isinstance(one, dict) and (name := _string(one, "name")))


def _string(holder: Mapping[str, Any], key: str) -> str:
    """A string field; one of another type says nothing."""
    value = holder.get(key)
    return storable(value).strip() if isinstance(value, str) else ""
