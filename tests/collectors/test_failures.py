"""The shared table of failures: whatever a server does, a collector says what it was, and nothing else escapes."""

import asyncio
import gzip
import json
import re
from importlib.util import find_spec
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from collectors.base import CollectorError, SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.registry import build

RSS = "<rss version='2.0'><channel><item><guid>1</guid><title>Ünavailable</title></item></channel></rss>"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nÜnavailable again.\n"
REVIEW = {"id": "1", "title": "Ünavailable", "content": "It is down.", "im:rating": "1"}
REVIEWS_XML = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:im='http://itunes.apple.com/rss'><entry><id>1</id>"
    "<title>Ünavailable</title><content type='text'>It is down.</content><im:rating>1</im:rating></entry></feed>"
)
REVIEWS_JSON = json.dumps(
    {"feed": {"entry": {key: {"label": value} for key, value in REVIEW.items()}}}, ensure_ascii=False
)
ARTICLE = json.dumps({"@type": "NewsArticle", "articleBody": "Ünavailable again, says Acme. " * 20}, ensure_ascii=False)
PAGE = f"<!doctype html><html><script type='application/ld+json'>{ARTICLE}</script><a href='/a'>itself</a></html>"

HIT = json.dumps({"hits": [{"objectID": "1", "title": "Ünavailable"}]}, ensure_ascii=False)
STATUS = json.dumps([{"id": "1", "uri": "https://m.example/1", "content": "Ünavailable"}], ensure_ascii=False)
ENTRY = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>t3_1</id><title>Ünavailable</title>"
    "<link href='https://r.example/1'/></entry></feed>"
)
ARTICLES = json.dumps({"articles": [{"url": "https://n.example/1", "title": "Ünavailable"}]}, ensure_ascii=False)
TRUSTPILOT = json.dumps({"reviews": [{"id": "1", "title": "Ünavailable", "stars": 1}]}, ensure_ascii=False)

CLIPS = json.dumps(
    {
        "clips": [
            {
                "preview_url": "https://archive.org/details/WXYZ_20261122_190000_News#start/30/end/45",
                "ia_show_id": "WXYZ_20261122_190000_News",
                "date": "20261122T190030Z",
                "snippet": "ünavailable again.",
            }
        ]
    },
    ensure_ascii=False,
)

HITS = json.dumps(
    {
        "hits": [
            {
                "fields": {"identifier": "WXYZ_20261122_190000_News", "start": "30"},
                "highlight": {"text": ["{{{ünavailable}}} again."]},
            }
        ]
    },
    ensure_ascii=False,
)
PLAY = json.dumps(
    {"reviews": [{"reviewId": "1", "comments": [{"userComment": {"text": "Ünavailable", "starRating": 1}}]}]},
    ensure_ascii=False,
)
LISTING = json.dumps([[["1", ["Ann"], 1, None, "Ünavailable", [1795428000]]], None, [None]], ensure_ascii=False)
SCRAPED = ")]}'\n\n" + json.dumps([["wrb.fr", "oCPfdb", LISTING]], ensure_ascii=False)
CONNECT = json.dumps({"data": [{"id": "1", "attributes": {"title": "Ünavailable", "rating": 1}}]}, ensure_ascii=False)


def pem(key: Any) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


APPLE_KEY = {"key_id": "K", "issuer_id": "I", "private_key": pem(ec.generate_private_key(ec.SECP256R1()))}
GOOGLE_KEY = json.dumps({"client_email": "bot@acme.example", "private_key": pem(rsa.generate_private_key(65537, 2048))})
GRANTED = {"/token": json.dumps({"access_token": "granted", "expires_in": 3600})}

