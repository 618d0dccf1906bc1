"""The collector ``file``: mentions from JSON lines or CSV, plain or gzipped; what ``import`` reads."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from collectors.base import Batch, Item, Reject, SourceRefused, State
from collectors.files.mention_rows import RowReader, check_mapping
from collectors.files.tables import Row, read_rows
from collectors.http import Clock
from collectors.local import cannot_read, file_mark, local_path
from collectors.reading.documents import since_only
from collectors.reading.instants import zone_of

BATCH_ROWS = 1000


def _checked_mapping(mapping: Mapping[str, str]) -> Mapping[str, str]:
    try:
        check_mapping(mapping)
    except SourceRefused as error:
        raise ValueError(str(error)) from error
    return mapping


def _checked_zone(name: str) -> str:
    try:
        zone_of(name)
    except SourceRefused as error:
        raise ValueError(str(error)) from error
    return name


FieldMapping = Annotated[Mapping[str, str], AfterValidator(_checked_mapping)]
ZoneName = Annotated[str, AfterValidator(_checked_zone)]


class FileOptions(BaseModel):
    """What the collector ``file`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1, description="The file: .jsonl or .csv, either also with .gz.")
    mapping: FieldMapping = Field(
        default_factory=dict,
        description="Which column holds a field, as FIELD: COLUMN; FIELD: =VALUE gives every row the same value.",
    )
    zone: ZoneName = Field(default="UTC", description="IANA time zone of dates that name none.")


class FileCollector:
    """Collects the rows of one file whenever the file has changed."""

    def __init__(self, options: FileOptions, now: Clock) -> None:
        self._options = options
        self._now = now

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield the rows in batches, unless the file is as ``state`` knows it.

        Raises:
            SourceRefused: there is no such file, or it has no column for the text.
        """
        path = local_path(self._options.path) or Path(self._options.path)
        mark = await asyncio.to_thread(_mark, path)
        if state.get("file") == mark:
            return
        reading = read_mentions(path, self._options.mapping, zone=self._options.zone, now=self._now())
        with closing(reading) as batches:
            while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                yield Batch(since_only(batch.items, since), batch.rejects, state)
        yield Batch(state={"file": mark})


def read_mentions(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    *,
    now: datetime,
    zone: str = "UTC",
    batch_rows: int = BATCH_ROWS,
) -> Generator[Batch]:
    """Read the mentions of a file, in batches of ``batch_rows`` rows; what is none is among the rejects, with its line.

    The file is streamed; a damaged end costs only what comes after it.

    Args:
        path: ``.jsonl``, ``.ndjson``, ``.csv`` or ``.tsv``, each also with ``.gz``.
        mapping: field -> column, or field -> ``=VALUE`` for all rows; a field that is not named has its own column.
        now: dates are judged by it.
        zone: IANA name of the zone of dates without one.
        batch_rows: size of a batch.

    Raises:
        SourceRefused: no such file, an unknown kind of file, field or zone, or no column for the text.
    """
    reader = RowReader(mapping or {}, zone_of(zone), now)
    rows = read_rows(Path(path), reader.check_header)
    return _batched(rows, reader, batch_rows)


def _batched(rows: Iterator[Row | Reject], reader: RowReader, batch_rows: int) -> Generator[Batch]:
    items: list[Item] = []
    rejects: list[Reject] = []
    for row in rows:
        read = row if isinstance(row, Reject) else reader.read(row)
        if isinstance(read, Reject):
            rejects.append(read)
        else:
            items.append(read)
        if len(items) + len(rejects) >= batch_rows:
            yield Batch(tuple(items), tuple(rejects))
            items, rejects = [], []
    if items or rejects:
        yield Batch(tuple(items), tuple(rejects))


def _mark(path: Path) -> str:
    try:
        return file_mark(path)
    except OSError as error:
        raise SourceRefused(cannot_read(path, error)) from error
