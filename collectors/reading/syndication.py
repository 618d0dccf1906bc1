"""RSS, Atom and RDF: bytes in, items out, by feedparser."""

import calendar
import io
import re
from datetime import UTC, datetime
from typing import Any

import feedparser

from collectors.base import Item
from collectors.reading.addresses import joined
from collectors.reading.charset import decode_feed
from collectors.reading.documents import NO_ENTRIES, PARSER_FAILURES, Contents, Document, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import instant_or_none, plausible, zone_written
from collectors.reading.languages import language_tag
from collectors.reading.markup import strip_html
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.references import bounded
from collectors.reading.sniffing import Kind, sniff
from collectors.reading.xml import check_depth, without_entities

_REDDIT_ID = re.compile(r"(?:.*/)?(t[13]_[0-9a-z]+)")
_REDDIT_FOOT = re.compile(
    r"\s*submitted by\s+/?u/\S+(?:\s+to\s+/?r/\S+)?(?:\s+\[link\])?(?:\s+\[[^\]]*comments?\])?\s*$"
)
_ZONES_READ = frozenset({"UT", "UTC", "GMT", "Z", *(zone + kind for zone in "AECMP" for kind in ("T", "ST", "DT"))})
"""Names of time zones that feedparser knows."""
_GOOGLE_NEWS = re.compile(r"https?://news\.google\.")


def read_syndication(document: Document) -> Contents:
    """Items of an RSS, Atom or RDF document, damaged or not; never raises."""
    try:
        parsed = parse_xml(document)
    except PARSER_FAILURES as error:
        return Contents(rejects=(set_aside(document.body, f"the feed could not be parsed: {error!r}"),))
    if not parsed.entries:
        return Contents(rejects=(set_aside(document.body, _why_empty(document.body, parsed)),))
    items, rejects = sort_out(parsed.entries, lambda entry: _item(entry, parsed.feed, document))
    if parsed.bozo:
        damage = f"the feed is damaged, what could be read was kept: {_in_one_line(parsed.bozo_exception)}"
        rejects.insert(0, set_aside(document.body, damage))
    return Contents(tuple(items), tuple(rejects))


def parse_xml(document: Document) -> Any:
    """Feedparser's own result for the document.

    The body goes in as a stream, since feedparser would open bytes that happen to name a file, and as UTF-8, with the
    content type to say so, since charset and type are found by rules of our own. Blank lines before the XML declaration
    are common, and no damage. The address is kept back, for feedparser would resolve ids against it, and an id must not
    change when the feed moves.

    Raises:
        ValueError: it is nested too deep to be read in an honest time.
    """
    text, sure = decode_feed(document.body, document.content_type)
    check_depth(text)
    parsed = feedparser.parse(
        io.BytesIO(bounded(without_entities(text)).strip().encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not sure and not parsed.bozo:
        parsed.update(bozo=True, bozo_exception="its bytes are in no charset that it declares; read as windows-1252")
    return parsed


def parsed_instant(entry: Any, *names: str) -> datetime | None:
    """The first date that feedparser could read, aware UTC.

    ``in`` is asked first because feedparser answers a missing ``updated`` with ``published``, and a warning.
    """
    for name in (name for name in names if name in entry):
        told, written = entry[name], name.removesuffix("_parsed")
        given = str(entry[written]) if written in entry else ""
        zone = zone_written(given)
        if zone[:1].isalpha() and zone.upper() not in _ZONES_READ:
            return instant_or_none(given)  # feedparser would take it for UTC
        try:
            return datetime.fromtimestamp(calendar.timegm(told), UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            continue
    return None


def author_name(entry: Any) -> str:
    """Who wrote it: the name where there is one, else what the feed put in its place."""
    detail = entry.get("author_detail") or {}
    return storable(str(detail.get("name") or entry.get("author") or "")).strip()


def readable(detail: Any) -> str:
    """The text of a feedparser detail (``value`` and ``type``), without mark-up."""
    value = str(detail.get("value") or "")
    return storable(value).strip() if detail.get("type") == "text/plain" else strip_html(value)


def _item(entry: Any, feed: Any, document: Document) -> Item:
    outlet = strip_html(str((entry.get("source") or {}).get("title") or ""))
    title = _without_outlet(readable(entry.get("title_detail") or {}), outlet)
    native, link = _native_id(entry), str(entry.get("link") or "")
    url = joined(document.url, link) if link else ""
    text = _text(entry, native, url)
    if not title and not text:
        raise ValueError("the entry has neither title nor text")
    author = author_name(entry)
    published = plausible(parsed_instant(entry, "published_parsed", "updated_parsed", "created_parsed"), document.now)
    return Item(
        id=storable(native or url) or content_id(title, text, author),
        text=text,
        title=title,
        url=storable(url),
        author=author,
        published=published,
        updated=plausible(parsed_instant(entry, "updated_parsed"), document.now),
        language=_language(entry, feed) or document.language,
        extra=_extra(entry, outlet, published),
    )


def _native_id(entry: Any) -> str:
    """The entry's own id; feedparser joins Reddit's ``t3_...`` to whatever ``xml:base`` stands near."""
    given = str(entry.get("id") or "")
    reddit = _REDDIT_ID.fullmatch(given)
    return reddit[1] if reddit else given


def _text(entry: Any, native: str, url: str) -> str:
    if _GOOGLE_NEWS.match(url):
        return ""  # its description only repeats the headline and those of other outlets
    full = sorted(entry.get("content", ()), key=lambda detail: detail.get("type") != "text/plain")
    summary = entry.get("summary_detail") or {}
    text = next((text for text in map(readable, (*full, summary)) if text), "")
    return _REDDIT_FOOT.sub("", text) if _REDDIT_ID.fullmatch(native) else text


def _without_outlet(title: str, outlet: str) -> str:
    suffix = f" - {outlet}"
    return title.removesuffix(suffix) if outlet and title != suffix else title


def _extra(entry: Any, outlet: str, published: datetime | None) -> dict[str, str]:
    """The outlet, and the date as it was given where it is none that we can believe or read."""
    extra = {"outlet": outlet} if outlet else {}
    if published is None and entry.get("published"):
        extra["published_as_given"] = storable(str(entry["published"]))
    return extra


def _language(entry: Any, feed: Any) -> str:
    details = (*entry.get("content", ()), entry.get("summary_detail") or {}, entry.get("title_detail") or {})
    return language_tag(*(detail.get("language") for detail in details), entry.get("language"), feed.get("language"))


def _why_empty(body: bytes, parsed: Any) -> str:
    kind = sniff(body)
    if kind is Kind.EMPTY or not body.strip():
        return "the answer is empty"
    if kind is Kind.HTML:
        return "a web page, not a feed; look on that page for the address of its feed"
    if kind is Kind.BINARY:
        return "neither text nor a feed: a picture, an archive or the like"
    if parsed.bozo:
        return f"broken, and no entry could be read: {_in_one_line(parsed.bozo_exception)}"
    if not parsed.get("version"):  # feedparser gives none where it read nothing
        return "neither RSS, Atom, RDF nor JSON Feed"
    return NO_ENTRIES


def _in_one_line(error: object) -> str:
    return " ".join(str(error).split())
