"""Whether one text was made of another: cut, re-titled, quoted with a remark, mended here and there."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from reputation_monitor.copies.texts import is_telling, spaced_out

RUN = 3
"""Words that follow each other in both texts for them to count as shared."""
SHARE = 0.75
"""Of the shorter text's words, those that the longer must share."""
PASSAGE_WORDS = 60
PASSAGE_SHARE = 0.9
"""A shorter text of so many words that shares so much is no quotation any more, wherever it stands in the longer."""
LEAD_WORDS = 15
"""So many are a story cut to its lead, where both texts begin with them."""
QUOTED = 0.62
"""Of the longer text's words, those that the shorter must share where it is neither."""
HEAD_WORDS = 8
"""Within so many words a text begins."""
WORDS_FOR_A_CHANGE = 60
"""A figure more may differ for each so many shared words: a correction in an article, another flight in a post."""
SLOT_WORDS = 4
"""In a change of so few words on both sides, a figure on one side tells: a name with a number, and one without."""
CHANGED_WORDS = 20
"""In a longer one a figure must stand on both sides; what is longer than that is another passage."""
COMPARED_WORDS = 700
"""No more are compared: what they say settles it, and the time an alignment takes grows with their square."""

_TELLING = re.compile(r"\d|\w[_.]\w")


def is_copy(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one of two texts was made of the other, given their ``told_words``.

    * At least 8 words in a row are shared: fewer are found in what people say anyway.
    * The longer text holds three quarters of the shorter one's words, in runs of three or more. So a story that was cut
      to its lead, or a clip that was cut into other windows, is a copy although most of the longer text is not in it.
    * A short text in a long one is a quotation, and who quotes speaks for himself. It is a copy if it is the better
      part (62 %) of the longer, or 15 words with which both begin, as a story that was cut to its lead does, or if it
      is 60 words that are hardly changed.
    * No figure, code or site stands in the place of another, but for one in 60 shared words. "Flight 1041 is late" and
      "Flight 2209 is late" are two customers, and errors of two sites two errors.
    """
    shorter, longer = sorted((_compared(one), _compared(other)), key=len)
    found = _shared(shorter, longer)
    return _is_most(found, shorter) and _is_own(found, shorter, longer) and _is_unchanged(found, shorter, longer)


def is_retold(words: Sequence[str], first: Sequence[str], then: Sequence[str]) -> bool:
    """Whether a piece of speech is heard again in two that follow each other, whose cut falls elsewhere."""
    piece, whole = _compared(words), _compared([*first, *then])
    found = _shared(piece, whole)
    return _is_most(found, piece) and _is_unchanged(found, piece, whole)


def _compared(words: Sequence[str]) -> list[str]:
    return spaced_out(words)[:COMPARED_WORDS]


class _Shared(NamedTuple):
    """How many words of a text are in runs that another has too, where the first is, and the longest run."""

    words: int
    first: int
    longest: Sequence[str]


def _shared(words: Sequence[str], other: Sequence[str]) -> _Shared:
    runs = set(zip(*(other[start:] for start in range(RUN)), strict=False))
    held = [False] * len(words)
    longest: Sequence[str] = ()
    begun = None
    for start, run in enumerate(zip(*(words[start:] for start in range(RUN)), strict=False)):
        if run not in runs:
            begun = None
            continue
        begun = start if begun is None else begun
        held[start : start + RUN] = [True] * RUN
        if start + RUN - begun > len(longest):
            longest = words[begun : start + RUN]
    return _Shared(sum(held), held.index(True) if any(held) else len(held), longest)


def _is_most(found: _Shared, words: Sequence[str]) -> bool:
    return found.words >= SHARE * len(words) and is_telling(found.longest)


def _is_own(found: _Shared, shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether what is shared is the longer text's own, not what it quotes."""
    if found.words >= max(PASSAGE_WORDS, PASSAGE_SHARE * len(shorter)):
        return True
    back = _shared(longer, shorter)
    begins = max(found.first, back.first) <= HEAD_WORDS
    return (begins and found.words >= LEAD_WORDS) or back.words >= QUOTED * len(longer)


def _is_unchanged(found: _Shared, one: Sequence[str], other: Sequence[str]) -> bool:
    return _telling_changes(one, other) * WORDS_FOR_A_CHANGE <= found.words


def _telling_changes(one: Sequence[str], other: Sequence[str]) -> int:
    """How many times a few words stand in the place of a few others, with a figure or code among them."""
    changes = 0
    for kind, start, end, there, until in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        size = max(end - start, until - there)
        if kind == "replace" and size <= CHANGED_WORDS:
            sides = (any(map(_TELLING.search, side)) for side in (one[start:end], other[there:until]))
            changes += any(sides) if size <= SLOT_WORDS else all(sides)
    return changes
