"""A news site on loopback, with its sitemaps, feeds and start pages."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import Item, SourceRefused, SourceUnavailable, State
from collectors.http import HttpClient
from collectors.web.site import SiteCollector
from collectors.web.site_lists import SiteOptions

BODY = "Customers of Acme Bank could not pay by card on Friday, and many of them said so. " * 8


def article(name: str, text: str = BODY, **told: Any) -> str:
    data = {"@type": "NewsArticle", "headline": name, "articleBody": text} | told
    return f"<!doctype html><html lang=en><script type='application/ld+json'>{json.dumps(data)}</script></html>"


@pytest.fixture
def sitemap(site: Any) -> Callable[..., str]:
    """A sitemap of pages by name with what is told of each, such as its lastmod."""

    def write(**pages: str) -> str:
        told = (f"<url><loc>{site.url}/{name}</loc>{dated(when)}</url>" for name, when in pages.items())
        return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(told)}</urlset>"

    return write


def dated(when: str) -> str:
    return f"<lastmod>{when}</lastmod>" if when else ""


@pytest.fixture
def news(site: Any, http: HttpClient) -> Any:
    """Sets articles, and gives the collector."""

    def open_site(*names: str, **options: Any) -> SiteCollector:
        site.pages |= {f"/{name}": article(name) for name in names}
        lists = {key: [f"{site.url}/{one}" for one in options.pop(key, ())] for key in ("sitemaps", "feeds", "start")}
        return SiteCollector(SiteOptions.model_validate(lists | options), http)

    return open_site


def titles(got: Any) -> list[str]:
    return [item.title for item in got.items]


def asked(site: Any) -> list[str]:
    return [request.path for request in site.requests]


async def test_the_articles_of_a_sitemap_are_read_oldest_first(site: Any, news: Any, sitemap: Any, collected: Any):
    site.pages["/map"] = sitemap(b="2026-11-21", a="2026-11-20", c="2026-11-22")
    got = await collected(news("a", "b", "c", sitemaps=["map"]))
    assert titles(got) == ["a", "b", "c"]
    assert [item.id for item in got.items] == [f"{site.url}/{name}" for name in "abc"]


async def test_what_was_read_is_not_asked_again(site: Any, news: Any, sitemap: Any, collected: Any):
    site.pages["/map"] = sitemap(a="2026-11-20")
    first = await collected(news("a", sitemaps=["map"]))
    site.pages["/map"] = sitemap(a="2026-11-20", b="2026-11-21")
    site.requests.clear()
    assert titles(await collected(news("b", sitemaps=["map"]), first.state)) == ["b"]
    assert asked(site) == ["/map", "/b"]


async def test_an_article_that_is_listed_as_changed_comes_again_if_it_did(
    site: Any, news: Any, sitemap: Any, collected: Any, now: datetime
):
    site.pages["/map"] = sitemap(a="2026-11-20", b="2026-11-20")
    first = await collected(news("a", "b", sitemaps=["map"]))
    site.pages["/map"] = sitemap(a="2026-11-21", b="2026-11-21")
    site.pages["/a"] = article("a", BODY + "It works again.")
    second = await collected(news(sitemaps=["map"]), first.state)
    assert [(item.id, item.updated) for item in second.items] == [(f"{site.url}/a", now)]


async def test_a_run_reads_so_many_pages_and_the_next_goes_on(site: Any, news: Any, sitemap: Any, collected: Any):
    names = [f"p{number:02}" for number in range(25)]
    site.pages["/map"] = sitemap(**{name: f"2026-10-{number + 1:02}" for number, name in enumerate(names)})
    got = await collected(news(*names, sitemaps=["map"], max_pages=15))
    assert [len(batch.items) for batch in got.batches] == [10, 5]
    rest = await collected(news(sitemaps=["map"], max_pages=15), got.state)
    assert titles(got) + titles(rest) == names


async def test_stopped_half_way_it_goes_on_after_the_last_batch(site: Any, news: Any, sitemap: Any, collected: Any):
    names = [f"p{number:02}" for number in range(12)]
    site.pages["/map"] = sitemap(**dict.fromkeys(names, "2026-11-01"))
    got = await collected(news(*names, sitemaps=["map"]))
    rest = await collected(news(sitemaps=["map"]), got.batches[0].state)
    assert titles(rest) == titles(got)[10:]


async def test_sitemaps_of_an_index_are_read_and_one_may_fail(site: Any, news: Any, sitemap: Any, collected: Any):
    locations = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("map1", "gone", "map2"))
    site.pages |= {
        "/index": f"<sitemapindex>{locations}</sitemapindex>",
        "/map1": sitemap(a=""),
        "/map2": sitemap(b=""),
    }
    got = await collected(news("a", "b", sitemaps=["index"]))
    assert sorted(titles(got)) == ["a", "b"]
    assert [reject.where for reject in got.rejects] == [f"{site.url}/gone"]


async def test_the_entries_of_a_feed_are_read_in_full(site: Any, news: Any, collected: Any):
    dates = {"a": "Fri, 20 Nov 2026 09:30:00 GMT", "b": "Sat, 21 Nov 2026 09:30:00 GMT"}
    entries = "".join(
        f"<item><link>{site.url}/{name}?utm_source=rss</link><title>x</title><pubDate>{date}</pubDate></item>"
        for name, date in reversed(dates.items())
    )
    site.pages["/feed"] = f"<rss version='2.0'><channel>{entries}</channel></rss>"
    got = await collected(news("a", "b", feeds=["feed"]))
    assert titles(got) == ["a", "b"]
    assert all(item.text == BODY.strip() for item in got.items)
    assert got.items[0].published == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


async def test_a_feed_without_entries_says_nothing(site: Any, news: Any, collected: Any):
    site.pages["/feed"] = "<rss version='2.0'><channel><title>x</title></channel></rss>"
    got = await collected(news(feeds=["feed"]))
    assert (got.items, got.rejects) == ([], [])
    assert (await collected(news(feeds=["feed"]), got.state)).batches == []


async def test_links_that_match_the_pattern_are_followed(site: Any, news: Any, collected: Any):
    site.pages["/"] = (
        "<html><body>" + "".join(f"<a href='/{name}'>x</a>" for name in ("about", "n-2", "n-1")) + "</body>"
    )
    got = await collected(news("about", "n-1", "n-2", start=[""], pattern=r"/n-\d+$"))
    assert titles(got) == ["n-1", "n-2"]


async def test_other_hosts_are_not_asked_unless_told(site: Any, news: Any, collected: Any):
    other = site.url.replace("127.0.0.1", "localhost")
    site.pages["/"] = f"<html><body><a href='{other}/a'>x</a><a href='https://elsewhere.example/a'>x</a></body>"
    assert titles(await collected(news("a", start=[""], pattern="/a$"))) == []
    got = await collected(news("a", start=[""], pattern="/a$", hosts=["localhost"]))
    assert [item.url for item in got.items] == [f"{other}/a"]


async def test_since_asks_for_no_older_page(site: Any, news: Any, sitemap: Any, collected: Any):
    site.pages["/map"] = sitemap(a="2026-11-01", b="2026-11-20", c="")
    got = await collected(news("a", "b", "c", sitemaps=["map"]), since=datetime(2026, 11, 10, tzinfo=UTC))
    assert titles(got) == ["c", "b"]
    assert "/a" not in asked(site)


async def test_a_failing_page_keeps_no_other_from_being_read(site: Any, news: Any, sitemap: Any, collected: Any):
    async def broken(_: web.Request) -> Any:
        return web.Response(status=500)

    site.pages |= {"/map": sitemap(a="", gone="", broken="", consent="", b="", noise="")}
    site.pages |= {"/broken": broken, "/consent": "<html>Please accept our cookies</html>", "/noise": bytes(range(256))}
    got = await collected(news("a", "b", sitemaps=["map"]))
    assert sorted(titles(got)) == ["a", "b"]
    assert len(got.rejects) == 4
    site.requests.clear()
    await collected(news(sitemaps=["map"]), got.state)
    assert asked(site) == ["/map", "/broken"]  # it may work by now; the others will not


async def test_pages_that_failed_before_are_asked_last_and_say_nothing_of_the_site(
    site: Any, news: Any, sitemap: Any, collected: Any
):
    async def broken(_: web.Request) -> Any:
        return web.Response(status=500)

    site.pages["/map"] = sitemap(f="", e="", d="", c="", b="", a="")
    site.pages |= dict.fromkeys(["/a", "/b", "/c"], broken)
    _, _, first = await until_failure(news("d", "e", "f", sitemaps=["map"]))
    site.requests.clear()
    got = await collected(news(sitemaps=["map"]), first)
    assert titles(got) == ["d", "e", "f"]
    assert asked(site) == ["/map", "/d", "/e", "/f", "/a", "/b", "/c"]
    site.pages["/a"] = article("a")
    assert titles(await collected(news(sitemaps=["map"]), got.state)) == ["a"]


async def until_failure(collector: SiteCollector) -> tuple[list[Item], SourceUnavailable, State]:
    got: list[Item] = []
    state: State = {}

    async def collect() -> None:
        nonlocal state
        async for batch in collector.collect({}):
            got.extend(batch.items)
            state = batch.state

    with pytest.raises(SourceUnavailable) as failure:
        await collect()
    return got, failure.value, state


async def test_a_site_that_is_down_ends_the_run_after_what_was_read(site: Any, news: Any, sitemap: Any):
    async def broken(_: web.Request) -> Any:
        return web.Response(status=500)

    site.pages["/map"] = sitemap(e="", d="", c="", b="", a="")
    collector = news("a", sitemaps=["map"])
    site.pages |= dict.fromkeys(["/b", "/c", "/d", "/e"], broken)
    got, *_ = await until_failure(collector)
    assert [item.title for item in got] == ["a"]
    assert asked(site) == ["/map", "/a", "/b", "/c", "/d"]


async def test_a_site_that_asks_for_a_pause_gets_it_at_once(site: Any, news: Any, sitemap: Any):
    async def busy(_: web.Request) -> Any:
        return web.Response(status=429, headers={"Retry-After": "60"})

    site.pages |= {"/map": sitemap(b="", a=""), "/a": busy}
    _, failure, _ = await until_failure(news("b", sitemaps=["map"]))
    assert failure.retry_after_seconds == 60
    assert asked(site) == ["/map", "/a"]


async def test_a_list_that_fails_keeps_no_other_from_being_read(site: Any, news: Any, sitemap: Any, collected: Any):
    site.pages["/map"] = sitemap(a="")
    got = await collected(news("a", sitemaps=["gone", "map"]))
    assert titles(got) == ["a"]
    assert [reject.where for reject in got.rejects] == [f"{site.url}/gone"]
    with pytest.raises(SourceRefused, match="gone"):
        await collected(news(sitemaps=["gone"]))


async def test_a_page_that_two_lists_name_is_read_once(site: Any, news: Any, sitemap: Any, collected: Any):
    site.pages |= {"/map1": sitemap(a=""), "/map2": sitemap(a="2026-11-20")}
    await collected(news("a", sitemaps=["map1", "map2"]))
    assert asked(site).count("/a") == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({}, "give sitemaps, feeds or start"),
        ({"start": ["https://news.example"]}, "start wants a pattern"),
        ({"feeds": ["https://news.example/feed"], "pattern": "("}, "no regular expression"),
        ({"feeds": ["x"], "max_pages": 0}, "max_pages"),
        ({"feeds": ["x"], "depth": 3}, "depth"),
    ],
)
def test_options_that_cannot_work_are_refused_with_the_reason(told: Any, reason: str):
    with pytest.raises(ValidationError, match=reason):
        SiteOptions.model_validate(told)
