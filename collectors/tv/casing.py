"""Upper-case captions back to the case that people, and language models, read."""

import re

_SHOUTED_SHARE = 0.8
_FEWEST_LETTERS = 8
_SENTENCE_START = re.compile(r"((?:^|[.!?\u2026:]|\n)[\s\"'\u201c\u2018(\[]*)([^\W\d_])")
_PRONOUN = re.compile(r"\bi\b")
_INITIALS = re.compile(r"(?<!['\u2019])\b[bcdfghjklmnpqrstvwxz]{2,6}\b")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "st", "jr", "sr", "gov", "sen"})
_NO_INITIALS = frozenset({"hmm", "hm", "mm", "mmm", "shh", "sh", "psst", "pst", "vs", "th", "nd", "rd"})


def sentence_case(text: str) -> str:
    """Text in sentence case if it was shouted throughout, else as it is.

    Names cannot be told from other words and stay in lower case; words without a vowel (CNN, TV) are taken for
    initials. Sentiment models are trained on written text, where capitals mean anger.
    """
    if not _is_shouted(text):
        return text
    lowered = _INITIALS.sub(_restore_initials, text.lower())
    started = _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), lowered)
    return _PRONOUN.sub("I", started)


def _is_shouted(text: str) -> bool:
    cased = [letter for letter in text if letter.lower() != letter.upper()]
    return len(cased) >= _FEWEST_LETTERS and sum(map(str.isupper, cased)) >= _SHOUTED_SHARE * len(cased)


def _restore_initials(found: re.Match[str]) -> str:
    word = found[0]
    if word in _TITLES:
        return word.capitalize()
    return word if word in _NO_INITIALS else word.upper()
