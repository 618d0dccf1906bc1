"""The collector ``page``: one article, or one page of reviews, watched for changes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from collectors.base import Batch, State
from collectors.http import HttpClient
from collectors.memory import KNOWN, Known, news_of
from collectors.reading.articles import read_page
from collectors.reading.documents import since_only
from collectors.web.answers import document_of

REMEMBERED = 500
"""Items of the page whose words are remembered, so that only edited ones come again."""


class PageOptions(BaseModel):
    """What the collector ``page`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(min_length=1, description="Address of the article or of the page with reviews.")
    language: str = Field(
        default="", description="BCP 47 language where the page does not say; empty: find it out later."
    )


class PageCollector:
    """Collects what one page says."""

    def __init__(self, options: PageOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield the article or the reviews that are new or edited since ``state``, in one batch.

        Raises:
            SourceUnavailable: the server may answer later.
            SourceRefused: it will not.
        """
        fetched = await self._http.fetch(self._options.url, state)
        if not fetched.is_news(state):
            return
        now = self._http.now()
        contents = await asyncio.to_thread(read_page, document_of(fetched, now, self._options.language))
        known = Known(state.get(KNOWN, ""), REMEMBERED)
        items = news_of(contents.items, known, now)
        yield Batch(since_only(items, since), contents.rejects, {**fetched.state(), KNOWN: known.kept()})
