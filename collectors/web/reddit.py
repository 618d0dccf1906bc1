"""The collector ``reddit``: subreddits and searches, as the feeds of a signed-in account."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from collectors.base import Batch, State
from collectors.http import HttpClient
from collectors.paging.newest_first import Page, newest_first
from collectors.paging.parts import each_part
from collectors.reading.documents import NO_ENTRIES, Contents, Document
from collectors.reading.syndication import read_syndication

ENTRIES = 100
"""Reddit gives a hundred entries a page at most."""
PAGES = 10
"""Reddit lists the newest thousand entries of anything."""

_UNSIGNED = (
    "since June 2026 Reddit answers unsigned feeds with 429; set feed_token and user, "
    "which are in the address of every feed on reddit.com/prefs/feeds (feed=…&user=…)"
)

Subreddit = Annotated[str, StringConstraints(pattern=r"^\w+$")]


class RedditOptions(BaseModel):
    """What the collector ``reddit`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subreddits: tuple[Subreddit, ...] = Field(default=(), description="Subreddits, without r/.")
    searches: tuple[str, ...] = Field(default=(), description="Searches of all of Reddit.")
    comments: bool = Field(default=False, description="Whether the subreddits' comments are read as well.")
    feed_token: SecretStr | None = Field(default=None, description="What follows feed= on reddit.com/prefs/feeds.")
    user: SecretStr | None = Field(default=None, description="The account whose token it is.")
    base_url: str = Field(default="https://www.reddit.com", description="Server of the feeds.")

    @model_validator(mode="after")
    def _is_signed(self) -> "RedditOptions":
        if not self.subreddits and not self.searches:
            raise ValueError("nothing to read; name subreddits, searches, or both")
        if not self.feed_token or not self.user:
            raise ValueError(_UNSIGNED)
        return self


class RedditCollector:
    """Collects what is new in some subreddits and searches."""

    def __init__(self, options: RedditOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._listings = _listings(options)

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, newest entries first, a listing after the other.

        Raises:
            SourceUnavailable: Reddit may answer later.
            SourceRefused: it will not.
        """
        async for batch in each_part(state, tuple(self._listings), partial(self._collect_listing, since=since)):
            yield batch

    def _collect_listing(self, name: str, state: State, *, since: datetime | None) -> AsyncIterator[Batch]:
        return newest_first(partial(self._page, name), state, since, PAGES)

    async def _page(self, name: str, after: str) -> Page:
        path, chosen = self._listings[name]
        asked = chosen | {"limit": str(ENTRIES)} | ({"after": after} if after else {}) | self._signature()
        fetched = await self._http.fetch(f"{self._options.base_url.rstrip('/')}{path}?{urlencode(asked)}")
        body = self._without_token(fetched.body)
        document = Document(body, fetched.final_url, self._http.now(), fetched.headers.get("content-type", ""))
        return read_listing(await asyncio.to_thread(read_syndication, document))

    def _signature(self) -> dict[str, str]:
        return {"feed": _told(self._options.feed_token), "user": _told(self._options.user)}

    def _without_token(self, body: bytes) -> bytes:
        """A feed repeats its own address, and what is set aside would carry the token into the store."""
        return body.replace(_told(self._options.feed_token).encode(), b"...")


def read_listing(contents: Contents) -> Page:
    """A page of a listing, from what its feed holds."""
    silent = [reject.reason for reject in contents.rejects] == [NO_ENTRIES]
    following = contents.items[-1].id if contents.items else ""
    return Page(contents, following, sound=bool(contents.items) or silent)


def _listings(options: RedditOptions) -> dict[str, tuple[str, dict[str, str]]]:
    """The path and the query of each listing."""
    posts = {f"r/{name}": (f"/r/{name}/new/.rss", dict[str, str]()) for name in options.subreddits}
    comments = {f"comments/{name}": (f"/r/{name}/comments/.rss", dict[str, str]()) for name in options.subreddits}
    searches = {f"search/{words}": ("/search.rss", {"q": words, "sort": "new"}) for words in options.searches}
    return posts | (comments if options.comments else {}) | searches


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
