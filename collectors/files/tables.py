"""JSON lines and CSV, plain or gzipped: rows out, one at a time, however long the file."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from collectors.base import Reject, SourceRefused
from collectors.local import cannot_read
from collectors.reading.quarantine import set_aside

LONGEST_LINE_BYTES = 16 * 1024 * 1024
_JSON_LINES = frozenset({".jsonl", ".ndjson"})
_TABLES = frozenset({".csv", ".tsv"})
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"
_DAMAGE = (OSError, EOFError, zlib.error)
_GUESSED = "not UTF-8; it was read as windows-1252 here and wherever needed below, so some letters may be wrong"


class Row(NamedTuple):
    """A row by column, the line where it begins, and the line itself if it is JSON already."""

    columns: dict[str, Any]
    line: int
    raw: str = ""


CheckHeader = Callable[[list[str]], None]
"""Refuses a CSV header that lacks what is needed (SourceRefused)."""


def read_rows(path: Path, check_header: CheckHeader) -> Iterator[Row | Reject]:
    """The rows of a file, and a Reject for each thing in it that is none.

    Raises:
        SourceRefused: there is no such file, its kind is unknown, or ``check_header`` refuses the header.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    zipped = suffixes[-1:] == [".gz"]
    kind = "".join(suffixes[-2:-1] if zipped else suffixes[-1:])
    if kind not in _JSON_LINES | _TABLES:
        raise SourceRefused(f"{path}: an unknown kind of file; .jsonl or .csv was expected, or either with .gz")
    try:
        with path.open("rb") as plain:
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=plain)) if zipped else plain
            lines = _Lines(stream)
            yield from _json_rows(lines) if kind in _JSON_LINES else _csv_rows(lines, path, check_header)
    except OSError as error:
        raise SourceRefused(cannot_read(path, error)) from error


class _Lines:
    """The lines of a stream as text; what had to be guessed or given up on the way is noted among ``rejects``."""

    def __init__(self, stream: BinaryIO) -> None:
        self.number = 0
        self.rejects: list[Reject] = []
        self._stream = stream
        self._guessed = False

    def __iter__(self) -> Iterator[str]:
        first = self._next()
        if first[:2] in _UTF16_MARKS:
            self.rejects.append(set_aside(first, "UTF-16; save the file as UTF-8", "line 1"))
            return
        line = first.removeprefix(_UTF8_MARK)
        while line:
            self.number += 1
            if len(line) >= LONGEST_LINE_BYTES and not line.endswith(b"\n"):
                self._skip_rest(line)
            else:
                yield self._decode(line)
            line = self._next()

    def _next(self) -> bytes:
        try:
            return self._stream.readline(LONGEST_LINE_BYTES)
        except _DAMAGE as error:
            where = f"line {self.number + 1}"
            self.rejects.append(set_aside("", f"the file is damaged from here on ({error}); get it again", where))
            return b""

    def _skip_rest(self, start: bytes) -> None:
        reason = f"the line is longer than {LONGEST_LINE_BYTES:,} bytes"
        self.rejects.append(set_aside(start, reason, f"line {self.number}"))
        while (more := self._next()) and not more.endswith(b"\n"):
            pass

    def _decode(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            if not self._guessed:
                self._guessed = True
                self.rejects.append(set_aside(line, _GUESSED, f"line {self.number}"))
            return line.decode("windows-1252", "replace")

    def noted(self) -> Iterator[Reject]:
        """The rejects since the last time."""
        yield from self.rejects
        self.rejects.clear()


def _json_rows(lines: _Lines) -> Iterator[Row | Reject]:
    for line in lines:
        if lines.rejects:
            yield from lines.noted()
        if line.isspace():
            continue
        try:
            columns = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield set_aside(line, f"malformed JSON: {error}", f"line {lines.number}")
            continue
        if isinstance(columns, dict):
            yield Row(columns, lines.number, line)
        else:
            yield set_aside(line, "no JSON object; one object a line was expected", f"line {lines.number}")
    yield from lines.noted()


def _csv_rows(lines: _Lines, path: Path, check_header: CheckHeader) -> Iterator[Row | Reject]:
    csv.field_size_limit(LONGEST_LINE_BYTES)
    texts = iter(lines)
    first = next(texts, "")
    delimiter = max(_DELIMITERS, key=first.count)
    noted = list(lines.noted())
    if noted and not first:
        raise SourceRefused(f"{path}: {noted[0].reason}")
    yield from noted
    try:
        header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
        check_header(header)
    except csv.Error as error:
        raise SourceRefused(f"{path}: its first line is malformed CSV ({error}); name the columns there") from error
    except SourceRefused as refusal:
        raise SourceRefused(f"{path}: {refusal}") from refusal
    reader = csv.reader(texts, delimiter=delimiter)
    while True:
        begin = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield set_aside("", f"malformed CSV: {error}", f"line {begin}")
            continue
        if lines.rejects:
            yield from lines.noted()
        if cells is None:
            return
        if cells:
            yield _csv_row(header, cells, begin, lines.number)


def _csv_row(header: list[str], cells: list[str], begin: int, end: int) -> Row | Reject:
    if len(cells) == len(header):
        return Row(dict(zip(header, cells, strict=True)), begin)
    reason = f"{len(cells)} columns instead of {len(header)}"
    if end > begin:
        reason += f"; the row goes on to line {end}, so look for a quote that is not closed"
    return set_aside(",".join(cells), reason, f"line {begin}")
