"""Bytes become the text that a browser would show."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading.charset import codec_of, decode, decode_feed


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("latin1", "windows-1252"),
        ("ISO-8859-1", "windows-1252"),
        ("us-ascii", "windows-1252"),
        (" UTF8 ", "utf-8"),
        ("iso-8859-9", "cp1254"),
        ("iso88592", "iso8859-2"),
        ("windows-1251", "cp1251"),
        ("x-cp1250", "cp1250"),
        ("gb2312", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("big5", "big5hkscs"),
        ("tis-620", "cp874"),
        ("utf-16", "utf-16-le"),
        ("utf-7", ""),
        ("rot13", ""),
        ("no-such-charset", ""),
    ],
)
def test_a_label_means_what_it_means_on_the_web(label: str, codec: str):
    assert codec_of(label) == codec
    if codec:
        codecs.lookup(codec)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "text/html; charset=koi8-r", "café"),  # the mark goes before the header
        ("\ufeffcafé".encode("utf-16-le"), "text/html; charset=utf-8", "café"),
        ("\ufeffcafé".encode("utf-16-be"), "", "café"),
        ("кафе".encode("koi8-r"), "text/html; charset='KOI8-R'", "кафе"),
        (b"<meta charset=koi8-r>" + "кафе".encode("koi8-r"), "", "<meta charset=koi8-r>кафе"),
        (b"caf\xc3\xa9", "text/html; charset=iso-8859-1", "cafÃ©"),  # a page's header is believed, as browsers do
        (b"caf\xc3\xa9", "", "café"),
        (b"caf\xe9 \x80 \x81", "", "café € \x81"),
        (b"caf\xe9", "text/html; charset=utf-8", "caf\ufffd"),
        (b"caf\xc3\xa9", "text/html; charset=no-such", "café"),
    ],
)
def test_a_page_is_read_as_a_browser_reads_it(body: bytes, content_type: str, text: str):
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    "declaration",
    [
        '<?xml version="1.0" encoding="windows-1251"?>',
        '<meta charset="windows-1251">',
        "<META HTTP-EQUIV=content-type CONTENT='text/html; charset=windows-1251'>",
        "<!-- <meta charset=utf-16> --><meta charset=windows-1251>",
    ],
)
def test_a_declaration_in_the_text_counts_where_the_header_says_nothing(declaration: str):
    body = (declaration + "кафе").encode("cp1251")
    assert decode(body).endswith("кафе")
    assert decode_feed(body)[0].endswith("кафе")
    assert decode(b" " * 1024 + body).endswith("êàôå")  # too far behind to be looked for


def test_a_declaration_that_can_be_read_as_ascii_means_no_utf_16():
    assert decode("<meta charset=utf-16>é".encode()) == "<meta charset=utf-16>é"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_xml_in_utf_16_is_known_without_a_mark(codec: str):
    text = '<?xml version="1.0"?><a>é</a>'
    assert decode(text.encode(codec)) == decode_feed(text.encode(codec))[0] == text


@pytest.mark.parametrize(
    ("body", "content_type", "text", "sure"),
    [
        (b"caf\xc3\xa9", "text/xml; charset=iso-8859-1", "café", True),  # a feed's header is not
        (b"caf\xe9", "text/xml; charset=utf-8", "café", False),
        (b"caf\xe9", "text/xml; charset=latin1", "café", True),
        (b"caf\xe9", "", "café", False),
        (b"cafe", "", "cafe", True),
        ("カフェ".encode("iso2022_jp"), "text/xml; charset=iso-2022-jp", "カフェ", True),
    ],
)
def test_a_feed_is_read_by_what_its_bytes_are(body: bytes, content_type: str, text: str, sure: bool):
    assert decode_feed(body, content_type) == (text, sure)


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_and_no_header_are_too_much(body: bytes, content_type: str):
    assert isinstance(decode(body, f"text/html; charset={content_type}"), str)
    assert isinstance(decode_feed(body, f"text/xml; charset={content_type}")[0], str)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=100))
def test_utf_8_comes_back_as_it_went(text: str):
    assert decode(text.encode(), "text/html; charset=utf-8") == text
