import random
import re
from importlib import resources

import pytest
import yaml

from reputation_monitor.demo.phrases import PhraseBook, PhraseError, capitalised, phrase_book, tidied
from reputation_monitor.demo.scenario import BRANDS

CUSTOMER_TOPICS = ["praise", "question", "complaint", "declined", "signin", "scandal", "storm"]
PRESS_TOPICS = ["award", "notice", "criticism", "declined_press", "signin_press", "scandal_press", "storm_press"]

# Names that a bank, a payment firm, a shop, a paper or a network really has; enough to catch a slip of the pen.
REAL_NAMES = frozenset(
    {
        "amazon",
        "amex",
        "apple",
        "asda",
        "barclaycard",
        "barclays",
        "bbc",
        "bluesky",
        "boots",
        "chase",
        "cnn",
        "coop",
        "citibank",
        "daily-mail",
        "deutsche-bank",
        "discover",
        "ebay",
        "facebook",
        "fidelity",
        "first-direct",
        "google",
        "guardian",
        "halifax",
        "hsbc",
        "ing",
        "itv",
        "klarna",
        "lidl",
        "lloyds",
        "mastercard",
        "mastodon",
        "metro",
        "microsoft",
        "monzo",
        "n26",
        "natwest",
        "nationwide",
        "netflix",
        "northwind",
        "paypal",
        "reddit",
        "revolut",
        "sainsbury",
        "samsung",
        "santander",
        "sky",
        "starling",
        "stripe",
        "tesco",
        "tide",
        "tiktok",
        "tsb",
        "twitter",
        "uber",
        "venmo",
        "virgin",
        "visa",
        "waitrose",
        "wells-fargo",
        "whatsapp",
        "wise",
        "yahoo",
        "youtube",
        "zelle",
    }
)


def all_lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for file in (resources.files("reputation_monitor.demo") / "texts").iterdir():
        lists.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return lists


def test_a_placeholder_takes_the_callers_word_before_a_list():
    book = PhraseBook({"greeting": ["hello {name}"], "name": ["list"]})
    assert book.draw("greeting", "", {"name": "caller"}, random.Random(1)) == "hello caller"


def test_a_list_of_the_topic_goes_before_the_common_one():
    book = PhraseBook({"greeting": ["{word}"], "word": ["common"], "praise.word": ["great"]})
    assert book.draw("greeting", "praise", {}, random.Random(1)) == "great"
    assert book.draw("greeting", "complaint", {}, random.Random(1)) == "common"


def test_a_capital_in_the_placeholder_begins_a_sentence():
    book = PhraseBook({"line": ["{Start} end"], "start": ["i can't"]})
    assert book.draw("line", "", {}, random.Random(1)) == "I can't end"


def test_a_placeholder_that_nothing_fills_is_an_error_that_names_it():
    with pytest.raises(PhraseError, match=r"\{missing\}.*'praise'"):
        PhraseBook({"line": ["{missing}"]}).draw("line", "praise", {}, random.Random(1))


def test_counting_multiplies_along_a_phrase_and_adds_over_a_list():
    book = PhraseBook({"line": ["{a} {b}", "{a}"], "a": ["1", "2"], "b": ["1", "2", "3"]})
    assert book.count("line", "") == 8


def test_joined_phrases_lose_their_doubled_stops():
    assert tidied("Does it work?. Yes!.  Good..") == "Does it work? Yes! Good."
    assert capitalised("") == ""


@pytest.mark.parametrize("topic", CUSTOMER_TOPICS)
@pytest.mark.parametrize("shape", ["social.shape", "forum.shape", "blog.shape", "review.shape"])
def test_customers_have_many_thousand_ways_to_say_it(topic: str, shape: str):
    assert phrase_book().count(shape, topic) > 10_000


@pytest.mark.parametrize("topic", PRESS_TOPICS)
def test_the_press_has_hundreds_of_ways_to_say_it(topic: str):
    assert phrase_book().count("news.shape", topic) > 300
    assert phrase_book().count("tv.shape", topic) > 60


def test_every_list_is_of_texts_without_repeats():
    for name, phrases in all_lists().items():
        assert all(isinstance(phrase, str) and phrase for phrase in phrases), name
        assert len(set(phrases)) == len(phrases), name


def test_no_phrase_holds_the_name_of_a_real_company():
    words = {
        word
        for phrases in all_lists().values()
        for text in phrases
        for word in re.findall(r"[\w-]+", re.sub(r"\{.*?\}", " ", text.lower()))
    }
    assert words & REAL_NAMES == set()


def test_the_brands_are_not_named_as_real_companies_are():
    assert {brand.name.lower() for brand in BRANDS}.isdisjoint(REAL_NAMES)
