"""Reviews as Google Play's own pages ask for them: by the library's formats, on our own client."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.mobile.google_play_scraper import GooglePlayScraperCollector, GooglePlayScraperOptions
from collectors.mobile.play_library import load_library
from collectors.mobile.play_listing import read_listing
from collectors.registry import build

APP = "com.example.acme"
PATH = "/_/PlayStoreUi/data/batchexecute"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPLY = ["Acme", "Sorry &amp; thanks!", [int(NOW.timestamp())]]

pytestmark = pytest.mark.skipif(find_spec("google_play_scraper") is None, reason="the extra is not installed")


def review(name: str, text: Any = "It is down.", at: Any = NOW, stars: Any = 2, reply: Any = None) -> list[Any]:
    seconds = int(at.timestamp()) if isinstance(at, datetime) else at
    return [name, ["Ann", ["picture"]], stars, None, text, [seconds, 5000], 3, reply, None, None, "4.0.0", None]


def listing(*reviews: Any, following: str = "") -> str:
    return guarded(json.dumps([list(reviews), None, [None, following or None], ["rest"]]))


def guarded(inner: Any) -> str:
    return ")]}'\n\n" + json.dumps([["wrb.fr", "oCPfdb", inner, None, None, None, "generic"], ["di", 42]])


@pytest.fixture
def read(document: Any) -> Any:
    return lambda body: read_listing(document(body, language="en"), load_library().places, "gb")


@pytest.fixture
def play(site: Any, http: HttpClient) -> Any:
    def make(**options: Any) -> GooglePlayScraperCollector:
        told = {"app_id": APP, "base_url": f"{site.url}/"} | options
        return GooglePlayScraperCollector(GooglePlayScraperOptions.model_validate(told), http)

    return make


@pytest.fixture
def forms() -> list[Any]:
    """What was asked for: language, storefront, and the request inside the form."""
    return []


@pytest.fixture
def paged(site: Any, forms: list[Any]) -> Any:
    """Serves pages by the token that asks for them, the first by none; a storefront's own by ``gb_first``."""

    def serve(**pages: str) -> None:
        async def answer(request: web.Request) -> web.Response:
            ((_, inner, *_),), *_ = json.loads((await request.post())["f.req"])
            asked = json.loads(inner)
            forms.append((request.query["hl"], request.query["gl"], asked))
            token = (asked[1][2][2:] or ["first"])[0]
            return web.Response(text=pages.get(f"{request.query['gl']}_{token}") or pages[token])

        site.pages[PATH] = answer

    return serve


# --- The library


def in_a_fresh_process(code: str) -> str:
    told = [sys.executable, "-c", f"import ssl; before = ssl._create_default_https_context; {code}"]
    return subprocess.run(told, capture_output=True, text=True, check=True).stdout.strip()


def test_certificates_are_verified_as_before_once_the_library_is_loaded():
    is_same = "print(ssl._create_default_https_context is before)"
    assert in_a_fresh_process(f"import google_play_scraper; {is_same}") == "False"  # what is guarded against
    ours = "from collectors.mobile.play_library import load_library; load_library()"
    assert in_a_fresh_process(f"{ours}; {is_same}") == "True"


async def test_without_the_extra_it_says_how_to_install_it_and_what_it_is(
    play: Any, collected: Any, monkeypatch: pytest.MonkeyPatch
):
    for name in [name for name in sys.modules if name.partition(".")[0] == "google_play_scraper"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "google_play_scraper", None)
    with pytest.raises(SourceRefused, match=r"pip install 'reputation-monitor\[play-scraper\]'.*unofficial"):
        await collected(play())


def test_a_token_is_posted_as_it_came():
    form = load_library().form(APP, "a+b=/%20&c")
    assert json.loads(json.loads(form["f.req"])[0][0][1])[1][2] == [200, None, "a+b=/%20&c"]


# --- Reading


