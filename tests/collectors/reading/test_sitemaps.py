"""Sitemaps and pages of links, as sites write them."""

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.reading import sitemaps
from collectors.reading.documents import Document
from collectors.reading.sitemaps import read_links, read_sitemap

XMLNS = (
    "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
)
NEWS = (
    "<news:news><news:publication><news:name>The News</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2026-11-20T09:00:00+01:00</news:publication_date><news:title>Acme &amp; Co</news:title>"
    "</news:news>"
)


def urlset(*entries: str) -> str:
    return f"<?xml version='1.0'?><urlset {XMLNS}>{''.join(f'<url>{one}</url>' for one in entries)}</urlset>"


@pytest.fixture
def document(now: datetime) -> Any:
    def make(body: str | bytes) -> Document:
        return Document(body if isinstance(body, bytes) else body.encode(), "https://news.example/list", now)

    return make


@pytest.mark.parametrize(
    "pack", [str.encode, lambda text: gzip.compress(text.encode()), lambda text: b"\n" + text.encode()]
)
def test_a_sitemap_names_pages_with_their_dates(document: Any, pack: Any):
    body = urlset("<loc> https://News.example/a?utm_source=x </loc><lastmod>2026-11-20</lastmod>", "<loc>/b</loc>")
    first, second = read_sitemap(document(pack(body))).pages
    assert (first.address, first.date) == ("https://news.example/a", datetime(2026, 11, 20, tzinfo=UTC))
    assert (second.address, second.date) == ("/b", None)


def test_a_news_sitemap_tells_when_a_page_was_published(document: Any):
    (page,) = read_sitemap(
        document(urlset(f"<loc>https://news.example/a</loc><lastmod>2026-11-21</lastmod>{NEWS}"))
    ).pages
    assert page.title == "Acme & Co"
    assert page.published == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert page.date == datetime(2026, 11, 21, tzinfo=UTC)


def test_pictures_of_a_page_are_not_the_page(document: Any):
    image = "<i:image xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><i:loc>/p.jpg</i:loc></i:image>"
    video = (
        "<v:video xmlns:v='http://www.google.com/schemas/sitemap-video/1.1'><v:title>Clip</v:title>"
        "<v:publication_date>2020-01-01</v:publication_date></v:video>"
    )
    for parts in ((image, video, NEWS), (NEWS, video, image)):
        (page,) = read_sitemap(document(urlset(f"<loc>https://news.example/a</loc>{''.join(parts)}"))).pages
        assert (page.address, page.title) == ("https://news.example/a", "Acme & Co")
        assert page.published == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_an_index_names_sitemaps(document: Any):
    body = f"<sitemapindex {XMLNS}><sitemap><loc>https://news.example/1.xml.gz</loc></sitemap></sitemapindex>"
    listing = read_sitemap(document(body))
    assert [one.address for one in listing.sitemaps] == ["https://news.example/1.xml.gz"]
    assert listing.pages == ()


def test_a_sitemap_may_be_lines(document: Any):
    listing = read_sitemap(document("https://news.example/a\nhttps://news.example/b#c\n"))
    assert [one.address for one in listing.pages] == ["https://news.example/a", "https://news.example/b"]


def test_what_stands_before_the_damage_is_read(document: Any):
    body = urlset("<loc>https://news.example/a</loc>").replace("</urlset>", "<url><loc>https://news.ex")
    assert read_sitemap(document(body)).pages[0].address == "https://news.example/a"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "the answer is empty"),
        ("<rss/>", "neither urlset nor sitemapindex"),
        ("<!doctype html><html><p>Cookies</p></html>", "a web page, not a sitemap"),
        ("words", "could not be read|neither"),
        (b"\x1f\x8bbroken", "could not be read"),
        (bytes(range(256)), "could not be read|neither"),
    ],
)
def test_what_is_no_sitemap_is_set_aside(document: Any, body: Any, reason: str):
    listing = read_sitemap(document(body))
    assert listing.pages == ()
    assert [any(part in reject.reason for part in reason.split("|")) for reject in listing.rejects] == [True]


def test_a_small_gzip_that_grows_is_not_unpacked_whole(document: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sitemaps, "LARGEST_BYTES", 1000)
    (reject,) = read_sitemap(document(gzip.compress(b"<" * 100_000))).rejects
    assert "larger than 1,000 bytes" in reject.reason


def test_entities_are_not_expanded(document: Any):
    entities = "<!DOCTYPE x [<!ENTITY a 'https://evil.example/'><!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
    listing = read_sitemap(document(entities + urlset("<loc>&a;</loc>", "<loc>&f;</loc>").partition("?>")[2]))
    assert [one.address for one in listing.pages] == []


def test_links_are_those_of_the_web_each_once(document: Any):
    body = (
        "<html><body><a href='/a?utm_source=x'>A</a><a href='b'>B</a><a href='/a#more'>A</a><a>none</a>"
        "<a href='mailto:x@example.com'>mail</a><a href='javascript:x()'>x</a><a href='https://['>x</a></body></html>"
    )
    listing = read_links(document(body))
    assert [one.address for one in listing.pages] == ["https://news.example/a", "https://news.example/b"]


def test_a_base_moves_the_links(document: Any):
    body = "<html><head><base href='/blog/'></head><body><a href='a'>A</a></body></html>"
    assert [one.address for one in read_links(document(body)).pages] == ["https://news.example/blog/a"]


@pytest.mark.parametrize(
    ("body", "reason"), [("", "empty"), ("words", "no web page"), ("<html>words</html>", "no links")]
)
def test_what_holds_no_links_is_set_aside(document: Any, body: str, reason: str):
    (reject,) = read_links(document(body)).rejects
    assert reason in reject.reason
