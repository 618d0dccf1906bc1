"""Captions of a channel's videos: by a source of transcripts of our own, and by the library against a local YouTube."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.tv.cues import Cue, Transcript
from collectors.tv.youtube_captions import YoutubeCaptionsCollector, YoutubeCaptionsOptions
from collectors.tv.youtube_library import NoTranscript

CHANNEL = "UC" + "a" * 22
DOWN = Transcript((Cue(1, 3, ">> The app is down."), Cue(70, 72, "It is back.")), language="en")


def feed(**videos: str) -> str:
    """A channel's feed: videos with the times of their publication, newest first."""
    entries = "".join(
        f"<entry><id>yt:video:{name}</id><title>About {name}</title><author><name>WXYZ News</name></author>"
        f"<published>{published}</published></entry>"
        for name, published in videos.items()
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>WXYZ News</title>{entries}</feed>"


@dataclass
class Heard:
    """A source of transcripts that says what a test lets it say."""

    said: dict[str, Transcript] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, video_id: str, languages: Sequence[str]) -> Transcript:
        self.asked.append(video_id)
        if video_id not in self.said:
            raise NoTranscript("Subtitles are disabled for this video")
        return self.said[video_id]


@pytest.fixture
def channel(site: Any, http: HttpClient) -> Any:
    def open_channel(transcripts: Any = None, **told: Any) -> Any:
        options = YoutubeCaptionsOptions(channel_id=CHANNEL, base_url=site.url, **told)
        return YoutubeCaptionsCollector(options, http, transcripts)

    return open_channel


async def test_every_window_knows_channel_title_second_and_link(site: Any, channel: Any, collected: Any):
    site.pages["/feeds/videos.xml"] = feed(abc="2026-11-22T19:00:05+00:00")
    first, second = (await collected(channel(Heard({"abc": DOWN})))).items
    assert (first.text, second.text) == ("The app is down.", "It is back.")
    assert (second.id, second.url) == ("abc#70", "https://www.youtube.com/watch?v=abc&t=70s")
    assert second.published == datetime(2026, 11, 22, 19, 0, 5, tzinfo=UTC)
    assert second.extra == {"station": "WXYZ News", "programme": "About abc", "second": "70"}
    assert (second.author, second.language) == ("WXYZ News About abc", "en")
    assert site.requests[0].query["channel_id"] == CHANNEL


async def test_videos_are_heard_once_and_oldest_first(site: Any, channel: Any, collected: Any):
    heard = Heard({"a": DOWN, "b": DOWN, "c": DOWN})
    site.pages["/feeds/videos.xml"] = feed(b="2026-11-22T19:00:00+00:00", a="2026-11-21T19:00:00+00:00")
    first = await collected(channel(heard))
    assert [batch.state.get("done") for batch in first.batches] == ["a", "a b", "a b"]
    assert (await collected(channel(heard), first.state)).batches == []
    site.pages["/feeds/videos.xml"] = feed(c="2026-11-23T09:00:00+00:00", b="2026-11-22T19:00:00+00:00")
    second = await collected(channel(heard), first.state)
    assert heard.asked == ["a", "b", "c"]
    assert set(second.state["done"].split()) == {"b", "c"}


async def test_a_run_that_was_stopped_goes_on_after_the_last_video_that_was_stored(
    site: Any, channel: Any, collected: Any
):
    heard = Heard({"a": DOWN, "b": DOWN})
    site.pages["/feeds/videos.xml"] = feed(b="2026-11-22T19:00:00+00:00", a="2026-11-21T19:00:00+00:00")
    first = await collected(channel(heard))
    await collected(channel(heard), first.batches[0].state)
    assert heard.asked == ["a", "b", "b"]


async def test_captions_that_come_late_are_waited_for_and_then_given_up(site: Any, channel: Any, collected: Any):
    heard = Heard()
    site.pages["/feeds/videos.xml"] = feed(young="2026-11-23T09:00:00+00:00", old="2026-11-01T09:00:00+00:00")
    first = await collected(channel(heard))
    assert [(reject.where, reject.reason) for reject in first.rejects] == [
        ("video old", "no captions: Subtitles are disabled for this video")
    ]
    heard.said["young"] = DOWN
    second = await collected(channel(heard), first.state)
    assert heard.asked == ["old", "young", "young"]
    assert (len(second.items), second.rejects) == (2, [])


async def test_since_leaves_out_older_videos_and_forgets_none(site: Any, channel: Any, collected: Any):
    heard = Heard({"a": DOWN, "b": DOWN})
    site.pages["/feeds/videos.xml"] = feed(b="2026-11-22T19:00:00+00:00", a="2026-11-01T19:00:00+00:00")
    got = await collected(channel(heard), {"done": "a"}, since=datetime(2026, 11, 20, tzinfo=UTC))
    assert heard.asked == ["b"]
    assert set(got.state["done"].split()) == {"a", "b"}


