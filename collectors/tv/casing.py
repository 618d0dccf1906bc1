"""Captions in one case, upper or lower, back to the case that people, and language models, read."""

import re

_SHOUTED_SHARE = 0.8
_FEWEST_LETTERS = 8
_SENTENCE_START = re.compile(
    r"((?:^|(?:(?<!\.[A-Z])\.|[!?\u2026:])[\"'\u201d\u2019)\]]*\s|\n)[\s\"'\u201c\u2018(\[]*)([^\W\d_])"
)
_PRONOUN = re.compile(r"\bi\b")
_INITIALS = re.compile(r"(?<!['\u2019])\b[bcdfghjklmnpqrstvwxz]{2,6}\b|\b(?:[a-z]\.){2,}|\bat&t\b")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "st", "jr", "sr", "gov", "sen"})
_KNOWN_INITIALS = re.compile(
    r"\b(?:aarp|abc|ai|aol|api|atm|ceo|cfo|cia|cio|doj|epa|eu|faa|fbi|fda|ibm|irs|isp|nasa|nato|nhtsa|uk|usa|usb)\b"
)
_NO_INITIALS = frozenset({"hmm", "hm", "mm", "mmm", "shh", "sh", "psst", "pst", "vs", "th", "nd", "rd"})


def sentence_case(text: str, *, begins: bool = True) -> str:
    """Text in sentence case if it was in one case throughout, else as it is.

    Names cannot be told from other words and stay in lower case; words without a vowel (CNN, TV), dotted letters
    (U.S.) and a few well-known words (FBI, CEO) are taken for initials. Sentiment models are trained on written text,
    where capitals mean anger.

    Args:
        text: as it was captioned.
        begins: whether a sentence begins with it.
    """
    if not _is_in_one_case(text):
        return text
    lowered = _KNOWN_INITIALS.sub(lambda found: found[0].upper(), _INITIALS.sub(_restore_initials, text.lower()))
    started = _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), lowered)
    return _PRONOUN.sub("I", started if begins else lowered[:1] + started[1:])


def _is_in_one_case(text: str) -> bool:
    cased = [letter for letter in text if letter.lower() != letter.upper()]
    capitals = sum(map(str.isupper, cased))
    return len(cased) >= _FEWEST_LETTERS and (capitals >= _SHOUTED_SHARE * len(cased) or not capitals)


def _restore_initials(found: re.Match[str]) -> str:
    word = found[0]
    if word in _TITLES:
        return word.capitalize()
    return word if word in _NO_INITIALS else word.upper()
