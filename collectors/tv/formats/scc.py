"""Scenarist SCC: CEA-608 captions as lines of a time code and pairs of bytes in hexadecimal."""

import re

from collectors.tv.cues import UNREADABLE_TIME, Cue, Reading
from collectors.tv.formats.cea608 import Decoder
from collectors.tv.formats.timecode import NTSC, smpte_seconds

_LINE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.,])(\d\d)(?:\s+(.*))?")
_DROPPING = frozenset(";,")
_PAIR = re.compile(r"[0-9A-Fa-f]{4}")


def read_scc(text: str, reading: Reading) -> None:
    """Read the captions of the first channel; a cue's place is the line that took it from the screen."""
    decoder = Decoder()
    seconds, number = 0.0, 1
    for number, line in enumerate(text.split("\n"), start=1):
        told = line.strip().removeprefix("\ufeff")
        if not told or told.startswith("Scenarist_SCC"):
            continue
        found = _LINE.fullmatch(told)
        if found is None:
            reading.refuse(line, UNREADABLE_TIME, number)
            continue
        code = int(found[1]), int(found[2]), int(found[3]), int(found[5])
        seconds = smpte_seconds(code, drop=found[4] in _DROPPING)
        seconds = _read_pairs(decoder, found[6] or "", seconds)
        if any(_PAIR.fullmatch(word) is None for word in (found[6] or "").split()):
            reading.refuse(line, "not all of it is pairs of bytes; the others were read", number)
        _keep(reading, decoder, line, number)
    unseen = decoder.finish(seconds)
    _keep(reading, decoder, "", number)
    if unseen:
        reading.refuse(unseen, "a caption that was written and never shown", number)
    if decoder.other_channels:
        reading.refuse("", "there is more in other caption channels or in text mode; only CC1 is read", number)


def _read_pairs(decoder: Decoder, words: str, seconds: float) -> float:
    """Hand the line's pairs to the decoder, one a frame; give the time after the last one."""
    for word in words.split():
        if _PAIR.fullmatch(word):
            decoder.take(int(word, 16), seconds)
        seconds += float(1 / NTSC)
    return seconds


def _keep(reading: Reading, decoder: Decoder, line: str, number: int) -> None:
    for start, end, said in decoder.shown:
        reading.add(Cue(start, end, said), line, number)
    decoder.shown.clear()
