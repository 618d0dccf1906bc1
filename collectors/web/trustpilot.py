"""The collector ``trustpilot``: the reviews of a business, by Trustpilot's interface and a key."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from collectors.base import Batch, Item, SourceRefused, State
from collectors.http import Fetched, HttpClient
from collectors.paging.newest_first import Page, newest_first
from collectors.reading.documents import PARSER_FAILURES, Document
from collectors.reading.json_feed import load_json
from collectors.reading.json_pages import JsonPage, as_given, inner, instant, read_json_page, word, words
from collectors.reading.languages import language_tag
from collectors.reading.stars import stars

REVIEWS = 100
"""Trustpilot gives a hundred reviews a page at most."""

_UNIT, _DOMAIN = "unit", "domain"
_NO_KEY = (
    "Trustpilot's reviews want a key; set api_key to the API key of an application "
    "in Trustpilot Business, Integrations, Developers, API"
)


class TrustpilotOptions(BaseModel):
    """What the collector ``trustpilot`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    domain: str = Field(default="", description="Domain of the business as Trustpilot knows it, such as acme.example.")
    business_unit: str = Field(default="", description="Trustpilot's id of the business, which saves the look-up.")
    api_key: SecretStr | None = Field(default=None, description="Key of the interface.")
    language: str = Field(default="", description="Only reviews in this language (two letters); empty: all.")
    pages: int = Field(default=50, ge=1, description="How many pages of a hundred reviews are read at most.")
    base_url: str = Field(default="https://api.trustpilot.com", description="Server of the interface.")

    @model_validator(mode="after")
    def _names_a_business_and_a_key(self) -> "TrustpilotOptions":
        if not self.domain and not self.business_unit:
            raise ValueError("whose reviews; set domain or business_unit")
        if not self.api_key:
            raise ValueError(_NO_KEY)
        return self


class TrustpilotCollector:
    """Collects the reviews of one business."""

    def __init__(self, options: TrustpilotOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, newest reviews first, back to what is known.

        Raises:
            SourceUnavailable: Trustpilot may answer later.
            SourceRefused: it will not, or does not know the business.
        """
        unit = self._options.business_unit or await self._look_up(state)
        found = {_UNIT: unit, _DOMAIN: self._options.domain}
        known = {key: value for key, value in state.items() if key not in found}
        async for batch in newest_first(partial(self._page, unit), known, since, self._options.pages):
            yield replace(batch, state={**batch.state, **found})

    async def _look_up(self, state: State) -> str:
        """The id of the business: as it was found before, unless the source was given another domain since."""
        if state.get(_UNIT) and state.get(_DOMAIN) == self._options.domain:
            return state[_UNIT]
        domain = self._options.domain
        fetched = await self._fetch("/v1/business-units/find", {"name": domain})
        unit = read_unit(fetched.body)
        if not unit:
            raise SourceRefused(f"Trustpilot names no business for {domain}; correct domain, or set business_unit")
        return unit

    async def _page(self, unit: str, following: str) -> Page:
        number = int(following or 1)
        asked = {"page": str(number), "perPage": str(REVIEWS), "orderBy": "createdat.desc"}
        if self._options.language:
            asked["language"] = self._options.language
        fetched = await self._fetch(f"/v1/business-units/{quote(unit, safe='')}/reviews", asked)
        document = Document(fetched.body, fetched.final_url, self._http.now())
        page = await asyncio.to_thread(read_reviews, document)
        last = len(page.entries) < REVIEWS
        return Page(page.contents, "" if last else str(number + 1), page.sound)

    async def _fetch(self, path: str, asked: Mapping[str, str]) -> Fetched:
        key = self._options.api_key.get_secret_value() if self._options.api_key else ""
        url = f"{self._options.base_url.rstrip('/')}{path}?{urlencode(asked)}"
        return await self._http.fetch(url, headers={"apikey": key})


def read_unit(body: bytes) -> str:
    """The id of the business that a look-up found; empty where it found none. Never raises."""
    try:
        return word(load_json(body), "id")
    except PARSER_FAILURES:
        return ""


def read_reviews(document: Document) -> JsonPage:
    """The reviews of a page; never raises."""
    return read_json_page(document, lambda page: page["reviews"], lambda review: _item(review, document.now))


def _item(review: Mapping[str, Any], now: datetime) -> Item:
    """Title and text are as the customer typed them: no mark-up."""
    number, title, text = word(review, "id"), word(review, "title"), word(review, "text")
    if not number:
        raise ValueError("the review has no id")
    if not title and not text:
        raise ValueError("the review has neither title nor text")
    published = instant(review, "createdAt", now)
    facts = words(review, "source", "experiencedAt", "reviewedLocationName")
    return Item(
        id=number,
        text=text,
        title=title,
        url=f"https://www.trustpilot.com/reviews/{number}",
        author=word(inner(review, "consumer"), "displayName"),
        published=published,
        updated=instant(review, "updatedAt", now),
        language=language_tag(review.get("language")),
        rating=stars(review.get("stars")),
        extra=facts | as_given(review, "createdAt", published),
    )
