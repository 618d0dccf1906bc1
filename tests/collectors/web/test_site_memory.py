"""What a site's lists cost once they are known, and that nothing is lost by not reading them again."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from collectors.http import HttpClient
from collectors.reading.sitemaps import Listed
from collectors.web.site import SiteCollector
from collectors.web.site_lists import SiteOptions
from collectors.web.site_memory import Answered, unchanged
from collectors.web.site_memory import Lists as Named

BODY = "Customers of Acme Bank could not pay by card on Friday, and many of them said so. " * 8


class Lists:
    """Lists by name, served with validators as odd as real ones, and what each was answered with."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.sent: list[tuple[str, int]] = []
        self.with_validators = True

    def __setitem__(self, name: str, body: str) -> None:
        etag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:8]} b\'c--gzip"'
        modified = "Mon, 01 Jan 2024 00:00:00 +0000"  # odd, and sent back as it came

        async def answer(request: web.Request) -> web.Response:
            known = {"If-None-Match": etag, "If-Modified-Since": modified}.items() <= dict(request.headers).items()
            self.sent.append((name, 304 if known else 200))
            told = {"ETag": etag, "Last-Modified": modified} if self.with_validators else {}
            return web.Response(status=304) if known else web.Response(body=body.encode(), headers=told)

        self.site.pages[f"/{name}"] = answer

    def sitemap(self, **pages: str) -> str:
        told = (
            f"<url><loc>{self.site.url}/{name}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</url>"
            for name, when in pages.items()
        )
        return f"<urlset>{''.join(told)}</urlset>"

    def index(self, *names: str) -> str:
        told = "".join(f"<sitemap><loc>{self.site.url}/{name}</loc></sitemap>" for name in names)
        return f"<sitemapindex>{told}</sitemapindex>"

    def answers(self) -> list[tuple[str, int]]:
        """Since the last time this was asked."""
        sent, self.sent = self.sent, []
        return sent

    def articles(self) -> list[str]:
        """The articles that were asked for since the last time."""
        names = [request.path[1:] for request in self.site.requests]
        self.site.requests.clear()
        return [name for name in names if name.startswith("art")]


@pytest.fixture
def lists(site: Any) -> Lists:
    return Lists(site)


@pytest.fixture
def news(site: Any, http: HttpClient) -> Callable[..., SiteCollector]:
    for number in range(1, 10):
        site.pages[f"/art{number}"] = f"<!doctype html><html lang=en><article><h1>{number}</h1><p>{BODY}</p></article>"

    def open_site(*sitemaps: str, **options: Any) -> SiteCollector:
        return SiteCollector(SiteOptions(sitemaps=[f"{site.url}/{name}" for name in sitemaps], **options), http)

    return open_site


async def test_a_list_that_did_not_change_costs_one_short_answer(lists: Lists, news: Any, collected: Any):
    lists["map"] = lists.sitemap(art1="2026-11-20", art2="2026-11-21")
    first = await collected(news("map"))
    assert len(first.items) == 2
    second = await collected(news("map"), first.state)
    assert second.batches == []
    assert lists.answers() == [("map", 200), ("map", 304)]


async def test_a_list_that_knows_no_validators_is_known_by_its_bytes(lists: Lists, news: Any, collected: Any):
    lists.with_validators = False
    lists["map"] = lists.sitemap(art1="2026-11-20")
    first = await collected(news("map"))
    assert (await collected(news("map"), first.state)).batches == []


async def test_a_list_with_pages_still_to_be_read_is_read_again(lists: Lists, news: Any, collected: Any):
    lists["map"] = lists.sitemap(**{f"art{number}": f"2026-11-1{number}" for number in range(1, 6)})
    states, read = [{}], []
    for _ in range(4):
        got = await collected(news("map", max_pages=2), states[-1])
        read.append(lists.articles())
        states.append(got.state or states[-1])
    assert read == [["art1", "art2"], ["art3", "art4"], ["art5"], []]
    assert [status for _, status in lists.answers()] == [200, 200, 200, 304]


async def test_a_page_that_did_not_answer_is_asked_again_though_the_list_is_the_same(
    site: Any, lists: Lists, news: Any, collected: Any
):
    async def broken(_: web.Request) -> web.Response:
        raise web.HTTPServiceUnavailable

    lists["map"] = lists.sitemap(art1="2026-11-20", art2="2026-11-21")
    collector = news("map")
    well, site.pages["/art1"] = site.pages["/art1"], broken
    first = await collected(collector)
    assert len(first.items) == 1
    site.pages["/art1"] = well
    lists.articles()
    second = await collected(collector, first.state)
    assert (len(second.items), lists.articles()) == (1, ["art1"])
    assert (await collected(collector, second.state)).batches == []


async def test_a_run_that_was_stopped_reads_the_list_again(lists: Lists, news: Any, site: Any, collected: Any):
    page = site.pages
    collector = news("map")
    page |= {f"/article{number}": page["/art1"] for number in range(12)}
    lists["map"] = lists.sitemap(**{f"article{number}": f"2026-11-{number + 1:02}" for number in range(12)})
    stopped = (await collected(collector)).batches[0].state
    assert len((await collected(collector, stopped)).items) == 2
    assert [status for _, status in lists.answers()] == [200, 200]


