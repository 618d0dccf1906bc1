import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.evaluate.changes import CHANGES, NAMES, Question, renamed
from sentiment.evaluate.pairs import load_pairs
from sentiment.text import mark

ACME = Question("Acme Air's app beat @AcmeAir and #acmeair; Bolt waited.", ("Acme Air",), ("Bolt",))
RNG = random.Random


def changed(name: str, question: Question, seed: int = 0) -> Question | None:
    return CHANGES[name](question, RNG(seed))


def test_every_mention_of_the_brand_gets_the_other_name():
    found = changed("brand's name", ACME)
    (name,) = found.names
    together = name.replace(" ", "")
    assert name in NAMES
    assert found.text == f"{name}'s app beat @{together} and #{together}; Bolt waited."


def test_the_question_is_then_about_the_new_name():
    found = changed("brand's name", ACME)
    assert mark(found.text, found.names) == mark(ACME.text, ACME.names)


def test_the_rival_is_renamed_and_the_brand_stays():
    found = changed("rival's name", ACME)
    assert found.names == ("Acme Air",)
    assert found.text.startswith("Acme Air's app beat @AcmeAir")
    assert "Bolt" not in found.text


def test_names_inside_other_words_and_handles_are_not_touched():
    assert renamed("unUnited @UnitedWay united", ["United"], "KLM") == "unUnited @UnitedWay KLM"


@pytest.mark.parametrize("name", ["brand's name", "rival's name"])
def test_where_nobody_is_named_there_is_nobody_to_rename(name: str):
    assert changed(name, Question("the app is down")) is None


def test_a_typo_swaps_two_letters_of_one_word():
    before, after = "the terminal was closed", changed("typo", Question("the terminal was closed")).text
    assert sorted(before) == sorted(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 2
    assert after.startswith("the ")


def test_a_typo_spares_names_handles_and_links():
    question = Question("velvet @velvetair http://velvet.example velvet", ("velvet",))
    assert changed("typo", question) is None


@pytest.mark.parametrize(("name", "text"), [("lower case", "all low"), ("upper case", "ALL UP")])
def test_a_text_that_has_that_case_already_is_left_out(name: str, text: str):
    assert changed(name, Question(text)) is None


def test_case_is_changed_throughout():
    assert changed("lower case", ACME).text == ACME.text.lower()
    assert changed("upper case", ACME).text == ACME.text.upper()


def test_pictures_and_tags_are_put_at_the_end():
    assert changed("emoji", ACME).text[:-2] == ACME.text
    assert changed("hashtag", ACME).text.startswith(f"{ACME.text} #")


@pytest.mark.parametrize("name", CHANGES)
def test_pairs_can_still_be_asked_about_after_every_change(name: str):
    questions = [Question(p.text, (brand,)) for p in load_pairs("hard") for brand in p.of]
    after = [changed(name, question) for question in questions]
    lost = [found for found in after if found and mark(found.text, found.names) is None]
    assert lost == []


@given(st.text(max_size=60), st.integers(0, 5))
def test_whatever_the_text_a_change_gives_a_text_or_nothing(text: str, seed: int):
    for name in CHANGES:
        found = changed(name, Question(text, ("Acme",), ("Bolt",)), seed)
        assert found is None or found.text != text