VIDEOS = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>yt:video:abc</id><title>News</title>"
    "<author><name>WXYZ</name></author><published>2026-11-22T19:00:00+00:00</published></entry></feed>"
)
TRACK = {
    "baseUrl": "https://www.youtube.com/api/timedtext?v=abc",
    "languageCode": "en",
    "name": {"runs": [{"text": ""}]},
}
BESIDE = {
    "youtube_captions": {
        "/watch": '"INNERTUBE_API_KEY": "k"',
        "/youtubei/v1/player": json.dumps(
            {
                "playabilityStatus": {"status": "OK"},
                "captions": {"playerCaptionsTracklistRenderer": {"captionTracks": [TRACK]}},
            }
        ),
        "/api/timedtext": "<transcript><text start='1' dur='2'>Ünavailable again.</text></transcript>",
    }
}
"""Pages that a collector needs beside the one that fails."""
EXTRAS = {"google_play_scraper": "google_play_scraper", "youtube_captions": "youtube_transcript_api"}
"""Modules without which a collector can only say that they are missing; they are looked for, not imported."""

BOMB = gzip.compress(b"<" * 2_000_000)
PATH = "/us/rss/customerreviews/page=1/id=1/sortby=mostrecent/"
COLLECTORS = {
    "feed": ("/feed", {"url": "{site}/feed"}, RSS),
    "page": ("/a", {"url": "{site}/a"}, PAGE),
    "site": ("/a", {"start": ["{site}/a"], "pattern": "/a$"}, PAGE),
    "captions": ("/a.vtt", {"url": "{site}/a.vtt"}, VTT),
    "app_store json": (f"{PATH}json", {"app_id": 1, "pages": 1, "base_url": "{site}"}, REVIEWS_JSON),
    "app_store_connect": (
        "/v1/apps/1/customerReviews",
        {"app_id": 1, "base_url": "{site}", **APPLE_KEY},
        CONNECT,
    ),
    "google_play": (
        "/androidpublisher/v3/applications/com.acme/reviews",
        {"package": "com.acme", "base_url": "{site}", "token_url": "{site}/token", "service_account": GOOGLE_KEY},
        PLAY,
    ),
    "google_play_scraper": (
        "/_/PlayStoreUi/data/batchexecute",
        {"app_id": "com.acme", "base_url": "{site}"},
        SCRAPED,
    ),
    "app_store xml": (f"{PATH}xml", {"app_id": 1, "pages": 1, "base_url": "{site}", "format": "xml"}, REVIEWS_XML),
    "hackernews": ("/api/v1/search_by_date", {"base_url": "{site}"}, HIT),
    "mastodon": ("/api/v1/timelines/tag/acme", {"host": "{site}", "tags": ["acme"]}, STATUS),
    "reddit": (
        "/r/acme/new/.rss",
        {"base_url": "{site}", "subreddits": ["acme"], "feed_token": "t0ken", "user": "ann"},
        ENTRY,
    ),
    "google_news": ("/rss/search", {"base_url": "{site}", "query": "acme"}, RSS),
    "gdelt_doc": ("/api/v2/doc/doc", {"base_url": "{site}", "query": "acme"}, ARTICLES),
    "trustpilot": (
        "/v1/business-units/u1/reviews",
        {"base_url": "{site}", "business_unit": "u1", "api_key": "k3y"},
        TRUSTPILOT,
    ),
    "archive_tv": ("/services/search/beta/page_production/", {"query": "acme", "base_url": "{site}"}, HITS),
    "youtube_captions": ("/feeds/videos.xml", {"channel_id": f"UC{'x' * 22}", "base_url": "{site}"}, VIDEOS),
    "gdelt_tv": ("/api/v2/tv/tv", {"query": "acme", "stations": ["WXYZ"], "base_url": "{site}"}, CLIPS),
}


def skip_without_extra(name: str) -> None:
    if find_spec(EXTRAS.get(name, "collectors")) is None:
        pytest.skip(f"{EXTRAS[name]} is not installed")


def answers(status: int = 200, **headers: str) -> Any:
    async def answer(_: web.Request, body: bytes) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body if status == 200 else b"", headers=sent)

    return answer


