"""Incident sources: one module each, giving ``Incident``; read from a file, or polled by address.

Another package adds a kind of source by an entry point of the group ``reputation_monitor.incidents`` that names a
builder ``(name, url, fetch) -> IncidentSource``.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal, Protocol, TypeAlias
from urllib.parse import unquote, urlsplit

from reputation_monitor.incidents.base import Incident, RejectedIncident
from reputation_monitor.incidents.records import Outcome, decode, json_lines
from reputation_monitor.incidents.statuspage import Fetch, StatuspageSource, read_objects, read_statuspage
from reputation_monitor.incidents.table import read_table

__all__ = [
    "Fetch",
    "FileKind",
    "FileSource",
    "Incident",
    "IncidentSource",
    "RejectedIncident",
    "kinds",
    "open_source",
    "read_incidents",
]

ENTRY_POINTS = "reputation_monitor.incidents"

FileKind: TypeAlias = Literal["statuspage", "table"]


class IncidentSource(Protocol):
    """A place that knows of incidents, ready to be asked."""

    async def poll(self, known: Sequence[Incident] = ()) -> Outcome:
        """Give the incidents as they are now, and what was no incident; known ones may come again.

        ``known`` are those that it gave before; one that it took back is given with the status ``withdrawn``.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that somebody keeps: Statuspage JSON, CSV or JSON lines."""

    name: str
    path: Path

    async def poll(self, known: Sequence[Incident] = ()) -> Outcome:  # noqa: ARG002 - a file that was cut says nothing
        """Read the file again; a row that is gone may have been moved to another, so nothing is taken for withdrawn.

        Raises:
            OSError: it cannot be read.
        """
        return await asyncio.to_thread(read_incidents, self.path, None, self.name)


Builder: TypeAlias = Callable[[str, str, Fetch], IncidentSource]

_BUILDERS: dict[str, Builder] = {
    "statuspage": StatuspageSource,
    "file": lambda name, url, _: FileSource(name, _path(url)),
}


def kinds() -> list[str]:
    """Names of the kinds of incident source that this installation knows."""
    return sorted({*_BUILDERS, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def open_source(name: str, kind: str, url: str, fetch: Fetch) -> IncidentSource:
    """Make an incident source ready.

    Args:
        name: what the configuration calls it.
        kind: one of ``kinds()``.
        url: address of the status page, or the file's path.
        fetch: gets the body behind an address.

    Raises:
        ValueError: no such kind.
    """
    if kind in _BUILDERS:
        return _BUILDERS[kind](name, url, fetch)
    for point in entry_points(group=ENTRY_POINTS, name=kind):
        builder: Builder = point.load()
        return builder(name, url, fetch)
    raise ValueError(f"no incident source is of the kind {kind!r}; expected one of {', '.join(kinds())}")


def read_incidents(file: Path | str | bytes, kind: FileKind | None = None, source: str = "") -> Outcome:
    """Read every incident of a file; what is none is set aside with its reason, and nothing is lost.

    Args:
        file: a path, or the file's content.
        kind: ``statuspage`` (JSON in its shapes, also one object a line) or ``table`` (CSV, JSON lines); None: as
            the content shows.
        source: name of the incident source.

    Raises:
        OSError: the file cannot be read.
    """
    body = file if isinstance(file, bytes) else Path(file).read_bytes()
    if kind != "table":
        documents = _statuspage_documents(body)
        if documents is not None:
            return read_objects(documents, source)
    return read_statuspage(body, source) if kind == "statuspage" else read_table(body, source)


def _statuspage_documents(body: bytes) -> Iterable[object] | None:
    """The documents of a status page's file, the whole of it or one a line; None where it is another kind of file."""
    try:
        text = decode(body).strip()
    except ValueError:
        return None
    whole = _parsed(text)
    if whole is not None:
        return [whole] if _is_statuspage(whole) else None
    return json_lines(text) if _is_statuspage(_parsed(text.partition("\n")[0])) else None


def _parsed(text: str) -> object:
    """What the JSON says; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_statuspage(document: object) -> bool:
    if isinstance(document, list):
        return any(map(_is_statuspage, document))
    if not isinstance(document, dict):
        return False
    marks = {"incidents", "incident", "incident_updates", "scheduled_maintenances"}
    return not marks.isdisjoint(document) or {"name", "created_at"} <= document.keys()


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)
