"""Characters by their names and numbers."""

from typing import Any

from collectors.reading.markup import plain_text, strip_html
from collectors.reading.references import unescaped
from collectors.tv.caption_file import read_cues
from collectors.web.feed import read_feed

ENDLESS = "&#" + "9" * 5000 + ";"


def test_names_and_numbers_are_characters():
    assert unescaped("R&amp;D &#233;t&#xe9; &bogus; &#0065") == "R&D été &bogus; A"


def test_a_number_without_end_is_no_character():
    assert unescaped(f"a{ENDLESS}b&#{'9' * 5000}") == "a\ufffdb\ufffd"
    assert plain_text(f"a{ENDLESS}") == strip_html(f"<p>a{ENDLESS}</p>") == "a\ufffd"


def test_it_costs_neither_a_feed_nor_a_caption_file(document: Any):
    feed = f"<rss><channel><item><title>a{ENDLESS}</title></item><item><title>b</title></item></channel></rss>"
    assert [item.title for item in read_feed(document(feed)).items] == ["a\ufffd", "b"]
    assert [cue.text for cue in read_cues(f"WEBVTT\n\n00:01.000 --> 00:02.000\na{ENDLESS}\n".encode()).cues] == [
        "a\ufffd"
    ]
