"""How a text is written down: with care, in a hurry, or in capitals."""

import random
import re

_STARTS = re.compile(r"((?:^|[.!?]\"?\s+|\n|>> )\"?)([a-z])")
_WORD = re.compile(r"(?<![\w@#'])[a-z]{5,}(?![\w'])")
_TYPOS = 0.08
"""Share of texts with a slip of the keyboard."""
_CARELESS = 0.15
"""Share of texts in small letters that no construction asks for."""


def styled(text: str, style: str, rng: random.Random) -> str:
    """The text in its style: ``~`` for small letters, ``!`` for capitals (mostly), nothing for care (mostly)."""
    if rng.random() < _TYPOS:
        text = mistyped(text, rng)
    if style == "!" and rng.random() < 0.7:
        return text.upper()
    if style == "~" or (not style and rng.random() < _CARELESS):
        return hurried(text, rng)
    return capitalised(text)


def capitalised(text: str) -> str:
    """Capitals where sentences start."""
    return _STARTS.sub(lambda found: found[1] + found[2].upper(), text)


def hurried(text: str, rng: random.Random) -> str:
    """Mostly in small letters, often without the last stop and the apostrophes."""
    if rng.random() < 0.75:
        text = text.lower()
    if rng.random() < 0.3:
        text = text.replace("'", "")
    return text.removesuffix(".") if rng.random() < 0.7 else text


def mistyped(text: str, rng: random.Random) -> str:
    """One of its longer words with a letter lost, doubled or swapped with the next."""
    found = list(_WORD.finditer(text))
    if not found:
        return text
    start, end = rng.choice(found).span()
    at = rng.randrange(start + 1, end - 1)
    slip = rng.choice(("", text[at] * 2, text[at + 1] + text[at]))
    return text[:at] + slip + text[at + (2 if len(slip) == 2 and slip[0] != slip[1] else 1) :]
