"""How texts of any length become batches of little padding: chunks of texts, windows of tokens, batches of windows."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

MAX_WINDOWS = 8
"""Windows read of one text; a longer text is read at this many places, first and last included."""


def chunks(texts: Sequence[str], *, most_texts: int = 4096, most_characters: int = 1_000_000) -> Iterator[slice]:
    """Slices of the texts that bound what is held at once. A text over the bound comes alone."""
    start, characters = 0, 0
    for index, text in enumerate(texts):
        full = index - start == most_texts or characters + len(text) > most_characters
        if full and index > start:
            yield slice(start, index)
            start, characters = index, 0
        characters += len(text)
    if start < len(texts):
        yield slice(start, len(texts))


def windows(length: int, width: int) -> list[slice]:
    """Where a text of ``length`` tokens is read, ``width`` tokens at most at a time.

    A text of up to ``MAX_WINDOWS`` windows is read whole, in pieces that differ by one token at most, so that no short
    remainder is judged without its context. Of a longer one, full windows are read at even distances from its first
    token to its last.
    """
    count = -(-length // width)
    if count <= MAX_WINDOWS:
        bounds = [length * i // count for i in range(count + 1)] if count else []
        return [slice(start, end) for start, end in pairwise(bounds)]
    starts = [(length - width) * i // (MAX_WINDOWS - 1) for i in range(MAX_WINDOWS)]
    return [slice(start, start + width) for start in starts]


def batches(lengths: Sequence[int], *, most_tokens: int) -> Iterator[list[int]]:
    """Indices grouped by like length, the longest first: rows times the longest stay within ``most_tokens``."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        rows = max(1, most_tokens // max(1, lengths[order[start]]))
        yield order[start : start + rows]
        start += rows
