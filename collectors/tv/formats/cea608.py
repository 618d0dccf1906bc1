"""CEA-608 line-21 captions: pairs of bytes to what stood on the screen, and when.

Codes and characters as in ANSI/CTA-608-E, and 47 CFR 15.119.
"""

from dataclasses import dataclass, field
from enum import IntEnum

_FIRST_ROWS = {0x11: 1, 0x12: 3, 0x15: 5, 0x16: 7, 0x17: 9, 0x10: 11, 0x13: 12, 0x14: 14}
_NOT_ASCII = (0x2A, 0x5C, 0x5E, 0x5F, 0x60, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F)
_STANDARD = dict(zip(_NOT_ASCII, "áéíóúç÷Ññ█", strict=True))
_SPECIAL = "®°½¿™¢£♪à èâêîôû"
_EXTENDED = {
    0x12: "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»",
    0x13: "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘",
}


class _Command(IntEnum):
    """The second byte of the commands to channel 1 that change words."""

    RESUME_LOADING = 0x20
    BACKSPACE = 0x21
    DELETE_TO_END = 0x24
    ROLL_UP_2 = 0x25
    ROLL_UP_3 = 0x26
    ROLL_UP_4 = 0x27
    RESUME_DIRECT = 0x29
    TEXT_RESTART = 0x2A
    RESUME_TEXT = 0x2B
    ERASE_DISPLAYED = 0x2C
    CARRIAGE_RETURN = 0x2D
    ERASE_HIDDEN = 0x2E
    END_OF_CAPTION = 0x2F


_ROLL_UP = frozenset({_Command.ROLL_UP_2, _Command.ROLL_UP_3, _Command.ROLL_UP_4})
_TEXT_MODE = frozenset({_Command.TEXT_RESTART, _Command.RESUME_TEXT})


@dataclass(slots=True)
class _Memory:
    """Characters by row and column."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)

    def text(self) -> str:
        lines = (self._line(self.rows[row]) for row in sorted(self.rows))
        return "\n".join(line for line in lines if line)

    @staticmethod
    def _line(columns: dict[int, str]) -> str:
        written = "".join(columns.get(column, " ") for column in range(max(columns, default=-1) + 1))
        return " ".join(written.split())


@dataclass(slots=True)
class Decoder:
    """What the first caption channel of the first field shows; the words of each caption once.

    Attributes:
        shown: (start, end, text) of each caption that was on the screen, in seconds.
        other_channels: whether there was anything for another channel or for text mode, which is not read.
    """

    shown: list[tuple[float, float, str]] = field(default_factory=list)
    other_channels: bool = False
    _screen: _Memory = field(default_factory=_Memory)
    _hidden: _Memory = field(default_factory=_Memory)
    _mode: str = "paint-on"
    _row: int = 15
    _column: int = 0
    _since: float = 0.0
    _before: tuple[int, int] = (0, 0)
    _is_listening: bool = True

    def take(self, word: int, seconds: float) -> None:
        """Take two bytes, parity and all, that were sent at ``seconds``."""
        first, second = word >> 8 & 0x7F, word & 0x7F
        if 0x10 <= first < 0x20:
            if (first, second) == self._before:  # control codes are sent twice, lest one is lost
                self._before = (0, 0)
                return
            self._before = (first, second)
            self._listen(first, second)
            if self._is_listening:
                self._control(first & 0x17, second, seconds)
            return
        self._before = (0, 0)
        if self._is_listening:
            for byte in (first, second):
                if byte >= 0x20:
                    self._write(_STANDARD.get(byte, chr(byte)), seconds)

    def finish(self, seconds: float) -> str:
        """End the captions that are still shown; give what was written and never shown."""
        self._clear_screen(seconds)
        return self._hidden.text()

    def _listen(self, first: int, second: int) -> None:
        """Follow only the first channel; bit 3 tells the second one, code 0x15 the second field."""
        is_command = first & 0x17 in {0x14, 0x15} and 0x20 <= second < 0x30
        is_ours = not first & 0x08 and not (is_command and (first & 0x01 or second in _TEXT_MODE))
        if not is_ours:
            self._is_listening = False
            self.other_channels = True
        elif is_command:
            self._is_listening = True

    def _control(self, first: int, second: int, seconds: float) -> None:
        if second >= 0x40:
            if self._mode != "roll-up":  # which is written in one row, wherever that is
                self._row = _FIRST_ROWS[first] + (second >> 5 & 1)
            self._column = (second >> 1 & 7) * 4 if second & 0x10 else 0
        elif first == 0x11 and second < 0x30:
            self._write(" ", seconds)  # a change of colour takes the place of a space
        elif first == 0x11:
            self._write(_SPECIAL[second - 0x30], seconds)
        elif first in _EXTENDED:
            self._column = max(0, self._column - 1)  # it replaces a plain character for older receivers
            self._write(_EXTENDED[first][second - 0x20], seconds)
        elif first == 0x17 and 0x21 <= second <= 0x23:
            self._column += second - 0x20
        elif first == 0x14:
            self._command(second, seconds)

    def _command(self, code: int, seconds: float) -> None:
        if code == _Command.RESUME_LOADING:
            self._mode = "pop-on"
        elif code == _Command.END_OF_CAPTION:
            self._clear_screen(seconds)
            self._screen, self._hidden, self._since = self._hidden, _Memory(), seconds
            self._mode = "pop-on"
        elif code == _Command.ERASE_HIDDEN:
            self._hidden = _Memory()
        elif code in {_Command.ERASE_DISPLAYED, _Command.CARRIAGE_RETURN}:
            self._clear_screen(seconds)
        elif code == _Command.RESUME_DIRECT or (code in _ROLL_UP and self._mode != "roll-up"):
            self._clear_screen(seconds)
            self._mode = "roll-up" if code in _ROLL_UP else "paint-on"
        elif code == _Command.BACKSPACE:
            self._column = max(0, self._column - 1)
            self._line().pop(self._column, None)
        elif code == _Command.DELETE_TO_END:
            for column in [column for column in self._line() if column >= self._column]:
                del self._line()[column]

    def _line(self) -> dict[int, str]:
        memory = self._hidden if self._mode == "pop-on" else self._screen
        return memory.rows.setdefault(self._row, {})

    def _write(self, character: str, seconds: float) -> None:
        if self._mode != "pop-on" and not self._screen.text():
            self._since = seconds
        self._line()[self._column] = character
        self._column += 1

    def _clear_screen(self, seconds: float) -> None:
        if text := self._screen.text():
            self.shown.append((self._since, seconds, text))
        self._screen = _Memory()
