import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.text import normalise


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
