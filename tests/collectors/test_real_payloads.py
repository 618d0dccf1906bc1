"""Captured feeds, reviews and captions through a loopback server; their contents stay out of the repository."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.files.file import read_mentions
from collectors.http import HttpClient
from collectors.mobile.app_store import AppStoreCollector, AppStoreOptions
from collectors.tv.caption_file import read_cues
from collectors.tv.captions import CaptionsCollector, CaptionsOptions
from collectors.web.feed import FeedCollector, FeedOptions

COUNTS = {
    "rssparser__guardian.rss": 55,
    "rssparser__craigslist.rss": 25,
    "rssparser__rss-1.rss": 69,
    "rsparser__4fsodonline.atom": 25,
    "rsparser__DaringFireball.json": 48,
    "rssparser__reddit-home.rss": 24,
    "rssparser__uolNoticias.rss": 15,
    "itunes_reviews_jp.xml": 50,
    "feedparser/fp__rss090_channel_title.xml": 1,
}
CAPTION_WINDOWS = {
    "MSNBC_20180418_190000_The_Beat_With_Ari_Melber.srt": (26, "2018-04-18T19:00:00+00:00"),
    "MSNBC_20180615_190000_Morning_Joe.srt": (18, "2018-06-15T19:00:00+00:00"),
}


@pytest.fixture
def collect_feed(site: Any, http: HttpClient, collected: Any) -> Any:
    async def collect(path: Path, address: str = "/feed") -> Any:
        site.pages[address] = path.read_bytes()
        return await collected(FeedCollector(FeedOptions(url=f"{site.url}{address}"), http))

    return collect


@pytest.fixture
def collect_captions(site: Any, http: HttpClient, collected: Any) -> Any:
    async def collect(path: Path) -> Any:
        site.pages[f"/{path.name}"] = path.read_bytes()
        return await collected(CaptionsCollector(CaptionsOptions(url=f"{site.url}/{path.name}"), http))

    return collect


async def test_every_captured_feed_gives_items_or_says_why_not(shared_data: Path, collect_feed: Any):
    files = sorted(path for path in (shared_data / "feeds").rglob("*") if path.is_file())
    assert len(files) == 176
    for path in files:
        got = await collect_feed(path)
        assert got.items or all(got.reasons), path.name
        assert got.items or got.rejects, path.name
        for item in got.items:
            assert item.id, path.name
            assert item.title or item.text, path.name
            assert "<p>" not in item.text, path.name


@pytest.mark.parametrize("name", COUNTS)
async def test_a_captured_feed_gives_all_its_entries(shared_data: Path, collect_feed: Any, name: str):
    got = await collect_feed(shared_data / "feeds" / name)
    assert len(got.items) == COUNTS[name]
    assert len({item.id for item in got.items}) == COUNTS[name]


async def test_google_news_headlines_lose_their_outlet(shared_data: Path, collect_feed: Any):
    (item,) = (await collect_feed(shared_data / "feeds" / "prof18__feed-test-source.xml")).items
    assert item.extra["outlet"] == "RTBF"
    assert not item.title.endswith("RTBF")
    assert (item.language, item.published.isoformat()) == ("fr", "2020-03-08T10:32:07+00:00")


async def test_reddit_posts_keep_their_ids_and_lose_their_foot(shared_data: Path, collect_feed: Any):
    got = await collect_feed(shared_data / "feeds" / "rssparser__reddit-home.rss")
    assert all(item.id.startswith("t3_") and item.author.startswith("/u/") for item in got.items)
    assert not any("submitted by" in item.text for item in got.items)


@pytest.mark.parametrize(
    ("name", "form", "store"), [("itunes_reviews_us.json", "json", "us"), ("itunes_reviews_jp.xml", "xml", "jp")]
)
async def test_captured_app_reviews_are_fifty_with_stars(
    *, shared_data: Path, site: Any, http: HttpClient, collected: Any, name: str, form: str, store: str
):
    path = f"/{store}/rss/customerreviews/page=1/id=42/sortby=mostrecent/{form}"
    site.pages[path] = (shared_data / "feeds" / name).read_bytes()
    options = AppStoreOptions(app_id="42", stores=(store,), format=form, base_url=site.url, pages=1)
    got = await collected(AppStoreCollector(options, http))
    assert (len(got.items), len({item.id for item in got.items}), got.rejects) == (50, 50, [])
    assert all(item.rating in {1, 2, 3, 4, 5} and item.text and item.author for item in got.items)
    assert {item.extra["storefront"] for item in got.items} == {store}


@pytest.mark.parametrize("name", CAPTION_WINDOWS)
async def test_captured_broadcasts_are_cut_into_windows_with_air_time(
    shared_data: Path, collect_captions: Any, name: str
):
    got = await collect_captions(shared_data / "tv_captions" / name)
    windows, first = CAPTION_WINDOWS[name]
    assert (len(got.items), got.items[0].published.isoformat()) == (windows, first)
    assert got.rejects == []
    assert {item.extra["station"] for item in got.items} == {"MSNBC"}
    assert not any(item.text.isupper() for item in got.items)
    seconds = [int(item.extra["second"]) for item in got.items]
    assert seconds == sorted(set(seconds))


async def test_roll_up_captions_are_said_once(shared_data: Path, collect_captions: Any):
    got = await collect_captions(shared_data / "tv_captions" / "MSNBC_20180615_190000_Morning_Joe.srt")
    said = " ".join(item.text for item in got.items).casefold()
    raw = (shared_data / "tv_captions" / "MSNBC_20180615_190000_Morning_Joe.srt").read_text().casefold()
    assert raw.count("good to have you all on board") == 2
    assert said.count("good to have you all on board") == 1


@pytest.mark.parametrize("suffix", ["vtt", "dfxp.xml"])
async def test_the_same_programme_in_another_format_says_the_same(
    shared_data: Path, collect_captions: Any, suffix: str
):
    srt = await collect_captions(shared_data / "tv_captions" / "pycaption_example.srt")
    other = await collect_captions(shared_data / "tv_captions" / f"pycaption_example.{suffix}")
    assert len(srt.items) == len(other.items) == 200
    assert [item.text for item in srt.items] == [item.text for item in other.items]


def test_the_same_programme_in_sami_has_the_same_cues(shared_data: Path):
    """Quotation marks and accents were lost in all formats but this one, so only plain letters are compared."""
    said = []
    for suffix in ("srt", "sami"):
        transcript = read_cues((shared_data / "tv_captions" / f"pycaption_example.{suffix}").read_bytes())
        assert transcript.rejects == ()
        said.append([re.sub(r"[^A-Za-z0-9]", "", cue.text) for cue in transcript.cues])
    assert len(said[0]) == 1847
    assert said[0] == said[1]


def test_a_programme_in_scc_says_what_was_shown(shared_data: Path):
    transcript = read_cues((shared_data / "tv_captions" / "pycaption_example.scc").read_bytes())
    assert transcript.rejects == ()
    assert [round(cue.start, 3) for cue in transcript.cues] == [1.134, 8.642, 10.21]
    assert transcript.cues[1].text.endswith("TODOS: Sí, es cierto Alma.")


async def test_every_odd_caption_file_gives_windows_or_says_why_not(shared_data: Path, collect_captions: Any):
    files = sorted((shared_data / "tv_captions" / "parser_cases").iterdir())
    assert len(files) == 45
    for path in files:
        got = await collect_captions(path)
        assert got.items or got.rejects, path.name
        assert all(got.reasons), path.name


async def test_a_folder_of_broadcasts_is_read_file_by_file(shared_data: Path, http: HttpClient, collected: Any):
    folder = shared_data / "tv_captions" / "parser_cases"
    got = await collected(CaptionsCollector(CaptionsOptions(url=str(folder)), http))
    assert len(got.batches) == sum(path.suffix != ".sbv" for path in folder.iterdir())


@pytest.mark.parametrize(
    ("path", "mapping", "rows"),
    [
        (
            "firefox_support/questions_2021-09_2022-02.jsonl.gz",
            {"text": "content_html", "published": "created_at", "language": "locale", "brand": "=Firefox"},
            10_811,
        ),
        ("airline/tweets.csv.gz", {"id": "tweet_id", "published": "created_at", "brand": "airline"}, 9_659),
        (
            "app_reviews/apetiz_bimpli_2015_2021.csv",
            {"text": "content", "published": "at", "rating": "score", "screen": "=mobile"},
            2_791,
        ),
    ],
)
def test_captured_worlds_are_imported_row_by_row(
    shared_data: Path, now: datetime, path: str, mapping: dict[str, str], rows: int
):
    batches = list(read_mentions(shared_data / path, mapping, now=now))
    items = [item for batch in batches for item in batch.items]
    rejects = [reject for batch in batches for reject in batch.rejects]
    assert len(items) + len(rejects) == rows
    assert len(rejects) <= rows // 100, [reject.reason for reject in rejects[:5]]
    assert all(item.published and (item.text or item.title) for item in items)
