"""The Internet Archive's search in television."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.http import HttpClient
from collectors.registry import build
from collectors.tv.archive_tv import PAGE_HITS, ArchiveTvCollector, ArchiveTvOptions, read_hits

PATH = "/services/search/beta/page_production/"
SHOW = "WXYZW_20261122_190000_Evening_News"


def hit(second: Any = 70, *said: str, **fields: Any) -> Any:
    told = {
        "identifier": SHOW,
        "title": "Evening News : WXYZW : November 22, 2026 2:00pm-3:00pm EST",
        "date": "2026-11-22T19:00:00Z",
        "creator": ["WXYZW"],
        "start": second,
        "__href__": f"/details/{SHOW}/start/{second}/end/99",
    }
    return {"fields": told | fields, "highlight": {"text": list(said or ("SO THE {{{ACME}}} {{{APP}}} IS DOWN.",))}}


def page(*hits: Any) -> bytes:
    return json.dumps({"response": {"body": {"hits": {"total": len(hits), "hits": hits}}}}).encode()


@pytest.fixture
def collector(site: Any, http: HttpClient) -> Any:
    return lambda **told: ArchiveTvCollector(
        ArchiveTvOptions(**{"query": '"acme app"', "base_url": site.url} | told), http
    )


@pytest.fixture
def serve(site: Any) -> Any:
    """Answers with these pages, in order, and with none after them."""

    def pages(*bodies: bytes) -> None:
        async def answer(request: web.Request) -> web.Response:
            number = int(request.query["page"])
            return web.Response(body=bodies[number - 1] if number <= len(bodies) else page())

        site.pages[PATH] = answer

    return pages


async def test_a_hit_knows_station_programme_second_and_link(site: Any, serve: Any, collector: Any, collected: Any):
    serve(page(hit()))
    (item,) = (await collected(collector(stations=("WXYZW",)))).items
    assert (item.id, item.text, item.author) == (f"{SHOW}#70", "So the acme app is down.", "WXYZW Evening News")
    assert item.published == datetime(2026, 11, 22, 19, 1, 10, tzinfo=UTC)
    assert item.url == f"https://archive.org/details/{SHOW}/start/70/end/130"
    assert item.extra == {"station": "WXYZW", "programme": "Evening News", "second": "70"}
    query = site.requests[0].query
    assert (query["service_backend"], query["user_query"], query["hits_per_page"]) == ("tvs", '"acme app"', "50")
    assert json.loads(query["filter_map"]) == {"date": {"2026-11-16": "gte"}, "creator": {"WXYZW": "inc"}}


@pytest.mark.parametrize(
    ("fields", "second"),
    [
        ({"start": ["12"]}, "12"),
        ({"start": 12.5}, "12"),
        ({"start": None, "__href__": f"/details/{SHOW}#start/7"}, "7"),
    ],
)
def test_the_second_is_found_where_the_archive_puts_it(now: datetime, fields: Any, second: str):
    assert [item.extra["second"] for item in read_hits(page(hit(**fields)), now).contents.items] == [second]


def test_a_recording_whose_name_tells_nothing_has_its_own_date(now: datetime):
    (item,) = read_hits(page(hit(identifier="odd-name", creator="", title="Late : X")), now).contents.items
    assert item.published == datetime(2026, 11, 22, 19, 1, 10, tzinfo=UTC)
    (item,) = read_hits(page(hit(identifier="odd-name", date="soon")), now).contents.items
    assert item.published is None


def test_several_passages_of_a_hit_are_one_text(now: datetime):
    (item,) = read_hits(page(hit(1, "the {{{app}}} is down,", "&amp; the app\n came back")), now).contents.items
    assert item.text == "The app is down, … & the app came back"


def test_other_stations_are_left_out_even_if_the_archive_finds_them(now: datetime):
    body = page(hit(1), hit(2, creator=["KABC"]))
    assert [item.extra["second"] for item in read_hits(body, now, frozenset({"KABC"})).contents.items] == ["2"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"fields": 3}, "no JSON object with fields"),
        ("words", "no JSON object with fields"),
        (hit(identifier=None), "of which broadcast"),
        (hit(1, " "), "no words"),
        ({"fields": hit()["fields"], "highlight": None}, "no words"),
        (hit(start="soon", __href__="/details/x"), "names no second"),
    ],
)
def test_what_is_no_hit_is_set_aside_and_its_neighbours_are_kept(now: datetime, entry: Any, reason: str):
    hits = read_hits(page(hit(1), entry, hit(2)), now)
    assert (hits.count, len(hits.contents.items)) == (3, 2)
    assert [(reject.where, reason in reject.reason) for reject in hits.contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", [b"", b"3", b"{}", b'{"hits": 3}', b"<html></html>", b"{", b"null"])
def test_what_is_no_answer_is_set_aside_as_a_whole(now: datetime, body: bytes):
    hits = read_hits(body, now)
    assert (hits.count, hits.contents.items, len(hits.contents.rejects)) == (None, (), 1)


def test_an_error_that_the_archive_tells_is_told(now: datetime):
    assert "too complex" in read_hits(b'{"error": "query is too complex"}', now).contents.rejects[0].reason


async def test_it_pages_to_the_end_and_moves_the_cursor_with_the_last_page(
    site: Any, serve: Any, collector: Any, collected: Any
):
    serve(page(*map(hit, range(PAGE_HITS))), page(hit(500)))
    got = await collected(collector(), {"until": "2026-11-20T12:00:00+00:00"})
    assert len(got.items) == PAGE_HITS + 1
    assert [batch.state for batch in got.batches] == [
        {"until": "2026-11-20T12:00:00+00:00"},
        {"until": "2026-11-23T12:00:00+00:00"},
    ]
    assert [request.query["page"] for request in site.requests] == ["1", "2"]


async def test_the_date_filter_goes_back_by_the_hours_that_captions_are_late(
    site: Any, serve: Any, collector: Any, collected: Any
):
    serve(page(hit()))
    first = await collected(collector())
    second = await collected(collector(), first.state)
    assert json.loads(site.requests[1].query["filter_map"]) == {"date": {"2026-11-20": "gte"}}
    assert [item.id for item in second.items] == [item.id for item in first.items]


async def test_since_reads_further_back_and_leaves_out_what_is_older(
    site: Any, serve: Any, collector: Any, collected: Any, now: datetime
):
    serve(page(hit(), hit(0, identifier="WXYZW_20260101_000000_News")))
    got = await collected(collector(), since=now - timedelta(days=100))
    assert json.loads(site.requests[0].query["filter_map"]) == {"date": {"2026-08-15": "gte"}}
    assert len(got.items) == 1


async def test_more_hits_than_pages_are_told(serve: Any, collector: Any, collected: Any):
    serve(page(*map(hit, range(PAGE_HITS))))
    got = await collected(collector(pages=1))
    assert len(got.items) == PAGE_HITS
    assert ["more than 50 hits" in reason for reason in got.reasons] == [True]


async def test_the_cursor_stays_where_a_page_could_not_be_read(serve: Any, collector: Any, collected: Any):
    serve(b"{")
    got = await collected(collector(), {"until": "2026-11-20T12:00:00+00:00"})
    assert (len(got.rejects), got.state) == (1, {"until": "2026-11-20T12:00:00+00:00"})


@pytest.mark.parametrize("wrong", [{"query": ""}, {"pages": 0}, {"station": "CNNW"}])
def test_wrong_options_are_refused(collector: Any, wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        collector(**wrong)


async def test_a_search_that_nobody_asked_for_lately_is_waited_for(site: Any, hasty_http: HttpClient, collected: Any):
    async def cold(_: web.Request) -> web.Response:
        await asyncio.sleep(0.15)  # where others are given 0.1 seconds
        return web.Response(body=page(hit()))

    site.pages[PATH] = cold
    slow = build("archive_tv", {"query": "acme", "base_url": site.url}, hasty_http)
    assert len((await collected(slow)).items) == 1
