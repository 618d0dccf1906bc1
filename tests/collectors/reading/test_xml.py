"""XML fills no memory, opens no file and asks no server, whether it is read whole or as a feed."""

import contextlib
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading.syndication import read_syndication
from collectors.reading.xml import DEEPEST, DEEPEST_FEED, check_depth, parse_xml_tree, without_entities

LAUGHS = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
BLOW_UP = f'<!ENTITY a "{"x" * 50_000}">'
FEED = "<!DOCTYPE rss [{}]><rss version='2.0'><channel><item><guid>1</guid><title>{}</title></item></channel></rss>"


# --- Whole documents


def test_a_document_becomes_a_tree_with_its_namespaces():
    root = parse_xml_tree(b"<tt xmlns='urn:tt' xmlns:x='urn:x'><p x:at='1' b='2'>Caf\xc3\xa9<br/>now</p></tt>")
    assert (root.tag, root[0].attrib) == ("{urn:tt}tt", {"{urn:x}at": "1", "b": "2"})
    assert "".join(root.itertext()) == "Cafénow"


def test_text_is_read_whatever_its_declaration_says():
    assert parse_xml_tree('<?xml version="1.0" encoding="utf-16"?><a>é</a>').text == "é"


@pytest.mark.parametrize("body", [b"", b"<a>", b"<a></b>", b"<a>&undefined;</a>", b"<a>\xe9</a>", b"\0", b"words"])
def test_what_is_not_well_formed_is_refused_with_a_reason(body: bytes):
    with pytest.raises(ValueError, match="no well-formed XML"):
        parse_xml_tree(body)


@pytest.mark.parametrize(
    "entities", [LAUGHS, BLOW_UP, "<!ENTITY a SYSTEM 'file:///etc/hostname'>", "<!ENTITY % a 'b'>"]
)
def test_declared_entities_are_refused(entities: str):
    with pytest.raises(ValueError, match="declares an entity"):
        parse_xml_tree(f"<!DOCTYPE a [{entities}]><a>&a;</a>".encode())


def test_a_document_type_without_entities_is_no_harm_and_is_not_fetched(tmp_path: Path):
    types = f"<!DOCTYPE a PUBLIC '-//X//DTD X//EN' '{tmp_path.as_uri()}/none.dtd'>"
    assert parse_xml_tree(f"{types}<a>caf&eacute; &amp;</a>".encode()).text == "café &"


def test_the_deepest_is_read_and_one_more_is_not():
    assert parse_xml_tree(b"<a>" * DEEPEST + b"</a>" * DEEPEST).tag == "a"
    with pytest.raises(ValueError, match="nested too deep"):
        parse_xml_tree(b"<a>" * 1_000_000)


@given(st.binary(max_size=100) | st.text(max_size=100))
def test_only_a_value_error_comes_out(body: bytes | str):
    with contextlib.suppress(ValueError):
        parse_xml_tree(body)


# --- Feeds


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(("entities", "reference"), [(LAUGHS, "&a9;"), (BLOW_UP, "&a;" * 1000)])
def test_a_feeds_entities_cost_neither_memory_nor_time(document: Any, entities: str, reference: str, encoding: str):
    body = f'<?xml version="1.0"?>{FEED.format(entities, reference)}'.encode(encoding)
    tracemalloc.start()
    started = time.perf_counter()
    contents = read_syndication(document(body))
    taken, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(item.title) for item in contents.items) <= len(reference)
    assert peak < 3_000_000
    assert taken < 5


@pytest.mark.parametrize(
    "types",
    ["SYSTEM '{}'", "[<!ENTITY a SYSTEM '{}'>]", "[<!ENTITY % p SYSTEM '{}'> %p;]", "[<!ENTITY a PUBLIC '' '{}'>]"],
)
def test_a_feed_opens_no_file(document: Any, tmp_path: Path, types: str):
    secret = tmp_path / "secret"
    secret.write_text("<!ENTITY a 'sesame'>")
    body = (
        f"<!DOCTYPE rss {types.format(secret.as_uri())}><rss><channel><item><title>x &a;</title></item></channel></rss>"
    )
    contents = read_syndication(document(body))
    assert "sesame" not in repr(contents)


def test_entities_that_name_a_character_stay(document: Any):
    (item,) = read_syndication(
        document(FEED.format('<!ENTITY nbsp "&#160;"><!ENTITY dash "&#8211;">', "a&dash;b"))
    ).items
    assert item.title == "a–b"


def test_a_feed_that_opens_tags_without_end_is_set_aside(document: Any):
    contents = read_syndication(document(b"<rss><channel><item><title>" + b"<b>" * 200_000))
    assert not contents.items
    assert "nested too deep" in contents.rejects[0].reason


def test_tags_in_quoted_html_are_text():
    check_depth("<rss>" + f"<![CDATA[{'<p>' * 5_000}]]><!-- {'<p>' * 5_000} -->" + "<br/>" * 5_000 + "<a></a>" * 5_000)
    with pytest.raises(ValueError, match="nested too deep"):
        check_depth("<p>" * (DEEPEST_FEED + 1))


@pytest.mark.parametrize("piece", ["<!DOCTYPE", "<![CDATA[", "<!--", "<a", "<a '", "</"])
def test_what_never_ends_costs_one_look_at_each_character(piece: str):
    text = f"<!DOCTYPE rss [{piece * 200_000}"
    started = time.perf_counter()
    check_depth(text)
    without_entities(text)
    assert time.perf_counter() - started < 5  # each piece to the end once more would take hours


def test_a_charset_that_is_only_guessed_is_told(document: Any):
    contents = read_syndication(
        document("<rss><channel><item><title>Café</title></item></channel></rss>".encode("latin-1"))
    )
    assert [item.title for item in contents.items] == ["Café"]
    assert "read as windows-1252" in contents.rejects[0].reason
