"""What every caption format is read to: timed cues, and what could not be read, with its line."""

import codecs
from dataclasses import dataclass, field

from collectors.base import Reject
from collectors.reading.quarantine import set_aside

LONGEST_SECONDS = 10_000 * 3600.0
"""No recording is longer than the four digits of hours that WebVTT's writers use."""

UNREADABLE_TIME = "the time of the caption cannot be read"


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
class Reading:
    """The state of reading one file: what was found so far."""

    cues: list[Cue] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    language: str = ""

    def add(self, cue: Cue, raw: str, line_number: int) -> None:
        """Keep the cue, or set its raw form aside where it says nothing or its times cannot be."""
        if max(abs(cue.start), abs(cue.end)) > LONGEST_SECONDS:
            self.refuse(raw, "the time of the caption is beyond any programme", line_number)
        elif cue.end < cue.start:
            self.refuse(raw, "the caption ends before it starts", line_number)
        elif not cue.text:
            self.refuse(raw, "the caption has no text", line_number)
        else:
            self.cues.append(cue)

    def refuse(self, raw: str | bytes, reason: str, line_number: int) -> None:
        """Set aside what stands on that line."""
        self.rejects.append(set_aside(raw, reason, f"line {line_number}"))

    def transcript(self) -> Transcript:
        """All that was found."""
        cues = sorted(self.cues, key=lambda cue: cue.start)
        return Transcript(tuple(cues), tuple(self.rejects), self.language)


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
