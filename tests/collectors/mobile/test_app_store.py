"""Apple's review feed, page by page."""

import json
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import Item, SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.mobile.app_store import AppStoreCollector, AppStoreOptions
from collectors.mobile.apple_reviews import read_reviews
from collectors.mobile.storefronts import STOREFRONTS, TERRITORIES, storefront_of

APP = {"im:name": {"label": "Acme"}, "id": {"label": "https://apps.example/1"}, "title": {"label": "Acme - Acme Ltd"}}


def review(
    number: int,
    text: str = "It is down & out.",
    updated: str | None = "2022-01-13T00:40:00-07:00",
    **fields: str | None,
) -> Any:
    told = {"id": str(number), "title": f"Review {number}", "content": text, "updated": updated}
    told |= {"im:rating": "2", "im:version": "4.0.0", "im:voteCount": "3"} | fields
    labels = {key: {"label": value} for key, value in told.items() if value is not None}
    return labels | {"author": {"name": {"label": "ann"}}, "link": {"attributes": {"href": "https://apps.example/r"}}}


def as_json(*entries: Any) -> Any:
    return json.dumps({"feed": {"entry": list(entries)} if entries else {}})


def as_xml(*entries: Any) -> Any:
    def element(entry: Any) -> Any:
        fields = "".join(
            f"<{key}>{escape(entry[key]['label'])}</{key}>" for key in entry if key.startswith(("im:", "id", "t", "u"))
        )
        content = escape(entry.get("content", {}).get("label", ""))
        author = "" if "im:name" in entry else "<author><name>ann</name></author><link href='https://apps.example/r'/>"
        contents = f"<content type='text'>{content}</content><content type='html'>&lt;b&gt;x</content>"
        return f"<entry>{fields}{contents}{author}</entry>"

    return (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:im='http://itunes.apple.com/rss'>"
        f"<title>iTunes Store</title>{''.join(map(element, entries))}</feed>"
    )


@pytest.fixture
def shop(site: Any, http: HttpClient) -> Any:
    """Sets the pages of a storefront, and gives the collector."""

    def open_shop(*, stores: tuple[str, ...] | str = ("us",), form: str = "json", **pages: Any) -> Any:
        for key, page in pages.items():
            store, number = key.split("_")
            site.pages[f"/{store}/rss/customerreviews/page={number}/id=42/sortby=mostrecent/{form}"] = page
        return AppStoreCollector(
            AppStoreOptions(app_id="42", stores=stores, format=form, base_url=f"{site.url}/"), http
        )

    return open_shop


@pytest.mark.parametrize("write", [as_json, as_xml])
def test_a_review_has_rating_version_storefront_and_date_in_either_format(document: Any, write: Any):
    contents = read_reviews(document(write(APP, review(7))), "gb")
    (item,) = contents.items
    assert (item.id, item.title, item.text, item.author) == ("7", "Review 7", "It is down & out.", "ann")
    assert (item.rating, item.url, item.language) == (2.0, "https://apps.example/r", "")
    assert item.published == item.updated == datetime(2022, 1, 13, 7, 40, tzinfo=UTC)
    assert {"storefront": "gb", "version": "4.0.0"}.items() <= item.extra.items()
    assert not contents.rejects


def test_a_lone_review_comes_without_its_list(document: Any):
    assert [item.id for item in read_reviews(document(json.dumps({"feed": {"entry": review(7)}})), "us").items] == ["7"]


def test_a_review_without_date_is_kept_without(document: Any):
    (item,) = read_reviews(document(as_json(review(7, updated=None))), "us").items
    assert item.published is None


@pytest.mark.parametrize("write", [as_json, as_xml])
def test_a_page_without_reviews_is_no_error(document: Any, write: Any):
    assert read_reviews(document(write()), "us").rejects == ()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (review(1, **{"im:rating": "0"}), "rating is '0'"),
        (review(1, **{"im:rating": None}), "rating is ''"),
        (review(1, **{"im:rating": "good"}), "rating is 'good'"),
        (review(1, text="", title=""), "neither title nor text"),
        (review(1, updated="yesterday"), "no date"),
        ("a string", "could not be read"),
        (None, "could not be read"),
    ],
)
def test_what_is_no_review_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_reviews(document(as_json(review(2), entry, review(3))), "us")
    assert [item.id for item in contents.items] == ["2", "3"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '{"feed": 3}', '{"feed": {"entry": 3}}', "<!doctype html><html></html>", "<feed", "words", "null"],
)
def test_what_is_no_page_of_reviews_is_set_aside(document: Any, body: str):
    contents = read_reviews(document(body), "us")
    assert not contents.items
    assert len(contents.rejects) == 1


