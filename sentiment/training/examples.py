"""One training text, and what tells a schedule of them from another."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sentiment.text import TARGET


@dataclass(frozen=True, slots=True)
class Example:
    """One training text, normalised and its target marked.

    Attributes:
        label: what people say, as an index of ``LABELS``; ``None`` where nobody was asked.
        kind: names where it comes from.
        answer: what a teacher says, as raw scores of the labels; ``None`` where none was asked.
    """

    text: str
    label: int | None
    kind: str
    answer: tuple[float, ...] | None = None

    @property
    def targeted(self) -> bool:
        """Whether it asks about somebody."""
        return TARGET in self.text


def digest_of(examples: Iterable[Example]) -> str:
    """SHA-256 of all examples in their order."""
    digest = hashlib.sha256()
    for one in examples:
        digest.update(repr((one.text, one.label, one.kind)).encode())
    return digest.hexdigest()