async def test_a_feed_that_cannot_be_read_forgets_no_video(site: Any, channel: Any, collected: Any):
    site.pages["/feeds/videos.xml"] = "<html><p>Please accept our cookies</p></html>"
    got = await collected(channel(Heard()), {"done": "a b"})
    assert (len(got.rejects), got.state["done"]) == (1, "a b")


# --- The library against a local YouTube ---------------------------------------------------------------------------


@pytest.fixture
def youtube(site: Any) -> Any:
    """A YouTube with one video; what its player answers may be changed."""
    pytest.importorskip("youtube_transcript_api")

    def serve(status: dict[str, Any] | None = None, **pages: Any) -> None:
        track = {
            "baseUrl": "https://www.youtube.com/api/timedtext?v=abc&fmt=srv3",
            "languageCode": "en",
            "kind": "asr",
            "name": {"runs": [{"text": "English"}]},
        }
        player = {
            "playabilityStatus": status or {"status": "OK"},
            "captions": {"playerCaptionsTracklistRenderer": {"captionTracks": [track]}},
        }
        site.pages |= {
            "/feeds/videos.xml": feed(abc="2026-11-01T19:00:00+00:00"),
            "/watch": '<script>{"INNERTUBE_API_KEY": "k"}</script>',
            "/youtubei/v1/player": json.dumps(player),
            "/api/timedtext": "<transcript><text start='1.5' dur='2'>AT&amp;amp;T is down</text></transcript>",
        } | {f"/{name}": page for name, page in pages.items()}

    return serve


async def test_the_library_reads_captions_by_the_shared_client(site: Any, youtube: Any, channel: Any, collected: Any):
    youtube()
    (item,) = (await collected(channel())).items
    assert (item.id, item.text, item.language) == ("abc#1", "AT&T is down", "en")
    assert [request.path for request in site.requests[1:]] == ["/watch", "/youtubei/v1/player", "/api/timedtext"]
    assert all(request.headers["User-Agent"].startswith("ReputationMonitor/") for request in site.requests)


async def test_the_consent_page_is_answered_with_its_cookie(site: Any, youtube: Any, channel: Any, collected: Any):
    async def watch(request: web.Request) -> web.Response:
        if request.cookies.get("CONSENT") == "YES+cb":
            return web.Response(text='"INNERTUBE_API_KEY": "k"')
        return web.Response(text='<form action="https://consent.youtube.com/s"><input name="v" value="cb">')

    youtube(watch=watch)
    assert len((await collected(channel())).items) == 1


async def test_a_blocked_address_is_explained(youtube: Any, channel: Any, collected: Any):
    youtube({"status": "LOGIN_REQUIRED", "reason": "Sign in to confirm you’re not a bot"})
    with pytest.raises(SourceRefused, match=r"blocks this machine's address.*; collect from another network"):
        await collected(channel())


async def test_a_busy_youtube_is_asked_later(youtube: Any, channel: Any, collected: Any):
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "60"})

    youtube(watch=busy)
    with pytest.raises(SourceUnavailable, match="come back in 60 seconds") as error:
        await collected(channel())
    assert error.value.retry_after_seconds == 60


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": {"status": "ERROR", "reason": "This video is unavailable"}}, "no longer available"),
        ({"watch": "<p>something else</p>"}, "not parsable"),
        ({"youtubei/v1/player": "no JSON"}, "could not be read"),
        ({"youtubei/v1/player": "{}"}, "could not be read"),
        ({"api/timedtext": "<transcript><text>"}, "could not be read"),
        ({"api/timedtext": "<transcript/>"}, "hold no words"),
        ({"api/timedtext": "<transcript><text start='inf'>x</text></transcript>"}, "times that cannot be"),
    ],
)
async def test_a_video_without_captions_is_set_aside_with_the_reason(
    youtube: Any, channel: Any, collected: Any, changed: dict[str, Any], reason: str
):
    youtube(**changed)
    got = await collected(channel())
    assert [(reject.where, reason in reject.reason) for reject in got.rejects] == [("video abc", True)]


async def test_other_languages_than_those_that_there_are_are_no_captions(youtube: Any, channel: Any, collected: Any):
    youtube()
    got = await collected(channel(languages=("fr", "de")))
    assert ["No transcripts were found" in reason for reason in got.reasons] == [True]


async def test_without_the_extra_it_says_how_to_install_it(
    channel: Any, collected: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "youtube_transcript_api", None)
    with pytest.raises(SourceRefused, match=r"pip install 'reputation-monitor\[youtube\]'"):
        await collected(channel())


@pytest.mark.parametrize("wrong", [{"channel_id": "@news"}, {"languages": ()}, {"channel": CHANNEL}])
def test_wrong_options_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        YoutubeCaptionsOptions.model_validate({"channel_id": CHANNEL} | wrong)
