"""The monthly exports of reviews of the Google Play console: bytes of a CSV in, reviews out."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from collectors.base import Item, Reject
from collectors.mobile.reviews import known_facts
from collectors.reading.documents import Contents, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import parse_instant, plausible
from collectors.reading.languages import language_tag
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.stars import stars

_NEEDED = ("Package Name", "Star Rating", "Review Text")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

Row = Mapping[str, str]


def read_archive(body: bytes, package: str, now: datetime) -> Contents:
    """The reviews of one app in an export, UTF-16 as Google writes it or UTF-8 as a spreadsheet saves it; never raises.

    Most rows have stars and no words; they are told of in one reject, for they are no mentions.
    """
    rejects: list[Reject] = []
    try:
        table = csv.DictReader(io.StringIO(_text(body, rejects), newline=""), restval="")
        if missing := [name for name in _NEEDED if name not in (table.fieldnames or ())]:
            reason = f"no export of reviews: it has no column {', '.join(missing)}"
            return Contents(rejects=(*rejects, set_aside(body, reason)))
        rows = [row for row in table if row["Package Name"] == package]
    except csv.Error as error:
        return Contents(rejects=(*rejects, set_aside(body, f"malformed CSV: {error}")))
    spoken = [row for row in rows if _cell(row, "Review Text") or _cell(row, "Review Title")]
    items, unread = sort_out(spoken, lambda row: _review(row, now))
    if silent := len(rows) - len(spoken):
        rejects.append(set_aside(f"{silent} rows", f"{silent:,} ratings have no words, and are no mentions"))
    return Contents(tuple(items), (*rejects, *unread))


def _text(body: bytes, rejects: list[Reject]) -> str:
    encoding = "utf-16" if body[:2] in _UTF16_MARKS else "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"not {encoding} at byte {error.start}; what cannot be read is shown as a question mark"
        rejects.append(set_aside(body[max(0, error.start - 100) :], reason))
        return body.decode(encoding, "replace")


def _review(row: Row, now: datetime) -> Item:
    title, text = plain_text(_cell(row, "Review Title")), plain_text(_cell(row, "Review Text"))
    submitted = _instant(row, "Review Submit", now)
    link = _cell(row, "Review Link")
    return Item(
        id=_id_in(link) or content_id(title, text, str(submitted), _cell(row, "Device")),
        text=text,
        title=title,
        url=link,
        published=submitted,
        updated=_instant(row, "Review Last Update", now) or submitted,
        language=language_tag(_cell(row, "Reviewer Language")),
        rating=stars(_cell(row, "Star Rating")),
        extra=known_facts(
            {
                "version": _cell(row, "App Version Name"),
                "version_code": _cell(row, "App Version Code"),
                "device": _cell(row, "Device"),
                "reply": _cell(row, "Developer Reply Text"),
                "replied_at": _cell(row, "Developer Reply Date and Time"),
            }
        ),
    )


def _cell(row: Row, name: str) -> str:
    return storable(row.get(name, "")).strip()


def _instant(row: Row, what: str, now: datetime) -> datetime | None:
    given = _cell(row, f"{what} Millis Since Epoch") or _cell(row, f"{what} Date and Time")
    return plausible(parse_instant(given, UTC), now) if given else None


def _id_in(link: str) -> str:
    """The review's id, which the interface knows it by too; consoles have written its name in either case."""
    parts = urlsplit(link)
    told = parse_qs(parts.query) | parse_qs(parts.fragment)
    return next((values[0] for name, values in told.items() if name.lower() == "reviewid"), "")