async def test_it_reads_on_until_a_page_is_empty(site: Any, shop: Any, collected: Any):
    pages = {"us_1": as_json(APP, review(4), review(3)), "us_2": as_json(review(2), review(1)), "us_3": as_json()}
    got = await collected(shop(**pages))
    assert [item.id for item in got.items] == ["4", "3", "2", "1"]
    assert len(site.requests) == 3


@pytest.mark.parametrize("broken", ["<!doctype html><html>Sorry</html>", '{"feed": {"ent', ""])
async def test_a_page_that_cannot_be_read_moves_no_cursor(site: Any, shop: Any, collected: Any, broken: str):
    pages = {f"us_{number}": as_json(review(9 - number)) for number in (1, 2, 3)} | {"us_4": as_json()}
    first = await collected(shop(**pages | {"us_2": broken}))
    assert ([item.id for item in first.items], len(first.rejects)) == (["8"], 1)
    again = await collected(shop(**pages), first.state)
    assert [item.id for item in again.items] == ["8", "7", "6"]


async def test_the_second_time_it_stops_at_what_is_known(site: Any, shop: Any, collected: Any):
    first = await collected(shop(us_1=as_json(review(2)), us_2=as_json(review(1)), us_3=as_json()))
    asked = len(site.requests)
    got = await collected(shop(us_1=as_json(review(3), review(2)), us_2=as_json(review(1))), first.state)
    assert [item.id for item in got.items] == ["3"]
    assert len(site.requests) == asked + 1


async def test_an_edited_review_comes_again_under_its_id(shop: Any, collected: Any):
    first = await collected(shop(us_1=as_json(review(2), review(1)), us_2=as_json()))
    edited = review(1, text="It works now.", updated="2022-01-14T00:00:00Z")
    got = await collected(shop(us_1=as_json(edited, review(2))), first.state)
    assert [(item.id, item.text) for item in got.items] == [("1", "It works now.")]


async def test_stopped_half_way_it_starts_that_storefront_again(shop: Any, collected: Any):
    pages = {"us_1": as_json(review(2)), "us_2": as_json(review(1)), "us_3": as_json()}
    whole = await collected(shop(**pages))
    assert whole.batches[0].state == {}
    again = await collected(shop(**pages), whole.batches[0].state)
    assert [item.id for item in again.items] == ["2", "1"]
    assert (await collected(shop(**pages), whole.state)).items == []


async def test_each_storefront_has_its_own_cursor(shop: Any, collected: Any):
    both = {"us_1": as_json(review(1)), "us_2": as_json(), "gb_1": as_json(review(1)), "gb_2": as_json()}
    first = await collected(shop(stores=("us", "gb"), **both))
    assert [item.extra["storefront"] for item in first.items] == ["us", "gb"]
    got = await collected(shop(stores=("us", "gb"), gb_1=as_json(review(2), review(1))), first.state)
    assert [(item.id, item.extra["storefront"]) for item in got.items] == [("2", "gb")]
    dropped = await collected(shop(stores=("gb",)), got.state)
    assert not any(key.startswith("us.") for key in dropped.state)


async def test_a_failing_storefront_keeps_no_other_from_being_read(shop: Any, http: HttpClient):
    collector = shop(stores=("us", "gb"), gb_1=as_json(review(1)), gb_2=as_json())
    got: list[Item] = []

    async def collect() -> None:
        async for batch in collector.collect({}):
            got.extend(batch.items)

    with pytest.raises(SourceRefused, match="/us/"):
        await collect()
    assert [item.id for item in got] == ["1"]


async def test_a_storefront_that_is_asked_too_often_is_asked_later(shop: Any, collected: Any):
    async def busy(_: web.Request) -> Any:
        return web.Response(status=429, headers={"Retry-After": "30"})

    with pytest.raises(SourceUnavailable) as failure:
        await collected(shop(us_1=busy))
    assert failure.value.retry_after_seconds == 30


