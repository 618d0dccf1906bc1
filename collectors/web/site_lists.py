"""Where a site says its articles are: sitemaps, feeds and start pages."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from collectors.base import CollectorError, Reject
from collectors.http import HttpClient
from collectors.reading.addresses import host_of, normal_address
from collectors.reading.documents import Document, is_empty
from collectors.reading.quarantine import set_aside
from collectors.reading.sitemaps import Listed, Listing, read_links, read_sitemap
from collectors.web.answers import document_of
from collectors.web.feed import read_feed

LISTED = 2_000
"""So many of the newest pages that a site lists are looked at, and remembered."""
SITEMAPS = 20
"""So many sitemaps of an index are read in one run, the newest first."""

Reader = Callable[[Document], Listing]

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class SiteOptions(BaseModel):
    """What the collector ``site`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sitemaps: tuple[str, ...] = Field(
        default=(), description="Addresses of sitemaps, of news sitemaps, or of an index."
    )
    feeds: tuple[str, ...] = Field(default=(), description="Addresses of feeds whose entries are read in full.")
    start: tuple[str, ...] = Field(default=(), description="Pages whose links are followed; they want a pattern.")
    pattern: str = Field(default="", description="Regular expression that the addresses of articles contain.")
    hosts: tuple[str, ...] = Field(
        default=(), description="Further hosts that may be asked; else only the listing's own."
    )
    max_pages: int = Field(
        default=50, ge=1, le=LISTED, description="How many pages one run reads at most, oldest first."
    )
    language: str = Field(
        default="", description="BCP 47 language where a page does not say; empty: find it out later."
    )

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"is no regular expression ({error})") from error
        return pattern

    @model_validator(mode="after")
    def _lists_something(self) -> Self:
        if not (self.sitemaps or self.feeds or self.start):
            raise ValueError("give sitemaps, feeds or start; they say where the articles are")
        if self.start and not self.pattern:
            raise ValueError("start wants a pattern; else every link of the page would be read as an article")
        return self


class SiteLists:
    """The lists of one site."""

    def __init__(self, options: SiteOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._pattern = re.compile(options.pattern)
        self._hosts = frozenset(host_of(f"https://{host}") for host in options.hosts)

    async def read(self, since: datetime | None) -> Listing:
        """The newest pages of all lists, oldest first; a list that fails is set aside if another one does not.

        Raises:
            SourceUnavailable: no list answers.
            SourceRefused: no list is there.
        """
        pages: list[Listed] = []
        rejects: list[Reject] = []
        failures: list[CollectorError] = []
        lists = [(url, read_sitemap) for url in self._options.sitemaps]
        lists += [(url, entries_of_feed) for url in self._options.feeds]
        lists += [(url, read_links) for url in self._options.start]
        for url, reader in lists:
            try:
                async for listing in self._read(url, reader, since):
                    pages += listing.pages
                    rejects += listing.rejects
            except CollectorError as error:
                failures.append(error)
                rejects.append(set_aside(url, str(error), url))
        if failures and len(failures) == len(lists):
            raise failures[0]
        return Listing(newest(pages, since), rejects=tuple(rejects))

    async def _read(self, url: str, reader: Reader, since: datetime | None) -> AsyncIterator[Listing]:
        """What one list names; of an index, what its sitemaps name. A sitemap of an index may fail alone."""
        listing, hosts = await self._fetch(url, reader)
        yield self._wanted(listing, hosts)
        young = [one for one in listing.sitemaps if since is None or (one.date or since) >= since]
        young.sort(key=lambda one: one.date or _BEFORE_ALL, reverse=True)
        for sitemap in [one for one in young if host_of(one.address) in hosts][:SITEMAPS]:
            try:
                listing, _ = await self._fetch(sitemap.address, reader)
            except CollectorError as error:
                yield Listing(rejects=(set_aside(sitemap.address, str(error), sitemap.address),))
            else:
                yield self._wanted(listing, hosts)

    async def _fetch(self, url: str, reader: Reader) -> tuple[Listing, frozenset[str]]:
        """A list, and the hosts that it may name: its own, and those of the options."""
        fetched = await self._http.fetch(url)
        document = document_of(fetched, self._http.now(), self._options.language)
        listing = await asyncio.to_thread(reader, document)
        return listing, self._hosts | {host_of(url), host_of(fetched.final_url)}

    def _wanted(self, listing: Listing, hosts: frozenset[str]) -> Listing:
        pages = (one for one in listing.pages if host_of(one.address) in hosts and self._pattern.search(one.address))
        return Listing(tuple(pages), rejects=listing.rejects)


def entries_of_feed(document: Document) -> Listing:
    """The pages that a feed links to; a sound feed without entries says nothing. Never raises."""
    contents = read_feed(document)
    listed = (Listed(normal_address(item.url), item.published, item.updated, item.title) for item in contents.items)
    return Listing(tuple(one for one in listed if one.address), rejects=() if is_empty(contents) else contents.rejects)


def newest(pages: Iterable[Listed], since: datetime | None) -> tuple[Listed, ...]:
    """Each page once, the oldest first and before them those without date; of many, the newest.

    Feeds and start pages begin with the newest, so the order is turned round where dates do not decide.
    """
    unique: dict[str, Listed] = {}
    for page in pages:
        if page.address not in unique or (unique[page.address].date is None and page.date is not None):
            unique[page.address] = page
    young = [page for page in unique.values() if since is None or (page.date or since) >= since]
    young.reverse()
    young.sort(key=lambda page: page.date or _BEFORE_ALL)
    return tuple(young[-LISTED:])
