"""What one answer of a source showed, in a form that can be added up and remembered."""

import hashlib
from base64 import b85decode, b85encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from math import log2
from typing import Any, Self

import numpy as np

from collectors.base import Item

BINS = 32
"""Lengths of texts in half octaves: bin ``b`` holds those of ``2 ** (b / 2)`` characters and more."""

REMEMBERED = 4000
"""Items of a source that are known again. A page that holds more counts some of its items as new each time."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts of what a source gave.

    Attributes:
        pages: polls that held any item.
        items, known: items of all polls, and those of them that had been seen before.
        fresh: items seen for the first time; the counts below are of these.
        lengths: of title and text together, by ``BINS``.
    """

    pages: int = 0
    items: int = 0
    known: int = 0
    fresh: int = 0
    author: int = 0
    date: int = 0
    title: int = 0
    text: int = 0
    rating: int = 0
    language: int = 0
    lengths: tuple[int, ...] = (0,) * BINS

    def __add__(self, other: "Shape") -> "Shape":
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTS}
        return Shape(**counts, lengths=tuple(a + b for a, b in zip(self.lengths, other.lengths, strict=True)))

    def as_json(self) -> dict[str, Any]:
        """As a store keeps it."""
        return {name: getattr(self, name) for name in _COUNTS} | {"lengths": list(self.lengths)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """As it was kept; counts that an earlier version did not know are zero."""
        lengths = [*kept.get("lengths", ()), *(0,) * BINS][:BINS]
        return cls(**{name: kept.get(name, 0) for name in _COUNTS}, lengths=tuple(lengths))


_COUNTS = [field.name for field in fields(Shape) if field.name != "lengths"]


@dataclass(frozen=True, slots=True)
class Memory:
    """Digests of the items last seen, the latest at the end."""

    digests: tuple[int, ...] = ()

    def meet(self, digests: Sequence[int]) -> tuple[list[bool], "Memory"]:
        """Which of these are new, and the memory afterwards."""
        seen = dict.fromkeys(self.digests)
        new = []
        for digest in digests:
            new.append(digest not in seen)
            seen.pop(digest, None)
            seen[digest] = None
        return new, Memory(tuple(seen)[-REMEMBERED:])

    def packed(self) -> str:
        """Four bytes an item, as text."""
        return b85encode(np.array(self.digests, dtype="<u4").tobytes()).decode()

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """What was packed; nothing where that cannot be read."""
        try:
            return cls(tuple(np.frombuffer(b85decode(text), dtype="<u4").tolist()))
        except ValueError:
            return cls()


def digest_of(item: Item) -> int:
    """32 bits that stand for an item: among 4,000 remembered ones, one new item in a million is taken for known."""
    return int.from_bytes(hashlib.blake2b(item.id.encode(errors="replace"), digest_size=4).digest(), "little")


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer: its digest, the same for the same items in the same order and words, and how many they are."""

    digest: str = ""
    items: int = 0

    def followed_by(self, items: Sequence[Item]) -> "Page":
        """The page with more items at its end."""
        if not items:
            return self
        page = hashlib.blake2b(self.digest.encode(), digest_size=16)
        for item in items:
            page.update(f"{item.id}\x00{item.title}\x00{item.text}\x01".encode(errors="replace"))
        return Page(page.hexdigest(), self.items + len(items))


def shape_of(items: Sequence[Item], new: Sequence[bool]) -> Shape:
    """The counts of one answer or a part of it; ``pages`` is left to whoever knows that the answer is whole."""
    fresh = [item for item, is_new in zip(items, new, strict=True) if is_new]
    lengths = [0] * BINS
    for item in fresh:
        lengths[length_bin(len(item.title) + len(item.text))] += 1
    return Shape(
        items=len(items),
        known=len(items) - len(fresh),
        fresh=len(fresh),
        author=sum(bool(item.author) for item in fresh),
        date=sum(item.published is not None for item in fresh),
        title=sum(bool(item.title.strip()) for item in fresh),
        text=sum(bool(item.text.strip()) for item in fresh),
        rating=sum(item.rating is not None for item in fresh),
        language=sum(bool(item.language) for item in fresh),
        lengths=tuple(lengths),
    )


def length_bin(characters: int) -> int:
    """The bin of a length."""
    return min(int(2 * log2(characters)), BINS - 1) if characters > 1 else 0


def appeared(item: Item, last_success: datetime | None, now: datetime) -> datetime:
    """When a new item came within sight.

    What is dated after the last answer appeared then. What is dated before it was not there at that answer, so it
    came late, and appeared since. At first contact nothing is known but the date.
    """
    if item.published is None:
        return now
    if last_success is not None and item.published <= last_success:
        return now
    return min(item.published, now)
