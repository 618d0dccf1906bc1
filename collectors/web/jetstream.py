"""Events of Bluesky's Jetstream (github.com/bluesky-social/jetstream): a JSON message in, what it says out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.base import Item, Reject
from collectors.reading.documents import PARSER_FAILURES
from collectors.reading.instants import EARLIEST, parse_instant, plausible
from collectors.reading.json_pages import inner
from collectors.reading.languages import language_tag
from collectors.reading.quarantine import set_aside, storable

POSTS = "app.bsky.feed.post"
"""The collection of a repository that holds the account's posts."""

_GONE = frozenset({"deleted", "takendown"})
"""States of an account whose posts are to be shown no longer; "deactivated" and "suspended" may pass."""


@dataclass(frozen=True, slots=True)
class Event:
    """What one message says: at most one of a post, the id of what was taken back, and a reject.

    Attributes:
        time_us: when Jetstream saw it, in microseconds since 1970; a cursor. None where it does not say.
        edited: the post takes the place of an earlier one of the same id.
        deleted: ``at://did/collection/rkey`` of a post, or ``at://did/*`` of an account with all its posts.
    """

    time_us: int | None = None
    post: Item | None = None
    edited: bool = False
    deleted: str = ""
    reject: Reject | None = None


def read_event(message: str, now: datetime) -> Event:
    """What a message says; its time is judged by ``now``. Never raises."""
    try:
        told = json.loads(message)
        time_us = _time_us(told, now)
    except (ValueError, RecursionError) as error:
        return Event(reject=set_aside(message, f"no event of Jetstream: {error}"))
    try:
        return _event(told, time_us)
    except PARSER_FAILURES as error:
        return Event(time_us, reject=set_aside(message, str(error)))


def instant_of(time_us: int) -> datetime:
    """The cursor as an aware UTC instant.

    Raises:
        ValueError: it is none.
    """
    try:
        return datetime.fromtimestamp(time_us / 1_000_000, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"time_us {time_us} is no date that exists") from error


def _time_us(told: Any, now: datetime) -> int:
    time_us = told.get("time_us") if isinstance(told, dict) else None
    if not isinstance(time_us, int):
        raise ValueError("it names no time_us")
    if plausible(instant_of(time_us), now) is None:
        raise ValueError(f"its time_us {time_us} is no time in microseconds")
    return time_us


def _event(told: Mapping[str, Any], time_us: int) -> Event:
    did, commit = _text(told, "did"), inner(told, "commit")
    if told.get("kind") == "account":
        gone = _text(inner(told, "account"), "status") in _GONE
        return Event(time_us, deleted=f"at://{did}/*" if gone and did else "")
    if told.get("kind") != "commit" or commit.get("collection") != POSTS:
        return Event(time_us)
    rkey = _text(commit, "rkey")
    if not did or not rkey:
        raise ValueError("the post names no account or no key")
    identity = f"at://{did}/{POSTS}/{rkey}"
    if commit.get("operation") == "delete":
        return Event(time_us, deleted=identity)
    edited = commit.get("operation") == "update"
    return Event(time_us, _post(identity, inner(commit, "record"), instant_of(time_us), edited=edited), edited)


def _post(identity: str, record: Mapping[str, Any], seen: datetime, *, edited: bool) -> Item:
    did, _, rkey = identity.removeprefix("at://").split("/")
    created = _created(record, seen)
    langs = _languages(record)
    return Item(
        id=identity,
        text=_text(record, "text"),
        title=_text(inner(inner(record, "embed"), "external"), "title"),
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        author=did,
        published=created or seen,
        updated=seen if edited else None,
        language=langs[0] if langs else "",
        extra=_extra(record, created, langs),
    )


def _created(record: Mapping[str, Any], seen: datetime) -> datetime | None:
    """``createdAt``, which the author's program writes; None where it lies after the post was seen, or is no date.

    One in the past stands: posts that were brought along from elsewhere keep their day.
    """
    try:
        created = parse_instant(_text(record, "createdAt"), UTC)
    except ValueError:
        return None
    return created if EARLIEST <= created <= seen else None


def _languages(record: Mapping[str, Any]) -> list[str]:
    langs = record.get("langs")
    return [tag for told in langs if (tag := language_tag(told))] if isinstance(langs, list) else []


def _extra(record: Mapping[str, Any], created: datetime | None, langs: list[str]) -> dict[str, str]:
    embed = inner(record, "embed")
    quoted = inner(embed, "record")
    told = {
        "langs": " ".join(langs) if len(langs) > 1 else "",
        "reply_to": _text(inner(inner(record, "reply"), "parent"), "uri"),
        "quotes": _text(quoted, "uri") or _text(inner(quoted, "record"), "uri"),
        "link": _text(inner(embed, "external"), "uri"),
        "published_as_given": _text(record, "createdAt") if created is None else "",
    }
    return {key: value for key, value in told.items() if value}


def _text(holder: Mapping[str, Any], key: str) -> str:
    value = holder.get(key)
    return storable(value).strip() if isinstance(value, str) else ""
