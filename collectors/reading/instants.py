"""Dates as people and programs write them, to aware UTC; and which of them can be true."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from math import isfinite
from zoneinfo import ZoneInfo

from collectors.base import SourceRefused

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nobody spoke of a brand on the web, on recorded captions or in an app store before."""
AHEAD = timedelta(days=2)
"""How far a clock or a zone may be wrong before a date in the future is no date."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?")
_LOOSE_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)|\s*(?:UTC|GMT)$")
_WORDS = re.compile(r"[A-Za-z]{3}")
_COMMENT = re.compile(r"\s*\([^()]*\)\s*$")
_MAIL_ZONE = re.compile(
    r"(?<=[:.]\d\d)\s*(?:(?:UTC|GMT)?\s*(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?|(?P<name>[A-Za-z]+))(?=$|\s+\d{4}$)"
)
"""Behind the time; a year may follow it."""
_ZONES_BY_HOURS = {
    -8: "PST",
    -7: "MST PDT",
    -6: "CST MDT",
    -5: "EST CDT",
    -4: "AST EDT",
    -3: "ADT",
    0: "UT UTC GMT Z WET",
    1: "CET MET WEST",
    2: "CEST MEST EET",
    3: "EEST MSK",
    9: "JST KST",
    10: "AEST",
    11: "AEDT",
    12: "NZST",
    13: "NZDT",
}
_ZONES = {name: hours for hours, names in _ZONES_BY_HOURS.items() for name in names.split()}
"""Hours ahead of UTC by the names that mean one zone: those of RFC 2822, and some more."""
_UNREAD_ZONE = re.compile(r"[:.]\d\d\s*(?:[A-Za-z]+\s*)?[+-]\s*\d|[:.]\d\d\s*[A-Za-z]")
_LARGEST_SECONDS = 1e11
_THOUSAND = 1e3


def zone_of(name: str) -> tzinfo:
    """The time zone of that IANA name.

    Raises:
        SourceRefused: there is none.
    """
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:  # "Europe/" is a folder: an OSError
        raise SourceRefused(f"unknown time zone {name!r}; use an IANA name such as Europe/London or UTC") from error


def parse_instant(value: str | float, zone: tzinfo) -> datetime:
    """Read ISO 8601, RFC 2822, or an epoch in seconds, milliseconds, microseconds or nanoseconds.

    Args:
        value: the date as given.
        zone: whose clock it was read from, if it does not say.

    Raises:
        ValueError: none of these; the message is the reason for a person.
    """
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.fullmatch(text) or len(text) == len("20150217"):
            return _in_utc(_from_text(text), zone)
        value = float(text)
    return _from_epoch(value)


def zone_written(text: str) -> str:
    """The time zone that stands behind the time of a date in the style of RFC 2822; empty where none does."""
    found = _MAIL_ZONE.search(_COMMENT.sub("", text.strip()))
    return found[0].strip() if found else ""


def instant_or_none(value: str | float, zone: tzinfo = UTC) -> datetime | None:
    """Like :func:`parse_instant`, where a date that cannot be read is none."""
    try:
        return parse_instant(value, zone)
    except ValueError:
        return None


def check_plausible(instant: datetime, now: datetime) -> None:
    """Refuse what is a default or a mistake rather than a date.

    Raises:
        ValueError: before :data:`EARLIEST` or more than :data:`AHEAD` in the future.
    """
    if instant < EARLIEST:
        raise ValueError(f"the date {instant:%Y-%m-%d} is before {EARLIEST:%Y}")
    if instant > now + AHEAD:
        raise ValueError(f"the date {instant:%Y-%m-%d} is more than {AHEAD.days} days in the future")


def plausible(instant: datetime | None, now: datetime) -> datetime | None:
    """The instant, or None where it cannot be true."""
    return instant if instant is not None and EARLIEST <= instant <= now + AHEAD else None


def _from_text(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(_LOOSE_OFFSET.sub(lambda found: "" if found[0].isspace() else "Z", text))
    except ValueError:
        pass
    return from_mail_date(text)


def from_mail_date(text: str) -> datetime:
    """Read RFC 2822, and what JavaScript, Ruby and Unix write; without a time zone where none is written.

    Raises:
        ValueError: it is no such date, or its zone is not known, which is never taken for UTC.
    """
    bare = _COMMENT.sub("", text)
    zone = _MAIL_ZONE.search(bare)
    local = bare if zone is None else bare[: zone.start()] + bare[zone.end() :]
    fields = parsedate_tz(f"{local} +0000") if _WORDS.search(local) else None
    if fields is None:
        raise ValueError(f"{text!r} is no date that we can read (ISO 8601, RFC 2822 or an epoch)")
    if _UNREAD_ZONE.search(local) or (zone and zone["name"] and zone["name"].upper() not in _ZONES):
        raise ValueError(
            f"{text!r} is no date that we can read: its time zone is not known; write the offset instead, such as +0100"
        )
    try:
        return datetime(*fields[:6], tzinfo=_zone_behind(zone) if zone else None)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no date that exists") from error


def _zone_behind(told: re.Match[str]) -> tzinfo:
    if told["name"]:
        return timezone(timedelta(hours=_ZONES[told["name"].upper()]))
    ahead = timedelta(hours=int(told["hours"]), minutes=int(told["minutes"] or 0))
    return timezone(ahead if told["sign"] == "+" else -ahead)


def _from_epoch(value: float) -> datetime:
    try:
        seconds = float(value)  # an integer may be too large for one
        while isfinite(seconds) and abs(seconds) > _LARGEST_SECONDS:
            seconds /= _THOUSAND
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{value!r:.40} is no date that exists") from error


def _in_utc(instant: datetime, zone: tzinfo) -> datetime:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=zone)
    try:
        return aware.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{instant.isoformat()} is no date that exists") from error
