"""Whose an item is, when it was said, and what of it cannot be true."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors.base import Item
from reputation_monitor.intake import EARLIEST, FUTURE, Place, admit, name_languages
from reputation_monitor.matching import Matcher, Query

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FORUM = Place(source="forum", screen="web")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher({"Halden": Query.parse("halden"), "Marsk": Query.parse("marsk OR @marsk_help")})


def item(text: str = "Halden is awful today", **fields) -> Item:
    return Item(**{"id": "1", "text": text, "published": NOW - timedelta(hours=1)} | fields)


def test_an_item_that_speaks_of_two_brands_is_two_mentions(matcher: Matcher):
    admitted = admit([item("From Halden to Marsk: never again")], FORUM, matcher, NOW)
    assert [(m.brand, m.item_id, m.source) for m in admitted.mentions] == [
        ("Halden", "1", "forum"),
        ("Marsk", "1", "forum"),
    ]


def test_an_item_that_speaks_of_no_brand_is_counted_and_not_kept(matcher: Matcher):
    admitted = admit([item("Lovely weather")], FORUM, matcher, NOW)
    assert (admitted.mentions, admitted.rejects, admitted.unmatched) == ((), (), 1)


def test_a_title_is_read_for_brands_too(matcher: Matcher):
    admitted = admit([item("Nothing works", title="Halden")], FORUM, matcher, NOW)
    assert [m.brand for m in admitted.mentions] == ["Halden"]


def test_the_brand_an_item_names_goes_before_queries_and_before_its_sources(matcher: Matcher):
    place = Place(source="app", screen="mobile", brand="Marsk")
    said = [item("Cannot log in", id="a"), item("Halden is better", id="b"), item("Hm", id="c", brand="Other")]
    assert [m.brand for m in admit(said, place, matcher, NOW).mentions] == ["Marsk", "Marsk", "Other"]


@pytest.mark.parametrize(
    "published",
    [datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), EARLIEST - timedelta(seconds=1)],
    ids=["1970", "2100", "just too early"],
)
@pytest.mark.parametrize("field", ["published", "updated"])
def test_a_date_that_cannot_be_true_is_set_aside_with_its_reason(matcher: Matcher, published: datetime, field: str):
    admitted = admit([item(**{field: published}), item(id="2")], FORUM, matcher, NOW)
    assert [m.item_id for m in admitted.mentions] == ["2"]
    (reject,) = admitted.rejects
    assert published.isoformat() in reject.reason
    assert "cannot be true" in reject.reason
    assert reject.where == "1"
    assert "Halden is awful" in reject.raw


def test_a_clock_that_is_a_little_fast_is_forgiven_and_its_mention_is_of_now(matcher: Matcher):
    (mention,) = admit([item(published=NOW + FUTURE)], FORUM, matcher, NOW).mentions
    assert mention.published == NOW


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"published": None}, NOW),
        ({"published": None, "updated": NOW - timedelta(days=3)}, NOW - timedelta(days=3)),
        ({"updated": NOW}, NOW - timedelta(hours=1)),
    ],
    ids=["nothing said", "only an update", "both"],
)
def test_a_mention_is_of_the_time_its_item_names(matcher: Matcher, fields: dict, expected: datetime):
    (mention,) = admit([item(**fields)], FORUM, matcher, NOW).mentions
    assert mention.published == expected


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_text_is_set_aside_unless_there_is_a_title(matcher: Matcher, text: str):
    (reject,) = admit([item(text)], FORUM, matcher, NOW).rejects
    assert reject.reason == "neither text nor title"
    assert admit([item(text, title="Halden!")], FORUM, matcher, NOW).mentions


def test_a_screen_that_is_none_is_set_aside(matcher: Matcher):
    (reject,) = admit([item(screen="radio")], FORUM, matcher, NOW).rejects
    assert reject.reason == "screen 'radio' is none of web, tv, mobile"


def test_a_text_of_a_hundred_thousand_characters_is_kept_whole_and_read_to_its_end(matcher: Matcher):
    text = "word " * 20_000 + "halden"
    (mention,) = admit([item(text)], FORUM, matcher, NOW).mentions
    assert mention.text == text
    (reject,) = admit([item(text, screen="radio")], FORUM, matcher, NOW).rejects
    assert len(reject.raw) == 10_000


def test_what_the_counts_need_is_known_at_once(matcher: Matcher):
    complaint = "Halden: I cannot log in since the update, error 500 on every page"
    (mention,) = admit([item(complaint, scores=(0.8, 0.1, 0.1))], FORUM, matcher, NOW).mentions
    assert mention.failing
    assert mention.fingerprint
    assert mention.scores == (0.8, 0.1, 0.1)
    (praise,) = admit([item("Halden is lovely")], FORUM, matcher, NOW).mentions
    assert not praise.failing


def languages(matcher: Matcher, *items: Item) -> list[tuple[str, bool]]:
    named = name_languages(admit(items, FORUM, matcher, NOW).mentions)
    return [(mention.language, mention.language_confidence is not None) for mention in named]


def test_the_feeds_word_on_the_language_stands_without_a_confidence(matcher: Matcher):
    german = item("Seit dem Morgen geht bei Halden gar nichts mehr, sehr schade", language="sv-SE")
    assert languages(matcher, german) == [("sv-SE", False)]


def test_where_the_feed_is_silent_the_text_tells_its_language_and_how_surely(matcher: Matcher):
    german = item("Seit dem Morgen geht bei Halden gar nichts mehr, sehr schade")
    (mention,) = name_languages(admit([german], FORUM, matcher, NOW).mentions)
    assert mention.language == "de"
    assert mention.language_confidence == pytest.approx(1, abs=0.2)


def test_a_text_that_does_not_tell_its_language_was_asked_all_the_same(matcher: Matcher):
    assert languages(matcher, item("Halden!!! 12345")) == [("", True)]


def test_languages_keep_the_order_of_the_mentions(matcher: Matcher):
    german, english = "Halden ist seit heute Morgen leider nicht erreichbar", "Halden has been down since this morning"
    told = languages(matcher, item(german), item(english, language="en"), item(german, id="2"), item(english, id="3"))
    assert [language for language, _ in told] == ["de", "en", "de", "en"]
    assert languages(matcher) == []
