"""What a word is, in texts and in queries.

* Letters, digits and ``_``. Accents, Arabic and Hebrew points, full-width forms and case are folded: café = CAFE.
* Apostrophes join: ``O'Neil`` = oneil. A text's "@United's" counts as @united, united and uniteds, "l'Apetiz" as
  apetiz too.
* Any other sign separates: ``coca-cola`` is the two words coca and cola.
* ``@``, ``#`` and ``$`` belong to the word that follows them.
* Scripts written without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) and Hangul, which glues its particles to the
  noun, have one word a character, so that a term is found wherever it stands.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from collectors.reading.scripts import UNSPACED

SIGILS = "@#$"

_POINTS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
_DROPPED = re.compile(f"[{_POINTS}\u00ad\u200b-\u200f\u2060\ufeff]")
_INDIC = "\u0900-\u0963\u0966-\u0dff"  # their vowel signs are marks, which \w leaves out
LETTERS = rf"[\w{_INDIC}]"
"""A regular expression of what a wildcard may stand for."""
_LETTER = rf"(?:(?![{UNSPACED}]){LETTERS})"
_SIGIL = rf"(?:(?<!\w)[{SIGILS}])?"
_WORD = re.compile(rf"{_SIGIL}(?:[{UNSPACED}]|{_LETTER}+(?:'{_LETTER}+)*)")
_ASCII_WORD = re.compile(rf"{_SIGIL}[a-z0-9_]+(?:'[a-z0-9_]+)*")
_PATTERN = re.compile(rf"{_SIGIL}(?:[{UNSPACED}]\*?|(?:{_LETTER}|\*)+(?:'(?:{_LETTER}|\*)+)*)")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\u00b4`", "'"))
_ELISIONS = frozenset(
    ["all", "c", "d", "dall", "dell", "j", "jusqu", "l", "m", "n", "nell", "puisqu", "qu", "s", "t", "un"]
)


def fold(text: str) -> str:
    """The text without what does not tell words apart: case, accents, points, width, the kind of apostrophe."""
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    return unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFKD", folded)))


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order, with their sigils and apostrophes."""
    folded = fold(text)
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def patterns_of(written: str) -> tuple[str, ...]:
    """The words of a query's term, folded; ``*`` stays, apostrophes join."""
    return tuple(word.replace("'", "") for word in _PATTERN.findall(fold(written)))


@lru_cache(maxsize=65_536)
def forms(word: str) -> tuple[str, ...]:
    """Every form by which a word of a text may be asked for, without repeats."""
    return tuple(dict.fromkeys(_forms(word)))


def _forms(word: str) -> Iterator[str]:
    plain = word.replace("'", "")
    yield plain
    bare = plain.lstrip(SIGILS)
    yield bare
    yield bare.strip("_") or bare  # _emphasis_
    head, apostrophe, tail = word.lstrip(SIGILS).partition("'")
    if apostrophe and tail == "s":
        yield word.partition("'")[0]
        yield head
    if apostrophe and head in _ELISIONS:
        yield from _forms(tail)
