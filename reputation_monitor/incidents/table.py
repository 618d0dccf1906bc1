"""Incidents from a table that a person or another tool wrote: CSV or JSON lines, one incident a row.

Columns: ``id, service, title, impact, started, detected, acknowledged, resolved``; also ``status``, ``url`` and
``words`` (what it was about, for finding the mentions that speak of it). A title and a start are needed. Names ending
in ``_at`` (``started_at``), ``services`` or ``components``, and ``name`` for the title are understood as well. Several
services are separated by ``;``. A row without ``id`` is known by its service, title and start.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from reputation_monitor.incidents.base import Incident, RejectedIncident
from reputation_monitor.incidents.dates import read_date
from reputation_monitor.incidents.records import Outcome, Record, decode, json_lines, read_impact, reject, sort, text_of

_TITLE = ("title", "name", "summary")
_SERVICE = ("service", "services", "component", "components")
_SEPARATORS = ",;\t|"


def read_table(body: bytes, source: str = "", zone: tzinfo = UTC) -> Outcome:
    """Read a CSV or JSON-lines file; a row that is no incident is set aside with its line and the reason.

    Args:
        body: the file, in UTF-8 or Windows-1252, gzip or not.
        source: name of the incident source.
        zone: whose time a date without zone tells.
    """
    try:
        text = decode(body).strip()
    except ValueError as error:
        return [], [reject("", str(error))]
    rows = _json_rows(text) if text.startswith(("{", "[")) else _csv_rows(text)
    return sort(rows, lambda row: read_row(row, source, zone))


def read_row(row: Record, source: str = "", zone: tzinfo = UTC) -> Incident:
    """Read one row.

    Raises:
        ValueError: no title, no start, a date that is none, an unknown impact, or an end before the start.
    """
    title = text_of(row, *_TITLE)
    if not title:
        raise ValueError("it has no title")
    moments = {name: _moment(row, name, zone) for name in ("started", "detected", "acknowledged", "resolved")}
    started = moments["started"] or moments["detected"]
    if started is None:
        raise ValueError("it says neither when it started nor when it was detected")
    resolved = moments["resolved"]
    if resolved is not None and resolved < started:
        raise ValueError(f"it ends ({resolved:%Y-%m-%d %H:%M}) before it starts ({started:%Y-%m-%d %H:%M})")
    services, impact = _services(row), read_impact(text_of(row, "impact", "severity", "priority"))
    planned = impact == "maintenance"  # which is announced, and detected by nobody
    return Incident(
        id=text_of(row, "id") or _digest(*services, title, started.isoformat()),
        title=title,
        source=source,
        services=services,
        impact=impact,
        status=text_of(row, "status") or ("resolved" if resolved else "open"),
        started=started,
        start_basis="started" if moments["started"] else "detected",
        detected=None if planned else moments["detected"],
        acknowledged=None if planned else moments["acknowledged"],
        resolved=resolved,
        url=text_of(row, "url"),
        words="\n".join(dict.fromkeys(filter(None, [title, text_of(row, "words", "description")]))),
        raw=row,
    )


def _moment(row: Record, name: str, zone: tzinfo) -> datetime | None:
    try:
        return read_date(text_of(row, name, f"{name}_at"), zone)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _services(row: Record) -> tuple[str, ...]:
    for column in _SERVICE:
        if isinstance(row.get(column), list):
            names = [str(name).strip() for name in row[column]]
        else:
            names = [name.strip() for name in text_of(row, column).split(";")]
        if any(names):
            return tuple(dict.fromkeys(filter(None, names)))
    return ()


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _json_rows(text: str) -> Iterator[object]:
    """Rows of JSON lines, of one JSON list, or of one object; other JSON is one thing set aside, not one a line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        first = next(json_lines(text.partition("\n")[0]))
        yield from (
            [reject(text, f"it is no JSON: {error}")] if isinstance(first, RejectedIncident) else json_lines(text)
        )
    else:
        yield from whole if isinstance(whole, list) else [whole]


def _csv_rows(text: str) -> Iterator[object]:
    header, *_ = text.splitlines() or [""]
    separator = max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [name.strip().casefold() for name in next(reader, [])]
    if not {*_TITLE} & {*columns}:
        yield reject(header, 'line 1 names no column "title"; expected id, service, title, impact, started, ...')
        return
    try:
        for cells in reader:
            if any(cells):
                yield _csv_row(columns, cells, reader.line_num)
    except csv.Error as error:
        yield reject("", f"line {reader.line_num} is no CSV: {error}")


def _csv_row(columns: list[str], cells: list[str], line: int) -> object:
    if len(cells) > len(columns):
        problem = f"line {line} has {len(cells)} cells for {len(columns)} columns"
        return RejectedIncident(raw=" | ".join(cells)[:10_000], reason=problem)
    return dict(zip(columns, cells, strict=False))
