from datetime import UTC, datetime
from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.columns import key_text, plain_json, plain_text

any_text = st.text(alphabet=st.characters(codec=None))


@given(any_text)
def test_plain_text_is_what_every_database_takes(text: str):
    plain = plain_text(text)
    assert "\x00" not in plain
    assert plain.encode().decode() == plain_text(plain) == plain


@given(any_text.map(lambda text: text * 50), any_text)
def test_keys_are_bounded_and_stay_apart(long: str, other: str):
    one, two = key_text(long), key_text(long + other)
    assert len(one.encode()) <= 500
    assert key_text(one) == one
    assert (one == two) == (plain_text(long) == plain_text(long + other))


def test_json_keeps_what_json_can_and_words_for_the_rest():
    class Colour(StrEnum):
        RED = "red"

    value = {
        "a": (1, 2.5, None, True),
        "b": float("nan"),
        "c": [float("inf"), Colour.RED, "x\x00"],
        3: datetime(2026, 1, 1, tzinfo=UTC),
    }
    assert plain_json(value) == {
        "a": [1, 2.5, None, True],
        "b": "nan",
        "c": ["inf", "red", "x"],
        "3": "2026-01-01 00:00:00+00:00",
    }
