"""The collector ``google_play``: the reviews of one's own app, by Google's interface and the console's exports."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from collectors.base import Batch, SourceRefused, State
from collectors.http import HttpClient, Policy, Rate
from collectors.local import cannot_read, local_path, read_local
from collectors.mobile.google_account import GoogleAccount
from collectors.mobile.play_archive import read_archive
from collectors.mobile.play_reviews import Page, read_page
from collectors.reading.documents import Document, since_only

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
PAGE_SIZE = 100
LATE = timedelta(days=1)
"""How far behind the newest review one may turn up: Google looks at some before it shows them."""
GOOGLE_PLAY_POLICY = Policy(obey_robots=False, rate=Rate(requests=190, seconds=3_600))
"""Google allows 200 requests for reviews an hour for each app."""

_WHERE = (
    "make a service account with a JSON key in Google Cloud, and invite its address in Play Console, Users and "
    "permissions, with leave to view app information"
)

PackageName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]\w*(\.\w+)+$")]


class GooglePlayOptions(BaseModel):
    """What the collector ``google_play`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    package: PackageName = Field(description="The app's package name, com.example.app.")
    service_account: SecretStr = Field(
        default=SecretStr(""), description="JSON key of a service account: its text, or file:PATH."
    )
    archive: str = Field(
        default="", description="File, or folder with files, of the console's monthly exports of reviews (CSV)."
    )
    base_url: str = Field(default="https://androidpublisher.googleapis.com", description="Server of the interface.")
    token_url: str = Field(default="", description="Server of access tokens; empty: the one that the key names.")

    @model_validator(mode="after")
    def _has_something_to_read(self) -> Self:
        if not self.service_account.get_secret_value().strip() and not self.archive:
            raise ValueError(f"service_account is missing; {_WHERE}")
        return self


class GooglePlayCollector:
    """Collects the reviews of one app: first those of the exports, then those of the last week."""

    def __init__(self, options: GooglePlayOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        key = options.service_account.get_secret_value()
        self._account = GoogleAccount(key, SCOPE, http, options.token_url) if key.strip() else None

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch for each export that is new or changed, and one a page of recent reviews, newest first.

        Raises:
            SourceUnavailable: Google may answer later.
            SourceRefused: the key, its permission, the package or the archive is wrong.
        """
        kept = dict(state)
        for path in await asyncio.to_thread(self._exports):
            batch = await asyncio.to_thread(self._export, path, kept, since)
            if batch is not None:
                kept = dict(batch.state)
                yield batch
        if self._account is not None:
            async for batch in self._recent(self._account, kept, since):
                yield batch

    async def _recent(self, account: GoogleAccount, kept: State, since: datetime | None) -> AsyncIterator[Batch]:
        """The pages until one holds what is surely known; the cursor moves with the last of them."""
        newest = _instant(kept.get("newest", ""))
        bounds = [bound for bound in (since, newest and newest - LATE) if bound is not None]
        token, seen = "", set[str]()
        while token not in seen:
            seen.add(token)
            page = await self._page(account, token)
            changed = [item.updated for item in page.contents.items if item.updated]
            newest = max(([newest] if newest else []) + changed, default=None)
            fresh = since_only(page.contents.items, max(bounds, default=None))
            token = page.next_token if len(fresh) == len(page.contents.items) else ""
            done = (not token or token in seen) and not page.broken and newest is not None
            yield Batch(
                fresh, page.contents.rejects, {**kept, "newest": newest.isoformat()} if done and newest else kept
            )
            if not token:
                return

    async def _page(self, account: GoogleAccount, token: str) -> Page:
        asked = {"maxResults": str(PAGE_SIZE)} | ({"token": token} if token else {})
        path = f"/androidpublisher/v3/applications/{self._options.package}/reviews"
        address = f"{self._options.base_url.rstrip('/')}{path}?{urlencode(asked)}"
        fetched = await self._http.fetch(address, headers=await account.authorization())
        return await asyncio.to_thread(read_page, Document(fetched.body, fetched.final_url, self._http.now()))

    def _exports(self) -> list[Path]:
        """The files of the archive, oldest month first: their names end with it."""
        if not self._options.archive:
            return []
        path = local_path(self._options.archive)
        if path is None:
            raise SourceRefused("archive is no path of this machine; download the exports from the console's bucket")
        try:
            files = sorted(path.glob(f"reviews_{self._options.package}_*.csv")) if path.is_dir() else [path]
        except OSError as error:
            raise SourceRefused(cannot_read(path, error)) from error
        if not files:
            raise SourceRefused(f"{path} holds no reviews_{self._options.package}_*.csv; put the exports there")
        return files

    def _export(self, path: Path, kept: State, since: datetime | None) -> Batch | None:
        key = f"archive.{path.name}"
        local = read_local(path, self._http.limits.body_bytes, kept.get(key))
        if local.body is None:
            return None
        contents = read_archive(local.body, self._options.package, self._http.now())
        return Batch(since_only(contents.items, since), contents.rejects, {**kept, key: local.mark})


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
