"""Google News' search feed: opaque links, repeated headlines, no pages."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from collectors.base import SourceRefused
from collectors.http import HttpClient
from collectors.registry import build
from collectors.web.google_news import read_headlines, when


def story(
    title: str, outlet: str = "The Herald", link: str = "CBMi1", date: str = "Mon, 23 Nov 2026 08:00:00 GMT"
) -> str:
    description = escape(f'<a href="https://news.google.com/rss/articles/{link}">{title}</a> <font>{outlet}</font>')
    return (
        f"<item><title>{escape(title)} - {outlet}</title><link>https://news.google.com/rss/articles/{link}</link>"
        f"<guid isPermaLink='false'>{link}</guid><pubDate>{date}</pubDate><description>{description}</description>"
        f"<source url='https://herald.example'>{outlet}</source></item>"
    )


def feed(*stories: str) -> str:
    return f"<rss version='2.0'><channel><title>acme - Google News</title>{''.join(stories)}</channel></rss>"


@pytest.fixture
def news(site: Any, http: HttpClient) -> Any:
    def open_news(*stories: str, **options: Any) -> Any:
        site.pages["/rss/search"] = feed(*stories)
        return build("google_news", {"base_url": site.url, "query": "acme"} | options, http, allow_private=True)

    return open_news


def asked(site: Any) -> list[Any]:
    return [request.query for request in site.requests if request.path == "/rss/search"]


def test_a_headline_names_its_outlet_and_says_nothing_twice(document: Any):
    (item,) = read_headlines(document(feed(story("Acme's app fails")), language="en-GB")).items
    assert (item.title, item.text, item.extra["outlet"]) == ("Acme's app fails", "", "The Herald")
    assert (item.language, item.url) == ("en-GB", "https://news.google.com/rss/articles/CBMi1")
    assert item.published.isoformat() == "2026-11-23T08:00:00+00:00"


def test_the_same_story_under_another_link_is_the_same_item(document: Any):
    body = feed(story("Acme fails"), story("ACME fails", link="CBMi2"), story("Acme fails", outlet="The Post"))
    items = read_headlines(document(body)).items
    assert [item.extra["outlet"] for item in items] == ["The Herald", "The Post"]
    (again,) = read_headlines(document(feed(story("Acme fails", link="CBMi3")))).items
    assert again.id == items[0].id


def test_without_an_outlet_the_feeds_own_id_stands(document: Any):
    bare = "<item><title>Acme fails</title><guid>g1</guid></item>"
    assert [item.id for item in read_headlines(document(feed(bare))).items] == ["g1"]


@pytest.mark.parametrize("body", ["", "<!doctype html><html>Before you continue</html>", feed(), "words"])
def test_what_holds_no_headline_is_set_aside(document: Any, body: str):
    contents = read_headlines(document(body))
    assert (contents.items, len(contents.rejects)) == ((), 1)


@pytest.mark.parametrize(
    ("span", "operator"),
    [
        (timedelta(0), "when:1h"),
        (timedelta(minutes=90), "when:2h"),
        (timedelta(days=2), "when:48h"),
        (timedelta(days=2, seconds=1), "when:3d"),
        (timedelta(days=30), "when:30d"),
    ],
)
def test_a_span_is_rounded_up_to_what_google_knows(span: timedelta, operator: str):
    assert when(span) == operator


async def test_the_edition_is_made_of_language_and_country(site: Any, news: Any, collected: Any):
    await collected(news(story("Acme fails"), query='"acme bank"', hl="de-AT", gl="AT"))
    assert dict(asked(site)[-1]) == {"q": '"acme bank"', "hl": "de-AT", "gl": "AT", "ceid": "AT:de"}
    await collected(news(story("Acme fails"), ceid="MX:es-419"))
    assert asked(site)[-1]["ceid"] == "MX:es-419"


async def test_the_second_run_tells_only_headlines_that_are_new(news: Any, collected: Any):
    first = await collected(news(story("One"), story("Two")))
    assert len(first.items) == 2
    assert (await collected(news(story("One"), story("Two")), first.state)).batches == []
    moved = await collected(news(story("Two", link="CBMi9"), story("One"), story("Three")), first.state)
    assert [item.title for item in moved.items] == ["Three"]
    assert (await collected(news(story("Three"), story("One")), moved.state)).items == []


async def test_a_run_that_failed_is_made_up_for_by_the_next(site: Any, news: Any, collected: Any, interrupted: Any):
    first = await collected(news(story("One")))
    collector = news()
    del site.pages["/rss/search"]
    assert (await interrupted(collector, first.state)).batches == []
    assert [item.title for item in (await collected(news(story("Two")), first.state)).items] == ["Two"]


async def test_since_is_asked_of_google_and_held_to(site: Any, news: Any, collected: Any, now: datetime):
    old, fresh = story("Old", date="Mon, 23 Nov 2026 05:30:00 GMT"), story("New", date="Mon, 23 Nov 2026 07:00:00 GMT")
    got = await collected(news(old, fresh), since=now - timedelta(hours=6))
    assert [item.title for item in got.items] == ["New"]
    assert asked(site)[-1]["q"] == "acme when:6h"


async def test_a_silent_search_is_told_once_and_forgets_nothing(news: Any, collected: Any):
    first = await collected(news(story("One")))
    silent = await collected(news(), first.state)
    assert silent.reasons == ["the feed holds no entries"]
    still = await collected(news(), silent.state)
    assert still.rejects == []
    assert (await collected(news(story("One"), story("Two")), still.state)).items[0].title == "Two"


def test_a_country_is_two_capitals(news: Any):
    with pytest.raises(SourceRefused, match="gl"):
        news(gl="gb")


def test_a_captured_feed_gives_headlines_with_outlets(shared_data: Path, document: Any):
    contents = read_headlines(document((shared_data / "feeds" / "prof18__feed-test-source.xml").read_bytes()))
    assert contents.items
    assert all(item.extra["outlet"] and not item.text for item in contents.items)
