"""The collector ``gdelt_doc``: headlines of the world's news sites, from GDELT's DOC 2.0 search."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from collectors.base import Batch, SourceRefused, SourceUnavailable, State
from collectors.http import HttpClient, without_secrets
from collectors.paging.time_slices import Answer, Reach, Slice, time_slices
from collectors.reading.documents import Document
from collectors.web.gdelt_articles import read_articles, spoken_error

ARTICLES = 250
"""GDELT gives 250 articles of a query at most."""

REACH = timedelta(days=88)
"""GDELT searches the last three months, which are 89 days at least."""

_OVERLAP = timedelta(hours=1)
"""Articles are indexed every fifteen minutes, some of them late."""
_GRAIN = timedelta(minutes=15)
"""All articles of one update bear the same time, a quarter of an hour after the one before."""
_STAMP = "%Y%m%d%H%M%S"
_OVERLOADED = ("limit requests", "too many requests", "try again", "timed out", "overloaded")


class GdeltDocOptions(BaseModel):
    """What the collector ``gdelt_doc`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(
        min_length=1, description="What to search for, in GDELT's query language, sourcelang: and such included."
    )
    history_days: int = Field(default=7, ge=0, le=REACH.days, description="How many days back the first run goes.")
    base_url: str = Field(default="https://api.gdeltproject.org", description="Server of the search.")


class GdeltDocCollector:
    """Collects the articles that one search finds."""

    def __init__(self, options: GdeltDocOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a slice of time, oldest first; the cursor moves with each.

        Raises:
            SourceUnavailable: GDELT sheds load, or has other trouble; what was yielded stands, the rest comes later.
            SourceRefused: it does not take the query.
        """
        history = timedelta(days=self._options.history_days)
        reach = Reach(history=history, longest=REACH, overlap=_OVERLAP, grain=_GRAIN)
        async for batch in time_slices(self._ask, state, since, self._http.now(), reach):
            yield batch

    async def _ask(self, part: Slice) -> Answer:
        url = self._address(part)
        fetched = await self._http.fetch(url)
        if spoken := spoken_error(fetched.body):
            raise _failure(url, spoken)
        document = Document(fetched.body, fetched.final_url, self._http.now())
        page = await asyncio.to_thread(read_articles, document)
        return Answer(page.contents, full=len(page.entries) >= ARTICLES, sound=page.sound)

    def _address(self, part: Slice) -> str:
        last = part.end - timedelta(seconds=1)
        asked = {
            "query": self._options.query,
            "mode": "artlist",
            "format": "json",
            "sort": "datedesc",
            "maxrecords": str(ARTICLES),
            "startdatetime": part.start.strftime(_STAMP),
            "enddatetime": last.strftime(_STAMP),
        }
        return f"{self._options.base_url.rstrip('/')}/api/v2/doc/doc?{urlencode(asked)}"


def _failure(url: str, spoken: str) -> SourceUnavailable | SourceRefused:
    """GDELT answers 200 to everything and says in words what was wrong."""
    said = f"{without_secrets(url)} answers {spoken!r}"
    if any(sign in spoken.casefold() for sign in _OVERLOADED):
        return SourceUnavailable(f"{said}; it is asked again later")
    return SourceRefused(f"{said}; correct the query")