def test_a_review_has_rating_version_language_storefront_and_date(read: Any):
    (item,) = read(listing(review("7"))).contents.items
    assert (item.id, item.text, item.author, item.rating) == ("7", "It is down.", "Ann", 2.0)
    assert (item.language, item.published, item.updated) == ("en", NOW, NOW)
    assert item.published.tzinfo is UTC
    assert item.extra == {"version": "4.0.0", "storefront": "gb", "votes": "3"}


def test_the_developers_answer_is_kept_and_is_not_the_review(read: Any):
    (item,) = read(listing(review("7", "Down<br>again", reply=REPLY))).contents.items
    assert item.text == "Down\nagain"
    assert (item.extra["reply"], item.extra["replied_at"]) == ("Sorry & thanks!", NOW.isoformat())


@pytest.mark.parametrize("at", [0, 10**12 * 5, 10**400, "soon", None])
def test_a_date_that_cannot_be_is_no_date(read: Any, at: Any):
    (item,) = read(listing(review("7", at=at))).contents.items
    assert (item.published, item.updated) == (None, None)
    assert item.extra.get("published_as_given", "") == ("" if at is None else str(at))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (review("1", stars=None), "rating is None"),
        (review("1", stars=6), "rating is 6"),
        (review("1", text=None), "no words"),
        (review("1", text=["It is down."]), "no words"),
        (["1"], "no words"),
        ("words", "no words"),
    ],
)
def test_what_is_no_review_is_set_aside_and_its_neighbours_are_kept(read: Any, entry: Any, reason: str):
    page = read(listing(review("2"), entry, review("3")))
    assert page.sound
    assert [item.id for item in page.contents.items] == ["2", "3"]
    assert [(reject.where, reason in reject.reason) for reject in page.contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "is empty"),
        ("<!doctype html>", "web page"),
        ("[]", "not guarded"),
        (")]}'{", "update google-play-scraper"),
        (guarded(None), "an error instead"),
        (guarded("{}"), "no list"),
        (guarded("[3]"), "no list"),
        (listing(["1"]), "no words"),
    ],
)
def test_what_is_no_page_of_reviews_says_nothing_of_where_they_end(read: Any, body: str, reason: str):
    page = read(body)
    assert not page.sound
    assert [reason in reject.reason for reject in page.contents.rejects] == [True]


@pytest.mark.parametrize("inner", ["[]", "[[]]", "[null, null, [null, null]]"])
def test_a_listing_without_reviews_is_sound(read: Any, inner: str):
    page = read(guarded(inner))
    assert (page.sound, page.contents.items, page.contents.rejects, page.following) == (True, (), (), "")


def test_a_token_that_cannot_be_sent_is_made_one_that_can(read: Any):
    assert read(listing(review("1"), following="a\ud800")).following == "a "


# --- Collecting


async def test_it_asks_for_the_newest_reviews_of_each_language_in_each_storefront(
    play: Any, paged: Any, collected: Any, forms: list[Any]
):
    paged(first=listing(review("1")))
    await collected(play(languages=["en", "pt-BR"], countries=["us", "gb"]))
    assert [form[:2] for form in forms] == [("en", "us"), ("en", "gb"), ("pt-BR", "us"), ("pt-BR", "gb")]
    (_, _, (_, (_, sort, count, *_), (app, *_))) = forms[0]
    assert (sort, count, app) == (2, [200], APP)


async def test_pages_are_read_to_the_last_and_the_cursor_moves_with_it(play: Any, paged: Any, collected: Any):
    paged(first=listing(review("3"), following="b"), b=listing(review("2"), following="c"), c=listing(review("1")))
    got = await collected(play())
    assert [item.id for item in got.items] == ["3", "2", "1"]
    assert [list(batch.state) for batch in got.batches] == [[], [], ["en_us/known"]]
    again = await collected(play(), got.state)
    assert (again.items, len(again.batches)) == ([], 1)


async def test_no_more_pages_are_read_than_it_is_told(play: Any, paged: Any, collected: Any):
    paged(first=listing(review("3"), following="b"), b=listing(review("2"), following="c"))
    got = await collected(play(pages=2))
    assert [item.id for item in got.items] == ["3", "2"]
    assert got.state


