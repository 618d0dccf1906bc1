"""Captured answers of interfaces, through a loopback server and the whole collector, page by page.

Every captured file has its place here or in test_real_payloads.py, and docs/reliability.md says what each collector was
tried on; a file or a collector that is new has to be given its place.
"""

import gzip
import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from collectors.files.file import FileCollector, FileOptions
from collectors.http import HttpClient
from collectors.mobile.app_store import AppStoreCollector, AppStoreOptions
from collectors.registry import BUILT_IN
from collectors.tv.captions import CaptionsCollector, CaptionsOptions
from collectors.web.bluesky import BlueskyCollector, BlueskyOptions
from collectors.web.google_news import GoogleNewsCollector, GoogleNewsOptions
from collectors.web.hackernews import HackerNewsCollector, HackerNewsOptions
from collectors.web.mastodon import MastodonCollector, MastodonOptions
from collectors.web.page import PageCollector, PageOptions
from collectors.web.reddit import RedditCollector, RedditOptions
from collectors.web.site import SiteCollector
from collectors.web.site_lists import SiteOptions

RELIABILITY = Path(__file__).parents[2] / "docs" / "reliability.md"

PLACES = {
    "feed": ("feeds/feedparser/*", "feeds/prof18__*", "feeds/reader__*", "feeds/rsparser__*", "feeds/rssparser__*"),
    "app_store": ("feeds/itunes_reviews_*",),
    "hackernews": ("feeds/hackernews_*",),
    "bluesky": ("feeds/bluesky_*",),
    "captions": ("tv_captions/MSNBC_*", "tv_captions/pycaption_*", "tv_captions/parser_cases/*"),
    "file": ("tv_captions/foxnews_*", "tv_captions/cnn_*"),
    "no timeline": ("feeds/mastodon_*",),
    "no feed": ("feeds/reddit_listing_*",),
    "no captions": ("tv_captions/archive_org_html/*", "tv_captions/knightlab_*"),
    "no payload": ("*/SOURCES.tsv",),
}
"""What reads which captured files, or why nothing does."""


def test_every_captured_file_has_its_place(shared_data: Path):
    captured = [path for part in ("feeds", "tv_captions") for path in (shared_data / part).rglob("*") if path.is_file()]
    assert len(captured) > 230
    for path in captured:
        name = str(path.relative_to(shared_data))
        places = [place for place, patterns in PLACES.items() if any(fnmatch(name, pattern) for pattern in patterns)]
        assert len(places) == 1, name


def test_it_is_said_what_each_collector_was_tried_on():
    told = RELIABILITY.read_text(encoding="utf-8").partition("## Tried on what is real")[2].partition("\n## ")[0]
    assert [kind for kind in BUILT_IN if f"`{kind}`" not in told] == []


# --- Interfaces that answer in pages


