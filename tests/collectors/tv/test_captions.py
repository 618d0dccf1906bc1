"""The collector of captions."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused
from collectors.http import HttpClient
from collectors.reading.instants import zone_of
from collectors.tv.airing import NAME_PATTERN, Airing, airing_of
from collectors.tv.captions import CaptionsCollector, CaptionsOptions

NAME = "WXYZ_20220113_190000_Evening_News.srt"
SRT = "1\n00:00:02,000 --> 00:00:05,000\n>> THE ACME APP IS DOWN.\n\n2\n00:01:10,500 --> 00:01:12,000\nIT IS BACK.\n"


@pytest.fixture
def collector(http: HttpClient) -> Any:
    return lambda **options: CaptionsCollector(CaptionsOptions(**options), http)


async def test_every_window_knows_station_programme_second_and_link(site: Any, collector: Any, collected: Any):
    site.pages[f"/{NAME}"] = SRT
    got = await collected(collector(url=f"{site.url}/{NAME}", base_url="https://tv.example/{name}", language="en"))
    first, second = got.items
    assert (first.text, second.text) == ("The acme app is down.", "It is back.")
    assert (first.id, second.id) == (f"{NAME}#2", f"{NAME}#70")
    assert (first.published, second.published) == (
        datetime(2022, 1, 13, 19, 0, 2, tzinfo=UTC),
        datetime(2022, 1, 13, 19, 1, 10, tzinfo=UTC),
    )
    assert dict(second.extra) == {"station": "WXYZ", "programme": "Evening News", "second": "70"}
    assert second.url == "https://tv.example/WXYZ_20220113_190000_Evening_News#t=70"
    assert second.language == "en"


async def test_options_override_what_the_name_tells(collector: Any, collected: Any, tmp_path: Path):
    (tmp_path / NAME).write_text(SRT)
    told = {"station": "ABC", "programme": "Late", "starts": "2022-02-01T01:00:00+01:00"}
    first = (await collected(collector(url=str(tmp_path / NAME), **told))).items[0]
    assert (first.extra["station"], first.extra["programme"]) == ("ABC", "Late")
    assert first.published == datetime(2022, 2, 1, 0, 0, 2, tzinfo=UTC)


async def test_a_name_that_tells_nothing_gives_no_time(collector: Any, collected: Any, tmp_path: Path):
    (tmp_path / "a.vtt").write_text("WEBVTT\nLanguage: de\n\n00:01.000 --> 00:02.000\nHallo\n")
    (item,) = (await collected(collector(url=str(tmp_path / "a.vtt")))).items
    assert (item.published, item.url, dict(item.extra), item.language) == (None, "", {"second": "1"}, "de")


@pytest.mark.parametrize(
    "start", ["20220713_190000", "20220713_1900", "2022-07-13_19-00-00", "2022-07-13T19:00:00", "20220713190000"]
)
def test_the_start_in_a_name_is_read_in_its_zone(start: str):
    pattern = re.compile(r"(?P<start>.+?)__(?P<station>.+)")
    airing = airing_of(f"{start}__ONE", pattern, zone_of("Europe/London"))
    assert airing == Airing("ONE", "", datetime(2022, 7, 13, 18, 0, tzinfo=UTC))


def test_a_start_that_is_no_date_is_none():
    assert airing_of("WXYZ_99999999_999999_News", re.compile(NAME_PATTERN), UTC) == Airing("WXYZ", "News", None)


async def test_a_folder_gives_only_its_new_and_changed_files(collector: Any, collected: Any, tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / NAME).write_text(SRT)
    (tmp_path / "notes.txt").write_text("no captions")
    watching = collector(url=str(tmp_path))
    first = await collected(watching)
    assert len(first.items) == 2
    assert (await collected(watching, first.state)).batches == []
    (tmp_path / "deep" / "B.VTT").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n")
    second = await collected(watching, first.state)
    assert [item.id for item in second.items] == ["deep/B.VTT#1"]
    os.utime(tmp_path / NAME, (1, 1))
    third = await collected(watching, second.state)
    assert len(third.items) == 2
    (tmp_path / NAME).unlink()
    assert list(third.state) == list((await collected(watching, third.state)).state or third.state)


async def test_a_bad_file_in_a_folder_stops_no_other_and_an_unreadable_one_is_tried_again(
    limited_http: HttpClient, collected: Any, tmp_path: Path
):
    (tmp_path / "a.srt").write_text("<html>no captions</html>")
    (tmp_path / "b.srt").write_text("0" * 100_001)
    (tmp_path / "c.srt").write_text(SRT)
    got = await collected(CaptionsCollector(CaptionsOptions(url=str(tmp_path)), limited_http))
    assert len(got.items) == 2
    assert (got.rejects[0].where, got.reasons[0].split()[0]) == ("a.srt", "XML")
    assert "larger than" in got.reasons[1]
    assert set(got.state) == {"file:a.srt", "file:c.srt"}


async def test_the_state_covers_only_what_was_yielded(collector: Any, collected: Any, tmp_path: Path):
    for name in ("a.srt", "b.srt"):
        (tmp_path / name).write_text(SRT)
    got = await collected(collector(url=str(tmp_path)))
    assert [sorted(batch.state) for batch in got.batches] == [["file:a.srt"], ["file:a.srt", "file:b.srt"]]


async def test_since_leaves_out_what_was_said_before(site: Any, collector: Any, collected: Any):
    site.pages[f"/{NAME}"] = SRT
    got = await collected(collector(url=f"{site.url}/{NAME}"), since=datetime(2022, 1, 13, 19, 1, tzinfo=UTC))
    assert [item.text for item in got.items] == ["It is back."]


async def test_a_redirect_changes_neither_identity_nor_air_time(site: Any, collector: Any, collected: Any):
    async def moved(_: web.Request) -> Any:
        raise web.HTTPFound("/cdn/8f3a")

    site.pages |= {f"/{NAME}": moved, "/cdn/8f3a": SRT}
    first = (await collected(collector(url=f"{site.url}/{NAME}?key=1"))).items[0]
    assert (first.id, first.published.hour) == (f"{NAME}#2", 19)


async def test_the_same_file_again_is_no_news(site: Any, collector: Any, collected: Any):
    site.pages[f"/{NAME}"] = SRT
    listening = collector(url=f"{site.url}/{NAME}")
    assert (await collected(listening, (await collected(listening)).state)).batches == []


async def test_a_missing_folder_is_refused(collector: Any, collected: Any, tmp_path: Path):
    with pytest.raises(SourceRefused, match="no such file or folder"):
        await collected(collector(url=str(tmp_path / "none")))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "("}, "no regular expression"),
        ({"zone": "Mars/Phobos"}, "unknown time zone"),
        ({"starts": "2022-01-13T19:00:00"}, "timezone"),
        ({"window_seconds": 0}, "greater than or equal"),
        ({"windows": 3}, "Extra inputs"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], message: str):
    with pytest.raises(ValidationError, match=message):
        CaptionsOptions(url="x", **options)


async def test_where_a_redirect_ends_tells_what_the_address_does_not(site: Any, collector: Any, collected: Any):
    async def to_file(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"/{NAME}")

    site.pages[f"/{NAME}"] = SRT
    site.pages["/latest"] = to_file
    (first, _) = (await collected(collector(url=f"{site.url}/latest"))).items
    assert first.id == "latest#2"
    assert first.published == datetime(2022, 1, 13, 19, 0, 2, tzinfo=UTC)
    assert first.extra["programme"] == "Evening News"


def test_captions_without_a_word_are_set_aside(http: HttpClient):
    collector = CaptionsCollector(CaptionsOptions(url="show.srt"), http)
    contents = collector.read(b"1\n00:00:01,000 --> 00:00:02,000\n>>\n", "show.srt")
    assert [reject.reason for reject in contents.rejects] == ["nothing is said in it"]
