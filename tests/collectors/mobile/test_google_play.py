"""Google's interface to the reviews of one's own app, and the exports of its console."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.mobile.google_play import GooglePlayCollector, GooglePlayOptions
from collectors.mobile.play_archive import read_archive
from collectors.mobile.play_reviews import read_page

PACKAGE = "com.example.acme"
PATH = f"/androidpublisher/v3/applications/{PACKAGE}/reviews"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLUMNS = [
    *("Package Name", "App Version Code", "App Version Name", "Reviewer Language", "Device"),
    *("Review Submit Date and Time", "Review Submit Millis Since Epoch"),
    *("Review Last Update Date and Time", "Review Last Update Millis Since Epoch"),
    *("Star Rating", "Review Title", "Review Text"),
    *("Developer Reply Date and Time", "Developer Reply Millis Since Epoch", "Developer Reply Text", "Review Link"),
]


def seconds(at: datetime) -> dict[str, str]:
    return {"seconds": str(int(at.timestamp())), "nanos": 5}


def review(name: str, text: str = "It is down.", at: datetime = NOW, **changed: Any) -> Any:
    said = {
        "text": text,
        "lastModified": seconds(at),
        "starRating": 2,
        "reviewerLanguage": "pt_BR",
        "device": "oriole",
        "androidOsVersion": 34,
        "appVersionCode": 120,
        "appVersionName": "4.0.0",
        "thumbsUpCount": 3,
        "deviceMetadata": {"productName": "oriole (Pixel 6)"},
    }
    return {"reviewId": name, "authorName": "Ann", "comments": [{"userComment": said | changed}]}


def page(*reviews: Any, following: str = "") -> str:
    pagination = {"tokenPagination": {"nextPageToken": following}} if following else {}
    return json.dumps(({"reviews": list(reviews)} if reviews else {}) | pagination)


@pytest.fixture
def account(site: Any, rsa_key: tuple[str, str]) -> str:
    site.pages["/token"] = json.dumps({"access_token": "granted", "expires_in": 3599, "token_type": "Bearer"})
    key = {"type": "service_account", "client_email": "bot@acme.example", "private_key": rsa_key[0]}
    return json.dumps(key | {"private_key_id": "K", "token_uri": f"{site.url}/token"})


@pytest.fixture
def play(site: Any, http: HttpClient, account: str) -> Any:
    def make(client: HttpClient = http, **options: Any) -> GooglePlayCollector:
        told = {"package": PACKAGE, "service_account": account, "base_url": site.url}
        return GooglePlayCollector(GooglePlayOptions.model_validate(told | options), client)

    return make


@pytest.fixture
def paged(site: Any) -> Any:
    """Serves pages by the token that asks for them, the first by none."""

    def serve(**pages: str) -> None:
        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=pages[request.query.get("token", "first")])

        site.pages[PATH] = answer

    return serve


def asked_for_reviews(site: Any) -> list[web.Request]:
    return [request for request in site.requests if request.path == PATH]


# --- Reading


def test_a_review_has_rating_version_language_device_and_date(document: Any):
    (item,) = read_page(document(page(review("gp:7")))).contents.items
    assert (item.id, item.title, item.text, item.author) == ("gp:7", "", "It is down.", "Ann")
    assert (item.rating, item.language, item.published, item.updated) == (2.0, "pt-BR", NOW, NOW)
    assert item.extra == {
        "version": "4.0.0",
        "version_code": "120",
        "device": "oriole (Pixel 6)",
        "android": "34",
        "votes": "3",
    }


def test_the_developers_answer_is_kept_and_is_not_the_review(document: Any):
    entry = review("gp:7")
    entry["comments"].append({"developerComment": {"text": "Sorry!", "lastModified": seconds(NOW)}})
    (item,) = read_page(document(page(entry))).contents.items
    assert item.text == "It is down."
    assert (item.extra["reply"], item.extra["replied_at"]) == ("Sorry!", NOW.isoformat())


@pytest.mark.parametrize(
    ("given", "title", "text"),
    [
        ("\tIt is down.", "", "It is down."),
        ("Down\tIt is down.", "Down", "It is down."),
        ("Down\tIt\tis", "Down", "It\tis"),
        ("Plain &amp; simple", "", "Plain & simple"),
    ],
)
def test_a_tab_parts_the_title_of_an_old_review_from_its_text(document: Any, given: str, title: str, text: str):
    (item,) = read_page(document(page(review("1", given)))).contents.items
    assert (item.title, item.text) == (title, text)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (review("1", starRating=None), "rating is None"),
        (review("1", starRating=6), "rating is 6"),
        (review("1", text="\t"), "neither title nor text"),
        (review("1", lastModified={"seconds": "soon"}), "could not convert"),
        ({"reviewId": "1"}, "could not be read"),
        ("words", "could not be read"),
    ],
)
def test_what_is_no_review_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_page(document(page(review("2"), entry, review("3")))).contents
    assert [item.id for item in contents.items] == ["2", "3"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"reviews": 3}', "<!doctype html>"])
def test_what_is_no_page_of_reviews_is_set_aside(document: Any, body: str):
    read = read_page(document(body))
    assert read.broken
    assert len(read.contents.rejects) == 1


# --- Collecting


async def test_it_signs_for_a_token_and_asks_with_it(
    site: Any, play: Any, collected: Any, rsa_key: tuple[str, str], now: datetime
):
    forms = []

    async def grant(request: web.Request) -> web.Response:
        forms.append(dict(await request.post()))
        return web.json_response({"access_token": "granted", "expires_in": 3599})

    site.pages |= {"/token": grant, PATH: page(review("1"))}
    await collected(play())
    (request,) = asked_for_reviews(site)
    assert request.headers["Authorization"] == "Bearer granted"
    (form,) = forms
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    lenient = {"verify_exp": False, "verify_iat": False}  # the clock of the tests stands still
    claims = jwt.decode(form["assertion"], rsa_key[1], ["RS256"], audience=f"{site.url}/token", options=lenient)
    assert (claims["iss"], claims["iat"]) == ("bot@acme.example", int(now.timestamp()))
    assert claims["scope"] == "https://www.googleapis.com/auth/androidpublisher"
    assert claims["exp"] - claims["iat"] <= 3600


async def test_pages_are_read_to_the_last_with_one_token(site: Any, play: Any, paged: Any, collected: Any):
    paged(first=page(review("3"), following="b"), b=page(review("2"), following="c"), c=page(review("1")))
    got = await collected(play())
    assert [item.id for item in got.items] == ["3", "2", "1"]
    assert [batch.state for batch in got.batches] == [{}, {}, {"newest": NOW.isoformat()}]
    assert [request.path for request in site.requests].count("/token") == 1


def test_an_export_holds_nothing_that_a_database_refuses():
    odd = row(1, Review_Link="https://play.google.com/x?reviewId=a\x00b")
    (item,) = read_archive(export(odd), PACKAGE, NOW).items
    assert (item.id, item.url) == ("a b", "https://play.google.com/x?reviewId=a b")


async def test_a_token_that_cannot_be_sent_is_made_one_that_can(play: Any, paged: Any, collected: Any):
    paged(**{"first": page(review("3"), following="b\ud800"), "b ": page(review("2"))})
    assert [item.id for item in (await collected(play())).items] == ["3", "2"]


async def test_pages_that_lead_in_a_circle_end(play: Any, paged: Any, collected: Any):
    paged(first=page(review("3"), following="b"), b=page(review("2"), following="b"))
    got = await collected(play())
    assert len(got.batches) == 2
    assert got.state


async def test_the_second_time_it_reads_to_a_day_before_the_newest(site: Any, play: Any, paged: Any, collected: Any):
    old = [review(f"old {days}", at=NOW - timedelta(days=days)) for days in (2, 3)]
    paged(first=page(review("1"), *old))
    first = await collected(play())
    site.requests.clear()
    shown_late = review("late", at=NOW - timedelta(hours=20))
    paged(first=page(review("2", at=NOW + timedelta(hours=1)), review("1"), shown_late, *old, following="b"))
    got = await collected(play(), first.state)
    assert [item.id for item in got.items] == ["2", "1", "late"]
    assert len(asked_for_reviews(site)) == 1
    assert got.state == {"newest": (NOW + timedelta(hours=1)).isoformat()}


async def test_an_edited_review_comes_again_under_its_id(play: Any, paged: Any, collected: Any):
    paged(first=page(review("2"), review("1", at=NOW - timedelta(days=3))))
    first = await collected(play())
    paged(first=page(review("1", "It works now.", NOW + timedelta(hours=1)), review("2")))
    edited = (await collected(play(), first.state)).items[0]
    assert (edited.id, edited.text, edited.updated) == ("1", "It works now.", NOW + timedelta(hours=1))


async def test_since_ends_the_reading_at_older_reviews(site: Any, play: Any, paged: Any, collected: Any):
    paged(first=page(review("2"), review("1", at=NOW - timedelta(days=5)), following="b"))
    got = await collected(play(), since=NOW - timedelta(days=1))
    assert [item.id for item in got.items] == ["2"]
    assert len(asked_for_reviews(site)) == 1


async def test_a_quiet_week_keeps_the_cursor(play: Any, paged: Any, collected: Any):
    paged(first=page())
    got = await collected(play(), {"newest": NOW.isoformat()})
    assert (got.items, got.rejects, got.state) == ([], [], {"newest": NOW.isoformat()})


async def test_a_page_that_cannot_be_read_leaves_the_cursor_where_it_was(play: Any, paged: Any, collected: Any):
    paged(first=page(review("3"), following="b"), b="{")
    got = await collected(play())
    assert [item.id for item in got.items] == ["3"]
    assert got.state == {}


async def test_a_token_that_is_refused_names_the_server_of_tokens(site: Any, play: Any, collected: Any):
    async def unknown(_: web.Request) -> web.Response:
        return web.json_response({"error": "invalid_grant"}, status=400)

    site.pages["/token"] = unknown
    with pytest.raises(SourceRefused, match="/token answers HTTP 400"):
        await collected(play())
    site.pages["/token"] = "{}"
    with pytest.raises(SourceUnavailable, match="without an access token"):
        await collected(play())


async def test_a_key_that_is_none_is_refused_without_repeating_it(
    play: Any, collected: Any, curve_key: tuple[str, str]
):
    with pytest.raises(SourceRefused, match="no JSON key of a service account; make one in Google Cloud") as refusal:
        play(service_account="sesame")
    assert "sesame" not in str(refusal.value)
    strange = json.dumps({"client_email": "bot@acme.example", "private_key": curve_key[0]})
    with pytest.raises(SourceRefused, match="holds no private key for RS256"):
        await collected(play(service_account=strange))


def test_what_is_missing_is_named_with_where_to_get_it():
    with pytest.raises(ValidationError, match="service_account is missing; make a service account"):
        GooglePlayOptions(package=PACKAGE)
    with pytest.raises(ValidationError):
        GooglePlayOptions(package="acme", archive="x.csv")


# --- Exports


def row(number: int, text: str = "It is down.", **changed: str) -> dict[str, str]:
    at = NOW - timedelta(days=100)
    told = {
        "Package Name": PACKAGE,
        "App Version Name": "3.1",
        "Reviewer Language": "de",
        "Device": "oriole",
        "Review Submit Millis Since Epoch": str(int(at.timestamp() * 1000)),
        "Review Last Update Millis Since Epoch": str(int((at + timedelta(days=1)).timestamp() * 1000)),
        "Star Rating": "1",
        "Review Title": "Down",
        "Review Text": text,
        "Review Link": f"http://play.example/console?p={PACKAGE}#ReviewDetailsPlace:p={PACKAGE}&reviewid=gp:{number}",
    }
    return told | {name.replace("_", " "): value for name, value in changed.items()}


def export(*rows: dict[str, str], encoding: str = "utf-16") -> bytes:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_an_export_gives_the_reviews_of_its_month(encoding: str):
    body = export(row(7, "Außer Betrieb,\nwie gestern", Developer_Reply_Text="Sorry!"), encoding=encoding)
    contents = read_archive(body, PACKAGE, NOW)
    (item,) = contents.items
    assert (item.id, item.title, item.text) == ("gp:7", "Down", "Außer Betrieb,\nwie gestern")
    assert (item.rating, item.language) == (1.0, "de")
    assert item.published == NOW - timedelta(days=100)
    assert item.updated == NOW - timedelta(days=99)
    assert item.extra == {"version": "3.1", "device": "oriole", "reply": "Sorry!"}
    assert contents.rejects == ()


def test_ratings_without_words_are_counted_in_one_reject():
    silent = row(1, "", Review_Title="")
    contents = read_archive(export(silent, row(2), silent), PACKAGE, NOW)
    assert [item.id for item in contents.items] == ["gp:2"]
    assert [reject.reason for reject in contents.rejects] == ["2 ratings have no words, and are no mentions"]


def test_rows_of_another_app_are_passed_over():
    contents = read_archive(export(row(1, Package_Name="com.example.other"), row(2)), PACKAGE, NOW)
    assert [item.id for item in contents.items] == ["gp:2"]
    assert contents.rejects == ()


def test_a_review_without_a_link_is_known_by_what_it_says():
    body = export(row(1, Review_Link=""))
    (item,), (again,) = (read_archive(body, PACKAGE, NOW).items for _ in range(2))
    assert item.id == again.id
    assert len(item.id) == 32


def test_a_row_that_is_no_review_is_set_aside_and_its_neighbours_are_kept():
    contents = read_archive(export(row(1), row(2, Star_Rating="good"), row(3)), PACKAGE, NOW)
    assert [item.id for item in contents.items] == ["gp:1", "gp:3"]
    assert ["rating is 'good'" in reject.reason for reject in contents.rejects] == [True]


@pytest.mark.parametrize("body", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"\x00\x01", bytes(range(256)) * 20])
def test_what_is_no_export_is_set_aside(body: bytes):
    contents = read_archive(body, PACKAGE, NOW)
    assert contents.items == ()
    assert "no column" in contents.rejects[-1].reason


def test_an_export_that_was_cut_in_the_middle_gives_what_is_there():
    contents = read_archive(export(row(1), row(2))[:-1], PACKAGE, NOW)
    assert [item.id for item in contents.items] == ["gp:1", "gp:2"]
    assert "not utf-16" in contents.rejects[0].reason


async def test_exports_come_first_and_a_month_is_read_again_only_if_it_changed(
    play: Any, paged: Any, collected: Any, tmp_path: Path
):
    months = {month: tmp_path / f"reviews_{PACKAGE}_{month}.csv" for month in ("202606", "202607")}
    (tmp_path / "reviews_com.example.other_202606.csv").write_bytes(b"")
    for number, path in enumerate(months.values()):
        path.write_bytes(export(row(number)))
    paged(first=page(review("gp:9")))
    first = await collected(play(archive=str(tmp_path)))
    assert [item.id for item in first.items] == ["gp:0", "gp:1", "gp:9"]
    assert len(first.batches[0].state) == 1

    months["202607"].write_bytes(export(row(1), row(2)))
    paged(first=page())
    again = await collected(play(archive=str(tmp_path)), first.state)
    assert [item.id for item in again.items] == ["gp:1", "gp:2"]


async def test_exports_need_no_key(play: Any, collected: Any, tmp_path: Path):
    file = tmp_path / "any name.csv"
    file.write_bytes(export(row(1)))
    got = await collected(play(service_account="", archive=str(file)))
    assert [item.id for item in got.items] == ["gp:1"]


async def test_an_archive_that_is_none_says_what_to_do(play: Any, collected: Any, tmp_path: Path):
    for archive, reason in (
        (str(tmp_path), r"holds no reviews_com\.example\.acme_\*\.csv; put the exports there"),
        (str(tmp_path / "none"), "no such file or folder; correct the path"),
        ("https://x.example/a.csv", "no path of this machine; download"),
    ):
        with pytest.raises(SourceRefused, match=reason):
            await collected(play(archive=archive))
