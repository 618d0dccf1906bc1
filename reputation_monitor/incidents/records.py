"""Reading records one by one: what is an incident is kept, what is none is kept with its reason."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from reputation_monitor.incidents.base import Incident, RejectedIncident

Record: TypeAlias = Mapping[str, Any]
Outcome: TypeAlias = tuple[list[Incident], list[RejectedIncident]]

LONGEST_RAW, LONGEST_PLACE = 10_000, 60
IMPACTS = {
    "none": "none",
    "maintenance": "maintenance",
    "critical": "critical",
    **dict.fromkeys(("blocker", "highest", "sev0", "sev1", "p0", "p1", "1"), "critical"),
    "major": "major",
    **dict.fromkeys(("high", "sev2", "p2", "2"), "major"),
    "minor": "minor",
    **dict.fromkeys(("medium", "moderate", "low", "lowest", "sev3", "sev4", "sev5"), "minor"),
    **dict.fromkeys(("p3", "p4", "p5", "3", "4", "5"), "minor"),
}
"""Words of incident tools for how bad it is, and ours."""


def sort(records: Iterable[object], read: Callable[[Record], Incident]) -> Outcome:
    """Read each record; what is no object, or what ``read`` refuses by ``ValueError``, is set aside with the reason.

    Records that were set aside before pass through.
    """
    incidents: list[Incident] = []
    rejected: list[RejectedIncident] = []
    for number, record in enumerate(records, start=1):
        if isinstance(record, RejectedIncident):
            rejected.append(record)
        elif not isinstance(record, Mapping):
            rejected.append(reject(record, "an incident is an object with fields", f"incident {number}"))
        else:
            try:
                incidents.append(read(record))
            except ValueError as error:
                told = text_of(record, "id")[:LONGEST_PLACE]
                rejected.append(reject(record, str(error), told or f"incident {number}"))
    return incidents, rejected


def objects(value: object) -> list[Record]:
    """The objects of a list; nothing where there is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def json_lines(text: str) -> Iterator[object]:
    """What each line of JSON says; a line that is none is set aside."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                yield reject(line, f"line {number} is no JSON: {error}")


def reject(raw: object, reason: str, where: str = "") -> RejectedIncident:
    """Set aside what is no incident."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return RejectedIncident(raw=text[:LONGEST_RAW], reason=reason, where=where)


def decode(body: bytes) -> str:
    """The text of a file: unpacked if it is gzip, as UTF-8, else as Windows-1252, which spreadsheets write.

    Raises:
        ValueError: it is a damaged gzip file.
    """
    if body[:2] == b"\x1f\x8b":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"the file is damaged gzip ({error})") from error
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def read_impact(value: object) -> str:
    """How bad an incident is: none, minor, major, critical or maintenance; minor where nothing is said.

    Raises:
        ValueError: the word is not known.
    """
    word = str(value or "minor").strip().casefold().replace("-", "").replace(" ", "") or "minor"
    if word not in IMPACTS:
        raise ValueError(
            f"impact {str(value)[:40]!r} is not known; expected none, minor, major, critical or maintenance"
        )
    return IMPACTS[word]


def text_of(record: Record, *names: str) -> str:
    """The first field that says something, as text without white space around it."""
    for name in names:
        value = record.get(name)
        if value is not None and not isinstance(value, Mapping | list) and str(value).strip():
            return str(value).strip()
    return ""
