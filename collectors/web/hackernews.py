"""The collector ``hackernews``: stories and comments of Hacker News, from Algolia's search by date."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from collectors.base import Batch, Item, State
from collectors.http import HttpClient
from collectors.paging.time_slices import Answer, Reach, Slice, time_slices
from collectors.reading.documents import Document
from collectors.reading.json_pages import JsonPage, as_given, instant, read_json_page, word, words
from collectors.reading.markup import plain_text, strip_html

HITS = 1000
"""Algolia gives the first thousand hits of a query, whatever the page."""

_OVERLAP = timedelta(hours=2)
"""Authors may edit for two hours, and the index is minutes behind."""


class HackerNewsOptions(BaseModel):
    """What the collector ``hackernews`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(default="", description="Words to search for; empty: everything that is said.")
    kinds: tuple[Literal["story", "comment", "poll", "pollopt", "job"], ...] = Field(
        default=("story", "comment"), min_length=1, description="What is collected."
    )
    history_days: int = Field(default=30, ge=0, description="How many days back the first run goes.")
    base_url: str = Field(default="https://hn.algolia.com", description="Server of the search.")


class HackerNewsCollector:
    """Collects what one search finds."""

    def __init__(self, options: HackerNewsOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a slice of time, oldest first; the cursor moves with each.

        Raises:
            SourceUnavailable: the search may answer later.
            SourceRefused: it will not.
        """
        reach = Reach(history=timedelta(days=self._options.history_days), overlap=_OVERLAP, grain=timedelta(seconds=1))
        async for batch in time_slices(self._ask, state, since, self._http.now(), reach):
            yield batch

    async def _ask(self, part: Slice) -> Answer:
        fetched = await self._http.fetch(self._address(part))
        document = Document(fetched.body, fetched.final_url, self._http.now())
        page = await asyncio.to_thread(read_hits, document)
        return Answer(page.contents, full=page.sound and _holds_back(page), sound=page.sound)

    def _address(self, part: Slice) -> str:
        asked = {
            "query": self._options.query,
            "tags": f"({','.join(self._options.kinds)})",
            "numericFilters": f"created_at_i>={part.start.timestamp():.0f},created_at_i<{part.end.timestamp():.0f}",
            "hitsPerPage": str(HITS),
        }
        return f"{self._options.base_url.rstrip('/')}/api/v1/search_by_date?{urlencode(asked)}"


def read_hits(document: Document) -> JsonPage:
    """The hits of an answer; never raises."""
    return read_json_page(document, lambda page: page["hits"], lambda hit: _item(hit, document.now))


def _holds_back(page: JsonPage) -> bool:
    pages = page.whole.get("nbPages")
    return len(page.entries) >= HITS or (isinstance(pages, int) and pages > 1)


def _item(hit: Mapping[str, Any], now: datetime) -> Item:
    number = word(hit, "objectID")
    title = plain_text(word(hit, "title"))
    text = strip_html(word(hit, "comment_text") or word(hit, "story_text"))
    if not number:
        raise ValueError("the hit has no objectID")
    if not title and not text:
        raise ValueError("the hit has neither title nor text")
    linked = word(hit, "url")
    published = instant(hit, "created_at_i", now)
    facts = words(hit, "points", "story_id", "story_title", "story_url") | ({"link": linked} if linked else {})
    return Item(
        id=number,
        text=text,
        title=title,
        url=f"https://news.ycombinator.com/item?id={number}",
        author=word(hit, "author"),
        published=published,
        extra=facts | as_given(hit, "created_at_i", published),
    )
