"""Reviews of a business on Trustpilot, page by page, with a key."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused
from collectors.http import HttpClient
from collectors.registry import build
from collectors.web.trustpilot import read_reviews, read_unit

START = datetime(2026, 11, 1, tzinfo=UTC)
REVIEWS = "/v1/business-units/u1/reviews"


def review(number: int, **told: Any) -> dict[str, Any]:
    at = (START + timedelta(hours=number)).isoformat()
    said = {"id": f"r{number}", "stars": 2, "title": f"Review {number}", "text": "I cannot pay.", "language": "en"}
    return said | {"createdAt": at, "updatedAt": None, "consumer": {"displayName": "Ann B."}} | told


class Trustpilot:
    """Knows one business, and gives its reviews newest first to those who have the key."""

    def __init__(self, *reviews: dict[str, Any]) -> None:
        self.reviews = list(reviews)
        self.asked: list[web.Request] = []
        self.fails_at = 0

    async def find(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        return web.json_response({"id": "u1"} if request.query["name"] == "acme.example" else {})

    async def give(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        if len(self.asked) == self.fails_at:
            raise web.HTTPServiceUnavailable
        if request.headers["apikey"] != "k3y":
            raise web.HTTPUnauthorized
        assert request.query["orderBy"] == "createdat.desc"
        size = int(request.query["perPage"])
        start = (int(request.query["page"]) - 1) * size
        newest = sorted(self.reviews, key=lambda one: one["createdAt"], reverse=True)
        return web.json_response({"links": [], "reviews": newest[start : start + size]})


@pytest.fixture
def shop(site: Any, http: HttpClient) -> Any:
    def open_shop(*reviews: dict[str, Any], **options: Any) -> Any:
        trustpilot = Trustpilot(*reviews)
        site.pages |= {"/v1/business-units/find": trustpilot.find, REVIEWS: trustpilot.give}
        told = {"base_url": site.url, "domain": "acme.example", "api_key": "k3y"} | options
        return trustpilot, build("trustpilot", told, http, allow_private=True)

    return open_shop


def test_a_review_has_stars_language_author_and_both_dates(document: Any):
    edited = review(7, updatedAt="2026-11-05T00:00:00Z", text="1 < 2 & it's down", source="organic")
    (item,) = read_reviews(document(json.dumps({"reviews": [edited]}))).contents.items
    assert (item.id, item.url) == ("r7", "https://www.trustpilot.com/reviews/r7")
    assert (item.title, item.text, item.author) == ("Review 7", "1 < 2 & it's down", "Ann B.")
    assert (item.rating, item.language, item.extra) == (2.0, "en", {"source": "organic"})
    assert (item.published, item.updated) == (START + timedelta(hours=7), datetime(2026, 11, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (review(1, stars=0), "rating is 0"),
        (review(1, stars=None), "rating is None"),
        (review(1, stars=True), "rating is True"),
        (review(1, title="", text=""), "neither title nor text"),
        (review(1, id=None), "no id"),
        ([], "no JSON object"),
    ],
)
def test_what_is_no_review_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_reviews(document(json.dumps({"reviews": [review(2), entry, review(3)]}))).contents
    assert [item.id for item in contents.items] == ["r2", "r3"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"reviews": 3}', "<html></html>", "null"])
def test_what_is_no_page_of_reviews_is_set_aside(document: Any, body: str):
    page = read_reviews(document(body))
    assert (page.sound, len(page.contents.rejects)) == (False, 1)
    assert read_unit(body.encode()) == ""


async def test_the_business_is_looked_up_once_by_its_domain(shop: Any, collected: Any):
    trustpilot, collector = shop(review(1))
    first = await collected(collector)
    await collected(collector, first.state)
    assert [request.path.rpartition("/")[2] for request in trustpilot.asked] == ["find", "reviews", "reviews"]
    assert all(request.headers["apikey"] == "k3y" for request in trustpilot.asked)
    await collected(collector, {**first.state, "unit": "u0", "domain": "former.example"})
    assert trustpilot.asked[3].path.endswith("/find")
    trustpilot, collector = shop(review(1), domain="", business_unit="u1")
    assert [item.id for item in (await collected(collector)).items] == ["r1"]
    assert len(trustpilot.asked) == 1


async def test_reviews_are_read_page_by_page_in_one_language_or_all(shop: Any, collected: Any):
    trustpilot, collector = shop(*(review(n) for n in range(250)), language="en")
    got = await collected(collector)
    assert len({item.id for item in got.items}) == 250
    assert [(r.query["page"], r.query["language"]) for r in trustpilot.asked[1:]] == [
        ("1", "en"),
        ("2", "en"),
        ("3", "en"),
    ]


async def test_a_run_that_was_interrupted_loses_nothing_and_the_next_tells_only_news(
    shop: Any, collected: Any, interrupted: Any
):
    trustpilot, collector = shop(*(review(n) for n in range(250)))
    trustpilot.fails_at = 3
    got = await interrupted(collector)
    assert (len(got.items), got.state) == (100, {"unit": "u1", "domain": "acme.example"})
    whole = await collected(collector, got.state)
    assert len({item.id for item in whole.items}) == 250
    assert (await collected(collector, whole.state)).items == []
    trustpilot.reviews.append(review(250))
    assert [item.id for item in (await collected(collector, whole.state)).items] == ["r250"]


async def test_an_updated_review_comes_again_under_its_id(shop: Any, collected: Any):
    trustpilot, collector = shop(review(1), review(2))
    first = await collected(collector)
    trustpilot.reviews[0] = review(1, stars=5, text="It works now.", updatedAt="2026-11-05T00:00:00Z")
    again = await collected(collector, first.state)
    assert [(item.id, item.rating, item.text) for item in again.items] == [("r1", 5.0, "It works now.")]


async def test_since_ends_the_way_back_and_so_does_the_most_pages(shop: Any, collected: Any):
    trustpilot, collector = shop(*(review(n) for n in range(250)))
    got = await collected(collector, since=START + timedelta(hours=160))
    assert len(got.items) == 90
    assert len(trustpilot.asked) == 3
    _, short = shop(*(review(n) for n in range(250)), pages=1)
    assert len((await collected(short)).items) == 100


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api_key": None}, "set api_key to the API key .*Trustpilot Business"),
        ({"api_key": ""}, "set api_key"),
        ({"domain": ""}, "set domain or business_unit"),
    ],
)
def test_a_source_without_key_or_business_is_refused(shop: Any, options: dict[str, Any], message: str):
    with pytest.raises(SourceRefused, match=message):
        shop(**options)


async def test_an_unknown_business_and_a_wrong_key_are_refused_without_showing_the_key(shop: Any, collected: Any):
    _, unknown = shop(domain="nobody.example")
    with pytest.raises(SourceRefused, match=r"no business for nobody\.example; correct domain"):
        await collected(unknown)
    _, denied = shop(api_key="wr0ng")
    with pytest.raises(SourceRefused, match="check the key") as refused:
        await collected(denied)
    assert "wr0ng" not in f"{refused.value}{denied._options!r}"
