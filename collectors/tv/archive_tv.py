"""The collector ``archive_tv``: the Internet Archive's own search in the captions of its recordings of television."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from collectors.base import Batch, Item, Reject, State
from collectors.http import HttpClient, Policy, Rate
from collectors.reading.documents import Contents, looks_like_web_page, since_only, sort_out
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.tv.broadcasts import Clip, aired_at, seconds_of

ARCHIVE_TV_POLICY = Policy(rate=Rate(requests=12, seconds=60), patience=3)
"""The site's own back end, which nobody documents: robots.txt is obeyed, and it is asked rarely.

A search that nobody asked for lately takes it half a minute, which is as long as others are waited for.
"""

PAGE_HITS = 50
_CLIP_SECONDS = 60
_MARKS = re.compile(r"\{\{\{|\}\}\}")
_SECONDS = re.compile(r"(\d{1,7})(?:\.\d*)?")
_FIRST_DAY = datetime(2009, 6, 1, tzinfo=UTC)


class ArchiveTvOptions(BaseModel):
    """What the collector ``archive_tv`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(min_length=1, description='Words that were said; "in quotes" they stand together.')
    stations: tuple[str, ...] = Field(
        default=(), description="Stations by the Archive's names, such as CNNW, MSNBCW, KQED; empty: all of them."
    )
    late_hours: int = Field(
        default=72,
        ge=0,
        le=720,
        description="How far back it reads again, because captions come up to three days late.",
    )
    first_days: int = Field(default=7, ge=1, le=7000, description="How far back it reads the first time.")
    pages: int = Field(default=20, ge=1, le=200, description=f"How many pages of {PAGE_HITS} hits are read at most.")
    base_url: str = Field(default="https://archive.org", description="Server of the search.")


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of the search: what was made of it, and how many hits it had; None where it could not be read."""

    count: int | None
    contents: Contents


class ArchiveTvCollector:
    """Collects what was said on television, as the Internet Archive finds it."""

    def __init__(self, options: ArchiveTvOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, newest recordings first, back to the cursor less the hours that captions are late.

        The cursor moves with the last page: stopped in between, the search is read from its first page again.

        Raises:
            SourceUnavailable: the Archive may answer later.
            SourceRefused: it will not.
        """
        now = self._http.now()
        start = self._start(state, since, now)
        for page in range(1, self._options.pages + 1):
            fetched = await self._http.fetch(self._address(start, page))
            hits = await asyncio.to_thread(read_hits, fetched.body, now, frozenset(self._options.stations))
            if hits.count is None:
                yield Batch(rejects=hits.contents.rejects, state=state)
                return
            done = hits.count < PAGE_HITS
            is_last = done or page == self._options.pages
            rejects = hits.contents.rejects if done or not is_last else (*hits.contents.rejects, self._unread(start))
            reached = {"until": now.isoformat()} if is_last else state
            yield Batch(since_only(hits.contents.items, since), rejects, reached)
            if is_last:
                return

    def _start(self, state: State, since: datetime | None, now: datetime) -> datetime:
        try:
            start = datetime.fromisoformat(state["until"]) - timedelta(hours=self._options.late_hours)
        except (KeyError, ValueError):
            start = since or now - timedelta(days=self._options.first_days)
        return max(start, since or start, _FIRST_DAY).astimezone(UTC)

    def _address(self, start: datetime, page: int) -> str:
        """The search as the site's own pages ask it; its date filter knows days only."""
        chosen: dict[str, dict[str, str]] = {"date": {f"{start:%Y-%m-%d}": "gte"}}
        if self._options.stations:
            chosen["creator"] = dict.fromkeys(self._options.stations, "inc")
        asked = {
            "service_backend": "tvs",
            "user_query": self._options.query,
            "hits_per_page": str(PAGE_HITS),
            "page": str(page),
            "sort": "publicdate:desc",
            "aggregations": "false",
            "filter_map": json.dumps(chosen, separators=(",", ":")),
        }
        return f"{self._options.base_url.rstrip('/')}/services/search/beta/page_production/?{urlencode(asked)}"

    def _unread(self, start: datetime) -> Reject:
        read = self._options.pages * PAGE_HITS
        reason = f"more than {read:,} hits, and the older ones were not read; narrow the query or raise pages"
        return set_aside("", reason, f"since {start:%Y-%m-%d}")


def read_hits(body: bytes, now: datetime, stations: frozenset[str] = frozenset()) -> Hits:
    """The hits of a page; never raises.

    Args:
        body: the answer.
        now: dates are judged by it.
        stations: hits of other ones are left out, where any are named.
    """
    if not body.strip():
        return Hits(None, Contents(rejects=(set_aside(body, "the answer is empty"),)))
    if looks_like_web_page(body):
        return Hits(None, Contents(rejects=(set_aside(body, "a web page in place of the Archive's answer"),)))
    try:
        answer = load_json(body)
    except ValueError as error:
        return Hits(None, Contents(rejects=(set_aside(body, f"broken JSON: {error}"),)))
    found = _hits_of(answer)
    if found is None:
        reason = f"JSON, but no list of hits{_told_error(answer)}"
        return Hits(None, Contents(rejects=(set_aside(body, reason),)))
    items, rejects = sort_out(found, lambda hit: _item(hit, now))
    wanted = tuple(item for item in items if not stations or item.extra.get("station") in stations)
    return Hits(len(found), Contents(wanted, tuple(rejects)))


def _hits_of(answer: Any) -> list[Any] | None:
    """The list at ``response.body.hits.hits``; the outer layers are missing in some answers."""
    for key in ("response", "body", "hits", "hits"):
        if isinstance(answer, dict) and key in answer:
            answer = answer[key]
    return answer if isinstance(answer, list) else None


def _told_error(answer: Any) -> str:
    told = answer.get("error") if isinstance(answer, dict) else None
    return f"; the Archive says: {str(told)[:200]}" if told else ""


def _item(hit: Any, now: datetime) -> Item:
    fields = hit.get("fields") if isinstance(hit, dict) else None
    if not isinstance(fields, dict):
        raise ValueError("the hit is no JSON object with fields")
    identifier = _first(fields, "identifier")
    if not identifier:
        raise ValueError("the hit does not say of which broadcast it is")
    text = _said(hit)
    if not text:
        raise ValueError("the hit has no words")
    start, end = _span(fields)
    station = _first(fields, "creator") or identifier.partition("_")[0]
    programme = _first(fields, "title").partition(" : ")[0]
    aired = aired_at(identifier, start) or _shifted(_first(fields, "date"), start)
    return Clip(
        show_id=identifier,
        start=start,
        end=end,
        text=text,
        station=station,
        programme=programme,
        aired=plausible(aired, now),
    ).item()


def _shifted(written: str, seconds: int) -> datetime | None:
    """That many seconds after the date at which the recording begins; None where it is none."""
    begun = instant_or_none(written)
    return begun + timedelta(seconds=seconds) if begun else None


def _said(hit: Mapping[str, Any]) -> str:
    """The fragments around the words that were found, without the marks at those."""
    highlight = hit.get("highlight")
    found = highlight.get("text") if isinstance(highlight, dict) else None
    fragments = found if isinstance(found, list) else [found]
    plain = (" ".join(plain_text(_MARKS.sub("", part)).split()) for part in fragments if isinstance(part, str))
    return " \u2026 ".join(part for part in plain if part)


def _span(fields: Mapping[str, Any]) -> tuple[int, int]:
    """Seconds into the recording: a field of its own, or a part of the hit's address."""
    told = fields.get("start")
    written = str(told[0] if isinstance(told, list) and told else told)
    found = _SECONDS.fullmatch(written)
    if found is None:
        return seconds_of(_first(fields, "__href__"), _CLIP_SECONDS)
    return int(found[1]), int(found[1]) + _CLIP_SECONDS


def _first(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    told = value[0] if isinstance(value, list) and value else value
    return storable(told).strip() if isinstance(told, str) else ""
