"""Dates as incident tools and spreadsheets write them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from collectors.reading.instants import from_mail_date

FIRST_YEAR, LAST_YEAR = 1990, 2099

_NUMBER = re.compile(r"\d{9,11}(?:\.\d+)?|\d{13}")
_ZONE_NAME = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_date(value: object, zone: tzinfo = UTC) -> datetime | None:
    """A moment as aware UTC; None for an empty value.

    Accepts ISO 8601 (``2026-03-02T09:15:00Z``, ``2026-03-02 09:15``, ``2026-03-02``), seconds or milliseconds
    since 1970 and RFC 2822 (``Mon, 02 Mar 2026 09:15:00 +0100``). ``02/03/2026`` is refused: which of two days it is
    depends on who wrote it.

    Args:
        value: text or a number.
        zone: whose time a value without zone tells.

    Raises:
        ValueError: the value is no such date, or is before 1990 or after 2099.
    """
    if value is None or (text := str(value).strip()) == "":
        return None
    moment = _from_number(text) if _NUMBER.fullmatch(text) else _from_text(text)
    if moment is None:
        raise ValueError(f"{text[:60]!r} is no date; expected one like 2026-03-02T09:15:00Z")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"{text[:60]!r} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment.astimezone(UTC)


def _from_number(text: str) -> datetime:
    seconds = float(text)
    return _EPOCH + timedelta(seconds=seconds / 1000 if len(text) == 13 else seconds)


def _from_text(text: str) -> datetime | None:
    iso = _SPACED_OFFSET.sub("", _ZONE_NAME.sub("+00:00", text))
    for read, written in ((datetime.fromisoformat, iso), (from_mail_date, text)):
        try:
            return read(written)
        except ValueError:
            continue
    return None
