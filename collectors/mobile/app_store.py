"""The collector ``app_store``: Apple's customer-review feed, in JSON or XML, of any number of storefronts."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collectors.base import Batch, CollectorError, Reject, SourceUnavailable, State
from collectors.http import Fetched, HttpClient, Policy, Rate
from collectors.memory import KNOWN, Told
from collectors.mobile.apple_reviews import read_reviews
from collectors.mobile.storefronts import STOREFRONTS
from collectors.reading.documents import Contents, Document, since_only
from collectors.reading.quarantine import set_aside

PAGES = 10
"""Apple serves ten pages of fifty reviews for an app and storefront, whatever it has."""

GIVEN_UP_AFTER = 3
"""Storefronts in a row that do not answer: they are all served by one host, which then has trouble or enough of us."""

APP_STORE_POLICY = Policy(rate=Rate(requests=60, seconds=60))
"""Apple documents no rate for this feed; one page a second visits every storefront in three minutes."""

_NO_REVIEWS = "no reviews in storefront {}; Apple's feed also answers empty for apps that have some, so this is no calm"

Storefront = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class AppStoreOptions(BaseModel):
    """What the collector ``app_store`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    app_id: Annotated[str, StringConstraints(pattern=r"^\d+$")] = Field(
        description="The number in the app's address: apps.apple.com/us/app/name/id123456789."
    )
    stores: Literal["all"] | Annotated[tuple[Storefront, ...], Field(min_length=1)] = Field(
        default=("us",), description="Storefronts as two-letter country codes in lower case; all: every one there is."
    )
    format: Literal["json", "xml"] = Field(default="json", description="Which of Apple's two feeds is read.")
    base_url: str = Field(default="https://itunes.apple.com", description="Server of the feed.")
    pages: int = Field(default=PAGES, ge=1, le=PAGES, description="How many pages of fifty reviews are read at most.")

    @property
    def storefronts(self) -> tuple[str, ...]:
        """The storefronts to read, by their codes."""
        return STOREFRONTS if self.stores == "all" else self.stores


class AppStoreCollector:
    """Collects the reviews of one app."""

    def __init__(self, options: AppStoreOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, newest reviews first, until a page is empty or reaches what is known.

        A storefront's cursor moves with its last page: stopped in between, or by a page that cannot be read, it is read
        from its first page again. A storefront that fails does not keep the others from being read; its error is raised
        after them. Where the server asks to be left alone, or three in a row do not answer, the rest of the round is
        left for the next.

        Raises:
            SourceUnavailable: a storefront may answer later.
            SourceRefused: it will not.
        """
        stores = self._options.storefronts
        kept = {key: value for key, value in state.items() if key.partition(".")[0] in stores}
        failures: list[CollectorError] = []
        in_a_row = 0
        for store in stores:
            try:
                async for batch in self._collect_store(store, kept, since):
                    kept = dict(batch.state)
                    yield batch
                in_a_row = 0
            except CollectorError as failure:
                failures.append(failure)
                in_a_row += isinstance(failure, SourceUnavailable)
                if in_a_row == GIVEN_UP_AFTER or _asks_for_rest(failure):
                    break
        if failures:
            raise failures[0]

    async def _collect_store(self, store: str, kept: State, since: datetime | None) -> AsyncIterator[Batch]:
        told = Told(_of_store(kept, store))
        cursor: dict[str, str] = {}
        for page in range(1, self._options.pages + 1):
            fetched = await self._http.fetch(self._address(store, page), _of_store(kept, store) if page == 1 else {})
            if fetched.not_modified:
                return
            contents = await asyncio.to_thread(self._read, fetched, store)
            if contents.rejects and not contents.items:  # it says nothing about where the reviews end
                yield Batch(rejects=contents.rejects, state=kept)
                return
            fresh = told.fresh(contents.items)
            if page == 1:
                cursor = _cursor(store, fetched, told)
            done = not contents.items or told.knew(contents.items) or page == self._options.pages
            rejects = self._with_emptiness(contents, page, kept, store)
            yield Batch(since_only(fresh, since), rejects, _moved(kept, store, cursor) if done else kept)
            if done:
                return

    def _address(self, store: str, page: int) -> str:
        chosen = f"page={page}/id={self._options.app_id}/sortby=mostrecent/{self._options.format}"
        return f"{self._options.base_url.rstrip('/')}/{store}/rss/customerreviews/{chosen}"

    def _read(self, fetched: Fetched, store: str) -> Contents:
        document = Document(fetched.body, fetched.final_url, self._http.now())
        return read_reviews(document, store)

    def _with_emptiness(self, contents: Contents, page: int, kept: State, store: str) -> tuple[Reject, ...]:
        """The rejects, and on the first page the news that there is no review; it is told once.

        Of all storefronts most are empty for most apps, which is no news.
        """
        silent = page == 1 and not contents.items and not contents.rejects and self._options.stores != "all"
        if not silent or kept.get(f"{store}.empty"):
            return contents.rejects
        return (set_aside("", _NO_REVIEWS.format(store), self._address(store, page)),)


def _asks_for_rest(failure: CollectorError) -> bool:
    return isinstance(failure, SourceUnavailable) and failure.retry_after_seconds is not None


def _of_store(state: State, store: str) -> dict[str, str]:
    prefix = f"{store}."
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def _cursor(store: str, first_page: Fetched, told: Told) -> dict[str, str]:
    """Where the storefront stands once its first page was told."""
    kept = {**first_page.validators, KNOWN: told.kept()}
    if not kept[KNOWN]:
        kept["empty"] = "1"
    return {f"{store}.{key}": value for key, value in kept.items()}


def _moved(kept: State, store: str, cursor: Mapping[str, str]) -> dict[str, str]:
    others = {key: value for key, value in kept.items() if not key.startswith(f"{store}.")}
    return {**others, **cursor}
