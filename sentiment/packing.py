"""How texts of any length become batches of little padding: chunks of texts, windows of tokens, batches of windows."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_WINDOWS = 64
"""Windows read of one text; a longer text is read at this many places, first and last included."""
_SENTENCE_END = re.compile(r"(?:(?<![.!?\u2026])[.!?\u2026]++[\"')\]]*+|>>)\s+|\s(?=>>)")


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens ``start`` to ``end`` of a text, and what they weigh in its score."""

    start: int
    end: int
    weight: float


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


def sentence_starts(text: str) -> list[int]:
    """Characters at which its sentences start, but for the first; a change of speaker (``>>``) starts one too."""
    return [found.end() for found in _SENTENCE_END.finditer(text) if found.end() < len(text)]


def windows(length: int, width: int, breaks: Sequence[int] = ()) -> list[Window]:
    """Where a text of ``length`` tokens is read as a whole, ``width`` tokens at most at a time; weights are lengths.

    A text of up to ``MAX_WINDOWS`` windows is read whole, in pieces of like size, so that no short remainder is judged
    without its context; a cut moves to the nearest of ``breaks`` (tokens that start a sentence) if the rest still fits.
    Of a longer one, full windows are read at even distances from its first token to its last.
    """
    count = -(-length // width)
    if count > MAX_WINDOWS:
        starts = [(length - width) * i // (MAX_WINDOWS - 1) for i in range(MAX_WINDOWS)]
        return [Window(start, start + width, width) for start in starts]
    found, start = [], 0
    while start < length:
        left = max(1, -(-(length - start) // width))
        end = _cut(start, length, left, width, breaks) if left > 1 else length
        found.append(Window(start, end, end - start))
        start = end
    return found


def _cut(start: int, length: int, left: int, width: int, breaks: Sequence[int]) -> int:
    """Where the first of ``left`` windows ends: near an even share, and not so early that they would not suffice."""
    even = start + -(-(length - start) // left)
    earliest, latest = max(start + 1, length - (left - 1) * width), start + width
    near = breaks[bisect_right(breaks, earliest - 1) : bisect_right(breaks, latest)]
    return min(near, key=lambda at: abs(at - even)) if near else even


def windows_round(targets: Sequence[int], length: int, width: int, breaks: Sequence[int] = ()) -> list[Window]:
    """Where a text is read for what it says of a target that stands at these tokens (ascending, at least one).

    A text that fits is read whole. Of a longer one, each window holds the sentence with the target, the one before and
    the one after, and further such places while they fit. It weighs as many times as the target is named in it.
    Sentences longer than a window are read round the target. At most ``MAX_WINDOWS`` windows are read.
    """
    if length <= width:
        return [Window(0, length, len(targets))]
    places = [_round_one(at, [0, *breaks, length], length, width) for at in targets]
    found: list[Window] = []
    first = 0
    while first < len(targets):
        start, end = places[first]
        after = bisect_left(targets, end)
        while after < len(targets) and places[after][1] - start <= width:
            end = places[after][1]
            after = bisect_left(targets, end)
        found.append(Window(start, end, after - first))
        first = after
    step = max(1, -(-len(found) // MAX_WINDOWS))
    return found[::step]


def _round_one(target: int, bounds: Sequence[int], length: int, width: int) -> tuple[int, int]:
    """The sentence of a token with its neighbours as far as they fit; else a window with the token in its middle."""
    here = bisect_right(bounds, target) - 1
    at = [bounds[min(max(i, 0), len(bounds) - 1)] for i in (here - 1, here, here + 1, here + 2)]
    for start, end in ((at[0], at[3]), (at[0], at[2]), (at[1], at[2])):
        if end - start <= width:
            return start, end
    start = min(max(0, target - width // 2), length - width)
    return start, start + width


def batches(lengths: Sequence[int], *, most_tokens: int) -> Iterator[list[int]]:
    """Indices grouped by like length, the longest first: rows times the longest stay within ``most_tokens``."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        rows = max(1, most_tokens // max(1, lengths[order[start]]))
        yield order[start : start + rows]
        start += rows
