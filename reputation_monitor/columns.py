"""The kinds of columns: what they keep of a value, and how, the same on every database."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from sentiment.text import mended

_KEY_BYTES = 500


def plain_text(value: str) -> str:
    """Drop NUL (PostgreSQL refuses it), join surrogate pairs and replace lone surrogates (no UTF-8 has them)."""
    return mended(value.replace("\x00", ""))


def key_text(value: str) -> str:
    """Plain text of at most 500 bytes: a longer one ends in its digest.

    PostgreSQL indexes no row over 2,704 bytes, and feeds do use whole addresses as ids.
    """
    plain = plain_text(value)
    if len(plain) <= _KEY_BYTES and plain.isascii():
        return plain
    encoded = plain.encode()
    if len(encoded) <= _KEY_BYTES:
        return plain
    digest = hashlib.sha256(encoded).hexdigest()
    return encoded[: _KEY_BYTES - len(digest) - 1].decode(errors="ignore") + "#" + digest


def plain_json(value: object) -> object:
    """The value as JSON can hold it: times, infinity and NaN become text, from which pydantic reads them back."""
    match value:
        case None | int():
            return value
        case float() if isfinite(value):
            return value
        case Mapping():
            return {plain_text(str(key)): plain_json(inner) for key, inner in value.items()}
        case Sequence() | set() | frozenset() if not isinstance(value, str):
            return [plain_json(inner) for inner in value]
        case _:
            return plain_text(str(value))


class PlainText(TypeDecorator[str]):
    """Text without what a database refuses."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Clean on the way in."""
        return None if value is None else plain_text(value)


class KeyText(TypeDecorator[str]):
    """Text that an index can hold; the same bound applies to what is stored and to what is looked up."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Clean and bound on the way in."""
        return None if value is None else key_text(value)


class PlainJSON(TypeDecorator[Any]):
    """JSON without what a database refuses; None is the database's own null."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> object:
        """Clean on the way in."""
        return plain_json(value)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn into UTC; a naive time is a bug of the caller.

        Raises:
            ValueError: the time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; times in the store are aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Mark as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Ten million mentions a day outgrow 32 bits within a year; SQLite numbers rows by itself only in INTEGER columns.
BIG_ID: Any = BigInteger().with_variant(Integer(), "sqlite")

Words = Annotated[str, Field(sa_type=PlainText)]
WordsOrNone = Annotated[str | None, Field(sa_type=PlainText)]
Key = Annotated[str, Field(sa_type=KeyText)]
PrimaryKey = Annotated[str, Field(sa_type=KeyText, primary_key=True)]
Serial = Annotated[int | None, Field(sa_type=BIG_ID, primary_key=True)]
Document = Annotated[dict[str, Any], Field(sa_type=PlainJSON)]
DocumentOrNone = Annotated[dict[str, Any] | None, Field(sa_type=PlainJSON)]
Time = Annotated[datetime, Field(sa_type=UTCDateTime)]
TimeOrNone = Annotated[datetime | None, Field(sa_type=UTCDateTime)]