async def test_captured_hits_of_hacker_news_are_read_by_slices(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    hits = json.loads((shared_data / "feeds" / "hackernews_algolia_hits.json").read_bytes())["hits"]
    slices = 0

    async def search(request: web.Request) -> web.Response:
        """One hit an answer, so that time has to be cut until no slice holds two."""
        nonlocal slices
        slices += 1
        low, high = map(int, re.findall(r"created_at_i[>=<]+(\d+)", request.query["numericFilters"]))
        kinds = request.query["tags"].strip("()").split(",")
        found = [hit for hit in hits if low <= hit["created_at_i"] < high and set(kinds) & set(hit["_tags"])]
        return web.json_response({"hits": found[:1], "nbPages": len(found)})

    site.pages["/api/v1/search_by_date"] = search
    options = HackerNewsOptions(base_url=site.url, kinds=("story", "comment", "pollopt"), history_days=9_000)
    got = await collected(HackerNewsCollector(options, http))
    assert {item.id for item in got.items} == {hit["objectID"] for hit in hits}
    assert got.rejects == []
    assert all(item.published and item.author and (item.title or item.text) for item in got.items)
    assert slices > len(hits)
    assert (await collected(HackerNewsCollector(options, http), got.state)).items == []


async def test_a_captured_front_page_of_reddit_is_read_page_by_page(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    feed = (shared_data / "feeds" / "rssparser__reddit-home.rss").read_text(encoding="utf-8")
    entries = re.findall(r"<entry>.*?</entry>", feed, flags=re.DOTALL)
    head, foot = feed.split(entries[0])[0], "</feed>"

    async def listing(request: web.Request) -> web.Response:
        """Ten entries an answer, those after the one that is named."""
        after = request.query.get("after", "")
        begin = next(number for number, one in enumerate(entries, 1) if f"<id>{after}</id>" in one) if after else 0
        return web.Response(
            text=head + "".join(entries[begin : begin + 10]) + foot, content_type="application/atom+xml"
        )

    site.pages["/r/all/new/.rss"] = listing
    options = RedditOptions(base_url=site.url, subreddits=("all",), feed_token="t0ken", user="ann")
    got = await collected(RedditCollector(options, http))
    assert [len(batch.items) for batch in got.batches] == [10, 10, 4, 0]
    assert len({item.id for item in got.items}) == len(entries) == 24
    assert got.rejects == []
    assert all(item.id.startswith("t3_") and item.published and item.author for item in got.items)
    assert (await collected(RedditCollector(options, http), got.state)).items == []


async def test_captured_app_reviews_are_read_page_by_page(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    whole = json.loads((shared_data / "feeds" / "itunes_reviews_us.json").read_bytes())
    entries = whole["feed"]["entry"]
    for page, part in enumerate((entries[:26], entries[26:], []), start=1):
        path = f"/us/rss/customerreviews/page={page}/id=42/sortby=mostrecent/json"
        site.pages[path] = json.dumps({"feed": whole["feed"] | {"entry": part}})
    options = AppStoreOptions(app_id="42", stores=("us",), base_url=site.url, pages=10)
    got = await collected(AppStoreCollector(options, http))
    assert [len(batch.items) for batch in got.batches] == [25, 25, 0]
    assert (len({item.id for item in got.items}), got.rejects) == (50, [])
    assert (await collected(AppStoreCollector(options, http), got.state)).items == []


async def test_a_captured_feed_of_headlines_is_read_as_google_news(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    site.pages["/rss/search"] = (shared_data / "feeds" / "prof18__feed-test-source.xml").read_bytes()
    collector = GoogleNewsCollector(GoogleNewsOptions(query="acme", hl="fr", gl="BE", base_url=site.url), http)
    got = await collected(collector)
    (item,) = got.items
    assert (item.extra["outlet"], item.text, item.language, got.rejects) == ("RTBF", "", "fr", [])
    assert (await collected(collector, got.state)).items == []


async def test_the_pages_of_a_captured_feed_are_read_in_full_and_once(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    """The list is real, and leads to the loopback server; the articles are invented."""
    feed = (shared_data / "feeds" / "rssparser__guardian.rss").read_bytes()
    site.pages["/feed"] = feed.replace(b"https://www.theguardian.com", site.url.encode())
    paths = set(re.findall(rb"<link>https://www\.theguardian\.com(/[^<?]*/20\d\d/[^<?]*)", feed))
    article = "<!doctype html><article><h1>x</h1><p>" + "Customers of Acme could not pay by card. " * 20 + "</article>"
    site.pages |= {path.decode(): article for path in paths}
    options = SiteOptions(feeds=(f"{site.url}/feed",), pattern=r"/20\d\d/", max_pages=30)
    first = await collected(SiteCollector(options, http))
    rest = await collected(SiteCollector(options, http), first.state)
    assert (len(first.items), len(rest.items)) == (30, len(paths) - 30)
    assert {item.url.removeprefix(site.url) for item in first.items + rest.items} == {path.decode() for path in paths}
    assert all(item.published for item in first.items)
    assert (await collected(SiteCollector(options, http), rest.state)).batches == []


async def test_a_captured_post_of_bluesky_without_words_is_passed_over(
    shared_data: Path, site: Any, http: HttpClient, collected: Any, now: Any
):
    """The record is real, the event around it ours: what was captured is the answer of another interface."""
    post = json.loads((shared_data / "feeds" / "bluesky_thread_view_post.json").read_bytes())["thread"]["post"]
    did, collection, rkey = post["uri"].removeprefix("at://").split("/")
    at = int(now.timestamp() * 1_000_000)
    commit = {"operation": "create", "collection": collection, "rkey": rkey}
    events = [
        {"did": did, "time_us": at - 1, "kind": "commit", "commit": commit | {"record": record}}
        for record in (post["record"], post["record"] | {"text": "Acme is down"})
    ]
    events[1]["time_us"] = at

    async def subscribe(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for event in events:
            await socket.send_str(json.dumps(event))
        return socket

    site.pages["/subscribe"] = subscribe
    options = BlueskyOptions(dids=(did,), url=f"{site.url.replace('http', 'ws')}/subscribe")
    got = await collected(BlueskyCollector(options, http))
    (item,) = got.items
    assert (item.id, item.text, item.language, got.rejects) == (post["uri"], "Acme is down", "en", [])
    assert item.published.isoformat() == "2023-09-28T12:49:36.735000+00:00"
    assert item.extra["quotes"].startswith("at://")


# --- Programmes


@pytest.mark.parametrize(
    ("name", "mapping", "rows", "silent"),
    [
        (
            "foxnews_2013_closed_captions.jsonl",
            {"id": "identifier", "published": "start_time", "author": "program", "screen": "=tv"},
            25,
            3,  # programmes whose captions are missing: they have a title only
        ),
        (
            "cnn_transcript_acd_*.json",  # their date, "Aired July 25, 2022 - 21:00 ET", is none that we read
            {"id": "network", "url": "network", "text": "transcript", "author": "=CNN", "screen": "=tv"},
            3,
            0,
        ),
    ],
)
async def test_captured_programmes_are_imported_whole(
    *,
    shared_data: Path,
    tmp_path: Path,
    http: HttpClient,
    collected: Any,
    name: str,
    mapping: Any,
    rows: int,
    silent: int,
):
    lines = (path.read_bytes().strip() for path in sorted((shared_data / "tv_captions").glob(name)))
    file = tmp_path / "programmes.jsonl"
    file.write_bytes(b"\n".join(lines))
    collector = FileCollector(FileOptions(path=str(file), mapping=mapping), http.now)
    got = await collected(collector)
    assert (len(got.items), len({item.id for item in got.items}), got.rejects) == (rows, rows, [])
    assert {item.screen for item in got.items} == {"tv"}
    assert sum(len(item.text) > 10_000 for item in got.items) == rows - silent
    assert (await collected(collector, got.state)).items == []


@pytest.mark.parametrize("suffix", ["srt", "vtt", "dfxp.xml", "sami", "scc"])
async def test_a_captured_programme_is_collected_in_every_format(
    shared_data: Path, site: Any, http: HttpClient, collected: Any, suffix: str
):
    site.pages[f"/show.{suffix}"] = (shared_data / "tv_captions" / f"pycaption_example.{suffix}").read_bytes()
    collector = CaptionsCollector(CaptionsOptions(url=f"{site.url}/show.{suffix}"), http)
    got = await collected(collector)
    assert got.items
    assert got.rejects == []
    assert (await collected(collector, got.state)).batches == []


# --- What no collector reads, and says so


@pytest.mark.parametrize(
    "name", ["mastodon__test_account_search.json", "mastodon__test_hashtag_tl.json", "mastodon__test_search.json"]
)
async def test_captured_answers_that_are_no_timeline_are_set_aside(
    shared_data: Path, site: Any, http: HttpClient, collected: Any, name: str
):
    site.pages["/api/v1/timelines/tag/acme"] = (shared_data / "feeds" / name).read_bytes()
    got = await collected(MastodonCollector(MastodonOptions(host=site.url, tags=("acme",)), http))
    assert got.items == []
    assert got.rejects
    assert all(got.reasons)


@pytest.mark.parametrize("name", ["TestMultiredditListings", "TestSubredditListings"])
async def test_captured_listings_of_reddits_api_are_set_aside(
    shared_data: Path, site: Any, http: HttpClient, collected: Any, name: str
):
    body = (shared_data / "feeds" / f"reddit_listing__{name}.test_comments.json").read_bytes()
    site.pages["/r/all/new/.rss"] = body
    options = RedditOptions(base_url=site.url, subreddits=("all",), feed_token="t0ken", user="ann")
    got = await collected(RedditCollector(options, http))
    assert (got.items, len(got.rejects), got.state) == ([], 1, {})


async def test_captured_captions_without_times_are_set_aside(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    folder = shared_data / "tv_captions"
    for path in (folder / "knightlab_raw_cc_sample.txt", *(folder / "archive_org_html").iterdir()):
        body = path.read_bytes()
        site.pages["/captions"] = gzip.decompress(body) if path.suffix == ".gz" else body
        got = await collected(CaptionsCollector(CaptionsOptions(url=f"{site.url}/captions"), http))
        assert (got.items, len(got.rejects)) == ([], 1), path.name
        assert "was expected" in got.reasons[0]


async def test_captured_pages_of_the_archive_hold_no_article(
    shared_data: Path, site: Any, http: HttpClient, collected: Any
):
    """They show a programme's captions minute by minute; ``page`` takes one minute for the text."""
    for path in sorted((shared_data / "tv_captions" / "archive_org_html").glob("*.gz")):
        site.pages["/details"] = gzip.decompress(path.read_bytes())
        (item,) = (await collected(PageCollector(PageOptions(url=f"{site.url}/details"), http))).items
        assert 500 < len(item.text) < 1_500
