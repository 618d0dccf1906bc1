"""Articles and reviews on web pages, as their publishers mark them up."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.reading.articles import read_page
from collectors.reading.documents import Document
from collectors.reading.linked_data import scaled_rating

WORDS = "Customers of Acme Bank could not pay by card on Friday, and many of them said so. "
BODY = WORDS * 8
URL = "https://news.example/2026/acme?utm_source=feed"


def page(data: Any = None, head: str = "", body: str = "", html: str = "<html lang='en-GB'>") -> bytes:
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>" if data is not None else ""
    return f"<!doctype html>{html}<head>{head}{script}</head><body>{body}</body></html>".encode()


def news(**told: Any) -> Any:
    article = {"@type": "NewsArticle", "headline": "Acme fails", "articleBody": BODY, "author": {"name": "Ann"}}
    return {"@context": "https://schema.org", "datePublished": "2026-11-20T09:30:00+01:00"} | article | told


def review(number: int = 1, **told: Any) -> Any:
    stars = {"@type": "Rating", "ratingValue": 2}
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": f"Customer {number}"},
        "datePublished": "2026-11-20",
        "reviewBody": f"Down again, {number} times.",
        "reviewRating": stars,
    } | told


@pytest.fixture
def read(now: datetime) -> Any:
    def reading(body: bytes, url: str = URL, content_type: str = "text/html") -> Any:
        return read_page(Document(body, url, now, content_type))

    return reading


def test_an_article_has_title_text_author_dates_language_and_address(read: Any):
    data = news(dateModified="2026-11-20T12:00:00Z", publisher={"@type": "Organization", "name": "The News"})
    head = "<link rel=canonical href='/2026/acme/?utm_medium=x#top'>"
    (item,) = read(page(data, head)).items
    assert (item.title, item.text, item.author) == ("Acme fails", BODY.strip(), "Ann")
    assert item.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert item.updated == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert (item.language, item.extra) == ("en-GB", {"outlet": "The News"})
    assert item.id == item.url == "https://news.example/2026/acme/"


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("", "https://news.example/2026/acme"),
        ("<link rel=canonical href='https://news.example/'>", "https://news.example/2026/acme"),
        ("<link rel=canonical href='javascript:void(0)'>", "https://news.example/2026/acme"),
        ("<link rel=canonical href='https://['>", "https://news.example/2026/acme"),
        ("<link rel='alternate canonical' href='//www.news.example/a'>", "https://www.news.example/a"),
        ("<meta property='og:url' content='https://news.example/b'>", "https://news.example/b"),
    ],
)
def test_the_canonical_address_is_the_identity_where_it_names_a_page(read: Any, head: str, address: str):
    (item,) = read(page(news(), head)).items
    assert item.id == address


@pytest.mark.parametrize(
    "data",
    [
        [news()],
        {"@graph": [{"@type": "WebSite", "name": "The News"}, news()]},
        {"@type": "WebPage", "mainEntity": news()},
        news(**{"@type": ["http://schema.org/NewsArticle", "Thing"]}),
        news(**{"@type": "BlogPosting"}),
    ],
)
def test_an_article_is_found_wherever_json_ld_has_it(read: Any, data: Any):
    assert [item.title for item in read(page(data)).items] == ["Acme fails"]


@pytest.mark.parametrize("wrapped", ["<!-- {} -->", "//<![CDATA[\n{}\n//]]>", "{};", "\n\t{}"])
def test_json_ld_is_read_in_its_wrappings(read: Any, wrapped: str):
    script = wrapped.replace("{}", json.dumps(news()).replace("\\n", "\n"))
    blocks = ("{broken", script)
    head = "<script>1</script>" + "".join(f"<script type='application/ld+json'>{one}</script>" for one in blocks)
    assert len(read(page(None, head)).items) == 1


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ann", "Ann"),
        ([{"name": "Ann"}, {"name": "Bob"}, {"name": "Ann"}], "Ann, Bob"),
        ("https://news.example/ann", ""),
        ({"name": ["Ann"]}, ""),
        (7, "7"),
    ],
)
def test_authors_come_in_many_forms(read: Any, author: Any, name: str):
    assert read(page(news(author=author))).items[0].author == name


def test_a_date_that_cannot_be_true_is_none(read: Any):
    (item,) = read(page(news(datePublished="2036-01-01"))).items
    assert (item.published, item.extra["published_as_given"]) == (None, "2036-01-01")


def test_a_date_without_a_time_says_so_and_gives_way_to_one_with_it(read: Any):
    (item,) = read(page(news(datePublished="2026-11-19"))).items
    assert (item.published, item.extra["published_precision"]) == (datetime(2026, 11, 19, tzinfo=UTC), "day")
    head = "<meta property='article:published_time' content='2026-11-19T16:42:00Z'>"
    (item,) = read(page(news(datePublished="2026-11-19"), head)).items
    assert item.published == datetime(2026, 11, 19, 16, 42, tzinfo=UTC)
    assert not {"published_precision", "published_as_given"} & item.extra.keys()


def test_meta_tags_serve_where_json_ld_is_silent(read: Any):
    head = (
        "<meta property='article:published_time' content='2026-11-19T10:00:00Z'>"
        "<meta property='article:modified_time' content='2026-11-19T11:00:00Z'>"
        "<meta property='og:title' content='Acme &amp; Co fail'><meta property='og:site_name' content='The News'>"
        "<meta property='og:locale' content='en_US'>"
    )
    (item,) = read(page({"@type": "Article", "articleBody": BODY}, head, html="<html>")).items
    assert (item.title, item.language, item.extra["outlet"]) == ("Acme & Co fail", "en-US", "The News")
    assert (item.published, item.updated) == (
        datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        datetime(2026, 11, 19, 11, 0, tzinfo=UTC),
    )


# --- Reviews -----------------------------------------------------------------------------------------------------


def test_each_review_of_a_product_is_an_item_with_stars(read: Any):
    product = {"@type": "Product", "name": "Acme Card", "review": [review(1), review(2, name="Never again")]}
    first, second = read(page(product)).items
    assert (first.text, first.author, first.rating) == ("Down again, 1 times.", "Customer 1", 2.0)
    assert (second.title, second.published) == ("Never again", datetime(2026, 11, 20, tzinfo=UTC))
    assert first.extra == {"about": "Acme Card"}
    assert (first.url, first.language) == ("https://news.example/2026/acme", "en-GB")
    assert first.id.startswith("https://news.example/2026/acme#")
    assert first.id != second.id


def test_an_edited_review_keeps_its_id(read: Any):
    before, after = (read(page(review(reviewBody=text))).items[0] for text in ("Bad.", "Good now."))
    assert (before.id, before.text) == (after.id, "Bad.")


@pytest.mark.parametrize(
    ("native", "identity"),
    [
        ("https://shop.example/reviews/7", "https://shop.example/reviews/7"),
        ("#r7", "https://news.example/2026/acme#r7"),
    ],
)
def test_a_review_with_an_identity_keeps_it(read: Any, native: str, identity: str):
    assert read(page(review(**{"@id": native}))).items[0].id == identity


def test_an_address_that_all_reviews_share_is_no_identity(read: Any):
    shared = [review(number, url="https://shop.example/card") for number in (1, 2)]
    own = [review(number, url=URL) for number in (1, 2)]
    for told in (shared, own):
        items = read(page({"@type": "Product", "review": told})).items
        assert len({item.id for item in items}) == 2


def test_the_review_of_a_critic_is_an_article_with_stars(read: Any):
    data = [news(), {"@type": "Review", "name": "Acme fails", "reviewRating": {"ratingValue": 3, "bestRating": 10}}]
    (item,) = read(page(data)).items
    assert (item.id, item.text) == ("https://news.example/2026/acme", BODY.strip())
    assert item.rating == pytest.approx(1 + 4 * 2 / 9)


def test_a_fact_check_is_no_review(read: Any):
    (item,) = read(page([news(), {"@type": "ClaimReview", "name": "x", "reviewRating": {"ratingValue": 1}}])).items
    assert item.rating is None


@pytest.mark.parametrize(
    ("value", "best", "worst", "stars"),
    [
        ("4", "", "", 4),
        ("4,5", "5", "1", 4.5),
        ("10", "10", "1", 5),
        ("5.5", "10", "1", 3),
        ("0", "5", "", 1),
        ("50%", "", "", 3),
        ("8/10", "", "", 4.2),
        ("80", "100", "0", 4.2),
        ("7", "5", "1", None),
        ("good", "", "", None),
        ("", "", "", None),
        ("3", "3", "3", None),
    ],
)
def test_stars_are_brought_to_one_to_five(value: str, best: str, worst: str, stars: float | None):
    assert scaled_rating(value, best, worst) == (None if stars is None else pytest.approx(stars))


# --- What is no article ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"  ", "the answer is empty"),
        (b"%PDF-1.7 \x00\xff", "no web page"),
        (bytes(range(256)), "no web page"),
        (page(None, body="<p>Please accept our cookies</p>"), "a consent page"),
        (page(None, body="<h1>Bevor es weitergeht</h1><p>Cookies zustimmen</p>"), "a consent page"),
        (page(news(articleBody="Acme fails. " * 45, isAccessibleForFree=False)), "a paywall: only 539"),
        (page(news(articleBody="Acme fails. " * 45, isAccessibleForFree="http://schema.org/False")), "a paywall"),
        (page(news(articleBody="Acme fails. " * 45 + "Subscribe to continue reading.")), "a paywall"),
    ],
)
def test_what_is_no_article_is_set_aside_with_the_reason(read: Any, body: bytes, reason: str):
    contents = read(body)
    assert contents.items == ()
    assert [reason in reject.reason for reject in contents.rejects] == [True]


def test_a_redirect_to_a_consent_host_is_a_consent_page_whatever_it_says(read: Any):
    (reject,) = read(page(news()), url="https://consent.news.example/collect?to=acme").rejects
    assert "a consent page" in reject.reason


def test_a_paid_article_that_is_there_in_full_is_kept(read: Any):
    assert len(read(page(news(articleBody=BODY * 4, isAccessibleForFree=False))).items) == 1


def test_an_article_about_cookies_is_kept(read: Any):
    assert len(read(page(news(articleBody="You must accept our cookies, says Acme. " + BODY * 3))).items) == 1


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        ("utf-8", "text/html"),
        ("utf-16", "text/html; charset=koi8-r"),
        ("windows-1252", "text/html"),
        ("iso-8859-2", "text/html; charset=latin2"),
    ],
)
def test_the_charset_is_found_as_browsers_do(read: Any, charset: str, content_type: str):
    text = page(news(headline="Acme fällt aus")).decode().replace("\\u00e4", "ä")
    assert read(text.encode(charset), content_type=content_type).items[0].title == "Acme fällt aus"


def test_the_charset_of_the_header_is_believed_even_where_it_is_wrong(read: Any):
    text = page(news(headline="Acme fällt aus")).decode().replace("\\u00e4", "ä")
    assert read(text.encode(), content_type="text/html; charset=koi8-r").items[0].title == "Acme fц╓llt aus"


def test_the_charset_of_a_meta_tag_is_believed_where_the_header_is_silent(read: Any):
    raw = page(news(headline="X"), "<meta charset='iso-8859-2'>").replace(b'"X"', '"Łódź"'.encode("iso-8859-2"))
    assert read(raw).items[0].title == "Łódź"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"@type": None},
        {"@type": {"x": 1}, "articleBody": [[]]},
        {"@type": "Review", "reviewBody": {"a": 1}, "author": [None, 3], "reviewRating": "five", "name": [["x"]]},
        {"@type": "Article", "articleBody": BODY, "datePublished": [], "author": [{"name": {}}], "publisher": 0},
    ],
)
def test_odd_json_ld_trips_nothing(read: Any, data: Any):
    odd = read(page(data, body="<p>Please accept our cookies</p>"))
    assert len(odd.items) + len(odd.rejects) == 1
    assert len(read(page([data, news()])).items) == 1
