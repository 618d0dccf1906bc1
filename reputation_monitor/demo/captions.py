"""Programmes as caption files: WebVTT and SubRip, in upper case and rolling up by two lines, as live captions do.

A day's edition is one file. Beside them stands an archive file for each programme, with all editions on one clock that
runs on from the first, because a collector takes one caption file a source.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reputation_monitor.demo.broadcasts import WINDOW_SECONDS, Airing, Passage
from reputation_monitor.demo.scenario import NOTICE

LINE_WIDTH = 32
"""Characters in a line of CEA-608 captions."""
WORDS_A_SECOND = 2.8
"""How fast presenters speak; a passage that would not fit its window is spoken faster."""
SILENCE_SECONDS = 1.0
"""Kept free at the end of each window."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Caption text on screen from ``start`` to ``end`` (seconds)."""

    start: float
    end: float
    text: str


def cues(passages: Sequence[Passage]) -> Iterator[Cue]:
    """The cues of a programme: each shows the line before and the new one."""
    previous = ""
    for passage in passages:
        for start, end, line in _timed_lines(passage):
            yield Cue(start, end, f"{previous}\n{line}" if previous else line)
            previous = line


def _timed_lines(passage: Passage) -> Iterator[tuple[float, float, str]]:
    words = len(passage.text.split())
    pace = max(WORDS_A_SECOND, words / (WINDOW_SECONDS - SILENCE_SECONDS))
    clock = float(passage.offset)
    for line in textwrap.wrap(f">> {passage.text.upper()}", LINE_WIDTH):
        seconds = len(line.split()) / pace if line != ">>" else 0.0
        end = min(clock + seconds, passage.offset + WINDOW_SECONDS)
        yield clock, end, line
        clock = end


def render_captions(airings: Sequence[Airing], malformed_on: date | None = None) -> str:
    """The captions of one programme's editions as one file, in the programme's format.

    Args:
        airings: at least one edition, in order of time; second 0 is the start of the first.
        malformed_on: the day whose WebVTT edition has one cue with a time that cannot be read.
    """
    first = airings[0]
    is_vtt = first.programme.format == "vtt"
    blocks = []
    for airing in airings:
        shift = (airing.start - first.start).total_seconds()
        timed = [_timed(cue, shift, "." if is_vtt else ",") for cue in cues(airing.passages)]
        if is_vtt and airing.start.date() == malformed_on:
            timed[0] = f"half past --> {timed[0]}"
        blocks.extend(timed)
    return _vtt(blocks) if is_vtt else _srt(blocks)


def _vtt(blocks: Sequence[str]) -> str:
    return f"WEBVTT\n\nNOTE {NOTICE}\n\n" + "\n\n".join(blocks).replace(">> ", "&gt;&gt; ") + "\n"


def _srt(blocks: Sequence[str]) -> str:
    return "\n\n".join(f"{number}\n{block}" for number, block in enumerate(blocks, start=1)) + "\n"


def _timed(cue: Cue, shift: float, point: str) -> str:
    return f"{_time(cue.start + shift, point)} --> {_time(cue.end + shift, point)}\n{cue.text}"


def _time(seconds: float, point: str) -> str:
    """A time as caption files write it; hours may have more than two digits."""
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}{point}{milliseconds % 1000:03d}"
