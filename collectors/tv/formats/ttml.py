"""TTML 1 to 2, IMSC and DFXP (W3C): timed paragraphs and spans of an XML document, as far as it is sound."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from xml.parsers import expat

from collectors.reading.quarantine import storable
from collectors.tv.cues import UNREADABLE_TIME, Cue, Reading
from collectors.tv.formats.timecode import smpte_seconds

_CLOCK = re.compile(r"(\d{2,4}):(\d\d):(\d\d)(?:[.,](\d{1,9})|([:;])(\d{1,3})(?:\.\d+)?)?")
_OFFSET = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(h|m|s|ms|f|t)")
_SECONDS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_PARAMETERS = re.compile(r"#parameter$")
_METADATA = re.compile(r"#metadata$")
_XML = "http://www.w3.org/XML/1998/namespace lang"
_SPACE = re.compile(r"\s+")
_USUAL_RATE = 30


@dataclass(frozen=True, slots=True)
class _Clock:
    """How the document counts: frames and ticks a second, and whether its times are SMPTE time codes."""

    frame_rate: Fraction = Fraction(_USUAL_RATE)
    tick_rate: Fraction = Fraction(1)
    is_smpte: bool = False
    drops: bool = False

    def seconds(self, written: str) -> float:
        """A time expression (TTML 1, 10.3.1) in seconds; ValueError where it is none."""
        told = written.strip()
        if offset := _OFFSET.fullmatch(told):
            units = {**_SECONDS, "f": 1 / self.frame_rate, "t": 1 / self.tick_rate}
            return float(Fraction(offset[1]) * units[offset[2]])
        clock = _CLOCK.fullmatch(told)
        if clock is None:
            raise ValueError(f"{written!r} is no time")
        hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3])
        if clock[6] and (self.is_smpte or clock[5] == ";"):
            code = hours, minutes, seconds, int(clock[6])
            return smpte_seconds(code, rate=self.frame_rate, drop=self.drops or clock[5] == ";")
        part = Fraction(int(clock[6])) / self.frame_rate if clock[6] else Fraction(f"0.{clock[4] or 0}")
        return float(hours * 3600 + minutes * 60 + seconds + part)


@dataclass(slots=True)
class _Element:
    """An open element: its time, absolute in seconds, and when the next one of a sequence begins."""

    begin: float = 0.0
    end: float | None = None
    is_timed: bool = False
    is_readable: bool = True
    is_sequence: bool = False
    cursor: float = 0.0


@dataclass(slots=True)
class _Paragraph:
    """The ``p`` that is open: its place, and its text in runs that share a time."""

    line_number: int
    byte: int
    runs: list[tuple[_Element, list[str]]] = field(default_factory=list)

    def write(self, element: _Element, text: str) -> None:
        same = self.runs and (self.runs[-1][0].begin, self.runs[-1][0].end) == (element.begin, element.end)
        if not same:
            self.runs.append((element, []))
        self.runs[-1][1].append(text)


def read_ttml(text: str, reading: Reading) -> None:
    """Read the cues of a TTML text; damage ends the reading, and is set aside with its line."""
    _Reader(text.encode(), reading).read()


class _Reader:
    """Walks one document. Entities of its own are refused: they can be made to fill the memory."""

    def __init__(self, body: bytes, reading: Reading) -> None:
        self._body, self._reading = body, reading
        self._clock = _Clock()
        self._open = [_Element()]
        self._paragraph: _Paragraph | None = None
        self._unread = 0
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse_entities

    def read(self) -> None:
        try:
            self._parser.Parse(self._body, True)
        except (expat.ExpatError, ValueError) as error:
            reason = f"the document is damaged, what stands before was read: {error}"
            self._reading.refuse(self._body, reason, self._parser.CurrentLineNumber)

    def _refuse_entities(self, name: str, *_: object) -> None:
        raise ValueError(f"it declares an entity, {name!r}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if self._unread or local == "metadata" or _METADATA.search(name.partition(" ")[0]):
            self._unread += 1
            return
        if local == "tt":
            self._clock = _clock_of(attributes)
        if local in {"tt", "body", "div"} and not self._reading.language:
            self._reading.language = attributes.get(_XML, "")
        self._open.append(self._timed(attributes))
        if local == "p":
            self._paragraph = _Paragraph(self._parser.CurrentLineNumber, self._parser.CurrentByteIndex)
        elif local == "br" and self._paragraph:
            self._paragraph.write(self._open[-2], "\n")

    def _end(self, name: str) -> None:
        if self._unread:
            self._unread -= 1
            return
        closed = self._open.pop()
        self._open[-1].cursor = closed.begin if closed.end is None else closed.end
        if name.rpartition(" ")[2] == "p" and self._paragraph:
            self._finish(self._paragraph)
            self._paragraph = None

    def _characters(self, text: str) -> None:
        if self._paragraph and not self._unread:
            self._paragraph.write(self._open[-1], _SPACE.sub(" ", text))

    def _timed(self, attributes: Mapping[str, str]) -> _Element:
        """The element's time: what it says counts from its parent's begin, or from the end of the one before it."""
        parent = self._open[-1]
        base = parent.cursor if parent.is_sequence else parent.begin
        element = _Element(base, parent.end, parent.is_timed, parent.is_readable, cursor=base)
        element.is_sequence = attributes.get("timeContainer") == "seq"
        try:
            told = {key: self._clock.seconds(attributes[key]) for key in ("begin", "end", "dur") if key in attributes}
        except ValueError:
            element.is_readable = False
            return element
        element.begin = element.cursor = base + told.get("begin", 0.0)
        ends = [parent.end] if parent.end is not None else []
        ends += [base + told["end"]] if "end" in told else []
        ends += [element.begin + told["dur"]] if "dur" in told else []
        element.end = min(ends, default=None)
        element.is_timed = parent.is_timed or bool(told)
        return element

    def _finish(self, paragraph: _Paragraph) -> None:
        raw = self._body[paragraph.byte : self._parser.CurrentByteIndex].decode(errors="replace")
        cues = [(element, text) for element, parts in paragraph.runs if (text := _lines("".join(parts)))]
        if not cues:
            self._reading.refuse(raw, "the caption has no text", paragraph.line_number)
        for element, text in cues:
            if not element.is_readable:
                self._reading.refuse(raw, UNREADABLE_TIME, paragraph.line_number)
            elif not element.is_timed:
                self._reading.refuse(raw, "a caption without a time", paragraph.line_number)
            else:
                end = element.begin if element.end is None else element.end
                self._reading.add(Cue(element.begin, end, text), raw, paragraph.line_number)


def _lines(text: str) -> str:
    lines = (_SPACE.sub(" ", storable(line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _clock_of(attributes: Mapping[str, str]) -> _Clock:
    """The parameters of the root (TTML 1, 6.2); one that cannot be is as if it were not there."""
    told = {
        key.rpartition(" ")[2]: value for key, value in attributes.items() if _PARAMETERS.search(key.partition(" ")[0])
    }
    multiplier = _fraction(told.get("frameRateMultiplier", ""), Fraction(1))
    frame_rate = _fraction(told.get("frameRate", ""), Fraction(_USUAL_RATE)) * multiplier
    sub_frames = _fraction(told.get("subFrameRate", ""), Fraction(1))
    usual_ticks = frame_rate * sub_frames if "frameRate" in told else Fraction(1)
    return _Clock(
        frame_rate=frame_rate,
        tick_rate=_fraction(told.get("tickRate", ""), usual_ticks),
        is_smpte=told.get("timeBase") == "smpte",
        drops=told.get("dropMode") == "dropNTSC",
    )


def _fraction(written: str, usual: Fraction) -> Fraction:
    """A whole number, or two with a space (or the colon of older drafts) between them."""
    found = re.fullmatch(r"\s*(\d{1,12})(?:[\s:]+(\d{1,12}))?\s*", written)
    if found is None or not int(found[1]) or not int(found[2] or 1):
        return usual
    return Fraction(int(found[1]), int(found[2] or 1))
