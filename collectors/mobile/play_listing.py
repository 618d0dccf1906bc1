"""A page of reviews as Google Play's own pages ask for it (``batchexecute``): bytes in, reviews out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collectors.base import Item
from collectors.mobile.play_library import Places
from collectors.mobile.reviews import known_facts
from collectors.paging.newest_first import Page
from collectors.reading.documents import PARSER_FAILURES, Contents, Document, looks_like_web_page, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.stars import stars

_GUARD = b")]}'"
"""Stands before the JSON, so that no foreign page can run it as a script."""


def read_listing(document: Document, places: Places, storefront: str) -> Page:
    """The reviews of a page in the document's language, and the token of the next page; never raises.

    A page of which no review can be read is not sound: its form has changed.
    """
    if not document.body.strip():
        return _unsound(document, "the answer is empty")
    if looks_like_web_page(document.body):
        return _unsound(document, "a web page instead of reviews; check the base_url, and whether Google blocks you")
    try:
        listing = _listing(document.body)
        items, rejects = sort_out(_entries(listing), lambda entry: _review(entry, places, document, storefront))
    except PARSER_FAILURES as error:
        return _unsound(document, f"no page of reviews as Google wrote them: {error!r}; update google-play-scraper")
    return Page(Contents(tuple(items), tuple(rejects)), _token(listing), sound=bool(items) or not rejects)


def _unsound(document: Document, reason: str) -> Page:
    return Page(Contents(rejects=(set_aside(document.body, reason),)), sound=False)


def _listing(body: bytes) -> list[Any]:
    """Google's answer is JSON that holds the listing as JSON in a string."""
    _, guard, answer = body.partition(_GUARD)
    if not guard:
        raise ValueError("not guarded as its answers are")
    inner = load_json(answer)[0][2]
    if not isinstance(inner, str):
        raise ValueError("an error instead of a listing")
    listing = load_json(inner.encode("utf-8", "surrogatepass"))
    if not isinstance(listing, list):
        raise ValueError("the listing is no list")
    return listing


def _entries(listing: list[Any]) -> list[Any]:
    """An app without reviews has an empty listing, or nothing in its first place."""
    entries = (listing[0] if listing else None) or []
    if not isinstance(entries, list):
        raise ValueError("the reviews are no list")
    return entries


def _token(listing: list[Any]) -> str:
    """The token of the next page is the last of the last place but one; empty after the last page."""
    token = _lookup(listing, (-2, -1))
    return storable(token) if isinstance(token, str) else ""


def _review(entry: Any, places: Places, document: Document, storefront: str) -> Item:
    told = {name: _lookup(entry, place) for name, place in places.items()}
    text = plain_text(_string(told["content"]))
    if not text:
        raise ValueError("the review has no words")
    author = _string(told["userName"])
    changed = plausible(_instant(told["at"]), document.now)
    replied = _instant(told["repliedAt"])
    return Item(
        id=_string(told["reviewId"]) or content_id(text, author),
        text=text,
        author=author,
        published=changed,
        updated=changed,
        language=document.language,
        rating=stars(told["score"]),
        extra=known_facts(
            {
                "version": told["appVersion"],
                "storefront": storefront,
                "votes": told["thumbsUpCount"],
                "reply": plain_text(_string(told["replyContent"])),
                "replied_at": replied.isoformat() if replied else "",
                "published_as_given": "" if changed else told["at"],
            }
        ),
    )


def _lookup(value: Any, place: Sequence[int]) -> Any:
    """What lies at the place; None where there is no such place, as in a review without an answer."""
    for index in place:
        if not isinstance(value, list) or not -len(value) <= index < len(value):
            return None
        value = value[index]
    return value


def _string(value: Any) -> str:
    return storable(value).strip() if isinstance(value, str) else ""


def _instant(seconds: Any) -> datetime | None:
    return instant_or_none(seconds) if isinstance(seconds, int | float) else None