async def empty(_: web.Request, __: bytes) -> Any:
    return web.Response(body=b"")


async def never_answers(_: web.Request, __: bytes) -> Any:
    await asyncio.sleep(30)


async def resets(request: web.Request, _: bytes) -> Any:
    request.transport.abort()
    return web.Response()


async def truncates(request: web.Request, body: bytes) -> Any:
    response = web.StreamResponse(headers={"Content-Length": str(len(body) + 1000)})
    await response.prepare(request)
    await response.write(body)
    request.transport.close()
    return response


async def is_a_bomb(_: web.Request, __: bytes) -> Any:
    return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})


async def is_no_gzip(_: web.Request, body: bytes) -> Any:
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


async def is_a_web_page(_: web.Request, __: bytes) -> Any:
    return web.Response(text="<!doctype html><html><p>Please accept our cookies</p></html>", content_type="text/html")


async def is_noise(_: web.Request, __: bytes) -> Any:
    return web.Response(body=bytes(range(256)) * 20)


AS_BROWSERS = {"page", "site"}
"""What reads a charset as browsers do believes a header that lies; the others believe the bytes."""
LIES = answers(Content_Type="text/xml; charset=koi8-r")

FAILURES = [
    (empty, "empty"),
    (answers(400), SourceRefused),
    (answers(401), SourceRefused),
    (answers(404), SourceRefused),
    (answers(429, Retry_After="60"), SourceUnavailable),
    (answers(500), SourceUnavailable),
    (never_answers, SourceUnavailable),
    (resets, SourceUnavailable),
    (truncates, SourceUnavailable),
    (is_a_bomb, SourceRefused),
    (is_no_gzip, SourceUnavailable),
    (is_a_web_page, "page|HTML"),
    (is_noise, "."),
    (answers(Content_Type="text/html"), "item"),
    (answers(Content_Type="image/png"), "item"),
    (LIES, "item"),
    (answers(Content_Type="text/xml; charset=no-such-charset"), "item"),
]


@pytest.mark.parametrize("name", COLLECTORS)
@pytest.mark.parametrize(("failure", "outcome"), FAILURES)
async def test_a_collector_survives(
    *,
    site: Any,
    limited_http: HttpClient,
    hasty_http: HttpClient,
    collected: Any,
    name: str,
    failure: Any,
    outcome: Any,
):
    path, options, body = COLLECTORS[name]
    skip_without_extra(name)

    async def page(request: web.Request) -> Any:
        return await failure(request, body.encode())

    site.pages |= {**GRANTED, **BESIDE.get(name, {}), path: page}
    told = json.loads(json.dumps(options).replace("{site}", site.url))
    http = hasty_http if failure is never_answers else limited_http
    collector = build(name.split(maxsplit=1)[0], told, http)
    if isinstance(outcome, type):
        with pytest.raises(outcome) as error:
            await collected(collector)
        assert site.url in str(error.value)
        assert ";" in str(error.value)  # what happened; what to do
        return
    got = await collected(collector)
    if outcome == "item":
        believed = "koi8-r" if failure is LIES and name in AS_BROWSERS else "utf-8"
        said = "Ünavailable".encode().decode(believed)
        assert [said in item.title + item.text for item in got.items] == [True]
        assert not got.rejects
    else:
        assert not got.items
        assert len(got.rejects) == 1
        assert re.search(outcome, got.reasons[0])


@pytest.mark.parametrize("name", COLLECTORS)
async def test_it_works_again_after_a_failure(site: Any, http: HttpClient, collected: Any, name: str):
    path, options, body = COLLECTORS[name]
    skip_without_extra(name)
    site.pages |= GRANTED
    told = json.loads(json.dumps(options).replace("{site}", site.url))
    collector = build(name.split(maxsplit=1)[0], told, http)
    with pytest.raises(CollectorError):
        await collected(collector)
    site.pages |= {**BESIDE.get(name, {}), path: body}
    assert len((await collected(collector)).items) == 1
