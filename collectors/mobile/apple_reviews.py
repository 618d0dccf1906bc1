"""Apple's customer-review feed, JSON and XML: bytes in, reviews out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.base import Item
from collectors.mobile.reviews import known_facts
from collectors.reading.documents import PARSER_FAILURES, Contents, Document, looks_like_web_page, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import parse_instant, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.stars import stars
from collectors.reading.syndication import author_name, parse_xml, parsed_instant, readable


def read_reviews(document: Document, store: str) -> Contents:
    """The reviews of a page in either format, told apart by its first character; never raises.

    A page without reviews has neither items nor rejects: that is how Apple's last page looks.
    """
    body = document.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not body:
        return Contents(rejects=(set_aside(b"", "the answer is empty"),))
    if looks_like_web_page(body):
        return Contents(rejects=(set_aside(body, "a web page instead of reviews; check the base_url"),))
    return _read_xml(document, store) if body.startswith(b"<") else _read_json(document, store)


def _read_json(document: Document, store: str) -> Contents:
    try:
        page = load_json(document.body)
        feed = page["feed"]
        entries = feed.get("entry", [])
    except PARSER_FAILURES as error:
        return Contents(rejects=(set_aside(document.body, f"no review feed in JSON: {error!r}"),))
    listed = entries if isinstance(entries, list) else [entries]  # a lone review comes without its list
    reviews = [entry for entry in listed if not (isinstance(entry, dict) and "im:name" in entry)]  # the app itself
    items, rejects = sort_out(reviews, lambda entry: _json_review(entry, store, document.now))
    return Contents(tuple(items), tuple(rejects))


def _json_review(entry: Mapping[str, Any], store: str, now: datetime) -> Item:
    link = entry.get("link") or {}
    first = link[0] if isinstance(link, list) else link
    updated = _label(entry, "updated")
    return _review(
        native=_label(entry, "id"),
        rating=_label(entry, "im:rating"),
        title=_label(entry, "title"),
        text=_label(entry, "content"),
        author=_label(entry.get("author") or {}, "name"),
        url=str((first.get("attributes") or {}).get("href") or ""),
        published=plausible(parse_instant(updated, UTC), now) if updated else None,
        facts={
            "storefront": store,
            "version": _label(entry, "im:version"),
            "votes": _label(entry, "im:voteCount"),
        },
    )


def _read_xml(document: Document, store: str) -> Contents:
    try:
        parsed = parse_xml(document)
    except PARSER_FAILURES as error:
        return Contents(rejects=(set_aside(document.body, f"the reviews could not be parsed: {error!r}"),))
    reviews = [entry for entry in parsed.entries if "im_name" not in entry]  # the app itself
    items, rejects = sort_out(reviews, lambda entry: _xml_review(entry, store, document.now))
    if parsed.bozo or not parsed.version:
        reason = f"the page is damaged, what could be read was kept: {parsed.get('bozo_exception', 'no feed')}"
        rejects.insert(0, set_aside(document.body, reason))
    return Contents(tuple(items), tuple(rejects))


def _xml_review(entry: Any, store: str, now: datetime) -> Item:
    plain = [detail for detail in entry.get("content", ()) if detail.get("type") == "text/plain"]
    contents = plain or entry.get("content", ()) or [{}]
    return _review(
        native=str(entry.get("id") or ""),
        rating=str(entry.get("im_rating") or ""),
        title=readable(entry.get("title_detail") or {}),
        text=readable(contents[0]),
        author=author_name(entry),
        url=str(entry.get("link") or ""),
        published=plausible(parsed_instant(entry, "updated_parsed", "published_parsed"), now),
        facts={
            "storefront": store,
            "version": str(entry.get("im_version") or ""),
            "votes": str(entry.get("im_votecount") or ""),
        },
    )


def _review(
    *,
    native: str,
    rating: str,
    title: str,
    text: str,
    author: str,
    url: str,
    published: datetime | None,
    facts: Mapping[str, str],
) -> Item:
    """The Item of a review; Apple tells one date, that of the last change."""
    said = plain_text(text)
    headline = plain_text(title)
    if not said and not headline:
        raise ValueError("the review has neither title nor text")
    return Item(
        id=storable(native) or content_id(headline, said, author),
        text=said,
        title=headline,
        url=storable(url),
        author=storable(author),
        published=published,
        updated=published,
        rating=stars(rating),
        extra=known_facts(facts),
    )


def _label(holder: Mapping[str, Any], key: str) -> str:
    """Apple's JSON wraps every value: ``{"label": value}``."""
    wrapped = holder.get(key)
    label = wrapped.get("label") if isinstance(wrapped, dict) else wrapped
    return str(label).strip() if label is not None else ""