async def test_a_page_that_repeats_the_one_before_ends_the_run(play: Any, paged: Any, collected: Any, forms: list[Any]):
    same = listing(review("3"), review("2"), following="b")
    paged(first=same, b=same)
    got = await collected(play())
    assert [item.id for item in got.items] == ["3", "2"]
    assert len(forms) == 2
    assert got.state


async def test_an_empty_first_page_is_told_once_and_forgets_nothing(play: Any, paged: Any, collected: Any):
    paged(first=listing(review("1")))
    first = await collected(play())
    paged(first=listing())
    silent = await collected(play(), first.state)
    assert ["no reviews in en in storefront us; Google also answers empty" in one for one in silent.reasons] == [True]
    still = await collected(play(), silent.state)
    assert still.reasons == []
    paged(first=listing(review("2"), review("1")))
    back = await collected(play(), still.state)
    assert [item.id for item in back.items] == ["2"]


async def test_an_edited_review_keeps_its_id_and_tells_when_it_changed(play: Any, paged: Any, collected: Any):
    paged(first=listing(review("2"), review("1", at=NOW - timedelta(days=3))))
    first = await collected(play())
    paged(first=listing(review("1", "It works now.", NOW + timedelta(hours=1)), review("2")))
    (edited,) = (await collected(play(), first.state)).items
    assert (edited.id, edited.text, edited.updated) == ("1", "It works now.", NOW + timedelta(hours=1))


async def test_a_review_of_several_storefronts_is_told_once(play: Any, paged: Any, collected: Any):
    paged(us_first=listing(review("1")), gb_first=listing(review("2"), review("1")))
    got = await collected(play(countries=["us", "gb"]))
    assert [(item.id, item.extra["storefront"]) for item in got.items] == [("1", "us"), ("2", "gb")]


async def test_since_ends_the_reading_at_older_reviews(play: Any, paged: Any, collected: Any, forms: list[Any]):
    old = review("1", at=NOW - timedelta(days=5))
    paged(first=listing(review("2"), following="b"), b=listing(old, following="c"))
    got = await collected(play(), since=NOW - timedelta(days=1))
    assert [item.id for item in got.items] == ["2"]
    assert len(forms) == 2


async def test_a_page_that_cannot_be_read_leaves_the_cursor_where_it_was(play: Any, paged: Any, collected: Any):
    paged(first=listing(review("3"), following="b"), b=guarded(None))
    got = await collected(play())
    assert [item.id for item in got.items] == ["3"]
    assert (len(got.rejects), got.state) == (1, {})


async def test_an_error_of_googles_gateway_may_be_over_later(play: Any, paged: Any, collected: Any):
    error = [["wrb.fr", "oCPfdb", None, None, None, [8, None, [["com.google.play.gateway.proto.PlayGatewayError"]]]]]
    paged(first=")]}'\n\n" + json.dumps(error))
    with pytest.raises(SourceUnavailable, match=r"error of its gateway, .*; collect less often"):
        await collected(play())
    paged(first=listing(review("1", "com.google.play.gateway.proto.PlayGatewayError is what I see")))
    assert len((await collected(play())).items) == 1


async def test_what_robots_txt_forbids_is_not_asked(site: Any, http: HttpClient, collected: Any):
    site.pages |= {"/robots.txt": "User-agent: *\nDisallow: /_/", PATH: listing(review("1"))}
    collector = build("google_play_scraper", {"app_id": APP, "base_url": site.url}, http)
    with pytest.raises(SourceRefused, match=r"robots\.txt"):
        await collected(collector)
    assert [request.path for request in site.requests] == ["/robots.txt"]


@pytest.mark.parametrize(
    "wrong", [{"app_id": "acme"}, {"languages": []}, {"languages": ["english"]}, {"countries": ["US"]}, {"pages": 0}]
)
def test_wrong_options_are_refused(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        GooglePlayScraperOptions.model_validate({"app_id": APP} | wrong)