async def test_what_an_unchanged_list_names_is_not_forgotten(lists: Lists, news: Any, collected: Any):
    lists["quiet"], lists["busy"] = lists.sitemap(art1="", art2=""), lists.sitemap(art3="")
    state = (await collected(news("quiet", "busy"))).state
    lists.articles()
    lists["busy"] = lists.sitemap(art4="")
    state = (await collected(news("quiet", "busy"), state)).state
    assert lists.articles() == ["art4"]
    lists["quiet"] = lists.sitemap(art1="", art2="", art5="")
    state = (await collected(news("quiet", "busy"), state)).state
    assert lists.articles() == ["art5"]
    assert lists.answers() == [
        *[("quiet", 200), ("busy", 200)],
        *[("quiet", 304), ("busy", 200)],
        *[("quiet", 200), ("busy", 304)],
    ]


async def test_a_page_of_two_lists_is_not_read_again_for_the_word_of_the_second(
    lists: Lists, news: Any, collected: Any
):
    lists["one"], lists["two"] = lists.sitemap(art1="2026-11-20"), lists.sitemap(art1="2026-11-19")
    state = (await collected(news("one", "two"))).state
    lists.articles()
    lists["two"] = lists.sitemap(art1="2026-11-18", art2="2026-11-20")
    state = (await collected(news("one", "two"), state)).state
    assert lists.articles() == ["art2"]
    lists["one"] = lists.sitemap(art1="2026-11-22")
    await collected(news("one", "two"), state)
    assert lists.articles() == ["art1"]


async def test_a_page_that_one_of_two_lists_drops_before_it_was_read_is_not_lost(
    lists: Lists, news: Any, collected: Any
):
    lists["short"] = lists.sitemap(art1="2026-11-20", art2="2026-11-21")
    lists["long"] = lists.sitemap(art1="", art2="")
    first = await collected(news("short", "long", max_pages=1))
    lists["short"] = lists.sitemap(art3="2026-11-22")
    lists.articles()
    await collected(news("short", "long"), first.state)
    assert {"art2", "art3"} <= set(lists.articles())


async def test_the_sitemaps_of_an_unchanged_index_are_asked_each(lists: Lists, news: Any, collected: Any):
    lists["index"] = lists.index("map1", "map2")
    lists["map1"], lists["map2"] = lists.sitemap(art1=""), lists.sitemap(art2="")
    first = await collected(news("index"))
    lists.answers()
    lists["map2"] = lists.sitemap(art2="", art3="")
    lists.articles()
    second = await collected(news("index"), first.state)
    assert lists.articles() == ["art3"]
    assert lists.answers() == [("index", 304), ("map1", 304), ("map2", 200)]
    assert (await collected(news("index"), second.state)).batches == []


async def test_a_sitemap_that_fails_once_is_not_read_anew_for_it(site: Any, lists: Lists, news: Any, collected: Any):
    lists["index"], lists["map"] = lists.index("map"), lists.sitemap(art1="")
    first = await collected(news("index"))
    well = site.pages.pop("/map")
    failed = await collected(news("index"), first.state)
    assert [reject.where for reject in failed.rejects] == [f"{site.url}/map"]
    site.pages["/map"] = well
    lists.answers()
    assert (await collected(news("index"), failed.state)).batches == []
    assert lists.answers() == [("index", 304), ("map", 304)]


async def test_older_pages_that_since_left_out_are_read_without_it(lists: Lists, news: Any, collected: Any):
    lists["map"] = lists.sitemap(art1="2026-11-01", art2="2026-11-20")
    first = await collected(news("map"), since=datetime(2026, 11, 10, tzinfo=UTC))
    assert lists.articles() == ["art2"]
    second = await collected(news("map"), first.state)
    assert lists.articles() == ["art1"]
    later = await collected(news("map"), second.state, since=datetime(2026, 11, 10, tzinfo=UTC))
    assert (later.batches, lists.articles()) == ([], [])


async def test_another_pattern_reads_an_unchanged_list_anew(lists: Lists, news: Any, collected: Any):
    lists["map"] = lists.sitemap(art1="", art2="")
    first = await collected(news("map", pattern="1$"))
    assert lists.articles() == ["art1"]
    await collected(news("map", pattern="."), first.state)
    assert lists.articles() == ["art2"]


async def test_a_list_that_cannot_be_read_is_told_of_each_time(lists: Lists, news: Any, collected: Any):
    lists["map"] = "<html><p>Please accept our cookies</p></html>"
    first = await collected(news("map"))
    second = await collected(news("map"), first.state)
    assert len(first.rejects) == len(second.rejects) == 1


async def test_what_is_remembered_of_lists_that_are_asked_no_more_goes(lists: Lists, news: Any, collected: Any):
    lists["old"], lists["new"] = lists.sitemap(art1=""), lists.sitemap(art2="")
    both = await collected(news("old", "new"))
    one = await collected(news("new"), both.state)
    assert len(one.state["lists"]) < len(both.state["lists"])


def test_an_unchanged_list_keeps_its_place_among_the_newest():
    quiet = unchanged("quiet", {"names": "a b", "digest": "1"}, frozenset())
    busy = Answered("busy", {"digest": "2"}, pages=tuple(Listed(f"https://n.example/{n}") for n in range(9)))
    assert [page.address[-1] for page in Named([quiet, busy], None, most=5).pages] == ["2", "1", "0"]
    assert Named([quiet, busy], None, most=2).pages == ()
