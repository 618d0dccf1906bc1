import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.text import TARGET, mark, names_any, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@united thanks", "@user thanks"),
        ("see https://example.com/a?b=c now", "see http now"),
        ("www.example.com is down", "http is down"),
        ("mail me at me@example.com", "mail me at me@example.com"),
        ("  two\n\tlines  ", "two lines"),
        ("a\x00b", "a b"),
        ("", ""),
        ("ring\u00e9e", "ring\u00e9e"),
        ("no way\U0001f621\U0001f621", "no way pouting face pouting face"),
        ("\u2764\ufe0f \U0001f44d\U0001f3fd", "heart thumbs up sign"),
        ("halves \ud83d\ude21 joined", "halves pouting face joined"),
        ("I don\u2019t", "I don't"),
        ("cats &amp;amp; dogs \\u002c don\\u2019t", "cats & dogs , don't"),
        ("#NeverFlyingUnitedAgain #fail", "# Never Flying United Again # fail"),
        ("soooo goooood, www.a.example", "soo good, http"),
        ("htttp://a.example/b", "http"),
        ("[SEP] and [[unused1]]", "SEP and [ unused1 ]"),
        ("half \ud83d alone", "half \ufffd alone"),
    ],
)
def test_texts_are_masked_folded_and_mended(text: str, expected: str):
    assert normalise(text) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_the_result_is_valid_unicode_and_stays_as_it_is(text: str):
    once = normalise(text)
    once.encode("utf-8")
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Delta was great, United lost my bag", ["Delta"], "T was great, United lost my bag"),
        ("@VirginAmericaHelp thanks, virgin america!", ["Virgin America"], "T thanks, T !"),
        ("#united and @delta", ["united"], "T and @user"),
        ("Lumo's app; lumos is not it", ["Lumo"], "T 's app; lumos is not it"),
        ("Acme Air or Acme?", ["Acme", "Acme Air"], "T or T ?"),
        ("write to help@acme.example", ["acme"], "write to help@ T .example"),
        ("O\u2019Neill\u2019s is shut", ["O'Neill's"], "T is shut"),
    ],
)
def test_every_way_to_write_a_target_is_marked(text: str, names: list[str], expected: str):
    assert mark(text, names) == expected.replace("T ", f"{TARGET} ")


@pytest.mark.parametrize("names", [[], [""], ["@"], ["Contoso"], ["elt"]])
def test_a_text_without_the_target_is_not_marked(names: list[str]):
    assert mark("Delta was great", names) is None


def test_nobody_can_write_the_mark_themselves():
    assert TARGET not in normalise(f"{TARGET} \ue000 [{TARGET}] is great")
    assert (mark(f"{TARGET} \ue000 Delta", ["Delta"]) or "").count(TARGET) == 1


@given(st.text(st.characters(exclude_categories=())), st.lists(st.text(max_size=8), max_size=3))
def test_marking_survives_any_text_and_any_name(text: str, names: list[str]):
    marked = mark(text, names)
    assert marked is None or TARGET in marked
    assert names_any(text, names) == (marked is not None)
