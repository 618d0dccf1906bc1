"""Invented brands: what they are called, and how people write that."""

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from sentiment.text import names_any
from sentiment.training.rivals.files import words

_PLAIN_WORD = re.compile(r"[\w ]+")


def two_names(industry: str, rng: random.Random) -> tuple[str, str]:
    """Names of two brands of an industry; neither has a word of the other."""
    while True:
        x, y = name(industry, rng), name(industry, rng)
        if not set(x.lower().split()) & set(y.lower().split()):
            return x, y


def name(industry: str, rng: random.Random) -> str:
    """A brand's name: one of the list, one put together, or a common word; some say what the brand does."""
    kind = rng.random()
    if kind < 0.45:
        plain = rng.choice(words_of("names"))
    elif kind < 0.8:
        plain = rng.choice(_parts()["start"]) + rng.choice(_parts()["end"])
    else:
        plain = rng.choice(words_of("common"))
    endings = _suffixes().get(industry)
    return f"{plain} {rng.choice(endings)}" if endings and rng.random() < 0.2 and " " not in plain else plain


def written(name: str, rng: random.Random, *, post: bool) -> str:
    """The name as a text may write it: in posts often a handle, a hashtag or in small letters."""
    if rng.random() >= (0.6 if post else 0.12) or not _PLAIN_WORD.fullmatch(name):
        return name
    joined = name.replace(" ", "")
    spelt = rng.choice((f"@{joined}", f"#{joined}", *([name.lower()] if post else [])))
    return spelt if names_any(spelt, [name]) else name


@cache
def words_of(kind: str) -> Sequence[str]:
    """The words of a file, read once."""
    return words(kind)


@cache
def _parts() -> Mapping[str, Sequence[str]]:
    return _by_first("parts")


@cache
def _suffixes() -> Mapping[str, Sequence[str]]:
    return _by_first("suffixes")


def _by_first(kind: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in words_of(kind):
        first, _, rest = line.partition(" ")
        found[first].append(rest)
    return dict(found)
