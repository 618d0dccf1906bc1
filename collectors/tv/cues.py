"""WebVTT and SRT: bytes in, timed cues out, however odd the file.

Our own reader, because webvtt-py and pysubs2 drop a malformed cue without a word (and each refuses four or five of the
45 odd files it was tried on as a whole), while here everything that was not read must be set aside with its line.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from collectors.base import Reject
from collectors.reading.quarantine import set_aside, storable

_CLOCK = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"
_STAMP = rf"{_CLOCK}(?![\w.,:])"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}.*", re.DOTALL)
_ARROW = re.compile(r"-->|-- >")
_NUMBER = re.compile(r"\s*\d+\s*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}", re.IGNORECASE)
_LANGUAGE = re.compile(r"^Language:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_TIMESTAMP_MAP = re.compile(r"^X-TIMESTAMP-MAP\s*=\s*(.+)$", re.MULTILINE | re.IGNORECASE)
_MPEGTS = re.compile(r"MPEGTS:(\d+)")
_LOCAL = re.compile(rf"LOCAL:{_CLOCK}")
_SKIPPED_BLOCKS = ("NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP")
_MPEGTS_HERTZ = 90_000


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: seconds from the start of the file's time line, and its text without mark-up."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a caption file held; the cues are ordered by their start."""

    cues: tuple[Cue, ...] = ()
    rejects: tuple[Reject, ...] = ()
    language: str = ""


@dataclass(slots=True)
class _Reading:
    """The state of reading one file."""

    offset_seconds: float = 0.0
    cues: list[Cue] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def refuse(self, lines: list[str], reason: str, line_number: int) -> None:
        self.rejects.append(set_aside("\n".join(lines), reason, f"line {line_number}"))


def read_cues(body: bytes) -> Transcript:
    """The cues of a WebVTT or SRT file; what is none is among the rejects, with its line. Never raises."""
    text, note = decode(body)
    if (reason := _why_foreign(text)) is not None:
        return Transcript(rejects=(set_aside(body, reason),))
    is_vtt = text.startswith("WEBVTT")
    header = text.partition("\n\n")[0] if is_vtt else ""
    reading = _Reading(offset_seconds=_stream_offset_seconds(header))
    if note:
        reading.rejects.append(set_aside(body, note))
    for line_number, block in _blocks(text):
        if not (is_vtt and line_number == 1 and not any(map(_TIMING.fullmatch, block))):
            _read_block(reading, block, line_number)
    if not reading.cues and not reading.rejects:
        reading.rejects.append(set_aside(body, "the file holds no captions"))
    language = _LANGUAGE.search(header)
    cues = sorted(reading.cues, key=lambda cue: cue.start)
    return Transcript(tuple(cues), tuple(reading.rejects), language[1] if language else "")


def decode(body: bytes) -> tuple[str, str]:
    """The text of a caption file with plain newlines, and a note if its encoding had to be guessed."""
    note = ""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = body.decode("utf-16", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("windows-1252", "replace")
            note = "not UTF-8; it was read as windows-1252, so some letters may be wrong"
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd"), note


def _why_foreign(text: str) -> str | None:
    """Why the file is no caption file at all, or None where it may be one."""
    start = text.lstrip()[:200]
    if not start:
        return "the file is empty"
    if start.startswith("<"):
        return "XML or HTML (perhaps TTML, DFXP or SAMI); WebVTT or SRT was expected"
    if start.startswith("Scenarist_SCC"):
        return "Scenarist SCC; WebVTT or SRT was expected"
    if not start.startswith("WEBVTT") and not _ARROW.search(text):
        return "no caption times found; WebVTT or SRT was expected"
    return None


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line.

    A line of blanks does not end a run: YouTube writes such lines inside its cues.
    """
    block: list[str] = []
    begin = 1
    for number, line in enumerate(text.split("\n"), start=1):
        if line:
            if not block:
                begin = number
            block.append(line)
        elif block:
            yield begin, block
            block = []
    if block:
        yield begin, block


def _read_block(reading: _Reading, block: list[str], line_number: int) -> None:
    """Read the cues of a run of lines: normally one, more where the empty lines are missing."""
    timings = [index for index, line in enumerate(block) if _TIMING.fullmatch(line)]
    first = block[0].lstrip("\ufeff")
    if not timings:
        if not first.startswith(_SKIPPED_BLOCKS) and any(line.strip() for line in block):
            reading.refuse(block, _why_untimed(block), line_number)
        return
    ends = [*(_before_number(block, index) for index in timings[1:]), len(block)]
    for begin, end in zip(timings, ends, strict=True):
        _read_cue(reading, block[begin:end], line_number + begin)


def _before_number(block: list[str], timing: int) -> int:
    """Where the text before a timing line ends: SRT puts the cue's number in between."""
    return timing - 1 if _NUMBER.fullmatch(block[timing - 1]) else timing


def _why_untimed(block: list[str]) -> str:
    malformed = any(_ARROW.search(line) for line in block)
    return "the time of the caption cannot be read" if malformed else "a caption without a time"


def _read_cue(reading: _Reading, lines: list[str], line_number: int) -> None:
    found = _TIMING.fullmatch(lines[0])
    if found is None:
        return
    start, end = _seconds(*found.groups()[:4]), _seconds(*found.groups()[4:])
    end = end or start  # broadcasters' recorders write 00:00:00,000 for a last caption whose end they did not see
    malformed = next((index for index, line in enumerate(lines[1:], start=1) if "-->" in line), None)
    if malformed is not None:
        reading.refuse(lines[malformed:], "the time of the caption cannot be read", line_number + malformed)
        lines = lines[:malformed]
    text = readable_text("\n".join(lines[1:]))
    if end < start:
        reading.refuse(lines, "the caption ends before it starts", line_number)
    elif not text:
        reading.refuse(lines, "the caption has no text", line_number)
    else:
        reading.cues.append(Cue(start + reading.offset_seconds, end + reading.offset_seconds, text))


def readable_text(marked: str) -> str:
    """A cue's text without tags, ASS overrides, karaoke times and entities; a voice tag becomes "Name:"."""
    voiced = _VOICE.sub(lambda found: f">> {found[1].strip()}: ", marked)
    lines = (storable(unescape(_TAG.sub("", line))).strip() for line in voiced.split("\n"))
    return "\n".join(line for line in lines if line)


def _stream_offset_seconds(header: str) -> float:
    """How far HLS's X-TIMESTAMP-MAP moves the cues (RFC 8216, 3.5): MPEGTS / 90 kHz - LOCAL."""
    mapping = _TIMESTAMP_MAP.search(header)
    if mapping is None:
        return 0.0
    mpegts, local = _MPEGTS.search(mapping[1]), _LOCAL.search(mapping[1])
    if mpegts is None or local is None:
        return 0.0
    return int(mpegts[1]) / _MPEGTS_HERTZ - _seconds(*local.groups())


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000
