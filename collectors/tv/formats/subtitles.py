"""WebVTT and SRT, told apart by the header alone."""

import re
from collections.abc import Iterator

from collectors.reading.quarantine import storable
from collectors.reading.references import unescaped
from collectors.tv.cues import UNREADABLE_TIME, Cue, Reading

_CLOCK = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"
_STAMP = rf"{_CLOCK}(?![\w.,:])"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}.*", re.DOTALL)
_ARROW = re.compile(r"-->|-- >")
_NUMBER = re.compile(r"\s*\d+\s*")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]*>|<\d[\d:.]*>|\{\\[^}]*\}", re.IGNORECASE)
_LANGUAGE = re.compile(r"^Language:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_TIMESTAMP_MAP = re.compile(r"^X-TIMESTAMP-MAP\s*=\s*(.+)$", re.MULTILINE | re.IGNORECASE)
_MPEGTS = re.compile(r"MPEGTS:(\d{1,15})\b")
_LOCAL = re.compile(rf"LOCAL:{_CLOCK}")
_SKIPPED_BLOCKS = ("NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP")
_MPEGTS_HERTZ = 90_000


def holds_times(text: str) -> bool:
    """Whether there is anything in the text that may be a caption's time."""
    return _ARROW.search(text) is not None


def read_subtitles(text: str, reading: Reading) -> None:
    """Read the cues of a WebVTT or SRT text."""
    is_vtt = text.startswith("WEBVTT")
    header = text.partition("\n\n")[0] if is_vtt else ""
    language = _LANGUAGE.search(header)
    reading.language = language[1] if language else ""
    offset_seconds = _stream_offset_seconds(header)
    for line_number, block in _blocks(text):
        if not (is_vtt and line_number == 1 and not any(map(_TIMING.fullmatch, block))):
            _read_block(reading, block, line_number, offset_seconds)


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


def _read_block(reading: Reading, block: list[str], line_number: int, offset_seconds: float) -> None:
    """Read the cues of a run of lines: normally one, more where the empty lines are missing."""
    timings = [index for index, line in enumerate(block) if _TIMING.fullmatch(line)]
    first = block[0].lstrip("\ufeff")
    if not timings:
        if not first.startswith(_SKIPPED_BLOCKS) and any(line.strip() for line in block):
            reading.refuse("\n".join(block), _why_untimed(block), line_number)
        return
    ends = [*(_before_number(block, index) for index in timings[1:]), len(block)]
    for begin, end in zip(timings, ends, strict=True):
        _read_cue(reading, block[begin:end], line_number + begin, offset_seconds)


def _before_number(block: list[str], timing: int) -> int:
    """Where the text before a timing line ends: SRT puts the cue's number in between."""
    return timing - 1 if _NUMBER.fullmatch(block[timing - 1]) else timing


def _why_untimed(block: list[str]) -> str:
    malformed = any(_ARROW.search(line) for line in block)
    return UNREADABLE_TIME if malformed else "a caption without a time"


def _read_cue(reading: Reading, lines: list[str], line_number: int, offset_seconds: float) -> None:
    found = _TIMING.fullmatch(lines[0])
    if found is None:
        return
    start, end = _seconds(*found.groups()[:4]), _seconds(*found.groups()[4:])
    end = end or start  # broadcasters' recorders write 00:00:00,000 for a last caption whose end they did not see
    malformed = next((index for index, line in enumerate(lines[1:], start=1) if "-->" in line), None)
    if malformed is not None:
        reading.refuse("\n".join(lines[malformed:]), UNREADABLE_TIME, line_number + malformed)
        lines = lines[:malformed]
    cue = Cue(start + offset_seconds, end + offset_seconds, readable_text("\n".join(lines[1:])))
    reading.add(cue, "\n".join(lines), line_number)


def readable_text(marked: str) -> str:
    """A cue's text without tags, ASS overrides, karaoke times and entities; a voice tag becomes "Name:"."""
    voiced = _VOICE.sub(lambda found: f">> {found[1].strip()}: ", marked)
    lines = (storable(unescaped(_TAG.sub("", line))).strip() for line in voiced.split("\n"))
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
