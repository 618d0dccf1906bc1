"""The collector ``captions``: an address, a file or a folder of captions, one item a window of speech."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from collectors.base import Batch, Item, SourceRefused, State
from collectors.http import HttpClient
from collectors.local import file_mark, local_path, read_local
from collectors.reading.documents import Contents, since_only
from collectors.reading.instants import zone_of
from collectors.reading.languages import language_tag
from collectors.reading.quarantine import set_aside
from collectors.tv.airing import NAME_PATTERN, Airing, airing_of
from collectors.tv.caption_file import SUFFIXES, read_cues
from collectors.tv.windows import Window, cut_windows

_FILE = "file:"


def _known_zone(name: str) -> str:
    try:
        zone_of(name)
    except SourceRefused as error:
        raise ValueError(str(error)) from error
    return name


class CaptionsOptions(BaseModel):
    """What the collector ``captions`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        min_length=1, description="A caption file (http, https, file, or a plain path), or a folder that is watched."
    )
    pattern: str = Field(
        default=NAME_PATTERN,
        description="Regular expression for the whole file name without suffix, with the groups station, start and "
        "programme; start is YYYYMMDD_HHMMSS or ISO 8601.",
    )
    zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="IANA time zone of the start in file names."
    )
    starts: AwareDatetime | None = Field(
        default=None, description="Instant of second 0, with its offset; it overrides the one in the file name."
    )
    station: str = Field(default="", description="The station; it overrides the one in the file name.")
    programme: str = Field(default="", description="The programme; it overrides the one in the file name.")
    language: str = Field(default="", description="BCP 47 language where the file does not say.")
    window_seconds: float = Field(default=30.0, ge=5, le=600, description="Length of what is scored together.")
    base_url: str = Field(
        default="",
        description="Where the broadcast can be watched: #t=SECONDS is added; {name} stands for the file's name.",
    )

    @model_validator(mode="after")
    def _check_pattern(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern is no regular expression: {error}") from error
        return self


class CaptionsCollector:
    """Collects one caption file, or the new ones of a folder."""

    def __init__(self, options: CaptionsOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._pattern = re.compile(options.pattern)
        self._zone = zone_of(options.zone)

    def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch for the address or file, or one for each new or changed file of the folder.

        Raises:
            SourceUnavailable: the server may answer later.
            SourceRefused: it will not, or there is no such file or folder.
        """
        folder = local_path(self._options.url)
        if folder is not None and folder.is_dir():
            return self._collect_folder(folder, state, since)
        return self._collect_one(state, since)

    async def _collect_one(self, state: State, since: datetime | None) -> AsyncIterator[Batch]:
        fetched = await self._http.fetch(self._options.url, state)
        if not fetched.is_news(state):
            return
        names = file_name(self._options.url), file_name(fetched.final_url)
        contents = await asyncio.to_thread(self.read, fetched.body, *names)
        yield Batch(since_only(contents.items, since), contents.rejects, fetched.state())

    async def _collect_folder(self, folder: Path, state: State, since: datetime | None) -> AsyncIterator[Batch]:
        marks = await asyncio.to_thread(caption_files, folder)
        seen = {key: mark for key, mark in state.items() if key in marks}
        for key, mark in marks.items():
            if seen.get(key) == mark:
                continue
            name = key.removeprefix(_FILE)
            try:
                contents = await asyncio.to_thread(self._read_file, folder / name, name)
            except SourceRefused as refusal:  # one file; the others are read, and it is tried again
                yield Batch(rejects=(set_aside("", str(refusal), name),), state=dict(seen))
                continue
            seen[key] = mark
            yield Batch(since_only(contents.items, since), contents.rejects, dict(seen))

    def _read_file(self, path: Path, name: str) -> Contents:
        body = read_local(path, self._http.limits.body_bytes).body or b""
        contents = self.read(body, name)
        placed = (replace(reject, where=f"{name} {reject.where}".rstrip()) for reject in contents.rejects)
        return Contents(contents.items, tuple(placed))

    def read(self, body: bytes, name: str, final_name: str = "") -> Contents:
        """The windows of a caption file as items; what could not be read is among the rejects.

        Args:
            body: the file.
            name: by which the file is configured, and its items known.
            final_name: where redirects ended; it tells the airing where ``name`` does not.
        """
        transcript = read_cues(body)
        stem = next(iter(self._telling(name, final_name)), PurePosixPath(name).stem)
        told = airing_of(stem, self._pattern, self._zone)
        airing = Airing(
            station=self._options.station or told.station,
            programme=self._options.programme or told.programme,
            start=self._options.starts.astimezone(UTC) if self._options.starts else told.start,
        )
        language = language_tag(transcript.language, self._options.language)
        windows = cut_windows(transcript.cues, self._options.window_seconds)
        items = tuple(self._item(window, name, stem, airing, language) for window in windows)
        if not items and not transcript.rejects:  # there are captions, but of marks such as ">>" alone
            return Contents(rejects=(set_aside(body, "nothing is said in it"),))
        return Contents(items, transcript.rejects)

    def _telling(self, *names: str) -> list[str]:
        """Those names, without suffix, that tell when the broadcast began."""
        stems = (PurePosixPath(name).stem for name in names)
        return [stem for stem in stems if airing_of(stem, self._pattern, self._zone).start]

    def _item(self, window: Window, name: str, stem: str, airing: Airing, language: str) -> Item:
        second = max(0, int(window.start))
        facts = {"station": airing.station, "programme": airing.programme, "second": str(second)}
        return Item(
            id=f"{name}#{second}",
            text=window.text,
            url=self._link(stem, second),
            # Who speaks is unknown; the programme is one voice, however long it dwells on a subject.
            author=" ".join(part for part in (airing.station, airing.programme) if part),
            published=airing.start + timedelta(seconds=second) if airing.start else None,
            language=language,
            extra={key: value for key, value in facts.items() if value},
        )

    def _link(self, stem: str, second: int) -> str:
        base = self._options.base_url
        return f"{base.replace('{name}', stem)}#t={second}" if base else ""


def file_name(address: str) -> str:
    """The last part of an address as it is configured: where redirects end may differ from day to day."""
    path = local_path(address)
    return path.name if path else PurePosixPath(unquote(urlsplit(address).path)).name


def caption_files(folder: Path) -> dict[str, str]:
    """The caption files at and below ``folder``: a key for the state, and a mark that changes with the file."""
    marks: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            with suppress(FileNotFoundError):  # moved away since it was listed
                marks[_FILE + path.relative_to(folder).as_posix()] = file_mark(path)
    return marks
