"""The demo's language: lists of invented phrases from which each text is drawn.

A phrase holds placeholders. ``{name}`` takes the word of that name which the caller gives, else one entry of the list
``<topic>.name``, else of the list ``name``; ``{Name}`` does the same and begins with a capital letter.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

_PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z_.]*)\}")
_SENTENCE_END = (".", "!", "?")

Words = Mapping[str, str]
"""What the caller fills in: the brand, its handle, amounts."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase, cut at its placeholders: literal text and names by turns, text first."""

    parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Phrase":
        """Cut a phrase as it is written in the lists."""
        return cls(tuple(_PLACEHOLDER.split(text)))

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders, in order, as written."""
        return self.parts[1::2]


class PhraseError(ValueError):
    """A placeholder that neither a list nor the caller fills."""


class PhraseBook:
    """All lists together. Drawing is a pure function of the topic, the words and the random source."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._lists = {name: tuple(map(Phrase.parse, phrases)) for name, phrases in lists.items()}

    @property
    def names(self) -> frozenset[str]:
        """The names of all lists."""
        return frozenset(self._lists)

    def entries(self, name: str) -> tuple[str, ...]:
        """The plain words of a list that holds no placeholders."""
        return tuple(phrase.parts[0] for phrase in self._lists[name])

    def draw(self, name: str, topic: str, words: Words, rng: random.Random) -> str:
        """Draw one rendering of the list ``name`` for a topic.

        Raises:
            PhraseError: a placeholder that nothing fills.
        """
        if name in words:
            return words[name]
        phrases = self._lists.get(f"{topic}.{name}") or self._lists.get(name)
        if phrases is None:
            raise PhraseError(f"nothing fills {{{name}}} of topic {topic!r}")
        parts = rng.choice(phrases).parts
        if len(parts) == 1:
            return parts[0]
        return "".join(part if i % 2 == 0 else self._fill(part, topic, words, rng) for i, part in enumerate(parts))

    def count(self, name: str, topic: str) -> int:
        """How many renderings a list has, the caller's words counted as one each."""
        phrases = self._lists.get(f"{topic}.{name}") or self._lists.get(name)
        if phrases is None:
            return 1
        return sum(self._count_phrase(phrase, topic) for phrase in phrases)

    def _count_phrase(self, phrase: Phrase, topic: str) -> int:
        product = 1
        for name in phrase.names:
            product *= self.count(_lowered(name), topic)
        return product

    def _fill(self, name: str, topic: str, words: Words, rng: random.Random) -> str:
        if name[0].islower():
            return self.draw(name, topic, words, rng)
        return capitalised(self.draw(_lowered(name), topic, words, rng))


def capitalised(text: str) -> str:
    """The text with its first letter in upper case and the rest as it was."""
    return text[:1].upper() + text[1:]


def tidied(text: str) -> str:
    """The text without the doubled stops that joining phrases leaves."""
    for end in _SENTENCE_END:
        text = text.replace(f"{end}.", end)
    return re.sub(r"\s+", " ", text).strip()


def _lowered(name: str) -> str:
    return name[0].lower() + name[1:]


@lru_cache(maxsize=1)
def phrase_book() -> PhraseBook:
    """The lists that ship with the package (``texts/*.yaml``)."""
    lists: dict[str, list[str]] = {}
    folder = resources.files(__package__) / "texts"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            lists.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return PhraseBook(lists)
