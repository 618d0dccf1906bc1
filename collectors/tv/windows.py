"""Captions to what was said: repeats dropped, cut into windows at the ends of sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from collectors.tv.casing import sentence_case
from collectors.tv.cues import Cue

_ENDS = ".!?\u2026\u3002\uff01\uff1f"  # with the ellipsis, and the full stops of Chinese and Japanese
_CLOSERS = "\"'\u201d\u2019)]"
_BOUNDARY = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*(?:\s+|$)|[\u3002\uff01\uff1f]+|(?<!>)(?=>>)")
_ABBREVIATION = re.compile(r"(?:^|[\s.])(?:mr|mrs|ms|dr|st|jr|sr|vs|no|gen|sen|rep|gov|[a-z])\.$", re.IGNORECASE)
_SPEAKER_MARK = re.compile(r">{2,}\s*|[♪♫]\s*")
_SPEAKER, _STORY = ">>", ">>>"
_SOUND = re.compile(r"\[[^\[\]]{1,60}\]|(^[\s>-]*)\((?:[^\W\d_]|[ .,'-]){2,40}\)", re.MULTILINE)
_SHORTEST_SECONDS = 1.0
"""Windows are told apart by the second in which they begin."""
_ROLL_UP_WORDS = 2
_ROLL_UP_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or the part of one that a cue holds.

    Attributes:
        start: seconds on the file's time line; inside a cue, by its share of the letters.
        begins: whether a sentence or a speaker begins here, so that a window may be cut before it.
        opens_story: whether a new story begins here, so that a window has to be.
    """

    start: float
    text: str
    begins: bool
    opens_story: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """What was said from ``start`` (seconds) on, in readable case."""

    start: float
    text: str


def cut_windows(cues: Sequence[Cue], seconds: float) -> list[Window]:
    """What was said, in windows of about ``seconds``.

    A window ends where a new story begins (``>>>``), else at the last end of a sentence in its second half, or, where
    nobody ends one, when its time is up. An earlier window stays as it is when more captions are added later.
    """
    return [
        Window(group[0].start, sentence_case(" ".join(piece.text for piece in group), begins=group[0].begins))
        for group in _groups(split_sentences(drop_repeats(cues)), seconds)
    ]


def drop_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """The cues without the lines that roll-up captions carry over from one cue to the next.

    A cue loses the longest beginning that is also the end of the cue before. Only in files where many cues overlap by
    at least two words: elsewhere people just say things twice. Sounds in brackets are not said, and go first.
    """
    words = [_SOUND.sub(r"\1 ", cue.text).split() for cue in cues]
    words = [*(completed(before, after) for before, after in pairwise(words)), *words[-1:]]
    overlaps = [0, *(overlap(before, after) for before, after in pairwise(words))]
    rolling = sum(shared >= _ROLL_UP_WORDS for shared in overlaps)
    if rolling < _ROLL_UP_SHARE * max(1, len(cues) - 1):
        return [Cue(cue.start, cue.end, " ".join(said)) for cue, said in zip(cues, words, strict=True) if said]
    return [
        Cue(cue.start, cue.end, " ".join(said[shared:]))
        for cue, said, shared in zip(cues, words, overlaps, strict=True)
        if said[shared:]
    ]


def overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words at the end of ``before`` are those at the beginning of ``after``, at most."""
    longest = min(len(before), len(after))
    ending = [word.casefold() for word in before[-longest:]] if longest else []
    beginning = [word.casefold() for word in after[:longest]]
    return next((size for size in range(longest, 0, -1) if ending[-size:] == beginning[:size]), 0)


def completed(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """``before`` with its last word in full, where ``after`` repeats its end and has more of that word.

    Recorders of live captions take a line down while it is still being written.
    """
    for size in range(min(len(before), len(after)), _ROLL_UP_WORDS - 1, -1):
        full = after[size - 1]
        if full.startswith(before[-1]) and list(before[-size:-1]) == list(after[: size - 1]):
            return [*before[:-1], full]
    return list(before)


def split_sentences(cues: Iterable[Cue]) -> Iterator[Piece]:
    """The cues cut at the ends of sentences and at speaker marks, which are taken away."""
    begins, opens_story = True, False
    for cue in cues:
        position = 0
        for end in _cuts(cue.text):
            part = cue.text[position:end].lstrip()
            begins = begins or part.startswith(_SPEAKER)
            opens_story = opens_story or part.startswith(_STORY)
            said = _SPEAKER_MARK.sub("", part).strip()
            if said:
                share = position / len(cue.text)
                yield Piece(cue.start + (cue.end - cue.start) * share, said, begins, opens_story)
                begins, opens_story = _ends_sentence(said), False
            position = end


def _cuts(text: str) -> list[int]:
    ends = (found.end() for found in _BOUNDARY.finditer(text))
    return [*(end for end in ends if end and not _ABBREVIATION.search(text[:end].rstrip())), len(text)]


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSERS).endswith(tuple(_ENDS)) and not _ABBREVIATION.search(text)


def _groups(pieces: Iterable[Piece], seconds: float) -> Iterator[list[Piece]]:
    current: list[Piece] = []
    for piece in pieces:
        if piece.opens_story and current and piece.start - current[0].start >= _SHORTEST_SECONDS:
            yield current
            current = []
        while current and piece.start - current[0].start >= seconds:
            cut = len(current) if piece.begins else _last_beginning(current, seconds / 2)
            yield current[:cut]
            current = current[cut:]
        current.append(piece)
    if current:
        yield current


def _last_beginning(pieces: Sequence[Piece], earliest_seconds: float) -> int:
    """Where the last sentence that begins late enough begins; the end of the pieces if none does."""
    first = pieces[0].start
    late = (
        i for i in range(len(pieces) - 1, 0, -1) if pieces[i].begins and pieces[i].start - first >= earliest_seconds
    )
    return next(late, len(pieces))
