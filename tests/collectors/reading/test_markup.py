"""HTML to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reading.markup import plain_text, strip_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>big</b>\n world</p>", "Hello big world"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<td>a</td><td>b</td>", "a b"),
        ("Tom &amp; Jerry&#39;s &lt;b&gt; &eacute;&nbsp;x", "Tom & Jerry's <b> é x"),
        ("a<script>alert('<p>')</script>b<style>p{}</style>c", "a b c"),
        ("a<script>never closed", "a"),
        ("a<!-- a comment <p> -->b<!-- never closed", "a b"),
        ("<![CDATA[inside]]> <?php echo ?><!DOCTYPE x>text", "inside text"),
        ('<img src="x" alt="a large picture"><img alt="🙂">', "🙂"),
        ("price < 3 and <unclosed", "price < 3 and <unclosed"),
        ("<p>odd</b></i></p", "odd</p"),
        ("", ""),
    ],
)
def test_html_becomes_what_a_person_reads(html: str, text: str):
    assert strip_html(html) == text


@pytest.mark.parametrize(
    "text", ["I <3 it", "a <b and c> d", "if x<y then", "<unknown tag>", "AT&T", "5 > 3 & 2 < 4", "two\n\n  lines"]
)
def test_text_that_is_no_html_stays_as_it_was_written(text: str):
    assert plain_text(text) == text


def test_text_with_known_tags_or_entities_is_stripped():
    assert plain_text("<p>It &amp; that</p>") == "It & that"
    assert plain_text("it&#39;s\nhere ") == "it's\nhere"


def test_what_databases_refuse_is_replaced():
    assert plain_text("a\x00b\ud83dc\x1bd\te\nf") == "a b c d\te\nf"


@given(st.text(alphabet=st.sampled_from("<>/!-[]&;# \n\"'=apbrscitCDAT\x00\ud800é"), max_size=200))
def test_no_input_breaks_it_and_every_output_can_be_stored(text: str):
    for read in (strip_html, plain_text):
        read(text).encode()
        assert "\x00" not in read(text)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["<a ", '<a x="', "<!--", "<![x[", "<script>", "</", "&amp", "<p>"])
def test_a_hundred_thousand_characters_take_no_time(piece: str):
    assert strip_html(piece * (100_000 // len(piece))) is not None
