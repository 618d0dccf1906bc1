"""Apple's documented interface to the reviews of one's own app."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient, Policy
from collectors.mobile.app_store_connect import AppStoreConnectCollector, AppStoreConnectOptions
from collectors.mobile.connect_reviews import read_page

PATH = "/v1/apps/42/customerReviews"


def review(number: int, text: str = "It is down.", **changed: Any) -> Any:
    told = {
        "rating": 2,
        "title": f"Review {number}",
        "body": text,
        "reviewerNickname": "ann",
        "createdDate": "2026-11-20T10:00:00-07:00",
        "territory": "GBR",
    }
    answer = {"response": {"data": {"type": "customerReviewResponses", "id": f"answer {number}"}}}
    return {"type": "customerReviews", "id": str(number), "attributes": told | changed, "relationships": answer}


def page(*reviews: Any, following: str = "") -> str:
    return json.dumps({"data": list(reviews), "links": {"self": "x"} | ({"next": following} if following else {})})


@pytest.fixture
def connect(site: Any, http: HttpClient, curve_key: tuple[str, str]) -> Any:
    def make(client: HttpClient = http, **options: Any) -> AppStoreConnectCollector:
        told = {"app_id": "42", "key_id": "K", "issuer_id": "I", "private_key": curve_key[0], "base_url": site.url}
        return AppStoreConnectCollector(AppStoreConnectOptions.model_validate(told | options), client)

    return make


def test_a_review_has_rating_storefront_nickname_and_date(document: Any):
    (item,) = read_page(document(page(review(7)))).contents.items
    assert (item.id, item.title, item.text, item.author) == ("7", "Review 7", "It is down.", "ann")
    assert (item.rating, item.language, item.extra) == (2.0, "", {"storefront": "gb"})
    assert item.published == datetime(2026, 11, 20, 17, tzinfo=UTC)


def test_the_developers_answer_goes_with_its_review(document: Any):
    answer = {"id": "answer 7", "attributes": {"responseBody": "Sorry!", "lastModifiedDate": "2026-11-21T00:00:00Z"}}
    body = json.dumps({"data": [review(6), review(7)], "included": [answer]})
    six, seven = read_page(document(body)).contents.items
    assert (seven.extra["reply"], seven.extra["replied_at"]) == ("Sorry!", "2026-11-21T00:00:00Z")
    assert "reply" not in six.extra


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (review(1, rating=0), "rating is 0"),
        (review(1, rating=None), "rating is None"),
        (review(1, text="", title=None), "neither title nor text"),
        (review(1, createdDate="yesterday"), "no date"),
        ({"id": "1"}, "could not be read"),
        (None, "could not be read"),
    ],
)
def test_what_is_no_review_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_page(document(page(review(2), entry, review(3)))).contents
    assert [item.id for item in contents.items] == ["2", "3"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"data": 3}', "null", "<!doctype html>", '{"data": [], "included": 3}']
)
def test_what_is_no_page_of_reviews_is_set_aside(document: Any, body: str):
    read = read_page(document(body))
    assert read.broken
    assert (read.contents.items, len(read.contents.rejects)) == ((), 1)


async def test_it_asks_newest_first_with_a_key_that_lasts_less_than_twenty_minutes(
    site: Any, connect: Any, collected: Any, curve_key: tuple[str, str], now: datetime
):
    site.pages[PATH] = page(review(1))
    await collected(connect(stores=["us", "gb"]))
    (request,) = site.requests
    assert dict(request.query) == {
        "sort": "-createdDate",
        "limit": "200",
        "include": "response",
        "filter[territory]": "USA,GBR",
    }
    token = request.headers["Authorization"].removeprefix("Bearer ")
    lenient = {"verify_exp": False, "verify_iat": False}  # the clock of the tests stands still
    claims = jwt.decode(token, curve_key[1], ["ES256"], audience="appstoreconnect-v1", options=lenient)
    assert (claims["iss"], jwt.get_unverified_header(token)["kid"]) == ("I", "K")
    assert claims["iat"] == int(now.timestamp())
    assert claims["exp"] - claims["iat"] <= 20 * 60


async def test_a_token_serves_until_shortly_before_its_end(site: Any, connect: Any, collected: Any, now: datetime):
    def clock() -> datetime:
        return now if len(site.requests) < 2 else now + timedelta(minutes=15)

    async with HttpClient("tests@example.com", now=clock, policy=Policy(allow_private=True)) as client:
        site.pages[PATH] = page(review(1), following=f"{site.url}/2")
        site.pages["/2"] = page(review(2), following=f"{site.url}/3")
        site.pages["/3"] = page(review(3), following=f"{site.url}/4")
        site.pages["/4"] = page(review(4))
        await collected(connect(client))
    tokens = [request.headers["Authorization"] for request in site.requests]
    assert len(tokens) == 4
    assert tokens[0] == tokens[1]
    assert tokens[0] != tokens[-1]


async def test_pages_are_followed_to_the_last(site: Any, connect: Any, collected: Any):
    site.pages[PATH] = page(review(3), following=f"{site.url}/next?cursor=a")
    site.pages["/next"] = page(review(2))
    got = await collected(connect())
    assert [item.id for item in got.items] == ["3", "2"]
    assert got.batches[0].state == {}
    assert got.state


async def test_pages_that_lead_in_a_circle_end(site: Any, connect: Any, collected: Any):
    site.pages[PATH] = page(review(3), following=f"{site.url}/next")
    site.pages["/next"] = page(review(2), following=f"{site.url}/next")
    assert len((await collected(connect())).batches) == 2


@pytest.mark.parametrize("following", ["https://elsewhere.example/next", "https://[", "\ud800", "next"])
async def test_the_key_goes_to_no_other_server(site: Any, connect: Any, collected: Any, following: str):
    site.pages[PATH] = page(review(3), following=following)
    with pytest.raises(SourceRefused, match="another server"):
        await collected(connect())


async def test_the_second_time_it_stops_at_what_is_known(site: Any, connect: Any, collected: Any):
    site.pages |= {PATH: page(review(2), following=f"{site.url}/2"), "/2": page(review(1))}
    first = await collected(connect())
    site.requests.clear()
    site.pages[PATH] = page(review(3), review(2), following=f"{site.url}/2")
    got = await collected(connect(), first.state)
    assert [item.id for item in got.items] == ["3"]
    assert len(site.requests) == 1


async def test_an_edited_review_comes_again_under_its_id(site: Any, connect: Any, collected: Any):
    site.pages[PATH] = page(review(2), review(1))
    first = await collected(connect())
    site.pages[PATH] = page(review(2), review(1, "It works now."))
    got = await collected(connect(), first.state)
    assert [(item.id, item.text) for item in got.items] == [("1", "It works now.")]


async def test_since_ends_the_reading_at_older_reviews(site: Any, connect: Any, collected: Any):
    old = review(1, createdDate="2026-01-01T00:00:00Z")
    site.pages[PATH] = page(review(2), old, following=f"{site.url}/2")
    got = await collected(connect(), since=datetime(2026, 11, 1, tzinfo=UTC))
    assert [item.id for item in got.items] == ["2"]
    assert len(site.requests) == 1


async def test_a_page_that_cannot_be_read_leaves_the_cursor_where_it_was(site: Any, connect: Any, collected: Any):
    site.pages[PATH] = page(review(1))
    first = await collected(connect())
    site.pages[PATH] = "{"
    assert (await collected(connect(), first.state)).state == first.state


async def test_too_many_requests_are_asked_later(site: Any, connect: Any, collected: Any):
    async def busy(_: web.Request) -> Any:
        return web.Response(status=429, headers={"Retry-After": "60"})

    site.pages[PATH] = busy
    with pytest.raises(SourceUnavailable) as failure:
        await collected(connect())
    assert failure.value.retry_after_seconds == 60


async def test_a_key_that_is_none_is_refused_without_repeating_it(
    connect: Any, collected: Any, rsa_key: tuple[str, str]
):
    for wrong in ("sesame", rsa_key[0]):
        with pytest.raises(SourceRefused, match="private_key holds no private key for ES256") as refusal:
            await collected(connect(private_key=wrong))
        assert wrong not in str(refusal.value)


def test_what_is_missing_is_named_with_where_to_get_it():
    with pytest.raises(ValidationError, match="key_id, private_key missing; make a key in App Store Connect"):
        AppStoreConnectOptions(app_id="42", issuer_id="I")


def test_a_storefront_that_is_none_is_refused(connect: Any):
    with pytest.raises(ValidationError, match="zz: no such storefront"):
        connect(stores=["us", "zz"])
