"""One page, asked again and again."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from collectors.http import HttpClient
from collectors.web.page import PageCollector, PageOptions

BODY = "Customers of Acme Bank could not pay by card on Friday, and many of them said so. " * 8


def article(text: str = BODY, **told: Any) -> str:
    data = {"@type": "NewsArticle", "headline": "Acme fails", "articleBody": text} | told
    return f"<!doctype html><html lang=en><script type='application/ld+json'>{json.dumps(data)}</script></html>"


def reviews(*texts: str) -> str:
    told = [
        {"@type": "Review", "author": f"Customer {number}", "datePublished": "2026-11-20", "reviewBody": text}
        for number, text in enumerate(texts)
    ]
    return article("", **{"@type": "Product", "review": told})


@pytest.fixture
def watched(site: Any, http: HttpClient) -> PageCollector:
    return PageCollector(PageOptions(url=f"{site.url}/a?utm_source=x"), http)


async def test_an_article_comes_once(site: Any, watched: PageCollector, collected: Any):
    site.pages["/a"] = article()
    first = await collected(watched)
    assert [(item.id, item.title) for item in first.items] == [(f"{site.url}/a", "Acme fails")]
    assert (await collected(watched, first.state)).batches == []
    site.pages["/a"] = article() + "<!-- another advertisement -->"
    assert (await collected(watched, first.state)).items == []


async def test_an_edited_article_keeps_its_id_and_tells_when(
    site: Any, watched: PageCollector, collected: Any, now: datetime
):
    site.pages["/a"] = article()
    first = await collected(watched)
    site.pages["/a"] = article(BODY + "It works again.")
    (silent,) = (await collected(watched, first.state)).items
    assert (silent.id, silent.updated) == (first.items[0].id, now)
    site.pages["/a"] = article(BODY + "It works again.", dateModified="2026-11-22T08:00:00Z")
    (told,) = (await collected(watched, first.state)).items
    assert told.updated == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


async def test_of_a_page_of_reviews_only_what_is_new_or_edited_comes(
    site: Any, watched: PageCollector, collected: Any, now: datetime
):
    site.pages["/a"] = reviews("Bad.", "Good.")
    first = await collected(watched)
    site.pages["/a"] = reviews("Bad.", "Good no more.", "New here.")
    second = await collected(watched, first.state)
    assert [(item.text, item.updated) for item in second.items] == [("Good no more.", now), ("New here.", None)]
    assert second.items[0].id == first.items[1].id


async def test_an_unchanged_page_is_asked_for_by_its_validators(site: Any, watched: PageCollector, collected: Any):
    async def page(request: web.Request) -> Any:
        known = request.headers.get("If-None-Match") == '"1"'
        return web.Response(status=304) if known else web.Response(text=article(), headers={"ETag": '"1"'})

    site.pages["/a"] = page
    first = await collected(watched)
    assert (await collected(watched, first.state)).batches == []
    assert len(site.requests) == 2


async def test_since_leaves_out_what_is_older(site: Any, watched: PageCollector, collected: Any):
    site.pages["/a"] = article(datePublished="2026-11-01")
    got = await collected(watched, since=datetime(2026, 11, 10, tzinfo=UTC))
    assert got.items == []


async def test_a_consent_page_is_a_reject_that_says_so(site: Any, watched: PageCollector, collected: Any):
    site.pages["/a"] = "<html><p>Before you continue, manage your cookies</p></html>"
    (reason,) = (await collected(watched)).reasons
    assert "a consent page" in reason
