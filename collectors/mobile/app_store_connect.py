"""The collector ``app_store_connect``: the customer reviews of one's own app, by Apple's documented interface."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from collectors.base import Batch, SourceRefused, State
from collectors.http import HttpClient, Policy, Rate
from collectors.memory import KNOWN, Told
from collectors.mobile.connect_reviews import Page, read_page
from collectors.mobile.signing import sign
from collectors.mobile.storefronts import TERRITORIES
from collectors.reading.addresses import same_server
from collectors.reading.documents import Document, since_only

AUDIENCE = "appstoreconnect-v1"
TOKEN_LASTS = timedelta(minutes=15)
"""Apple refuses tokens that are valid for more than 20 minutes."""
RENEWED_BEFORE = timedelta(minutes=1)
PAGE_SIZE = 200
APP_STORE_CONNECT_POLICY = Policy(obey_robots=False, rate=Rate(requests=3_500, seconds=3_600))
"""Apple allows about 3,600 requests an hour for each key."""

_WHERE = "App Store Connect, Users and Access, Integrations, App Store Connect API (role Customer Support)"


class AppStoreConnectOptions(BaseModel):
    """What the collector ``app_store_connect`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    app_id: Annotated[str, StringConstraints(pattern=r"^\d+$")] = Field(
        description="Apple's number of the app (App Information, Apple ID)."
    )
    key_id: str = Field(default="", description="Id of the API key.")
    issuer_id: str = Field(default="", description="Id of the team, shown above the list of keys.")
    private_key: SecretStr = Field(default=SecretStr(""), description="The key's .p8 file: its text, or file:PATH.")
    stores: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")], ...] = Field(
        default=(), description="Storefronts as two-letter country codes in lower case; none: all of them."
    )
    base_url: str = Field(default="https://api.appstoreconnect.apple.com", description="Server of the interface.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = {"key_id": self.key_id, "issuer_id": self.issuer_id, "private_key": self.private_key.get_secret_value()}
        if missing := [name for name, value in given.items() if not value.strip()]:
            raise ValueError(f"{', '.join(missing)} missing; make a key in {_WHERE}")
        if unknown := [store for store in self.stores if store not in TERRITORIES]:
            raise ValueError(f"{', '.join(unknown)}: no such storefront; use two-letter codes such as us, gb, de")
        return self


class AppStoreConnectCollector:
    """Collects the reviews of one app."""

    def __init__(self, options: AppStoreConnectOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._token = ""
        self._expires: datetime | None = None

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch a page, newest reviews first, until the last page or one that holds what is known.

        The cursor moves with the last page: stopped in between, it begins anew.

        Raises:
            SourceUnavailable: Apple may answer later.
            SourceRefused: the key, its role or the app's number is wrong.
        """
        told, newest = Told(state), ""
        address, seen = self._first_address(), set[str]()
        while address and address not in seen:
            seen.add(address)
            page = await self._fetch(address)
            fresh = told.fresh(page.contents.items)
            newest = newest or told.kept()
            recent = since_only(fresh, since)
            reached = told.knew(page.contents.items) or len(recent) < len(fresh)
            address = "" if reached else self._checked(page.next_address)
            done = not address and not page.broken
            yield Batch(recent, page.contents.rejects, {KNOWN: newest} if done else state)

    async def _fetch(self, address: str) -> Page:
        headers = {"Authorization": f"Bearer {self._bearer()}"}
        fetched = await self._http.fetch(address, headers=headers)
        return await asyncio.to_thread(read_page, Document(fetched.body, fetched.final_url, self._http.now()))

    def _first_address(self) -> str:
        asked = {"sort": "-createdDate", "limit": str(PAGE_SIZE), "include": "response"}
        if self._options.stores:
            asked["filter[territory]"] = ",".join(TERRITORIES[store] for store in self._options.stores)
        path = f"{self._options.base_url.rstrip('/')}/v1/apps/{self._options.app_id}/customerReviews"
        return f"{path}?{urlencode(asked)}"

    def _checked(self, address: str) -> str:
        """The address of the next page, which the key goes to: it must be of the same server."""
        if address and not same_server(address, self._options.base_url):
            raise SourceRefused(
                f"{self._options.base_url} names a next page on another server, which is not given the key; "
                "check the base_url"
            )
        return address

    def _bearer(self) -> str:
        now = self._http.now()
        if self._expires is None or now > self._expires - RENEWED_BEFORE:
            self._expires = now + TOKEN_LASTS
            claims = {
                "iss": self._options.issuer_id,
                "iat": int(now.timestamp()),
                "exp": int(self._expires.timestamp()),
                "aud": AUDIENCE,
            }
            key = self._options.private_key.get_secret_value()
            self._token = sign(claims, key, "ES256", self._options.key_id, "app_store_connect: private_key")
        return self._token
