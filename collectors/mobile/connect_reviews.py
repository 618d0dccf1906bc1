"""A page of customer reviews of App Store Connect (JSON:API): bytes in, reviews out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from collectors.base import Item
from collectors.mobile.reviews import known_facts
from collectors.mobile.storefronts import storefront_of
from collectors.reading.documents import PARSER_FAILURES, Contents, Document, looks_like_web_page, sort_out
from collectors.reading.identity import content_id
from collectors.reading.instants import parse_instant, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.reading.stars import stars


@dataclass(frozen=True, slots=True)
class Page:
    """The reviews of a page, and the address of the next; ``broken`` where it could not be read at all."""

    contents: Contents
    next_address: str = ""
    broken: bool = False


def read_page(document: Document) -> Page:
    """The reviews of a page, each with the developer's answer to it; never raises."""
    if not document.body.strip():
        return _broken(document, "the answer is empty")
    if looks_like_web_page(document.body):
        return _broken(document, "a web page instead of reviews; check the base_url")
    try:
        page = load_json(document.body)
        reviews = page["data"]
        answers = {entry["id"]: entry.get("attributes") or {} for entry in page.get("included") or ()}
        following = (page.get("links") or {}).get("next") or ""
        items, rejects = sort_out(reviews, lambda entry: _review(entry, answers, document))
    except PARSER_FAILURES as error:
        return _broken(document, f"no page of reviews in JSON: {error!r}")
    return Page(Contents(tuple(items), tuple(rejects)), storable(following) if isinstance(following, str) else "")


def _broken(document: Document, reason: str) -> Page:
    return Page(Contents(rejects=(set_aside(document.body, reason),)), broken=True)


def _review(entry: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]], document: Document) -> Item:
    told = entry["attributes"]
    title, text, author = (_said(told, name) for name in ("title", "body", "reviewerNickname"))
    if not title and not text:
        raise ValueError("the review has neither title nor text")
    created = told.get("createdDate")
    response = (((entry.get("relationships") or {}).get("response") or {}).get("data") or {}).get("id")
    answer = answers.get(str(response), {})
    return Item(
        id=storable(str(entry.get("id") or "")) or content_id(title, text, author),
        text=text,
        title=title,
        author=author,
        published=plausible(parse_instant(created, UTC), document.now) if created else None,
        rating=stars(told.get("rating")),
        extra=known_facts(
            {
                "storefront": storefront_of(str(told.get("territory") or "")),
                "version": told.get("version"),
                "reply": answer.get("responseBody"),
                "replied_at": answer.get("lastModifiedDate"),
            }
        ),
    )


def _said(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return plain_text(value) if isinstance(value, str) else ""
