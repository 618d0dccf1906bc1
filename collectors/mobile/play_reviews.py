"""A page of reviews of the Google Play Developer API (androidpublisher v3): bytes in, reviews out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.base import Item
from collectors.mobile.reviews import known_facts
from collectors.reading.documents import PARSER_FAILURES, Contents, Document, looks_like_web_page, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import parse_instant, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.languages import language_tag
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.stars import stars


@dataclass(frozen=True, slots=True)
class Page:
    """The reviews of a page, and the token of the next; ``broken`` where it could not be read at all."""

    contents: Contents
    next_token: str = ""
    broken: bool = False


def read_page(document: Document) -> Page:
    """The reviews of a page, each with the developer's answer to it; never raises.

    An app without reviews in the last week answers with an empty object.
    """
    if not document.body.strip():
        return _broken(document, "the answer is empty")
    if looks_like_web_page(document.body):
        return _broken(document, "a web page instead of reviews; check the base_url")
    try:
        page = load_json(document.body)
        following = (page.get("tokenPagination") or {}).get("nextPageToken") or ""
        items, rejects = sort_out(page.get("reviews") or (), lambda entry: _review(entry, document.now))
    except PARSER_FAILURES as error:
        return _broken(document, f"no page of reviews in JSON: {error!r}")
    return Page(Contents(tuple(items), tuple(rejects)), storable(following) if isinstance(following, str) else "")


def split_title(given: str) -> tuple[str, str]:
    """Title and text: Google joins those of old reviews by a tab, and leaves the tab where there is no title."""
    title, tab, text = given.partition("\t")
    return (plain_text(title), plain_text(text)) if tab else ("", plain_text(given))


def _broken(document: Document, reason: str) -> Page:
    return Page(Contents(rejects=(set_aside(document.body, reason),)), broken=True)


def _review(entry: Mapping[str, Any], now: datetime) -> Item:
    said = _last(entry["comments"], "userComment")
    answer = _last(entry["comments"], "developerComment")
    title, text = split_title(str(said.get("text") or ""))
    if not title and not text:
        raise ValueError("the review has neither title nor text")
    author = storable(str(entry.get("authorName") or "")).strip()
    changed = plausible(_seconds(said), now)
    replied = _seconds(answer)
    return Item(
        id=storable(str(entry.get("reviewId") or "")) or content_id(title, text, author),
        text=text,
        title=title,
        author=author,
        published=changed,
        updated=changed,
        language=language_tag(said.get("reviewerLanguage")),
        rating=stars(said.get("starRating")),
        extra=known_facts(
            {
                "version": said.get("appVersionName"),
                "version_code": said.get("appVersionCode"),
                "device": (said.get("deviceMetadata") or {}).get("productName") or said.get("device"),
                "android": said.get("androidOsVersion"),
                "votes": said.get("thumbsUpCount"),
                "reply": answer.get("text"),
                "replied_at": replied.isoformat() if replied else "",
            }
        ),
    )


def _last(comments: Iterable[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    """The last comment of that kind; none is an empty one."""
    found: list[Mapping[str, Any]] = [comment[kind] for comment in comments if comment.get(kind)]
    return found[-1] if found else {}


def _seconds(comment: Mapping[str, Any]) -> datetime | None:
    """Google writes the seconds since 1970 as a string, as JSON numbers cannot hold 64 bits."""
    given = (comment.get("lastModified") or {}).get("seconds")
    return None if given is None else parse_instant(float(given), UTC)
