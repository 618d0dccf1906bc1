"""SAMI (Microsoft, 2003): HTML-like text between marks of milliseconds, one class a language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from collectors.reading.markup import strip_html
from collectors.tv.cues import UNREADABLE_TIME, Cue, Reading

_SYNC = re.compile(r"<sync\b([^>]*)>", re.IGNORECASE)
_START = re.compile(r"start\s*=\s*[\"']?(\d{1,12})\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b([^>]*)>", re.IGNORECASE)
_CLASS = re.compile(r"class\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_STYLE = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_LANGUAGE = re.compile(r"lang\s*:\s*([\w-]+)", re.IGNORECASE)
_BODY_END = re.compile(r"</body\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one paragraph shows from ``start`` on; without text it takes away what was shown."""

    start: float
    text: str
    kind: str
    raw: str
    line_number: int


def read_sami(text: str, reading: Reading) -> None:
    """Read the cues of a SAMI text, in the language that comes first; another one is set aside as a whole."""
    shown = list(_paragraphs(text, reading))
    main = next((paragraph.kind for paragraph in shown if paragraph.text), "")
    reading.language = _language(text, main)
    for other in dict.fromkeys(paragraph.kind for paragraph in shown if paragraph.text and paragraph.kind != main):
        first = next(paragraph for paragraph in shown if paragraph.kind == other)
        reading.refuse(first.raw, f"captions of a second language, {other!r}; only {main!r} is read", first.line_number)
    spoken = [paragraph for paragraph in shown if paragraph.kind == main]
    for paragraph, following in zip_longest(spoken, spoken[1:]):
        if paragraph.text:
            end = following.start if following else paragraph.start
            reading.add(Cue(paragraph.start, end, paragraph.text), paragraph.raw, paragraph.line_number)


def _paragraphs(text: str, reading: Reading) -> Iterator[_Shown]:
    closing = _BODY_END.search(text)
    line_number, counted = 1, 0
    for mark, end in _with_ends(_SYNC, text, closing.start() if closing else len(text)):
        line_number += text.count("\n", counted, mark.start())
        counted = mark.start()
        start = _START.search(mark[1])
        if start is None:
            reading.refuse(text[mark.start() : end], UNREADABLE_TIME, line_number)
            continue
        for kind, raw in _by_class(text[mark.end() : end]):
            yield _Shown(int(start[1]) / 1000, strip_html(raw), kind, raw, line_number)


def _by_class(marked: str) -> Iterator[tuple[str, str]]:
    """The paragraphs of one mark with their classes; all of it where it has none."""
    paragraphs = _with_ends(_PARAGRAPH, marked, len(marked))
    if not paragraphs:
        yield "", marked
    for paragraph, end in paragraphs:
        kind = _CLASS.search(paragraph[1])
        yield kind[1] if kind else "", marked[paragraph.end() : end]


def _with_ends(pattern: re.Pattern[str], text: str, end: int) -> list[tuple[re.Match[str], int]]:
    """The places where the pattern is found, each with where what follows it ends."""
    found = list(pattern.finditer(text))
    return [(place, following.start()) for place, following in pairwise(found)] + [(place, end) for place in found[-1:]]


def _language(text: str, kind: str) -> str:
    for style in _STYLE.finditer(text):
        if style[1].casefold() == kind.casefold() and (found := _LANGUAGE.search(style[2])):
            return found[1]
    return ""
