"""The collector ``site``: a news site's articles in full, found by its sitemaps, feeds or start pages."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from collectors.base import Batch, Item, Reject, SourceRefused, SourceUnavailable, State
from collectors.http import HttpClient
from collectors.memory import Known, news_of, short
from collectors.reading.articles import read_page
from collectors.reading.documents import since_only
from collectors.reading.instants import plausible
from collectors.reading.quarantine import set_aside
from collectors.reading.sitemaps import Listed
from collectors.web.answers import document_of
from collectors.web.site_lists import LISTED, SiteLists, SiteOptions

BATCH_PAGES = 10
FAILURES_IN_A_ROW = 3
"""So many pages that do not answer, one after the other, say that the site is down."""


@dataclass(slots=True)
class Progress:
    """What is remembered of pages, articles and lists, and what was read since the last batch.

    Attributes:
        failing: in short, pages that did not answer when they were asked last.
    """

    pages: Known
    articles: Known
    lists: str
    failing: set[str]
    items: list[Item] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    read: int = 0

    def knows(self, page: Listed) -> bool:
        """Whether the page was read as it is listed now."""
        return self.pages.says(page.address, _mark(page))

    def failed(self, page: Listed) -> bool:
        """Whether it did not answer when it was asked last."""
        return short(page.address) in self.failing

    def batch(self, since: datetime | None) -> Batch:
        """Everything since the last batch, which is over with it."""
        state = {
            "pages": self.pages.kept(),
            "articles": self.articles.kept(),
            "lists": self.lists,
            "failing": " ".join(sorted(self.failing)),
        }
        batch = Batch(since_only(self.items, since), tuple(self.rejects), state)
        self.items, self.rejects, self.read = [], [], 0
        return batch


class SiteCollector:
    """Collects the articles that a site lists."""

    def __init__(self, options: SiteOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._lists = SiteLists(options, http)

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield the articles that are listed and not yet read, or listed as changed, oldest first.

        A page that fails is set aside and the next one read. One that is refused (4xx) is not asked again until the
        site lists it as changed; one that did not answer is asked in the next run, after all others.

        Raises:
            SourceUnavailable: no list, or several pages in a row, did not answer, or the site asks for a pause. Pages
                that did not answer before say nothing of the site.
            SourceRefused: no list is there.
        """
        told = Progress(
            Known(state.get("pages", ""), LISTED),
            Known(state.get("articles", ""), LISTED),
            state.get("lists", ""),
            set(state.get("failing", "").split()),
        )
        lists = await self._lists.read(told.lists, since)
        if lists.is_whole:
            told.pages.forget_all_but(lists.names)
            told.failing &= lists.names
        told.rejects += lists.rejects
        unread = sorted((page for page in lists.pages if not told.knows(page)), key=told.failed)
        silent = 0
        for page in unread[: self._options.max_pages]:
            try:
                await self._read(page, told)
            except SourceUnavailable as error:
                silent += 1
                over = silent == FAILURES_IN_A_ROW or error.retry_after_seconds is not None
                is_news = not told.failed(page)
                told.failing.add(short(page.address))
                if over and is_news:
                    yield told.batch(since)
                    raise
                told.rejects.append(set_aside(page.address, str(error), page.address))
                if over:
                    break
            else:
                silent = 0
            if told.read >= BATCH_PAGES:
                yield told.batch(since)
        told.lists = lists.remembered(told.knows)
        if told.read or told.rejects or told.lists != state.get("lists", ""):
            yield told.batch(since)

    async def _read(self, page: Listed, told: Progress) -> None:
        """One page; what it said is remembered, and that it was refused, too."""
        now = self._http.now()
        try:
            fetched = await self._http.fetch(page.address)
        except SourceRefused as error:
            told.rejects.append(set_aside(page.address, str(error), page.address))
        else:
            document = document_of(fetched, now, self._options.language)
            contents = await asyncio.to_thread(read_page, document)
            told.items += news_of((_dated(item, page, now) for item in contents.items), told.articles, now)
            told.rejects += contents.rejects
        told.pages.learn(page.address, _mark(page))
        told.failing.discard(short(page.address))
        told.read += 1


def _mark(page: Listed) -> str:
    """Changes when the site lists the page as changed."""
    return page.date.isoformat() if page.date else ""


def _dated(item: Item, page: Listed, now: datetime) -> Item:
    """The item with the list's time of publication, where the page itself tells none, or the day only."""
    listed = plausible(page.published, now)
    if listed is None or (item.published and "published_precision" not in item.extra):
        return item
    extra = {key: value for key, value in item.extra.items() if key != "published_precision"}
    return replace(item, published=listed, extra=extra)
