"""The collector ``google_news``: Google News' search feed, as headlines of outlets."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collectors.base import Batch, Item, State
from collectors.http import HttpClient
from collectors.memory import KNOWN, Told
from collectors.reading.documents import Contents, Document, is_empty, since_only
from collectors.reading.identity import content_id
from collectors.reading.syndication import read_syndication
from collectors.web.answers import document_of

_EMPTY = "empty"
_HOUR = timedelta(hours=1)
_HOURS_AT_MOST = 48
"""Beyond two days ``when:`` is told in days."""


class GoogleNewsOptions(BaseModel):
    """What the collector ``google_news`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(min_length=1, description="What to search for, in Google's own query language.")
    hl: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")] = Field(
        default="en-US", description="Language of the edition."
    )
    gl: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(
        default="US", description="Country of the edition."
    )
    ceid: str = Field(default="", description="Edition as COUNTRY:LANGUAGE; empty: made of gl and hl.")
    base_url: str = Field(default="https://news.google.com", description="Server of the feed.")


class GoogleNewsCollector:
    """Collects the headlines that one search finds."""

    def __init__(self, options: GoogleNewsOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield the headlines that are new, in one batch, if the feed changed.

        Raises:
            SourceUnavailable: Google may answer later.
            SourceRefused: it will not.
        """
        fetched = await self._http.fetch(self._address(since), state)
        if not fetched.is_news(state):
            return
        contents = await asyncio.to_thread(read_headlines, document_of(fetched, self._http.now(), self._options.hl))
        if not contents.items:
            silent = is_empty(contents)
            kept = {**state, _EMPTY: "1"} if silent else state
            yield Batch(rejects=() if silent and _EMPTY in state else contents.rejects, state=kept)
            return
        told = Told(state)
        fresh = told.fresh(contents.items)
        yield Batch(since_only(fresh, since), contents.rejects, {**fetched.state(), KNOWN: told.kept()})

    def _address(self, since: datetime | None) -> str:
        chosen = self._options
        query = chosen.query if since is None else f"{chosen.query} {when(self._http.now() - since)}"
        edition = chosen.ceid or f"{chosen.gl}:{chosen.hl.partition('-')[0]}"
        asked = {"q": query, "hl": chosen.hl, "gl": chosen.gl, "ceid": edition}
        return f"{chosen.base_url.rstrip('/')}/rss/search?{urlencode(asked)}"


def read_headlines(document: Document) -> Contents:
    """The headlines of a feed, each story of an outlet once; never raises."""
    contents = read_syndication(document)
    return Contents(tuple(_once(map(_as_story, contents.items))), contents.rejects)


def when(span: timedelta) -> str:
    """Google's search operator for the span before now, rounded up to whole hours or days."""
    hours = max(1, -(-span // _HOUR))
    return f"when:{hours}h" if hours <= _HOURS_AT_MOST else f"when:{-(-hours // 24)}d"


def _as_story(item: Item) -> Item:
    """Links are opaque and differ from one answer to the next: headline and outlet say which story it is."""
    outlet = item.extra.get("outlet", "")
    identity = content_id(item.title.casefold(), outlet.casefold()) if outlet and item.title else item.id
    return replace(item, id=identity, text="" if item.title else item.text)


def _once(items: Iterable[Item]) -> Iterable[Item]:
    stories: dict[str, Item] = {}
    for item in items:
        stories.setdefault(item.id, item)
    return stories.values()
