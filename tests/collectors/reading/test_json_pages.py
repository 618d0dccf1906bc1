"""Values of JSON interfaces, whatever type they have."""

import json
from typing import Any

import pytest

from collectors.base import Item
from collectors.reading.json_pages import as_given, inner, instant, read_json_page, word, words


@pytest.mark.parametrize(
    ("value", "said"),
    [("  a\x00b ", "a b"), (7, "7"), (1.5, "1.5"), (True, ""), (None, ""), ([], ""), ({"a": 1}, "")],
)
def test_a_string_or_a_number_is_a_word_and_nothing_else_is(value: Any, said: str):
    assert word({"key": value}, "key") == said


def test_only_what_says_something_is_a_fact():
    holder = {"a": "", "b": None, "c": 0, "d": {"e": "f"}}
    assert words(holder, "a", "b", "c", "d", "z") == {"c": "0"}
    assert inner(holder, "d") == {"e": "f"}
    assert inner(holder, "a") == {}


@pytest.mark.parametrize("given", ["yesterday", "1970-01-01T00:00:00Z", "2199-01-01T00:00:00Z", 9e99])
def test_a_date_that_cannot_be_true_is_none_and_stays_as_it_was_given(now: Any, given: Any):
    holder = {"at": given}
    assert instant(holder, "at", now) is None
    assert as_given(holder, "at", None) == {"published_as_given": str(given)}


def test_a_date_that_can_be_read_or_is_not_there_leaves_nothing_to_tell(now: Any):
    holder = {"at": "2026-11-01T00:00:00Z"}
    assert as_given(holder, "at", instant(holder, "at", now)) == {}
    assert as_given({}, "at", None) == {}


def test_entries_that_are_no_objects_are_set_aside_and_the_page_is_sound(document: Any):
    body = json.dumps({"rows": [{"id": 1}, "x", None]})
    page = read_json_page(document(body), lambda whole: whole["rows"], lambda row: Item(id=word(row, "id"), text="x"))
    assert (page.sound, page.entries) == (True, ({"id": 1},))
    assert [item.id for item in page.contents.items] == ["1"]
    assert [reject.where for reject in page.contents.rejects] == ["entry 2", "entry 3"]
