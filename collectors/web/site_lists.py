"""Where a site says its articles are: sitemaps, feeds and start pages."""

import asyncio
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from collectors.base import CollectorError
from collectors.http import HttpClient
from collectors.memory import short
from collectors.reading.addresses import host_of, normal_address
from collectors.reading.documents import Document, is_empty
from collectors.reading.quarantine import set_aside
from collectors.reading.sitemaps import Listed, Listing, read_links, read_sitemap
from collectors.web.answers import document_of
from collectors.web.feed import read_feed
from collectors.web.site_memory import BEFORE_ALL, Answered, Lists, Memory, unchanged

LISTED = 2_000
"""So many of the newest pages that a site lists are looked at, and remembered."""
SITEMAPS = 20
"""So many sitemaps of an index are read in one run, the newest first."""

Reader = Callable[[Document], Listing]
Hosts = frozenset[str]
NO_HOSTS: Hosts = frozenset()


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

    async def read(self, remembered: str, since: datetime | None) -> Lists:
        """What all lists name; one that fails is set aside if another one does not.

        Args:
            remembered: by :meth:`Lists.remembered`, of the run before.
            since: older pages are left out.

        Raises:
            SourceUnavailable: no list answers.
            SourceRefused: no list is there.
        """
        memory = Memory(remembered)
        answers: list[Answered] = []
        failures: list[CollectorError] = []
        lists = [(url, read_sitemap) for url in self._options.sitemaps]
        lists += [(url, entries_of_feed) for url in self._options.feeds]
        lists += [(url, read_links) for url in self._options.start]
        for url, reader in lists:
            try:
                answers += await self._read(url, reader, memory, since)
            except CollectorError as error:
                failures.append(error)
                answers.append(self._failed(url, reader, memory, error))
        if failures and len(failures) == len(lists):
            raise failures[0]
        return Lists(answers, since, LISTED)

    async def _read(self, url: str, reader: Reader, memory: Memory, since: datetime | None) -> list[Answered]:
        """One list, and the sitemaps of an index, of which any may fail alone."""
        first = await self._fetch(url, reader, memory, since)
        answers = [first]
        for address in first.sitemaps:
            try:
                answers.append(await self._fetch(address, reader, memory, since, first.hosts))
            except CollectorError as error:
                answers.append(self._failed(address, reader, memory, error))
        return answers

    async def _fetch(
        self, url: str, reader: Reader, memory: Memory, since: datetime | None, hosts: Hosts = NO_HOSTS
    ) -> Answered:
        """A list, which may name pages of its own hosts, of those of its index, and of those of the options."""
        key = self._key(url, reader)
        known = memory.of(key)
        fetched = await self._http.fetch(url, known)
        hosts = hosts or self._hosts | {host_of(url), host_of(fetched.final_url)}
        if known and not fetched.is_news(known):
            return unchanged(key, known, hosts)
        document = document_of(fetched, self._http.now(), self._options.language)
        listing = await asyncio.to_thread(reader, document)
        return Answered(
            key,
            fetched.state(),
            hosts=hosts,
            pages=tuple(page for page in listing.pages if self._wants(page, hosts)),
            sitemaps=_youngest(listing.sitemaps, hosts, since),
            rejects=listing.rejects,
        )

    def _failed(self, url: str, reader: Reader, memory: Memory, error: CollectorError) -> Answered:
        key = self._key(url, reader)
        return Answered(key, memory.of(key), is_news=False, rejects=(set_aside(url, str(error), url),))

    def _key(self, url: str, reader: Reader) -> str:
        """Another one as soon as other pages of the list are wanted, or it is read in another way."""
        return short(url, reader.__name__, self._options.pattern, *sorted(self._hosts))

    def _wants(self, page: Listed, hosts: Hosts) -> bool:
        return host_of(page.address) in hosts and self._pattern.search(page.address) is not None


def _youngest(sitemaps: Iterable[Listed], hosts: Hosts, since: datetime | None) -> tuple[str, ...]:
    young = [one for one in sitemaps if since is None or (one.date or since) >= since]
    young.sort(key=lambda one: one.date or BEFORE_ALL, reverse=True)
    return tuple(one.address for one in young if host_of(one.address) in hosts)[:SITEMAPS]


def entries_of_feed(document: Document) -> Listing:
    """The pages that a feed links to; a sound feed without entries says nothing. Never raises."""
    contents = read_feed(document)
    listed = (Listed(normal_address(item.url), item.published, item.updated, item.title) for item in contents.items)
    return Listing(tuple(one for one in listed if one.address), rejects=() if is_empty(contents) else contents.rejects)
