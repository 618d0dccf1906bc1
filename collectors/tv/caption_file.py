"""A caption file of any format: bytes in, timed cues out, however odd the file.

Our own readers, because everything that is not read has to be set aside with its line. Of the libraries that were
tried, webvtt-py and pysubs2 drop a malformed cue without a word; pycaption refuses a whole TTML file for one bad time,
and drops an SCC word that is no hexadecimal; ttconv takes a TTML time that it cannot read for the beginning of the
programme, and refuses a whole SCC file for one bad word.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from collectors.reading.quarantine import set_aside
from collectors.tv.cues import Reading, Transcript, decode
from collectors.tv.formats.sami import read_sami
from collectors.tv.formats.scc import read_scc
from collectors.tv.formats.subtitles import holds_times, read_subtitles
from collectors.tv.formats.ttml import read_ttml

SUFFIXES = frozenset({".vtt", ".srt", ".ttml", ".dfxp", ".scc", ".smi", ".sami"})
"""By which a folder's caption files are known; ``.xml`` is not among them, for it may be anything."""

_SNIFFED = 4096
_TTML_ROOT = re.compile(r"<(?:[\w.-]+:)?tt[\s>]")
_SAMI_ROOT = re.compile(r"<sami[\s>]", re.IGNORECASE)
_EXPECTED = "WebVTT, SRT, TTML, SCC or SAMI was expected"


def read_cues(body: bytes) -> Transcript:
    """The cues of a caption file; what is none is among the rejects, with its line. Never raises."""
    text, note = decode(body)
    read = _reader_of(text)
    if isinstance(read, str):
        return Transcript(rejects=(set_aside(body, read),))
    reading = Reading()
    read(text, reading)
    if not reading.cues and not reading.rejects:
        reading.rejects.append(set_aside(body, "the file holds no captions"))
    transcript = reading.transcript()
    return replace(transcript, rejects=(set_aside(body, note), *transcript.rejects)) if note else transcript


def _reader_of(text: str) -> Callable[[str, Reading], None] | str:
    """What reads such a text, or why nothing does."""
    start = text.lstrip("\ufeff \t\n")[:_SNIFFED]
    if not start:
        return "the file is empty"
    if start.startswith("Scenarist_SCC"):
        return read_scc
    if start.startswith("<"):
        if _SAMI_ROOT.search(start):
            return read_sami
        return read_ttml if _TTML_ROOT.search(start) else f"XML or HTML without captions; {_EXPECTED}"
    if not start.startswith("WEBVTT") and not holds_times(text):
        return f"no caption times found; {_EXPECTED}"
    return read_subtitles
