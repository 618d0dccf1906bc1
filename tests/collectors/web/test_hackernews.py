"""Hacker News by slices of time."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.http import HttpClient
from collectors.web.hackernews import HITS, HackerNewsCollector, HackerNewsOptions, read_hits

START = datetime(2026, 11, 20, tzinfo=UTC)


def hit(number: int, at: datetime = START, **told: Any) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "created_at_i": int(at.timestamp()),
        "author": "ann",
        "title": f"Story {number}",
    } | told


class Algolia:
    """Answers as the search does: the newest first, a thousand at most, and how many pages there would be."""

    def __init__(self, hits: list[dict[str, Any]]) -> None:
        self.hits = hits
        self.asked: list[Any] = []
        self.fails_at = 0

    async def __call__(self, request: web.Request) -> web.Response:
        self.asked.append(request.query)
        if len(self.asked) == self.fails_at:
            raise web.HTTPServiceUnavailable
        bounds = re.fullmatch(r"created_at_i>=(\d+),created_at_i<(\d+)", request.query["numericFilters"])
        assert bounds
        found = [one for one in self.hits if int(bounds[1]) <= one["created_at_i"] < int(bounds[2])]
        newest = sorted(found, key=lambda one: -one["created_at_i"])[:HITS]
        return web.json_response({"hits": newest, "nbHits": len(found), "nbPages": -(-len(found) // HITS)})


@pytest.fixture
def forum(site: Any, http: HttpClient) -> Any:
    def open_forum(*hits: dict[str, Any], **options: Any) -> Any:
        search = site.pages["/api/v1/search_by_date"] = Algolia(list(hits))
        return search, HackerNewsCollector(HackerNewsOptions(base_url=site.url, **options), http)

    return open_forum


def test_a_story_has_title_text_points_and_its_page(document: Any):
    story = hit(7, title="Acme is <b> down", url="https://acme.example/x", story_text="<p>Nobody can pay.", points=12)
    (item,) = read_hits(document(json.dumps({"hits": [story]}))).contents.items
    assert (item.id, item.author, item.published) == ("7", "ann", START)
    assert item.text == "Nobody can pay."
    assert item.url == "https://news.ycombinator.com/item?id=7"
    assert item.extra == {"points": "12", "link": "https://acme.example/x"}


def test_a_comment_has_its_text_without_markup_and_names_its_story(document: Any):
    comment = hit(8, title=None, comment_text="I can&#x27;t log in.<p>You?", story_id=7, story_title="Acme is down")
    (item,) = read_hits(document(json.dumps({"hits": [comment]}))).contents.items
    assert (item.title, item.text) == ("", "I can't log in.\n\nYou?")
    assert item.extra == {"story_id": "7", "story_title": "Acme is down"}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (hit(1, title=None), "neither title nor text"),
        (hit(1, objectID=None), "no objectID"),
        ("a string", "no JSON object"),
    ],
)
def test_what_is_no_hit_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_hits(document(json.dumps({"hits": [hit(2), entry, hit(3)]}))).contents
    assert [item.id for item in contents.items] == ["2", "3"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"hits": 3}', "null", "<!doctype html><html></html>"])
def test_what_is_no_answer_is_set_aside(document: Any, body: str):
    page = read_hits(document(body))
    assert not page.sound
    assert len(page.contents.rejects) == 1


async def test_more_hits_than_the_search_gives_are_read_by_slices(forum: Any, collected: Any):
    search, collector = forum(*(hit(n, START + timedelta(minutes=n)) for n in range(HITS + 500)), query="acme")
    got = await collected(collector)
    assert sorted(int(item.id) for item in got.items) == list(range(HITS + 500))
    assert got.rejects == []
    assert search.asked[0]["tags"] == "(story,comment)"
    assert search.asked[0]["query"] == "acme"


async def test_a_run_that_was_interrupted_is_resumed_where_it_stopped(forum: Any, collected: Any, interrupted: Any):
    search, collector = forum(*(hit(n, START + timedelta(minutes=n)) for n in range(HITS + 500)))
    search.fails_at = 5
    got = await interrupted(collector, since=START)
    rest = await collected(collector, got.state)
    assert 0 < len(got.items) < HITS
    assert sorted(int(item.id) for item in got.items + rest.items) == list(range(HITS + 500))


async def test_the_second_run_tells_what_is_new_or_edited_and_nothing_else(forum: Any, collected: Any, now: datetime):
    search, collector = forum(hit(1, now - timedelta(hours=1)), hit(2, now - timedelta(hours=1)))
    first = await collected(collector)
    assert (await collected(collector, first.state)).items == []
    search.hits = [hit(1, now - timedelta(hours=1), points=99), hit(2, now - timedelta(hours=1), title="Edited")]
    search.hits.append(hit(3, now))
    second = await collected(collector, first.state)
    assert {(item.id, item.title) for item in second.items} == {("2", "Edited"), ("3", "Story 3")}


async def test_since_decides_how_far_back_the_first_run_goes(forum: Any, collected: Any):
    _, collector = forum(hit(1, START - timedelta(days=900)), hit(2), history_days=10)
    assert [item.id for item in (await collected(collector)).items] == ["2"]
    back = await collected(collector, since=START - timedelta(days=1000))
    assert {item.id for item in back.items} == {"1", "2"}
