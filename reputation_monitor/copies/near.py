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
BROKEN_WORDS = 12
"""So many shared words tell as much as eight in a row, where they are three quarters of the longer text too."""
LONG_RUN = 14
RUN_SHARE = 0.65
"""So many words in a row, and so much of the shorter text, need no more: the rest was rewritten."""
PASSAGE_WORDS = 60
PASSAGE_SHARE = 0.9
"""A shorter text of so many words that shares so much is no quotation any more, wherever it stands in the longer."""
LEAD_WORDS = 15
HEAD_WORDS = 8
"""So many shared words that begin within so many are a story cut to its lead."""
WHOLE_LEAD_WORDS = 10
WHOLE_HEAD_WORDS = 2
"""Fewer do, and must begin sooner, where the shorter text has no word of its own."""
QUOTED = 0.62
"""Of the longer text's words, those that the shorter must share where it is neither."""
WORDS_FOR_A_CHANGE = 60
"""A figure more may differ for each so many words that stay: a correction in an article, another flight in a post."""
WORDS_FOR_ANOTHER = 12
"""One word more may stand for another for each so many that stay: what is left of a form is its names."""
ALIKE = 0.6
"""Words whose letters are as like as that are one word, mended."""
SLOT_WORDS = 4
"""In a change of so few words on both sides, a figure on one side tells: a name with a number, and one without."""
REPEATED_WORDS = 8
"""A run of so many that was there before says nothing new."""
COMPARED_WORDS = 700
"""No more are compared: what they say settles it, and the time an alignment takes grows with their square."""

_TELLING = re.compile(r"\d|\w[_.]\w")


def is_copy(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one of two texts was made of the other, given their ``told_words``.

    * The longer text holds three quarters of the shorter one's words, in runs of three or more, one of them of eight
      words: fewer are found in what people say anyway. So a story that was cut to its lead, or a clip that was cut into
      other windows, is a copy although most of the longer text is not in it. Fourteen words in a row may be less of it,
      and a text that was mended here and there may have shorter runs.
    * A short text in a long one is a quotation, and who quotes speaks for himself. It is a copy if it is the better
      part (62 %) of the longer, or words with which both begin, as a story that was cut to its lead does, or if it is
      60 words that are hardly changed.
    * No figure, code or site stands in the place of another, but for one in 60 words that stay. "Flight 1041 is late"
      and "Flight 2209 is late" are two customers, and errors of two sites two errors.
    * No word stands in the place of another, but for one in 12 that stay and for how it is spelt: "top stories of
      Larkair" and "top stories of Halden" are two texts. How a text ends is free, as outlets end it in their own way.
    """
    shorter, longer = sorted((_compared(one), _compared(other)), key=len)
    found = _shared(shorter, longer)
    return _is_most(found, shorter, longer) and _is_own(found, shorter, longer) and _is_unchanged(shorter, longer)


def is_retold(words: Sequence[str], first: Sequence[str], then: Sequence[str]) -> bool:
    """Whether a piece of speech is heard again in two that follow each other, whose cut falls elsewhere."""
    piece, whole = _compared(words), _compared([*first, *then])
    found = _shared(piece, whole)
    return _is_most(found, piece, whole) and _is_unchanged(piece, whole)


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


def _is_most(found: _Shared, shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether the better part of the shorter text is shared, by more than a stock phrase."""
    if len(found.longest) >= max(LONG_RUN, RUN_SHARE * len(shorter)):
        return True
    mended = found.words >= max(BROKEN_WORDS, SHARE * len(longer))
    return found.words >= SHARE * len(shorter) and (mended or is_telling(found.longest))


def _is_own(found: _Shared, shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether what is shared is the longer text's own, not what it quotes."""
    if found.words >= max(PASSAGE_WORDS, PASSAGE_SHARE * len(shorter)):
        return True
    back = _shared(longer, shorter)
    begins = max(found.first, back.first)
    whole = found.words == len(shorter) and begins <= WHOLE_HEAD_WORDS
    lead = (begins <= HEAD_WORDS and found.words >= LEAD_WORDS) or (whole and found.words >= WHOLE_LEAD_WORDS)
    return lead or back.words >= QUOTED * len(longer)


def _is_unchanged(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether no more words stand in the place of others than mending leaves."""
    mine, theirs = _said_once(one), _said_once(other)
    steps = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    stay = sum(end - start for kind, start, end, *_ in steps if kind == "equal")
    inner = [(mine[a:b], theirs[c:d]) for kind, a, b, c, d in steps[:-1] if kind == "replace"]
    figures, others = {*filter(_TELLING.search, mine)}, {*filter(_TELLING.search, theirs)}
    changes = max(sum(map(_tells, inner)), min(len(figures - others), len(others - figures)))
    return changes * WORDS_FOR_A_CHANGE <= stay and sum(map(_differ, inner)) * WORDS_FOR_ANOTHER <= stay


_Slot = tuple[Sequence[str], Sequence[str]]


def _tells(slot: _Slot) -> bool:
    return max(map(len, slot)) <= SLOT_WORDS and any(_TELLING.search(word) for side in slot for word in side)


def _differ(slot: _Slot) -> bool:
    mine, theirs = map(" ".join, slot)
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio() < ALIKE


def _said_once(words: Sequence[str]) -> list[str]:
    """The words without passages that were said before: who wants to be found repeats himself."""
    seen: set[tuple[str, ...]] = set()
    again = [False] * len(words)
    for start, run in enumerate(zip(*(words[at:] for at in range(REPEATED_WORDS)), strict=False)):
        if run in seen:
            again[start : start + REPEATED_WORDS] = [True] * REPEATED_WORDS
        seen.add(run)
    return [word for word, repeated in zip(words, again, strict=True) if not repeated]
