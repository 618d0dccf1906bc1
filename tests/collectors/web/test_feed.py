"""Feeds of every kind to items."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.http import HttpClient
from collectors.reading.documents import Document
from collectors.web.feed import FeedCollector, FeedOptions, read_feed

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Acme watch</title><language>en-gb</language>
<item><guid isPermaLink="false">a1</guid><link>/posts/1</link><title>Acme &amp;amp; the outage</title>
  <description>&lt;p&gt;Nothing works &amp;amp; nobody answers.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description>
  <author>ann@example.com (Ann Lee)</author><pubDate>Thu, 13 Jan 2022 08:40:00 +0100</pubDate></item>
<item><link>https://example.com/2</link><title>Second</title></item>
<item><title>Third</title><description>No address</description></item>
<item><guid>empty</guid></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>t</title>
<entry><id>tag:1</id><title type="html">Acme &lt;b&gt;down&lt;/b&gt;</title><updated>2022-01-14T00:00:00Z</updated>
  <published>2022-01-13T07:40:00Z</published><author><name>Jo</name></author><link href="https://example.com/1"/>
  <summary>Short.</summary><content type="html">&lt;p&gt;The whole text.&lt;/p&gt;</content></entry>
<entry><id>tag:2</id><title>Only updated</title><updated>2022-01-15T00:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
<item rdf:about="https://example.com/1"><title>Acme</title><link>https://example.com/1</link>
  <dc:creator>Jo</dc:creator><dc:date>2022-01-13T07:40:00Z</dc:date></item></rdf:RDF>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "language": "fr",
    "authors": [{"name": "Ann"}, {"name": "Bo"}],
    "items": [
        {
            "id": 7,
            "url": "/1",
            "title": "Acme",
            "content_html": "<p>En panne</p>",
            "date_published": "2022-01-13T07:40:00Z",
        },
        {
            "id": "8",
            "summary": "Résumé",
            "author": {"name": "Cy"},
            "language": "fr-CA",
            "date_modified": "2022-01-14T00:00:00Z",
        },
        {"id": "9"},
        "no object",
    ],
}


def test_an_rss_item_has_all_that_its_feed_told(document: Any):
    first = read_feed(document(RSS)).items[0]
    assert (first.id, first.url) == ("a1", "https://example.com/posts/1")
    assert (first.title, first.text) == ("Acme & the outage", "Nothing works & nobody answers.")
    assert (first.author, first.language) == ("Ann Lee", "en-gb")
    assert first.published == datetime(2022, 1, 13, 7, 40, tzinfo=UTC)
    assert first.updated is None


def test_the_identity_is_guid_then_link_then_a_digest_that_stays(document: Any):
    items = read_feed(document(RSS)).items
    assert [item.id for item in items][:2] == ["a1", "https://example.com/2"]
    assert items[2].id == read_feed(document(RSS)).items[2].id
    assert len(items[2].id) == 32


def test_an_entry_without_title_and_text_is_set_aside_with_its_place(document: Any):
    rejects = read_feed(document(RSS)).rejects
    assert [(reject.where, reject.reason) for reject in rejects] == [
        ("entry 4", "the entry has neither title nor text")
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel><item><title>Down</title><link>https://[</link></item></channel></rss>",
        '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "Down", "url": "https://["}]}',
    ],
)
def test_an_entry_whose_link_leads_nowhere_is_still_an_item(document: Any, body: str):
    contents = read_feed(document(body))
    assert ([(item.title, item.url) for item in contents.items], contents.rejects) == ([("Down", "")], ())


def test_an_atom_entry_prefers_its_content_and_tells_both_dates(document: Any):
    first, second = read_feed(document(ATOM)).items
    assert (first.title, first.text, first.language, first.author) == ("Acme down", "The whole text.", "de", "Jo")
    assert (first.published.day, first.updated.day) == (13, 14)
    assert second.published == second.updated == datetime(2022, 1, 15, tzinfo=UTC)


def test_rdf_is_read(document: Any):
    (item,) = read_feed(document(RDF)).items
    assert (item.id, item.author, item.published.hour) == ("https://example.com/1", "Jo", 7)


def test_json_feed_is_read_with_its_inherited_authors_and_language(document: Any):
    contents = read_feed(document(json.dumps(JSON)))
    first, second = contents.items
    assert (first.id, first.url, first.text) == ("7", "https://example.com/1", "En panne")
    assert (first.author, first.language, first.published.hour) == ("Ann, Bo", "fr", 7)
    assert (second.text, second.author, second.language, second.published.day) == ("Résumé", "Cy", "fr-CA", 14)
    assert [reject.reason for reject in contents.rejects] == [
        "the entry has neither title nor text",
        "the entry is no JSON object",
    ]


def test_google_news_gives_headline_and_outlet(document: Any):
    item = """<rss version="2.0"><channel><item><guid>1</guid><title>Acme is down - The Paper</title>
      <link>https://news.google.com/rss/articles/x</link><source url="https://paper.example">The Paper</source>
      <description>&lt;ol&gt;&lt;li&gt;Other headlines&lt;/li&gt;&lt;/ol&gt;</description></item></channel></rss>"""
    (found,) = read_feed(document(item)).items
    assert (found.title, found.text, dict(found.extra)) == ("Acme is down", "", {"outlet": "The Paper"})


def test_reddit_keeps_its_ids_and_loses_its_foot(document: Any):
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.reddit.com/"><entry><id>t3_abc</id>
      <title>Acme down?</title><updated>2022-01-13T07:40:00Z</updated>
      <content type="html">&lt;p&gt;Anyone else?&lt;/p&gt;
      &amp;#32; submitted by &amp;#32; &lt;a&gt; /u/someone &lt;/a&gt; to &lt;a&gt; r/acme &lt;/a&gt; &lt;br/&gt;
      &lt;a&gt;[link]&lt;/a&gt; &lt;a&gt;[12 comments]&lt;/a&gt;</content></entry></feed>"""
    (item,) = read_feed(document(atom)).items
    assert (item.id, item.text) == ("t3_abc", "Anyone else?")


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "Seg, 24 Set 2018"])
def test_a_date_that_cannot_be_is_kept_as_given_and_not_believed(document: Any, date: str):
    (item,) = read_feed(
        document(f"<rss><channel><item><title>a</title><pubDate>{date}</pubDate></item></channel></rss>")
    ).items
    assert item.published is None
    assert item.extra["published_as_given"] == date


