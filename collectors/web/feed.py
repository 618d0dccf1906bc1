"""The collector ``feed``: RSS, Atom, RDF and JSON Feed, from the web or from a file."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from collectors.base import Batch, State
from collectors.http import HttpClient
from collectors.reading.documents import Contents, Document, is_empty, since_only
from collectors.reading.json_feed import looks_like_json, read_json_feed
from collectors.reading.syndication import read_syndication
from collectors.web.answers import document_of
from collectors.web.websub import topic_of


class FeedOptions(BaseModel):
    """What the collector ``feed`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(min_length=1, description="Address of the feed: http, https, file, or a plain path.")
    language: str = Field(
        default="", description="BCP 47 language of the items where the feed does not say; empty: find it out later."
    )
    websub: bool = Field(
        default=True, description="Whether a hub that the feed names is asked to send its news, if web.url is set."
    )


class FeedCollector:
    """Collects one feed."""

    def __init__(self, options: FeedOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield the entries of the feed, in one batch, if it changed since ``state``.

        Raises:
            SourceUnavailable: the server may answer later.
            SourceRefused: it will not.
        """
        fetched = await self._http.fetch(self._options.url, state)
        if not fetched.is_news(state):
            return
        contents = await asyncio.to_thread(read_feed, document_of(fetched, self._http.now(), self._options.language))
        kept = fetched.state()
        if topic := topic_of(fetched.headers, fetched.body, fetched.final_url):
            kept |= topic.state()
        if is_empty(contents):
            kept["empty"] = "1"
        told_before = is_empty(contents) and "empty" in state
        yield Batch(since_only(contents.items, since), () if told_before else contents.rejects, kept)

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """The entries that the feed's hub sent, once its signature was found to fit."""
        content_type = headers.get("content-type", "")
        document = Document(body, self._options.url, now, content_type, self._options.language)
        contents = read_feed(document)
        return Batch(contents.items, contents.rejects)


def read_feed(document: Document) -> Contents:
    """Items of a feed of any kind, told apart by its first character, not by its declared type; never raises."""
    return read_json_feed(document) if looks_like_json(document.body) else read_syndication(document)
