"""A row of an imported file to an Item: the fields, their spellings, and what is wrong with them."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from collectors.base import Item, Reject, SourceRefused
from collectors.files.tables import Row
from collectors.reading.identity import content_id
from collectors.reading.instants import check_plausible, parse_instant
from collectors.reading.languages import language_tag
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, shown, storable

SCORES = ("negative", "neutral", "positive")
FIELDS = (
    "id", "brand", "screen", "source", "url", "author", "published", "title", "text", "language", "rating", *SCORES
)  # fmt: skip
SCREENS = frozenset({"", "web", "tv", "mobile"})
_CONSTANT = "="
_SCORE_TOLERANCE = 0.02
_LOWEST_RATING, _HIGHEST_RATING = 1.0, 5.0

Get = Callable[[Mapping[str, Any]], Any]


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping of fields that do not exist.

    Raises:
        SourceRefused: the message names the fields there are.
    """
    if unknown := [field for field in mapping if field not in FIELDS]:
        raise SourceRefused(f"mapping: {', '.join(unknown)}: no such field; the fields are {', '.join(FIELDS)}")


class RowReader:
    """Turns rows into Items, by a mapping from fields to columns or to constants (``=VALUE``)."""

    def __init__(self, mapping: Mapping[str, str], zone: tzinfo, now: datetime) -> None:
        check_mapping(mapping)
        self._columns = {field: mapping.get(field, field) for field in FIELDS}
        self._mapped = {field for field, column in mapping.items() if not column.startswith(_CONSTANT)}
        self._get = {field: _getter(column) for field, column in self._columns.items()}
        self._zone = zone
        self._now = now

    def check_header(self, header: list[str]) -> None:
        """Refuse a table that lacks a mapped column, or any column for what was said.

        Raises:
            SourceRefused: the message says which column is missing and which there are.
        """
        has = f"the file has: {', '.join(header) or 'nothing'}"
        for field in sorted(self._mapped):
            if self._columns[field] not in header:
                raise SourceRefused(f"there is no column {self._columns[field]!r} for {field}; {has}")
        spoken = [self._columns[field] for field in ("text", "title")]
        if not any(column in header or column.startswith(_CONSTANT) for column in spoken):
            raise SourceRefused(f"there is no column for the text; name it by --map text=COLUMN; {has}")

    def read(self, row: Row) -> Item | Reject:
        """The Item of a row, or a Reject with the line and the reason."""
        try:
            return self._item(row.columns)
        except ValueError as error:
            return set_aside(row.raw or _as_json(row.columns), str(error), f"line {row.line}")

    def _item(self, columns: Mapping[str, Any]) -> Item:
        get = self._get
        text = _spoken(get["text"](columns), "text")
        title = _spoken(get["title"](columns), "title")
        if not text and not title:
            raise ValueError("the text is missing")
        published = self._published(get["published"](columns))
        author = _short(get["author"](columns), "author")
        source = _short(get["source"](columns), "source")
        native = _short(get["id"](columns), "id")
        return Item(
            id=native or content_id(source, author, str(published), title, text),
            text=text,
            title=title,
            url=_short(get["url"](columns), "url"),
            author=author,
            published=published,
            language=language_tag(get["language"](columns)),
            rating=_rating(get["rating"](columns)),
            brand=_short(get["brand"](columns), "brand"),
            screen=_screen(get["screen"](columns)),
            source=source,
            scores=_scores([get[score](columns) for score in SCORES]),
        )

    def _published(self, given: Any) -> datetime | None:
        if given is None or given == "":
            return None
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise ValueError(f"published is {type(given).__name__}, not a date")
        instant = parse_instant(given, self._zone)
        check_plausible(instant, self._now)
        return instant


def _as_json(columns: Mapping[str, Any]) -> str:
    try:
        return json.dumps(columns, ensure_ascii=False)
    except RecursionError:
        return shown(columns)


def _getter(column: str) -> Get:
    if column.startswith(_CONSTANT):
        constant = column.removeprefix(_CONSTANT)
        return lambda _: constant
    return lambda columns: columns.get(column)


def _spoken(given: Any, field: str) -> str:
    """What a customer wrote, without mark-up."""
    if isinstance(given, str):
        return plain_text(given)
    return _short(given, field)


def _short(given: Any, field: str) -> str:
    """A name, an address or an identity; numbers are as good as strings."""
    if isinstance(given, str):
        return storable(given).strip()
    if given is None:
        return ""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return str(given)
    raise ValueError(f"{field} is {type(given).__name__}, not a text")


def _screen(given: Any) -> str:
    screen = _short(given, "screen").lower()
    if screen not in SCREENS:
        raise ValueError(f"screen is {screen!r}, not web, tv or mobile")
    return screen


def _rating(given: Any) -> float | None:
    if given is None or given == "":
        return None
    stars = _number(given, "rating")
    if not _LOWEST_RATING <= stars <= _HIGHEST_RATING:
        raise ValueError(f"rating is {given!r}, not 1 to 5 stars")
    return stars


def _scores(given: list[Any]) -> tuple[float, float, float] | None:
    """The three probabilities of a mention that was scored elsewhere, as they were given."""
    present = [value for value in given if value is not None and value != ""]
    if not present:
        return None
    if len(present) < len(given):
        raise ValueError("negative, neutral and positive belong together; one of them is missing")
    negative, neutral, positive = (_number(value, field) for value, field in zip(given, SCORES, strict=True))
    whole = abs(negative + neutral + positive - 1) <= _SCORE_TOLERANCE  # False for NaN
    if not whole or min(negative, neutral, positive) < 0:
        raise ValueError("negative, neutral and positive are no probabilities: none is below 0, and their sum is 1")
    return negative, neutral, positive


def _number(given: Any, field: str) -> float:
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{field} is {given!r}, not a number") from error
