"""A JSON document is judged before it can fill the memory or the stack."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading import json_limits
from collectors.reading.json_feed import load_json, read_json_feed
from collectors.reading.json_limits import DEEPEST, check_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\[]{},:é'),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='k"\\[{', max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def values(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values, inner))


@given(JSON, st.booleans())
def test_what_it_counts_is_what_the_document_holds(value: Any, ascii_only: bool):
    text = json.dumps(value, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_limits, "DEEPEST", depth(value))
        patch.setattr(json_limits, "MOST_VALUES", 2 * values(value))
        check_json(text)
        patch.setattr(json_limits, "MOST_VALUES", values(value) - 1)
        with pytest.raises(ValueError, match="values"):
            check_json(text)
        patch.undo()
        if depth(value):
            patch.setattr(json_limits, "DEEPEST", depth(value) - 1)
            with pytest.raises(ValueError, match="nested"):
                check_json(text)


def test_the_deepest_is_read_and_one_more_is_not():
    assert load_json(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(ValueError, match="nested too deep: more than 64 levels"):
        load_json(b'{"a":' * 65 + b"1" + b"}" * 65)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be"])
def test_no_encoding_hides_the_depth(encoding: str):
    with pytest.raises(ValueError, match="nested"):
        load_json(("[" * 100_000).encode(encoding))


def test_many_values_in_few_bytes_are_refused():
    with pytest.raises(ValueError, match="more than 1,000,000 values"):
        load_json(b"[" + b"0," * 1_000_000 + b"0]")


def test_brackets_and_commas_in_strings_are_text():
    assert load_json(json.dumps("[{," * 1_000_000).encode()) == "[{," * 1_000_000
    assert load_json(rb'["\"[[[[", "\\"]') == ['"[[[[', "\\"]


@pytest.mark.parametrize("body", [b'["' + b'\\"' * 500_000, b'"' + b"\\" * 500_001, b'"a' * 500_001])
def test_a_string_that_never_ends_costs_one_look_at_each_byte(body: bytes):
    started = time.perf_counter()
    with pytest.raises(ValueError):
        load_json(body)
    assert time.perf_counter() - started < 5  # each quote once more would take hours


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100]
)
def test_a_collector_sets_such_a_document_aside(document: Any, body: bytes):
    contents = read_json_feed(document(body))
    assert not contents.items
    assert "nested too deep" in contents.rejects[0].reason


def test_what_is_no_unicode_is_read_as_windows_1252():
    assert load_json(b'["caf\xe9 \x80"]') == ["café €"]
