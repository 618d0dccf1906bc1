"""GDELT's search: 250 articles an answer, three months, and errors in plain words."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.web.gdelt_articles import read_articles, spoken_error
from collectors.web.gdelt_doc import ARTICLES, GdeltDocCollector, GdeltDocOptions

STAMP = "%Y%m%d%H%M%S"
START = datetime(2026, 11, 22, tzinfo=UTC)


def article(number: int, at: datetime = START, **told: Any) -> dict[str, Any]:
    said = {"url": f"https://news.example/{number}", "title": f"Acme story {number}", "domain": "news.example"}
    seen = at.strftime("%Y%m%dT%H%M%SZ")
    return said | {"seendate": seen, "language": "English", "sourcecountry": "Ireland", "socialimage": ""} | told


class Gdelt:
    """Gives the newest articles of a span, both ends included, 250 at most; nothing at all is an empty object."""

    def __init__(self, articles: list[dict[str, Any]]) -> None:
        self.articles = articles
        self.asked: list[Any] = []
        self.sheds_load_at = 0

    async def __call__(self, request: web.Request) -> web.Response:
        self.asked.append(request.query)
        if len(self.asked) == self.sheds_load_at:
            raise web.HTTPTooManyRequests
        first, last = request.query["startdatetime"], request.query["enddatetime"]
        seen = [(one["seendate"].translate(str.maketrans("", "", "TZ")), one) for one in self.articles]
        found = sorted((stamped for stamped in seen if first <= stamped[0] <= last), key=lambda s: s[0], reverse=True)
        return web.json_response({"articles": [one for _, one in found[:ARTICLES]]} if found else {})


@pytest.fixture
def press(site: Any, http: HttpClient) -> Any:
    def open_press(*articles: dict[str, Any], **options: Any) -> Any:
        gdelt = site.pages["/api/v2/doc/doc"] = Gdelt(list(articles))
        return gdelt, GdeltDocCollector(GdeltDocOptions(base_url=site.url, query="acme", **options), http)

    return open_press


def test_an_article_has_a_title_an_outlet_and_the_time_it_was_seen(document: Any):
    (item,) = read_articles(
        document(json.dumps({"articles": [article(7, title="Acme &amp; the outage")]}))
    ).contents.items
    assert (item.id, item.title, item.text) == ("https://news.example/7", "Acme & the outage", "")
    assert (item.published, item.language) == (START, "en")
    assert item.extra == {"language": "English", "sourcecountry": "Ireland", "outlet": "news.example"}


def test_a_language_without_a_tag_is_found_out_later(document: Any):
    (item,) = read_articles(document(json.dumps({"articles": [article(7, language="Klingon")]}))).contents.items
    assert (item.language, item.extra["language"]) == ("", "Klingon")


def test_json_that_titles_have_broken_is_mended(document: Any):
    body = json.dumps({"articles": [article(1, title="A@B"), article(2)]}).replace("@", "\t\\'s \\u00fc \\")
    contents = read_articles(document(body)).contents
    assert [item.title for item in contents.items] == ["A 's ü B", "Acme story 2"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [(article(1, url=""), "no url"), (article(1, title=" "), "no title"), (3, "no JSON object")],
)
def test_what_is_no_article_is_set_aside_and_its_neighbours_are_kept(document: Any, entry: Any, reason: str):
    contents = read_articles(document(json.dumps({"articles": [article(2), entry, article(3)]}))).contents
    assert [item.id[-1] for item in contents.items] == ["2", "3"]
    assert [(reject.where, reason in reject.reason) for reject in contents.rejects] == [("entry 2", True)]


@pytest.mark.parametrize("body", ["", "[]", '{"articles": 3}', '{"x": 1}', "<html></html>", "{", "null"])
def test_what_is_no_list_of_articles_is_set_aside(document: Any, body: str):
    page = read_articles(document(body))
    assert (page.sound, len(page.contents.rejects)) == (False, 1)


def test_only_words_are_an_error_in_words():
    assert spoken_error(b"Your query was\n too short.\n") == "Your query was too short."
    for other in (b"", b"{}", b"<html><p>x y</p></html>", bytes(range(256)), b"long " * 200):
        assert spoken_error(other) == ""


async def test_more_articles_than_an_answer_holds_are_read_by_slices(press: Any, collected: Any):
    gdelt, collector = press(*(article(n, START + timedelta(minutes=n)) for n in range(700)))
    got = await collected(collector)
    assert len({item.id for item in got.items}) == len(got.items) == 700
    assert got.rejects == []
    assert dict(gdelt.asked[0]) == {
        "query": "acme",
        "mode": "artlist",
        "format": "json",
        "sort": "datedesc",
        "maxrecords": "250",
        "startdatetime": "20261116120000",
        "enddatetime": "20261123121459",
    }


async def test_load_that_is_shed_costs_a_pause_and_no_article(press: Any, collected: Any, interrupted: Any):
    gdelt, collector = press(*(article(n, START + timedelta(minutes=n)) for n in range(700)))
    gdelt.sheds_load_at = 6
    got = await interrupted(collector, since=START)
    assert 0 < len(got.items) < 700
    rest = await collected(collector, got.state)
    assert sorted(item.id for item in got.items + rest.items) == sorted(one["url"] for one in gdelt.articles)


async def test_the_second_run_tells_what_is_new_or_late_and_nothing_else(press: Any, collected: Any, now: datetime):
    gdelt, collector = press(article(1, now - timedelta(minutes=30)))
    first = await collected(collector)
    assert (await collected(collector, first.state)).items == []
    gdelt.articles += [article(2, now - timedelta(minutes=45)), article(3, now)]
    second = await collected(collector, first.state)
    assert {item.title for item in second.items} == {"Acme story 2", "Acme story 3"}


async def test_since_goes_back_three_months_at_most(press: Any, collected: Any, now: datetime):
    gdelt, collector = press(article(1, now - timedelta(days=87)), article(2, now - timedelta(days=60)))
    assert (await collected(collector)).items == []
    back = await collected(collector, since=now - timedelta(days=70))
    assert [item.title for item in back.items] == ["Acme story 2"]
    gdelt.asked.clear()
    await collected(collector, since=now - timedelta(days=4000))
    assert gdelt.asked[0]["startdatetime"] == (now - timedelta(days=88)).strftime(STAMP)


async def test_an_update_with_more_than_an_answer_holds_says_so(press: Any, collected: Any):
    _, collector = press(*(article(n) for n in range(300)))
    got = await collected(collector)
    assert len(got.items) == ARTICLES
    assert [("make the query narrower" in reason) for reason in got.reasons] == [True]


@pytest.mark.parametrize(
    ("spoken", "error"),
    [
        ("Your query was too short or too long.", SourceRefused),
        ("The specified phrase is too short.", SourceRefused),
        ("Please limit requests to one every 5 seconds.", SourceUnavailable),
    ],
)
async def test_an_error_in_plain_words_is_told_as_it_is(
    *, site: Any, press: Any, collected: Any, spoken: str, error: Any
):
    _, collector = press()
    site.pages["/api/v2/doc/doc"] = spoken
    with pytest.raises(error, match=spoken[:-1]) as told:
        await collected(collector)
    assert "acme" not in str(told.value)
