"""Signed feeds of Reddit, page by page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused
from collectors.http import HttpClient
from collectors.reading.syndication import read_syndication
from collectors.registry import build
from collectors.web.reddit import RedditCollector, RedditOptions, read_listing

START = datetime(2026, 11, 1, tzinfo=UTC)
SIGNED = {"feed_token": "t0ken", "user": "ann"}


def entry(number: int, text: str = "It is down.") -> str:
    at = (START + timedelta(hours=number)).isoformat()
    content = f"&lt;p&gt;{text}&lt;/p&gt; submitted by /u/ann"
    return (
        f"<entry><author><name>/u/ann</name></author><content type='html'>{content}</content><id>t3_{number}</id>"
        f"<link href='https://r.example/{number}'/><published>{at}</published><title>Post {number}</title></entry>"
    )


def feed(*entries: str) -> str:
    own = "<link rel='self' href='https://www.reddit.com/r/acme/new/.rss?feed=t0ken&amp;user=ann'/>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{own}{''.join(entries)}</feed>"


class Subreddit:
    """Gives pages as Reddit does: newest first, after the named post, to those who sign."""

    def __init__(self, *numbers: int) -> None:
        self.posts = {number: entry(number) for number in numbers}
        self.asked: list[Any] = []
        self.fails_at = 0

    async def __call__(self, request: web.Request) -> web.Response:
        self.asked.append(request.query)
        if len(self.asked) == self.fails_at or (request.query["feed"], request.query["user"]) != ("t0ken", "ann"):
            raise web.HTTPTooManyRequests
        numbers = sorted(self.posts, reverse=True)
        after = request.query.get("after", "").removeprefix("t3_")
        start = numbers.index(int(after)) + 1 if after else 0
        page = numbers[start : start + int(request.query["limit"])]
        return web.Response(text=feed(*(self.posts[n] for n in page)), content_type="application/atom+xml")


@pytest.fixture
def reddit(site: Any, http: HttpClient) -> Any:
    def open_reddit(*numbers: int, path: str = "/r/acme/new/.rss", **options: Any) -> Any:
        subreddit = site.pages[path] = Subreddit(*numbers)
        told = {"base_url": site.url, "subreddits": ["acme"], **SIGNED} | options
        return subreddit, RedditCollector(RedditOptions.model_validate(told), http)

    return open_reddit


async def test_posts_are_read_page_by_page_and_lose_their_foot(reddit: Any, collected: Any):
    subreddit, collector = reddit(*range(1, 251))
    got = await collected(collector)
    assert len({item.id for item in got.items}) == 250
    assert (got.items[0].id, got.items[0].text, got.items[0].author) == ("t3_250", "It is down.", "/u/ann")
    assert [query.get("after") for query in subreddit.asked] == [None, "t3_151", "t3_51", "t3_1"]
    assert got.rejects == []


async def test_a_run_that_was_interrupted_loses_nothing_and_the_next_tells_only_news(
    reddit: Any, collected: Any, interrupted: Any
):
    subreddit, collector = reddit(*range(1, 251))
    subreddit.fails_at = 2
    got = await interrupted(collector)
    assert (len(got.items), got.state) == (100, {})
    whole = await collected(collector, got.state)
    assert len({item.id for item in whole.items}) == 250
    assert (await collected(collector, whole.state)).items == []
    subreddit.posts |= {251: entry(251), 249: entry(249, "It works again.")}
    news = await collected(collector, whole.state)
    assert [(item.id, item.text) for item in news.items] == [("t3_251", "It is down."), ("t3_249", "It works again.")]


async def test_since_ends_the_way_back(reddit: Any, collected: Any):
    subreddit, collector = reddit(*range(1, 251))
    got = await collected(collector, since=START + timedelta(hours=120))
    assert len(got.items) == 131
    assert len(subreddit.asked) == 3


async def test_searches_and_comments_are_listings_of_their_own(reddit: Any, collected: Any):
    reddit(1)
    reddit(2, path="/r/acme/comments/.rss")
    search, collector = reddit(3, path="/search.rss", searches=["acme app"], comments=True)
    got = await collected(collector)
    assert [item.id for item in got.items] == ["t3_1", "t3_2", "t3_3"]
    assert (search.asked[0]["q"], search.asked[0]["sort"]) == ("acme app", "new")
    assert set(got.state) == {"r/acme/known", "comments/acme/known", "search/acme app/known"}


@pytest.mark.parametrize("missing", [{"feed_token": None}, {"user": None}, {"feed_token": ""}])
def test_an_unsigned_source_is_refused_with_what_to_do(http: HttpClient, missing: dict[str, Any]):
    with pytest.raises(SourceRefused, match=r"429; set feed_token and user, .*reddit\.com/prefs/feeds"):
        build("reddit", {"subreddits": ["acme"], **SIGNED} | missing, http)


def test_a_source_without_listings_is_refused(http: HttpClient):
    with pytest.raises(SourceRefused, match="nothing to read; name subreddits"):
        build("reddit", SIGNED, http)


async def test_the_token_shows_in_no_error_no_reject_and_no_state(site: Any, reddit: Any, collected: Any):
    _, collector = reddit(1)
    site.pages["/r/acme/new/.rss"] = feed(entry(1)).removesuffix("</feed>")
    damaged = await collected(collector)
    assert "damaged" in damaged.reasons[0]
    del site.pages["/r/acme/new/.rss"]
    with pytest.raises(SourceRefused) as refused:
        await collected(collector)
    assert "t0ken" not in f"{damaged.rejects}{damaged.state}{refused.value}{collector._options!r}"


def test_a_captured_listing_is_a_page_with_a_next(shared_data: Path, document: Any):
    page = read_listing(read_syndication(document((shared_data / "feeds" / "rssparser__reddit-home.rss").read_bytes())))
    assert page.sound
    assert page.following == page.contents.items[-1].id
    assert page.following.startswith("t3_")