async def test_a_storefront_that_answers_empty_is_told_once(shop: Any, collected: Any):
    first = await collected(shop(us_1=as_json()))
    assert "no reviews in storefront us" in first.reasons[0]
    second = await collected(shop(us_1=as_json() + " "), first.state)
    assert second.rejects == []


async def test_all_storefronts_are_read_and_the_empty_ones_are_no_news(site: Any, shop: Any, collected: Any):
    empty = {f"{store}_1": as_json() for store in STOREFRONTS}
    got = await collected(shop(stores="all", **empty | {"gb_1": as_json(review(1)), "gb_2": as_json()}))
    assert [(item.id, item.extra["storefront"]) for item in got.items] == [("1", "gb")]
    assert got.rejects == []
    assert len(site.requests) == len(STOREFRONTS) + 1


async def test_a_server_that_asks_for_rest_is_not_asked_for_the_other_storefronts(site: Any, shop: Any, collected: Any):
    async def busy(_: web.Request) -> Any:
        return web.Response(status=429, headers={"Retry-After": "30"})

    with pytest.raises(SourceUnavailable, match="429"):
        await collected(shop(stores=("us", "gb"), us_1=busy, gb_1=as_json(review(1))))
    assert len(site.requests) == 1


async def broken(_: web.Request) -> Any:
    return web.Response(status=500)


async def test_after_three_storefronts_in_a_row_that_fail_the_rest_waits(site: Any, shop: Any, collected: Any):
    pages = {f"{store}_1": broken for store in ("us", "de", "fr", "it")}
    with pytest.raises(SourceUnavailable):
        await collected(shop(stores=("us", "de", "fr", "it"), **pages))
    assert len(site.requests) == 3


async def test_a_storefront_that_answers_begins_the_count_of_failures_anew(site: Any, shop: Any, collected: Any):
    pages = {f"{store}_1": broken for store in ("us", "de", "fr", "it")} | {"gb_1": as_json()}
    with pytest.raises(SourceUnavailable, match="/us/"):
        await collected(shop(stores=("us", "gb", "de", "fr", "it"), **pages))
    assert len(site.requests) == 5


def test_every_storefront_has_a_territory_of_its_own():
    assert len(STOREFRONTS) == len(set(TERRITORIES.values())) == 175
    assert all(len(store) == 2 and len(territory) == 3 for store, territory in TERRITORIES.items())
    assert [storefront_of(territory) for territory in ("USA", "DEU", "GBR", "XKS", "ATA")] == [
        *("us", "de", "gb", "xk"),
        "ata",
    ]


async def test_ten_pages_are_the_end(site: Any, shop: Any, collected: Any):
    got = await collected(shop(**{f"us_{page}": as_json(review(100 - page)) for page in range(1, 12)}))
    assert len(got.items) == len(site.requests) == 10


async def test_an_unchanged_first_page_is_asked_for_by_its_validators(site: Any, shop: Any, collected: Any):
    async def page(request: web.Request) -> Any:
        known = request.headers.get("If-None-Match") == '"1"'
        return web.Response(status=304) if known else web.Response(text=as_json(review(1)), headers={"ETag": '"1"'})

    first = await collected(shop(us_1=page, us_2=as_json()))
    assert (await collected(shop(), first.state)).batches == []


async def test_since_leaves_out_older_reviews(shop: Any, collected: Any):
    pages = {"us_1": as_json(review(2), review(1, updated="2021-01-01T00:00:00Z")), "us_2": as_json()}
    got = await collected(shop(**pages), since=datetime(2022, 1, 1, tzinfo=UTC))
    assert [item.id for item in got.items] == ["2"]


async def test_xml_is_collected_like_json(shop: Any, collected: Any):
    got = await collected(shop(form="xml", us_1=as_xml(APP, review(2)), us_2=as_xml()))
    assert [(item.id, item.rating) for item in got.items] == [("2", 2.0)]


def test_options_take_the_number_as_yaml_gives_it_and_refuse_the_rest():
    assert AppStoreOptions.model_validate({"app_id": 42}).app_id == "42"
    for wrong in (
        {"app_id": "acme"},
        {"app_id": 1, "stores": []},
        {"app_id": 1, "stores": ["USA"]},
        {"app_id": 1, "stores": "every"},
        {"app_id": 1, "x": 1},
    ):
        with pytest.raises(ValidationError):
            AppStoreOptions.model_validate(wrong)
