"""Bytes become the text that a browser would show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading.charset import codec_of, decode, decode_feed, decode_letter


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
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
        ("iso-2022-kr", "replacement"),
        ("x-user-defined", "x-user-defined"),
        ("utf-7", ""),
        ("rot13", ""),
        ("no-such-charset", ""),
    ],
)
def test_a_label_means_what_it_means_on_the_web(label: str, codec: str):
    assert codec_of(label) == codec
    assert isinstance(decode(b"x", f"text/html; charset={label}"), str)


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
        (b"\x98 \xea", "text/html; charset=cp1251", "\x98 к"),
        (b"\xaa \xe1", "text/html; charset=cp1253", "\ufffd α"),
        (b"a\x80", "text/html; charset=x-user-defined", "a\uf780"),
        (b"<p>", "text/html; charset=hz-gb-2312", "\ufffd" * 3),  # a charset that would hide mark-up is not read
        (b"<meta charset=x-user-defined>\xe9", "", "<meta charset=x-user-defined>é"),
        (b"caf\xe9", "text/html; charset=utf-8", "caf\ufffd"),
        (b"caf\xc3\xa9", "text/html; charset=no-such", "café"),
    ],
)
def test_a_page_is_read_as_a_browser_reads_it(body: bytes, content_type: str, text: str):
    assert decode(body, content_type) == text


IN_XML = '<?xml version="1.0" encoding="windows-1251"?>'


@pytest.mark.parametrize(
    "declaration",
    [
        IN_XML,
        '<meta charset="windows-1251">',
        "<meta/charset = windows-1251 />",
        "<META HTTP-EQUIV=content-type CONTENT='text/html; charset=windows-1251'>",
        "<meta content=\"text/html; charset = 'windows-1251'\" http-equiv=Content-Type>",
        "<!-- <meta charset=utf-16> --><meta charset=windows-1251>",
        "<!--><meta charset=windows-1251><!-- -->",
        "<meta charset=no-such><meta charset=windows-1251 charset=koi8-r>",
        "<a title='<meta charset=koi8-r>' href=x><meta charset=windows-1251>",
        '<?xml version="1.0" encoding="koi8-r"?><meta charset=windows-1251>',
    ],
)
def test_a_declaration_in_the_text_counts_where_the_header_says_nothing(declaration: str):
    body = (declaration + "кафе").encode("cp1251")
    assert decode(body).endswith("кафе")
    assert decode(b" " * 1024 + body).endswith("êàôå")  # too far behind to be looked for


@pytest.mark.parametrize(
    "said",
    [
        "<meta name=description content='charset=windows-1251'>",
        "<meta content='text/html; charset=windows-1251'>",
        "<metal charset=windows-1251>",
        '<p title="never closed> <meta charset=windows-1251>',
        "<!-- <meta charset=windows-1251>",
        "<meta charset=windows-1251",
        "<meta http-equiv=content-type content='charset=\"windows-1251'>",
    ],
)
def test_what_only_looks_like_a_declaration_is_none(said: str):
    assert decode((said + "кафе").encode("cp1251")).endswith("êàôå")


def test_a_feed_is_declared_by_its_first_line_not_by_pages_within():
    body = (IN_XML + "<item><meta charset=koi8-r>кафе").encode("cp1251")
    assert decode_feed(body)[0].endswith("кафе")
    assert decode_feed(body.removeprefix(IN_XML.encode()))[1] is False


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


HTML_PART = "<meta charset=koi8-r>кафе"


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        ("кафе".encode("koi8-r"), "KOI8-R", "кафе"),
        ("café".encode(), "iso-8859-1", "cafÃ©"),  # what is declared is believed where the bytes allow it
        ("café".encode(), "us-ascii", "café"),
        ("café".encode(), "no-such", "café"),
        (b"caf\xe9", "utf-8", "café"),
        (b"caf\xe9", "", "café"),
        ("障害".encode("iso-2022-jp"), "iso-2022-jp", "障害"),
        ("障害".encode("iso-2022-jp") + b"\x1b$B-!", "iso-2022-jp", "障害\ufffd"),
        ("カフェ".encode("shift_jis") + b"\x81", "shift_jis", "カフェ\ufffd"),
        ("café".encode("utf-7"), "utf-7", "café"),
        ("중단".encode("iso2022_kr"), "iso-2022-kr", "중단"),
        ("café".encode("utf-16"), "utf-16", "café"),
        (b"cafe", "iso-2022-cn", "cafe"),
        (HTML_PART.encode("koi8-r"), "", HTML_PART),
        (HTML_PART.encode(), "", HTML_PART),  # programs that convert an e-mail leave its mark-up as it was
        ("déjà vu".encode()[:-5], "", "déj"),  # cut off within a character
    ],
)
def test_an_email_is_read_as_its_header_says(body: bytes, declared: str, text: str):
    assert decode_letter(body, declared) == text


FEEDPARSER = {
    "fp__http_text_xml_charset_2.xml": ("text/xml; charset=windows-1252", "This is a £“test.”"),
    "fp__http_application_atom_xml_charset.xml": ("application/atom+xml;charset='us-ascii'", ""),
    "fp__http_application_atom_xml_gb2312_encoding.xml": ("application/atom+xml", ""),
    "fp__http_application_xml_charset_overrides_encoding.xml": ("application/xml;charset = us-ascii", ""),
    "fp__http_application_xml_encoding.xml": ("application/xml", ""),
    "fp__http_text_rss_xml_charset_overrides_encoding.xml": ('text/rss+xml;charset= "us-ascii"', ""),
    "fp__http_i18n.xml": ("application/xml", "Iñtërnâtiônàlizætiøn"),
    "fp__entry_source_category_term_non_ascii.xml": ("", "Freiräume"),
}
"""What feedparser's own tests serve these files as, and words that they expect."""


@pytest.mark.parametrize("name", FEEDPARSER)
def test_captured_feeds_of_odd_charsets_are_read(shared_data: Path, name: str):
    content_type, words = FEEDPARSER[name]
    text, sure = decode_feed((shared_data / "feeds" / "feedparser" / name).read_bytes(), content_type)
    assert sure
    assert words in text
    assert "\ufffd" not in text


def test_big5_that_nobody_declares_is_a_guess_that_is_told(shared_data: Path):
    body = (shared_data / "feeds" / "feedparser" / "fp__big5.xml").read_bytes()
    assert decode_feed(body)[1] is False
    assert "容易" in decode_feed(body, "text/xml; charset=big5")[0]


def test_captured_feeds_read_as_pages_and_letters_say_the_same(shared_data: Path):
    """Where header and bytes agree, the three ways do."""
    for path in (shared_data / "feeds").glob("*.*"):
        body = path.read_bytes()
        text, sure = decode_feed(body)
        if sure:
            assert text == decode(body) == decode_letter(body), path.name


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_and_no_header_are_too_much(body: bytes, content_type: str):
    assert isinstance(decode(body, f"text/html; charset={content_type}"), str)
    assert isinstance(decode_feed(body, f"text/xml; charset={content_type}")[0], str)
    assert isinstance(decode_letter(body, content_type), str)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=100))
def test_utf_8_comes_back_as_it_went(text: str):
    assert decode(text.encode(), "text/html; charset=utf-8") == text
