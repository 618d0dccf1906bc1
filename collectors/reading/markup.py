"""HTML to readable text, whatever state the HTML is in."""

import re
from html.parser import HTMLParser

from collectors.reading.quarantine import storable
from collectors.reading.references import bounded, unescaped

_BLOCK_NAMES = """
    address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr legend li main nav ol option p pre section summary table tbody tfoot thead tr ul
"""
_OTHER_NAMES = """
    a abbr acronym audio b bdi bdo big body button center cite code del dfn em embed font head html i iframe img input
    ins kbd label link mark meta noscript object picture q s samp script small source span strike strong style sub sup
    svg template textarea time title tt u var video wbr
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_VOID = frozenset({"br", "hr"})
_CELLS = frozenset({"td", "th"})
_TAGS = _BLOCKS | _CELLS | frozenset(_OTHER_NAMES.split())
_KNOWN_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_TAGS))})(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>", re.IGNORECASE)
_UNREAD = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|head|template|svg|textarea)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"<[!?][^>]*(?:>|\Z)")
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u200b]+")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_EMOJI_CHARACTERS = 8


def plain_text(text: str) -> str:
    """Text of unknown kind as a person reads it: mark-up and entities go where there are any.

    Only tags that HTML knows count as mark-up, so that "a <b and "I <3 it" stay as they were written.
    """
    if "<" in text and _KNOWN_TAG.search(text):
        return strip_html(text)
    return storable(unescaped(text) if "&" in text else text).strip()


def strip_html(html: str) -> str:
    """The readable text of an HTML fragment.

    Blocks and line breaks become new lines, other white space is folded, scripts and styles go, entities are
    characters. An emoji that is served as a picture stays, for it is part of what was said.
    """
    if "<" not in html:
        return _fold(_SPACE.sub(" ", unescaped(html)))
    reader = _Reader()
    reader.feed(_simplify(html))
    reader.close()
    return _fold("".join(reader.pieces))


def _simplify(html: str) -> str:
    """Take away what the standard parser stumbles over or reads in quadratic time, in linear time."""
    clean = _DECLARATION.sub("", _CDATA.sub(r"\1", _UNREAD.sub(" ", html)))
    end = clean.rfind(">") + 1
    return bounded(clean[:end] + clean[end:].replace("<", "&lt;"))


def _fold(text: str) -> str:
    lines = _AROUND_NEWLINE.sub("\n", re.sub(r"[ \xa0\u200b]+", " ", text))
    return storable(_EMPTY_LINES.sub("\n\n", lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)
        if tag == "img":
            alternative = dict(attrs).get("alt") or ""
            if len(alternative) <= _EMOJI_CHARACTERS and not alternative.isascii():
                self.pieces.append(alternative)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:  # <br/> is told as a start and an end
            self._break(tag)

    def handle_data(self, data: str) -> None:
        self.pieces.append(_SPACE.sub(" ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n\n" if tag == "p" else "\n")
        elif tag in _CELLS:
            self.pieces.append(" ")