@pytest.mark.parametrize(
    ("zone", "hour"), [("JST", 3), ("CEST", 10), ("UTC+1", 11), ("BST", None), ("EST", 17), ("+0530", 6), ("UTC", 12)]
)
def test_a_time_zone_is_believed_if_it_is_known_and_never_taken_for_utc(document: Any, zone: str, hour: int | None):
    date = f"<pubDate>Fri, 14 Jan 2022 12:10:00 {zone}</pubDate>"
    (item,) = read_feed(document(f"<rss><channel><item><title>a</title>{date}</item></channel></rss>")).items
    assert (item.published and item.published.hour) == hour
    assert ("published_as_given" in item.extra) == (hour is None)


def test_a_damaged_feed_gives_its_entries_and_a_note(document: Any):
    contents = read_feed(document(RSS.replace("</channel></rss>", "<oops")))
    assert len(contents.items) == 3
    assert contents.rejects[0].reason.startswith("the feed is damaged, what could be read was kept")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the answer is empty"),
        (b"\xef\xbb\xbf", "the answer is empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page, not a feed"),
        (b"<rss version='2.0'><channel></channel></rss>", "the feed holds no entries"),
        (b"<?xml version='1.0'?><svg/>", "neither RSS, Atom, RDF nor JSON Feed"),
        (b"<rss><chan", "broken, and no entry"),
        (b"just words", "broken, and no entry"),
        (b'{"a": ', "broken JSON"),
        (b'{"hits": []}', "no JSON Feed"),
        (b"[" * 100_000, "broken JSON: nested too deep"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": []}', "the feed holds no entries"),
    ],
)
def test_what_is_no_feed_is_set_aside_with_a_reason(document: Any, body: bytes, reason: str):
    contents = read_feed(document(body))
    assert not contents.items
    assert [reason in reject.reason for reject in contents.rejects] == [True]


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "", "text/html"),
        ("utf-8-sig", "", ""),
        ("iso-8859-1", "iso-8859-1", "text/xml"),
        ("iso-8859-1", "", "application/rss+xml; charset=iso-8859-1"),
        ("utf-16", "utf-16", ""),
    ],
)
def test_the_charset_is_found_whoever_declares_it(document: Any, encoding: str, declared: str, content_type: str):
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = f"{prolog}<rss version='2.0'><channel><item><title>Café Zürich</title></item></channel></rss>"
    contents = read_feed(document(body.encode(encoding), content_type=content_type))
    assert [item.title for item in contents.items] == ["Café Zürich"]
    assert not contents.rejects


