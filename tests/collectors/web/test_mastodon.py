"""Timelines of a Mastodon host, by the numbers of their statuses."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused
from collectors.http import HttpClient
from collectors.web.mastodon import MastodonCollector, MastodonOptions
from collectors.web.mastodon_statuses import earlier_id, first_id, read_statuses

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def status(minute: int, **told: Any) -> dict[str, Any]:
    at = START + timedelta(minutes=minute)
    uri = f"https://social.example/users/ann/statuses/{minute}"
    account = {"acct": "ann@social.example"}
    said = {"id": first_id(at), "uri": uri, "created_at": at.isoformat(), "content": f"<p>Post {minute}</p>"}
    return said | {"language": "en", "account": account, "reblog": None, "spoiler_text": ""} | told


class Host:
    """Gives the oldest statuses after min_id, newest first, as Mastodon does."""

    def __init__(self, *statuses: dict[str, Any]) -> None:
        self.statuses = list(statuses)
        self.asked: list[web.Request] = []
        self.fails_at = 0

    async def __call__(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        if len(self.asked) == self.fails_at:
            raise web.HTTPServiceUnavailable
        after, limit = int(request.query["min_id"]), int(request.query["limit"])
        newer = sorted((one for one in self.statuses if int(one["id"]) > after), key=lambda one: int(one["id"]))
        return web.json_response(newer[:limit][::-1])


@pytest.fixture
def timeline(site: Any, http: HttpClient) -> Any:
    def open_timeline(*statuses: dict[str, Any], path: str = "tag/acme", **options: Any) -> Any:
        host = site.pages[f"/api/v1/timelines/{path}"] = Host(*statuses)
        told = {"host": site.url, "tags": ["#Acme"]} | options
        return host, MastodonCollector(MastodonOptions.model_validate(told), http)

    return open_timeline


def test_a_status_is_known_by_its_uri_and_read_without_markup(document: Any):
    said = status(
        5, content="<p>Acme is <b>down</b> &amp; out</p><p>again</p>", spoiler_text="outage", url="https://s.example/5"
    )
    edited = said | {"edited_at": (START + timedelta(hours=1)).isoformat()}
    (item,) = read_statuses(document(json.dumps([edited]))).contents.items
    assert (item.id, item.url) == ("https://social.example/users/ann/statuses/5", "https://s.example/5")
    assert (item.title, item.text) == ("outage", "Acme is down & out\n\nagain")
    assert (item.author, item.language) == ("ann@social.example", "en")
    assert (item.published, item.updated) == (START + timedelta(minutes=5), START + timedelta(hours=1))


def test_an_account_of_the_host_itself_is_named_with_its_host(document: Any):
    (item,) = read_statuses(document(json.dumps([status(5, account={"acct": "bob"})]))).contents.items
    assert item.author == "bob@example.com"


def test_a_boost_is_the_status_that_is_boosted(document: Any):
    boost = status(9, uri="https://other.example/boost/9", content="", reblog=status(5))
    (item,) = read_statuses(document(json.dumps([boost]))).contents.items
    assert (item.id, item.text) == ("https://social.example/users/ann/statuses/5", "Post 5")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (status(1, content=""), "no text, only media"),
        (status(1, uri=None), "no uri"),
        (None, "no JSON object"),
    ],
)
def test_what_is_no_post_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_statuses(document(json.dumps([status(3), entry, status(2)]))).contents
    assert [item.text for item in contents.items] == ["Post 3", "Post 2"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", ["", "{", '{"error": "x"}', "null", "<!doctype html><html></html>"])
def test_what_is_no_timeline_is_set_aside(document: Any, body: str):
    page = read_statuses(document(body))
    assert (page.sound, len(page.contents.rejects)) == (False, 1)


def test_numbers_of_statuses_are_dates_where_they_are_numbers():
    assert first_id(datetime(2016, 11, 23, tzinfo=UTC)) == str(1479859200000 << 16)
    assert earlier_id(first_id(START), timedelta(minutes=10)) == first_id(START - timedelta(minutes=10))
    assert earlier_id("01JDCZ", timedelta(minutes=10)) == "01JDCZ"
    assert earlier_id("9" * 5000, timedelta(minutes=10)) == "9" * 5000


async def test_pages_are_read_oldest_first_to_the_end(timeline: Any, collected: Any):
    host, collector = timeline(*(status(n) for n in range(100)))
    got = await collected(collector)
    assert [len(batch.items) for batch in got.batches] == [40, 40, 20]
    assert len({item.id for item in got.items}) == 100
    assert [int(request.query["limit"]) for request in host.asked] == [40] * 4


async def test_a_run_that_was_interrupted_is_resumed_where_it_stopped(timeline: Any, collected: Any, interrupted: Any):
    host, collector = timeline(*(status(n) for n in range(100)))
    host.fails_at = 3
    got = await interrupted(collector)
    rest = await collected(collector, got.state)
    assert (len(got.items), len(rest.items)) == (80, 20)
    assert len({item.id for item in got.items + rest.items}) == 100


async def test_the_second_run_tells_what_is_new_late_or_edited_and_nothing_else(timeline: Any, collected: Any):
    host, collector = timeline(status(10), status(12))
    first = await collected(collector)
    assert (await collected(collector, first.state)).items == []
    host.statuses = [status(10), status(12, content="<p>Edited</p>"), status(11), status(20)]
    second = await collected(collector, first.state)
    assert {item.text for item in second.items} == {"Edited", "Post 11", "Post 20"}


async def test_since_decides_how_far_back_the_first_run_goes(timeline: Any, collected: Any):
    _, collector = timeline(status(-3000), status(10))
    assert [item.text for item in (await collected(collector)).items] == ["Post 10"]
    back = await collected(collector, since=START - timedelta(days=3))
    assert {item.text for item in back.items} == {"Post -3000", "Post 10"}


async def test_each_timeline_has_its_own_cursor(timeline: Any, collected: Any):
    timeline(status(1), path="public")
    _, both = timeline(status(2), public="local")
    got = await collected(both)
    assert {item.text for item in got.items} == {"Post 1", "Post 2"}
    assert set(got.state) == {f"{part}/{key}" for part in ("tag/acme", "public/local") for key in ("min_id", "known")}
    _, one = timeline(status(2))
    assert all(key.startswith("tag/acme/") for key in (await collected(one, got.state)).state)


async def test_a_public_timeline_may_be_the_hosts_own(timeline: Any, collected: Any):
    host, collector = timeline(status(1), path="public", tags=[], public="local")
    await collected(collector)
    assert host.asked[0].query["local"] == "true"


async def test_a_failing_timeline_keeps_no_other_from_being_read(timeline: Any, interrupted: Any):
    _, collector = timeline(status(1), tags=["gone", "acme"])
    assert [item.text for item in (await interrupted(collector)).items] == ["Post 1"]


async def test_a_host_that_ignores_min_id_is_read_once(site: Any, timeline: Any, collected: Any):
    _, collector = timeline()
    site.pages["/api/v1/timelines/tag/acme"] = json.dumps([status(2), status(1)])
    got = await collected(collector)
    assert len(got.items) == 2


async def test_the_token_goes_along_and_its_absence_is_explained(timeline: Any, collected: Any, site: Any):
    async def members_only(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer s3cret":
            raise web.HTTPUnauthorized
        return web.json_response([])

    _, anonymous = timeline()
    _, member = timeline(token="s3cret")
    site.pages["/api/v1/timelines/tag/acme"] = members_only
    with pytest.raises(SourceRefused, match=r"HTTP 401.*set token to an access token .*Preferences, Development"):
        await collected(anonymous)
    assert (await collected(member)).batches == []
    assert "s3cret" not in repr(member._options)


def test_options_ask_for_something_to_read():
    for wrong in ({"host": "m.example"}, {"host": "", "tags": ["a"]}, {"host": "m.example", "tags": ["two words"]}):
        with pytest.raises(ValidationError):
            MastodonOptions.model_validate(wrong)
