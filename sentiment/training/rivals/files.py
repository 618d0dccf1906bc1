"""The files of the grammar."""

from collections.abc import Iterator
from pathlib import Path

from sentiment.scores import Label

FOLDER = Path(__file__).parent
SIGNS: dict[str, Label] = {"-": "negative", "0": "neutral", "+": "positive"}
"""How the files write the labels."""


def lines(path: Path) -> Iterator[str]:
    """The lines of a file that are neither empty nor a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line


def words(name: str) -> list[str]:
    """All of one kind of word."""
    return list(lines(FOLDER / "words" / f"{name}.txt"))
