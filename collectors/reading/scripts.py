"""Scripts that are written without spaces between words."""

import re

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Han, Kana, Thai, Lao, Khmer, Burmese, and Hangul, which glues its particles to the noun: for a regular expression."""

_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")


def stands_alone(letter: str) -> bool:
    """Whether each character of the letter's script counts as a word."""
    return _UNSPACED_LETTER.match(letter) is not None
