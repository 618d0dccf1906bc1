"""Which hub a feed names, wherever it names it."""

import json
from typing import Any

import pytest
from aiohttp import web

from collectors.http import HttpClient
from collectors.web.feed import FeedCollector, FeedOptions
from collectors.web.websub import Topic, request_form, topic_in, topic_of

HERE = "https://feeds.example/news.xml"
TOPIC = Topic("https://hub.example/", "https://feeds.example/news")
LINKS = '<link rel="hub" href="https://hub.example/"/><link rel="self" href="https://feeds.example/news"/>'
ATOM = f"<feed xmlns='http://www.w3.org/2005/Atom'>{LINKS}<entry><id>1</id><title>x</title></entry></feed>"
RSS = f"<rss><channel>{LINKS.replace('<link', '<atom:link')}<item><guid>1</guid><title>x</title></item></channel></rss>"
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "hubs": [{"type": "rssCloud", "url": "https://no.example"}, {"type": "WebSub", "url": TOPIC.hub}],
        "feed_url": TOPIC.address,
        "items": [{"id": "1", "title": "x"}],
    }
)


@pytest.mark.parametrize("body", [ATOM, RSS, JSON])
def test_a_document_names_its_hub(body: str):
    assert topic_of({}, body.encode(), HERE) == TOPIC


@pytest.mark.parametrize(
    "header",
    [
        '<https://hub.example/>; rel="hub", <https://feeds.example/news>; rel="self"',
        "<https://feeds.example/news>; rel=self, <https://hub.example/>; rel=hub",
        '<https://hub.example/>; title="x"; rel="nofollow hub", </news>; type="a"; rel="self"',
    ],
)
def test_a_header_names_it_before_the_document_does(header: str):
    other = ATOM.replace("hub.example", "other.example")
    assert topic_of({"link": header}, other.encode(), HERE) == TOPIC


def test_entities_and_quotes_are_those_of_xml():
    body = "<feed><link href='https://hub.example/?a=1&amp;b=2' rel='hub'/><link rel='self' href='/news'/></feed>"
    assert topic_of({}, body.encode(), HERE) == Topic("https://hub.example/?a=1&b=2", TOPIC.address)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 100_000,
        '{"hubs": 3}',
        '{"hubs": [3, {"type": "WebSub", "url": 3}], "feed_url": []}',
        f"<feed><entry>{LINKS}</entry></feed>",
        LINKS.replace("https://hub.example/", "file:///etc/passwd"),
        LINKS.replace("https://hub.example/", "https://["),
        LINKS.replace("https://hub.example/", "https://hub.example/" + "x" * 3000),
        '<link rel="hub" href="https://hub.example/"/>',
        '<link rel="self" href="https://feeds.example/news"/>',
        "<link " * 20_000,
    ],
)
def test_what_names_no_hub_has_none(body: str):
    assert topic_of({}, body.encode(), HERE) is None


def test_a_file_has_no_hub():
    assert topic_of({}, ATOM.encode(), "file:///srv/news.xml") is None


def test_the_form_is_that_of_the_specification():
    asked = request_form("subscribe", TOPIC, "https://us.example/hook", "sesame", 60)
    assert asked == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC.address,
        "hub.callback": "https://us.example/hook",
        "hub.secret": "sesame",
        "hub.lease_seconds": "60",
    }
    assert "hub.secret" not in request_form("unsubscribe", TOPIC, "https://us.example/hook", "sesame", 60)


async def test_a_poll_leaves_the_topic_in_the_state(site: Any, http: HttpClient, collected: Any):
    site.pages["/feed"] = ATOM
    got = await collected(FeedCollector(FeedOptions(url=f"{site.url}/feed"), http))
    assert topic_in(got.state) == TOPIC
    site.pages["/feed"] = ATOM.replace(LINKS, "")
    again = await collected(FeedCollector(FeedOptions(url=f"{site.url}/feed"), http), got.state)
    assert topic_in(again.state) is None


async def test_two_link_headers_are_both_read(site: Any, http: HttpClient, collected: Any):
    async def page(_: Any) -> Any:
        answer = web.Response(text=ATOM.replace(LINKS, ""))
        answer.headers.add("Link", f'<{TOPIC.hub}>; rel="hub"')
        answer.headers.add("Link", f'<{TOPIC.address}>; rel="self"')
        return answer

    site.pages["/feed"] = page
    got = await collected(FeedCollector(FeedOptions(url=f"{site.url}/feed"), http))
    assert topic_in(got.state) == TOPIC
