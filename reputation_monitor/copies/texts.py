"""What of a text its copies share: its words, without what outlets and people put around them."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

LEADING_WORDS = 60
LEADING_CHARACTERS = 4_000
FEWEST_WORDS = 8

_LINK = re.compile(r"https?://\S+|<3", re.IGNORECASE)  # and a heart, which is no figure
_HEAD = re.compile(r"^(?:(?:rt|mt|via)\b|[.:, \"\u201c]|@\w+)+", re.IGNORECASE)
_QUOTES = re.compile(r"\b[rm]t\b:? ?@\w+:? ?|[\"\u201c]@\w+: ?", re.IGNORECASE)
_TAIL = re.compile(r"(?:[^\w#@]++(?:(?:via|by|h/t) )?(?:@\w+|#[^\W\d]+\b))+[^\w#@]*+$", re.IGNORECASE)
_CUT_WORD = re.compile(r"\b\w++ ?(?:\.\.\.|\u2026)[^\w#@]*+$")
_DATELINE = re.compile(r"^[^\W\d_][^()]{0,40}\([^()]{2,30}\) ?[-\u2013\u2014:] ?")
_OUTLET = re.compile(r" [-|\u2013\u2014\u00b7] [^-|\u2013\u2014\u00b7]{2,40}$")
_SITE = r"\w+(?:[.-]\w+)*\.(?:com|org|net|gov|edu|info|[a-z]{2})\b"  # its name is one word
_INDIC = r"\u0900-\u0963\u0966-\u0dff"  # whose vowel signs are no letters to a regular expression
_WORD = re.compile(rf"{_SITE}|[\w{_INDIC}]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_APOSTROPHES = re.compile("['\u2019\u02bc]")


def told_words(title: str, text: str) -> list[str]:
    """The words by which copies of a text are told; none where there are under 8.

    Three people who write "the app does not work" are three voices, and nobody's copies.

    Folded away: case, width, punctuation, white space, links, "RT @name:" and handles at the head with a remark before
    them that is no longer than what follows, "via @name", tags and a word cut short at the tail, a news agency's
    dateline, an outlet's name at the end of a title. Figures stay: they are what tells two delayed flights, or two
    closing prices, apart.

    A body under 8 words, or one that only repeats the title, gives way to title and body together; else outlets' own
    titles do not count. A character of a script without spaces counts as half a word. No more than 4,000 characters
    are read.
    """
    headline = _folded(_OUTLET.sub("", _spaced(title)))
    body = _folded(text)
    if headline and body[: len(headline)] == headline and len(body) - len(headline) < FEWEST_WORDS:
        body = headline
    elif not is_telling(body):
        body = headline + body
    return body if is_telling(body) else []


def fingerprint(words: Sequence[str]) -> str:
    """What is the same for copies of one text and, but for accidents, differs otherwise; empty where none can be told.

    The leading 60 of the told words count, for outlets cut, extend and sign a wire story at its end.
    """
    return hashlib.blake2b(" ".join(words[:LEADING_WORDS]).encode(), digest_size=16).hexdigest() if words else ""


def is_telling(words: Sequence[str]) -> bool:
    """Whether so many words are 8 at least, where a run of a script without spaces counts by its characters."""
    return len(words) >= FEWEST_WORDS or sum(len(_UNSPACED.findall(word)) / 2 or 1.0 for word in words) >= FEWEST_WORDS


def spaced_out(words: Sequence[str]) -> list[str]:
    """The words, where each character of a script without spaces is one of its own."""
    return [part for word in words for part in (word if not word.isascii() and _UNSPACED.search(word) else (word,))]


def _folded(text: str) -> list[str]:
    """The words of a text as copies of it share them."""
    plain = _spaced(_LINK.sub(" ", text[:LEADING_CHARACTERS].replace("\x00", " ")))
    plain = _DATELINE.sub("", _HEAD.sub("", _passed_on(plain)))
    words = _words(_CUT_WORD.sub("", _TAIL.sub("", plain)))
    return words if is_telling(words) else _words(plain)  # a short text needs its tags to tell anything


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(_APOSTROPHES.sub("", folded.encode("utf-8", "ignore").decode()))


def _passed_on(text: str) -> str:
    """What was said before, where a text quotes it and remarks no more than it quotes; else the text."""
    start = 0
    for mark in _QUOTES.finditer(text):
        if len(text[start : mark.start()].split()) <= len(text[mark.end() :].split()):
            start = mark.end()
    return text[start:]


def _spaced(text: str) -> str:
    return " ".join(text.split())
