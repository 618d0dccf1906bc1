"""What a text looks like to the model: without what its tokenizer can't read, and masked as in its training data."""

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

TARGET = "[unused1]"
"""Stands for whom a text is asked about: a token of the vocabulary that no text contains."""

Target = str | Sequence[str] | None
"""Whom a text is asked about: a name, or every name that it goes by."""

_MARK = "\ue000"  # of the private use area, so that nothing below takes it for a word
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_RESERVED = re.compile(r"\[(unused\d+|PAD|UNK|CLS|SEP|MASK)\]")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@./])@\w{1,30}")
_HASHTAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_DRAWN_OUT = re.compile(r"([a-vx-z])\1{2,}", re.IGNORECASE)  # but for www
_PICTURE = re.compile("[\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff\ufe0e\ufe0f\u200d]")
_PLAIN = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\x00": " ", _MARK: " "}
)
_SPACE = re.compile(r"\s+")

MOST_COATS = 8
"""How often references and escapes are resolved in one text: each time costs as much as its length."""


def normalise(text: str) -> str:
    r"""A text as the model reads it. The result is valid Unicode, and normalising it again changes nothing.

    Handles become ``@user`` and links ``http``, the masks of TweetEval (Barbieri et al. 2020). The words of a hashtag
    are set apart, pictures get their Unicode names, letters said three times and more are said twice, HTML references
    and ``\u`` escapes are resolved: the tokenizer's vocabulary, of 2018, knows few of them. White space is folded.
    """
    return _masked(_plain(text))


def mark(text: str, names: Sequence[str]) -> str | None:
    """A text as the model reads it when it is asked about whoever has these names; none of them in it, ``None``.

    Each name, also as a handle or a hashtag (``@VirginAmerica`` is Virgin America, and so is ``@VirginAmericaHelp``),
    becomes ``TARGET``: the model judges what is said of somebody and can't know of whom.
    """
    pattern = _pattern(tuple(names))
    marked, found = pattern.subn(f" {_MARK} ", _plain(text)) if pattern else ("", 0)
    return _masked(marked).replace(_MARK, TARGET) if found else None


def names_any(text: str, names: Sequence[str]) -> bool:
    """Whether ``mark`` would find any of the names."""
    pattern = _pattern(tuple(names))
    return pattern is not None and pattern.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return _RESERVED.sub(r" \1 ", _resolved(mended(text).translate(_PLAIN)))


def _masked(plain: str) -> str:
    masked = _HANDLE.sub("@user", _LINK.sub("http", plain))
    spoken = _PICTURE.sub(_name, _HASHTAG.sub(_words, masked))
    return _SPACE.sub(" ", spoken).strip()


@lru_cache(maxsize=1024)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds any of the names as whole words; the longest first, so that a name within a name is not cut out of it."""
    words = [_plain(name).lstrip("@# ").split() for name in sorted(names, key=len, reverse=True)]
    choices = "|".join(r"\s*".join(map(re.escape, name)) for name in words if name)
    return re.compile(rf"(?<![\w.@])@(?:{choices})\w*|(?<!\w)#?(?:{choices})(?!\w)", re.IGNORECASE) if choices else None


def _resolved(text: str) -> str:
    """Without references, escapes and letters drawn out. Some texts have several coats: ``&amp;amp;``."""
    for _ in range(MOST_COATS):
        plain = _uncoated(text)
        if plain == text:
            return text
        text = plain
    # Nobody writes so. A coat begins with one of these signs; without them there is none.
    return _uncoated(text.replace("&", " ").replace("\\", " "))


def _uncoated(text: str) -> str:
    unescaped = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(text))
    return _DRAWN_OUT.sub(r"\1\1", mended(unescaped).translate(_PLAIN))


def _words(hashtag: re.Match[str]) -> str:
    return f"# {_HUMP.sub(' ', hashtag[1])}"


def _name(picture: re.Match[str]) -> str:
    """Its name in words; a joiner, a variant or a skin tone says nothing."""
    name = unicodedata.name(picture[0], "")
    silent = not name or name.startswith(("VARIATION SELECTOR", "ZERO WIDTH", "EMOJI MODIFIER", "REGIONAL INDICATOR"))
    return " " if silent else f" {name.lower().replace('heavy black heart', 'heart')} "


def mended(text: str) -> str:
    """Join halves of surrogate pairs, as careless decoders leave them, and replace those without a partner."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
