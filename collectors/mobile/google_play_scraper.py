"""The collector ``google_play_scraper``: the reviews of any app, as Google Play's own pages ask for them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import product
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collectors.base import Batch, SourceUnavailable, State
from collectors.http import HttpClient, Policy, Rate
from collectors.memory import Told
from collectors.mobile.app_store import Storefront
from collectors.mobile.google_play import PackageName
from collectors.mobile.play_library import PlayLibrary, load_library
from collectors.mobile.play_listing import read_listing
from collectors.paging.newest_first import Page, newest_first
from collectors.paging.parts import each_part
from collectors.reading.documents import Contents, Document
from collectors.reading.quarantine import set_aside

GOOGLE_PLAY_SCRAPER_POLICY = Policy(rate=Rate(requests=20, seconds=60))
"""Nothing is documented; who asks often is blocked."""

_GATEWAY_ERROR = b"com.google.play.gateway.proto.PlayGatewayError"
"""How Google says, with HTTP 200, that it has had enough of us."""
_NO_REVIEWS = "no reviews in {} in storefront {}; Google also answers empty for apps that have some, so this is no calm"

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$")]


class GooglePlayScraperOptions(BaseModel):
    """What the collector ``google_play_scraper`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: PackageName = Field(description="The app's package name, com.example.app.")
    languages: tuple[Language, ...] = Field(
        default=("en",), min_length=1, description="Languages of the reviews: en, pt-BR."
    )
    countries: tuple[Storefront, ...] = Field(
        default=("us",), min_length=1, description="Storefronts as two-letter country codes in lower case."
    )
    pages: int = Field(
        default=10, ge=1, le=1000, description="How many pages of two hundred reviews are read at most, of each pair."
    )
    base_url: str = Field(default="https://play.google.com", description="Server of Google Play.")


class GooglePlayScraperCollector:
    """Collects the reviews of one app, each language in each storefront."""

    def __init__(self, options: GooglePlayScraperOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, newest reviews first, back to what is known; a review of several storefronts once.

        Raises:
            SourceUnavailable: Google may answer later.
            SourceRefused: it will not, or the library is not installed.
        """
        library = load_library()
        pairs = {f"{pair[0]}_{pair[1]}": pair for pair in product(self._options.languages, self._options.countries)}

        def listing(name: str, known: State) -> AsyncIterator[Batch]:
            ask = partial(self._page, library, *pairs[name])
            return newest_first(ask, known, since, self._options.pages)

        told = Told({})
        async for batch in each_part(state, list(pairs), listing):
            yield replace(batch, items=told.fresh(batch.items))

    async def _page(self, library: PlayLibrary, language: str, country: str, following: str) -> Page:
        address = library.address(self._options.base_url, language, country)
        fetched = await self._http.post(address, form=library.form(self._options.app_id, following))
        document = Document(fetched.body, fetched.final_url, self._http.now(), language=language)
        page = await asyncio.to_thread(read_listing, document, library.places, country)
        if not page.sound and _GATEWAY_ERROR in fetched.body:
            raise SourceUnavailable(
                "Google Play answers with an error of its gateway, as it does when it is asked often; "
                "collect less often, and check app_id"
            )
        silent = not following and page.sound and not page.contents.items
        return replace(page, contents=_told_empty(language, country)) if silent else page


def _told_empty(language: str, country: str) -> Contents:
    return Contents(rejects=(set_aside("", _NO_REVIEWS.format(language, country)),))
