"""Mastodon's statuses: bytes in, items out; and the dates that are in their numbers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from collectors.base import Item
from collectors.reading.documents import Document
from collectors.reading.json_pages import JsonPage, as_given, inner, instant, read_json_page, word, words
from collectors.reading.languages import language_tag
from collectors.reading.markup import strip_html

_MOST_DIGITS = 20  # of 64 bits
_SEQUENCE_BITS = 16
_MILLISECOND = timedelta(milliseconds=1)


def read_statuses(document: Document) -> JsonPage:
    """The statuses of a timeline's page; never raises."""
    return read_json_page(document, lambda page: page, lambda status: _item(status, document))


def first_id(instant: datetime) -> str:
    """The least number of a status of that time: milliseconds since 1970, then 16 bits of sequence.

    Source: Mastodon's ``lib/mastodon/snowflake.rb``.
    """
    return str(int(instant.timestamp() * 1000) << _SEQUENCE_BITS)


def earlier_id(number: str, by: timedelta) -> str:
    """A number that long before; as it is where a host's numbers are no dates (Pleroma, GoToSocial)."""
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        return number
    return str(max(0, int(number) - ((by // _MILLISECOND) << _SEQUENCE_BITS)))


def _item(status: Mapping[str, Any], document: Document) -> Item:
    """The item of a status; of a boost, that of the status that is boosted, so that it counts once."""
    said = inner(status, "reblog") or status
    uri = word(said, "uri")
    text = strip_html(word(said, "content"))
    title = strip_html(word(said, "spoiler_text"))
    if not uri:
        raise ValueError("the status has no uri")
    if not text and not title:
        raise ValueError("the status has no text, only media or a poll")
    published = instant(said, "created_at", document.now)
    facts = words(said, "in_reply_to_id", "reblogs_count", "favourites_count")
    return Item(
        id=uri,
        text=text,
        title=title,
        url=word(said, "url") or uri,
        author=_full_name(word(inner(said, "account"), "acct"), document.url),
        published=published,
        updated=instant(said, "edited_at", document.now),
        language=language_tag(said.get("language"), document.language),
        extra=facts | as_given(said, "created_at", published),
    )


def _full_name(account: str, url: str) -> str:
    """The account with its host, which is left out where it is the host that was asked."""
    return account if "@" in account or not account else f"{account}@{urlsplit(url).hostname or ''}"