def test_a_body_that_names_a_file_does_not_open_it(document: Any, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text(RSS)
    assert not read_feed(document(str(secret).encode())).items


def test_entities_do_not_explode(document: Any):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]><rss><channel><item><title>&e8;</title></item></channel></rss>'
    assert sum(len(item.title) for item in read_feed(document(bomb)).items) < 1000


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(st.data())
def test_no_mutation_of_a_feed_gets_an_exception_out_of_it(data: Any):
    body = bytearray(data.draw(st.sampled_from([RSS, ATOM, RDF, json.dumps(JSON)])).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(body) - 1))
        body[position : position + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=6))
    contents = read_feed(Document(bytes(body), "https://example.com/", datetime(2026, 1, 1, tzinfo=UTC)))
    assert contents.items or contents.rejects
    for item in contents.items:
        (item.id + item.title + item.text + item.author + item.url).encode()


async def test_an_unchanged_feed_is_no_news(site: Any, http: HttpClient, collected: Any):
    site.pages["/feed"] = RSS
    collector = FeedCollector(FeedOptions(url=f"{site.url}/feed"), http)
    first = await collected(collector)
    assert len(first.items) == 3
    assert (await collected(collector, first.state)).batches == []
    site.pages["/feed"] = ATOM
    assert len((await collected(collector, first.state)).items) == 2


async def test_not_modified_is_no_news(site: Any, http: HttpClient, collected: Any):
    async def page(request: web.Request) -> Any:
        known = request.headers.get("If-None-Match") == '"1"'
        return web.Response(status=304) if known else web.Response(text=RSS, headers={"ETag": '"1"'})

    site.pages["/feed"] = page
    collector = FeedCollector(FeedOptions(url=f"{site.url}/feed"), http)
    first = await collected(collector)
    assert (await collected(collector, first.state)).batches == []


async def test_since_leaves_out_what_is_older_and_keeps_what_has_no_date(site: Any, http: HttpClient, collected: Any):
    site.pages["/feed"] = RSS
    collector = FeedCollector(FeedOptions(url=f"{site.url}/feed"), http)
    got = await collected(collector, since=datetime(2022, 1, 14, tzinfo=UTC))
    assert [item.title for item in got.items] == ["Second", "Third"]


async def test_emptiness_is_told_once_until_there_is_something(site: Any, http: HttpClient, collected: Any):
    def channel(content: str) -> Any:
        return f"<rss version='2.0'><channel>{content}</channel></rss>"

    collector = FeedCollector(FeedOptions(url=f"{site.url}/feed"), http)
    site.pages["/feed"] = channel("<ttl>1</ttl>")
    first = await collected(collector)
    assert first.reasons == ["the feed holds no entries"]
    site.pages["/feed"] = channel("<ttl>2</ttl>")
    second = await collected(collector, first.state)
    assert second.rejects == []
    site.pages["/feed"] = channel("<item><title>a</title></item>")
    third = await collected(collector, second.state)
    site.pages["/feed"] = channel("<ttl>3</ttl>")
    assert (await collected(collector, third.state)).reasons == ["the feed holds no entries"]


async def test_a_feed_may_be_a_file(http: HttpClient, collected: Any, tmp_path: Path):
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    assert len((await collected(FeedCollector(FeedOptions(url=str(path), language="en"), http))).items) == 3
