"""The collector ``mastodon``: hashtags and public timelines of a Mastodon host."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from collectors.base import Batch, SourceRefused, State
from collectors.http import Fetched, HttpClient
from collectors.memory import KNOWN, Told
from collectors.paging.parts import each_part
from collectors.reading.documents import Document, since_only
from collectors.reading.json_pages import JsonPage, word
from collectors.web.mastodon_statuses import earlier_id, first_id, read_statuses

STATUSES = 40
"""A host gives forty statuses a page at most."""

_MIN_ID = "min_id"
_OVERLAP = timedelta(minutes=10)
"""A status of another host is numbered by when it was written, not by when it came."""

Tag = Annotated[str, StringConstraints(pattern=r"^#?\w+$")]


class MastodonOptions(BaseModel):
    """What the collector ``mastodon`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="Name of the host, such as mastodon.social.")
    tags: tuple[Tag, ...] = Field(default=(), description="Hashtags whose timelines are read.")
    public: Literal["", "local", "remote", "all"] = Field(
        default="", description="Which public timeline is read: the host's own posts, those of others, or all."
    )
    token: SecretStr | None = Field(
        default=None, description="Access token with the scope read:statuses, where the host wants one."
    )
    history_days: int = Field(default=1, ge=0, description="How many days back the first run goes.")

    @model_validator(mode="after")
    def _asks_for_something(self) -> "MastodonOptions":
        if not self.tags and not self.public:
            raise ValueError("nothing to read; name tags, a public timeline, or both")
        return self


class MastodonCollector:
    """Collects the timelines of one host."""

    def __init__(self, options: MastodonOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._timelines = _timelines(options)

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, oldest first, a timeline after the other; the cursor moves with each page.

        Raises:
            SourceUnavailable: the host may answer later.
            SourceRefused: it will not.
        """
        async for batch in each_part(state, tuple(self._timelines), partial(self._collect_timeline, since=since)):
            yield batch

    async def _collect_timeline(self, name: str, state: State, *, since: datetime | None) -> AsyncIterator[Batch]:
        told, met = Told(state), set[str]()
        after = self._beginning(state, since)
        while True:
            page = await self._page(name, after)
            numbers = [number for entry in page.entries if (number := word(entry, "id"))]
            if not numbers and page.contents.rejects:
                yield Batch(rejects=page.contents.rejects, state=state)
                return
            if met.issuperset(numbers):  # the end; or a host that does not know min_id, and repeats itself
                return
            met.update(numbers)
            after = numbers[0]
            fresh = told.fresh(page.contents.items)
            state = {_MIN_ID: after, KNOWN: told.kept(_before_newest(page))}
            yield Batch(since_only(fresh, since), page.contents.rejects, state)

    def _beginning(self, state: State, since: datetime | None) -> str:
        """The id that the first page comes after."""
        if _MIN_ID in state:
            return earlier_id(state[_MIN_ID], _OVERLAP)
        return first_id(since or self._http.now() - timedelta(days=self._options.history_days))

    async def _page(self, name: str, after: str) -> JsonPage:
        path, chosen = self._timelines[name]
        query = urlencode({**chosen, "limit": STATUSES, "min_id": after})
        fetched = await self._fetch(f"{_address(self._options.host)}/api/v1/timelines/{path}?{query}")
        document = Document(fetched.body, fetched.final_url, self._http.now())
        return await asyncio.to_thread(read_statuses, document)

    async def _fetch(self, url: str) -> Fetched:
        token = self._options.token
        if token is not None:
            return await self._http.fetch(url, headers={"Authorization": f"Bearer {token.get_secret_value()}"})
        try:
            return await self._http.fetch(url)
        except SourceRefused as refused:
            hint = "if the host shows its timelines to members only, set token to an access token with the scope"
            raise SourceRefused(f"{refused}; {hint} read:statuses (Preferences, Development)") from refused


def _timelines(options: MastodonOptions) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """The path and the query of each timeline that is read."""
    tags = (tag.removeprefix("#").casefold() for tag in options.tags)
    found: dict[str, tuple[str, Mapping[str, str]]] = {f"tag/{tag}": (f"tag/{quote(tag)}", {}) for tag in tags}
    if options.public:
        found[f"public/{options.public}"] = ("public", {} if options.public == "all" else {options.public: "true"})
    return found


def _address(host: str) -> str:
    return (host if "://" in host else f"https://{host}").rstrip("/")


def _before_newest(page: JsonPage) -> datetime | None:
    """From when on a page's items may come again."""
    dates = [item.published for item in page.contents.items if item.published]
    return max(dates) - _OVERLAP if dates else None
