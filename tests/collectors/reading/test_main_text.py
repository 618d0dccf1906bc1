"""The main text of pages that say nothing in JSON-LD, by trafilatura."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.reading.articles import read_page
from collectors.reading.documents import Document

PARAGRAPHS = (
    "Customers of Acme Bank could not pay by card on Friday morning, and many of them said so on the network.",
    "The bank said that a change of its systems went wrong, and that the cards were working again by noon.",
    "Shops in three cities told this newspaper that queues formed at their tills, and that some customers left.",
    "A spokeswoman for the regulator said that it was the third failure of the year, and that it would ask why.",
)
MENU = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Sports", "Weather", "Politics", "Travel"))
FOOT = "<footer><p>All rights reserved. <a href='/imprint'>Imprint</a></p></footer>"


def page(head: str = "", paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    body = f"<nav><ul>{MENU}</ul></nav><article><h1>Cards of Acme Bank fail</h1>{text}</article>{FOOT}"
    return f"<!doctype html><html lang=en><head><title>Cards fail</title>{head}</head><body>{body}</body></html>"


@pytest.fixture
def read(now: datetime) -> Any:
    def reading(text: str | bytes, url: str = "https://news.example/cards") -> Any:
        return read_page(Document(text if isinstance(text, bytes) else text.encode(), url, now))

    return reading


def test_the_article_is_read_and_menus_are_not(read: Any):
    (item,) = read(page()).items
    assert all(paragraph in item.text for paragraph in PARAGRAPHS)
    assert not any(word in item.text for word in ("Sports", "Imprint", "rights reserved"))
    assert item.title == "Cards fail"


def test_a_date_of_which_only_the_day_is_known_says_so(read: Any):
    (item,) = read(page("<meta name='date' content='2025-11-20'>")).items
    assert item.published == datetime(2025, 11, 20, tzinfo=UTC)
    assert item.extra["published_precision"] == "day"


def test_a_date_that_is_none_is_not_put_to_a_parser_of_200_languages(read: Any, monkeypatch: pytest.MonkeyPatch):
    def asked() -> None:
        pytest.fail("the parser that takes seconds was asked")

    monkeypatch.setattr("htmldate.extractors.get_external_parser", asked)
    (item,) = read(page("<meta property='article:published_time' content='2026-0-02T12:00:00Z'>")).items
    assert item.published is None


def test_the_author_of_a_byline_is_found(read: Any):
    (item,) = read(page("<meta name='author' content='Ann Example'>")).items
    assert item.author == "Ann Example"


def test_a_page_without_an_article_is_set_aside(read: Any):
    contents = read(f"<html><body><nav><ul>{MENU}</ul></nav></body></html>")
    assert contents.items == ()
    assert len(contents.rejects) == 1


def test_a_stub_before_a_paywall_says_so(read: Any):
    stub = (
        *PARAGRAPHS[:2],
        "Already a subscriber? Log in to continue reading this article about the cards of the bank.",
    )
    (reject,) = read(page(paragraphs=stub)).rejects
    assert "a paywall" in reject.reason


@pytest.mark.parametrize("damage", ["<p>", "<p>\x00\x01</p>", "<div>" * 300, "<![CDATA[", "<p>&#xD800;&#0;</p>"])
def test_damaged_pages_trip_nothing(read: Any, damage: str):
    assert not read(damage).items
    contents = read(page().replace("<article>", f"{damage}<article>"))
    assert [PARAGRAPHS[0][:40] in item.text for item in contents.items] == [True] * (1 - len(contents.rejects))


def test_real_pages_are_read(read: Any, shared_data: Path):
    for file in (shared_data / "tv_captions" / "archive_org_html").glob("*.html.gz"):
        contents = read(gzip.decompress(file.read_bytes()), f"https://archive.org/details/{file.name}")
        assert [item.language for item in contents.items] == ["en"] * (1 - len(contents.rejects))
