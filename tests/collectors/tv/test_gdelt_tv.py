"""GDELT's search in television."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.tv.gdelt_tv import GdeltTvCollector, GdeltTvOptions, complaint, halved, read_clips, slices

SHOW = "WXYZ_20261122_190000_Evening_News"
START = datetime(2026, 11, 22, 19, tzinfo=UTC)


def clip(second: int, snippet: str = "the acme app is down", recording: str = SHOW, **told: Any) -> Any:
    return {
        "preview_url": f"https://archive.org/details/{recording}#start/{second}/end/{second + 15}",
        "ia_show_id": recording,
        "date": f"{START + timedelta(seconds=second):%Y%m%dT%H%M%SZ}",
        "station": "WXYZ",
        "show": "Evening News",
        "snippet": snippet,
    } | told


def answer(*clips: Any) -> bytes:
    return json.dumps({"clips": clips} if clips else {}).encode()


def asked(site: Any) -> list[tuple[str, str]]:
    return [(request.query.get("STARTDATETIME", ""), request.query.get("ENDDATETIME", "")) for request in site.requests]


@pytest.fixture
def collector(site: Any, http: HttpClient) -> Any:
    return lambda **told: GdeltTvCollector(
        GdeltTvOptions(**{"query": '"acme app"', "stations": ("WXYZ",), "base_url": site.url} | told), http
    )


async def test_a_clip_knows_station_programme_second_and_link(site: Any, collector: Any, collected: Any):
    site.pages["/api/v2/tv/tv"] = answer(clip(70, "SO THE ACME APP IS DOWN."))
    (item,) = (await collected(collector(stations=("WXYZ", "KABC")))).items
    assert (item.id, item.text, item.author) == (f"{SHOW}#70", "So the acme app is down.", "WXYZ Evening News")
    assert item.published == datetime(2026, 11, 22, 19, 1, 10, tzinfo=UTC)
    assert item.url == f"https://archive.org/details/{SHOW}/start/70/end/85"
    assert item.extra == {"station": "WXYZ", "programme": "Evening News", "second": "70"}
    query = site.requests[0].query
    assert query["query"] == '"acme app" (station:WXYZ OR station:KABC)'
    assert (query["mode"], query["format"], query["maxrecords"]) == ("clipgallery", "json", "3000")


def test_clips_that_follow_each_other_are_one_item_and_say_nothing_twice(now: datetime):
    body = answer(
        clip(30, "is down. We asked them."),
        clip(0, "Good evening. The acme app"),
        clip(15, "the acme app is down again, it"),
        clip(90, "Later."),
        clip(0, "Elsewhere.", recording="KABC_20261122_190000_News"),
    )
    count, contents = read_clips(body, now)
    assert count == 5
    assert [(item.id, item.text) for item in contents.items] == [
        ("KABC_20261122_190000_News#0", "Elsewhere."),
        (f"{SHOW}#0", "Good evening. The acme app is down again, it is down. We asked them."),
        (f"{SHOW}#90", "Later."),
    ]


def test_a_run_of_clips_is_at_most_two_minutes_long(now: datetime):
    _, contents = read_clips(answer(*(clip(second, f"word {second}") for second in range(0, 300, 15))), now)
    assert [item.extra["second"] for item in contents.items] == ["0", "120", "240"]


def test_without_a_date_the_recording_tells_it(now: datetime):
    _, contents = read_clips(answer(clip(5, date="", station="", show="")), now)
    assert contents.items[0].published == START + timedelta(seconds=5)
    assert (contents.items[0].extra["station"], contents.items[0].extra["programme"]) == ("WXYZ", "Evening News")


def test_a_date_that_cannot_be_is_none(now: datetime):
    far = "WXYZ_99991231_235959_News"
    _, contents = read_clips(answer(clip(5, date="30261122T190000Z", recording=far)), now)
    assert contents.items[0].published is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (clip(1, snippet=" "), "no words"),
        (clip(1, ia_show_id=None), "of which broadcast"),
        (clip(1, preview_url="https://archive.org/details/x"), "names no second"),
        ("a string", "no JSON object"),
    ],
)
def test_what_is_no_clip_is_set_aside_and_its_neighbours_are_kept(now: datetime, entry: Any, reason: str):
    count, contents = read_clips(answer(clip(0), entry, clip(60)), now)
    assert (count, len(contents.items)) == (3, 2)
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"clips": 3}', b"<html></html>", b"{", b"null"])
def test_what_is_no_answer_is_set_aside_as_a_whole(now: datetime, body: bytes):
    count, contents = read_clips(body, now)
    assert (count, contents.items, len(contents.rejects)) == (None, (), 1)


async def test_the_cursor_goes_back_by_the_hours_that_captions_are_late(site: Any, collector: Any, collected: Any):
    site.pages["/api/v2/tv/tv"] = answer(clip(0))
    first = await collected(collector(first_days=15))
    assert asked(site) == [("20261108000000", "20261122000000"), ("20261122000000", "20261123120000")]
    assert first.batches[0].state == {"until": "2026-11-22T00:00:00+00:00"}
    site.requests.clear()
    second = await collected(collector(), first.state)
    assert asked(site) == [("20261120000000", "20261123120000")]
    assert [item.id for item in second.items] == [first.items[0].id]


async def test_since_reads_further_back_the_first_time_and_leaves_out_what_is_older(
    site: Any, collector: Any, collected: Any
):
    site.pages["/api/v2/tv/tv"] = answer(clip(0))
    got = await collected(collector(), since=datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert asked(site)[0][0] == "20261101000000"
    assert len(got.batches) == len(site.requests) == 2
    assert (await collected(collector(), since=START + timedelta(minutes=1))).items == []


async def test_an_answer_that_may_have_been_cut_off_is_asked_in_halves(site: Any, collector: Any, collected: Any):
    async def at_most_fifty(request: web.Request) -> web.Response:
        length = datetime.strptime(request.query["ENDDATETIME"], "%Y%m%d%H%M%S") - datetime.strptime(
            request.query["STARTDATETIME"], "%Y%m%d%H%M%S"
        )
        second = int(length.total_seconds())
        return web.Response(body=answer(*(clip(second + 60 * n) for n in range(50 if length.days >= 1 else 2))))

    site.pages["/api/v2/tv/tv"] = at_most_fifty
    got = await collected(collector(first_days=1))
    assert asked(site) == [
        ("20261122000000", "20261123120000"),
        ("20261122000000", "20261122180000"),
        ("20261122180000", "20261123120000"),
    ]
    assert [len(batch.items) for batch in got.batches] == [2, 2]


def test_slices_are_cut_at_whole_hours_and_end_at_an_hour():
    (one,) = slices(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 22, 3, 30, tzinfo=UTC))
    assert [end.hour for _, end in halved(*one)] == [1, 3]
    assert halved(one[0], one[0] + timedelta(minutes=90)) == []


@pytest.mark.parametrize(
    ("sentence", "error"),
    [
        ("Your query must contain at least one station.", SourceRefused),
        ("Please limit requests to one every 5 seconds or contact us.", SourceUnavailable),
    ],
)
async def test_errors_come_as_sentences(*, site: Any, collector: Any, collected: Any, sentence: str, error: Any):
    site.pages["/api/v2/tv/tv"] = sentence
    with pytest.raises(error, match=sentence.partition(".")[0]) as raised:
        await collected(collector())
    assert "acme" not in str(raised.value)


def test_what_is_no_sentence_is_no_error():
    assert [complaint(body) for body in (b"{}", b" ", b"<p>a b</p>", b"\xff a", b"a b" * 400)] == [""] * 5


async def test_where_nothing_is_found_it_says_once_how_old_the_newest_clip_is(
    site: Any, collector: Any, collected: Any
):
    async def old(request: web.Request) -> web.Response:
        is_slice = "STARTDATETIME" in request.query
        return web.Response(body=answer() if is_slice else answer(clip(0, date="20241001T120000Z")))

    site.pages["/api/v2/tv/tv"] = old
    first = await collected(collector())
    assert first.items == []
    assert ["stale" in reason and "2024-10-01" in reason for reason in first.reasons] == [True]
    assert (await collected(collector(), first.state)).rejects == []


async def test_a_brand_that_nobody_ever_named_is_no_stale_source(site: Any, collector: Any, collected: Any):
    site.pages["/api/v2/tv/tv"] = answer()
    got = await collected(collector())
    assert (got.items, got.rejects, list(got.state)) == ([], [], ["until"])


async def test_the_cursor_stays_where_an_answer_could_not_be_read(site: Any, collector: Any, collected: Any):
    site.pages["/api/v2/tv/tv"] = b"{"
    got = await collected(collector(), {"until": "2026-11-22T00:00:00+00:00"})
    assert (len(got.rejects), got.state) == (1, {"until": "2026-11-22T00:00:00+00:00"})


@pytest.mark.parametrize("wrong", [{"query": ""}, {"stations": ()}, {"stations": ("A B",)}, {"station": "CNN"}])
def test_wrong_options_are_refused(collector: Any, wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        collector(**wrong)
