"""Changes to a text that leave what it says of a brand as it was: another name, a slip of the keys, a hashtag."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

NAMES = (
    "Barclays", "Brisco", "Emirates", "Halden", "Kestrel", "KLM",
    "Nordhavn", "Norvane", "Spotify", "Toyota", "Vodafone", "Western Pine",
)  # fmt: skip
"""Real and invented, of several industries; none of them in the airline tweets."""
PICTURES = "📦📱🚗🏦📺🛒🧾🕒"
TAGS = ("#fyi", "#monday", "#news", "#brands", "#update", "#london")
_LONG_WORD = re.compile(r"(?<![\w@#/.])[a-z]{5,}(?![\w/.@])")


@dataclass(frozen=True, slots=True)
class Question:
    """A text, what the brand it is asked about is called in it, and what another brand is.

    Both are empty where a text is asked about as a whole and nobody is known to be named.
    """

    text: str
    names: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


Change = Callable[[Question, random.Random], Question | None]
"""A question with its text changed; ``None`` where there is nothing to change."""


def other_name(question: Question, rng: random.Random) -> Question | None:
    """The brand goes by another name, also in handles and hashtags; the question is about the new name."""
    name = rng.choice(NAMES)
    text = renamed(question.text, question.names, name)
    return None if text == question.text else replace(question, text=text, names=(name,))


def other_rival(question: Question, rng: random.Random) -> Question | None:
    """The other brand goes by another name; the question stays."""
    name = rng.choice(NAMES)
    text = renamed(question.text, question.rivals, name)
    return None if text == question.text else replace(question, text=text, rivals=(name,))


def typo(question: Question, rng: random.Random) -> Question | None:
    """Two neighbouring letters within one long word change places; names and links are left alone."""
    text, names = question.text, _pattern((*question.names, *question.rivals))
    spared = {i for found in names.finditer(text) for i in range(*found.span())} if names else set()
    words = [range(*found.span()) for found in _LONG_WORD.finditer(text)]
    places = [i for word in words for i in word[1:-2] if text[i] != text[i + 1] and not {i, i + 1} & spared]
    if not places:
        return None
    i = rng.choice(places)
    return replace(question, text=f"{text[:i]}{text[i + 1]}{text[i]}{text[i + 2 :]}")


def lower_case(question: Question, _: random.Random) -> Question | None:
    """Everything in lower case."""
    return _respelled(question, question.text.lower())


def upper_case(question: Question, _: random.Random) -> Question | None:
    """Everything in capitals, as captions come."""
    return _respelled(question, question.text.upper())


def emoji(question: Question, rng: random.Random) -> Question:
    """A picture at the end that praises and blames nobody."""
    return replace(question, text=f"{question.text} {rng.choice(PICTURES)}")


def hashtag(question: Question, rng: random.Random) -> Question:
    """A hashtag at the end that praises and blames nobody."""
    return replace(question, text=f"{question.text} {rng.choice(TAGS)}")


CHANGES: dict[str, Change] = {
    "brand's name": other_name,
    "rival's name": other_rival,
    "typo": typo,
    "lower case": lower_case,
    "upper case": upper_case,
    "emoji": emoji,
    "hashtag": hashtag,
}


def renamed(text: str, names: Sequence[str], name: str) -> str:
    """The text with every one of the names as ``name``: whole words of any case, written together behind @ and #."""
    together = name.replace(" ", "")
    pattern = _pattern(tuple(names))
    return pattern.sub(lambda found: f"{found[1]}{together if found[1] else name}", text) if pattern else text


@lru_cache(maxsize=4096)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    longest_first = sorted(names, key=len, reverse=True)
    choices = "|".join(r"\s*".join(map(re.escape, name.split())) for name in longest_first)
    return re.compile(rf"(?<![\w.@#])([@#]?)(?:{choices})(?!\w)", re.IGNORECASE) if choices else None


def _respelled(question: Question, text: str) -> Question | None:
    return None if text == question.text else replace(question, text=text)
