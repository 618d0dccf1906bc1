"""When, where and in which programme captions were on air, as their file's name tells."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

NAME_PATTERN = r"(?P<station>[A-Za-z0-9-]+)_(?P<start>\d{8}_\d{6})_(?P<programme>.+)"
"""Names as the Internet Archive gives them: ``STATION_YYYYMMDD_HHMMSS_The_Programme``."""

_START_FORMATS = (
    "%Y%m%d_%H%M%S",
    "%Y%m%d_%H%M",
    "%Y%m%dT%H%M%SZ",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d_%H-%M-%S",
    "%Y-%m-%dT%H%M",
)


@dataclass(frozen=True, slots=True)
class Airing:
    """What is known of a broadcast; ``start`` is the UTC instant of second 0 of the captions."""

    station: str = ""
    programme: str = ""
    start: datetime | None = None


def airing_of(stem: str, pattern: re.Pattern[str], zone: tzinfo) -> Airing:
    """Read a file's name, without its suffix, by a pattern with the groups station, start and programme.

    A name that does not match tells nothing; a group that the pattern lacks is empty.
    """
    found = pattern.fullmatch(stem)
    told = found.groupdict(default="") if found else {}
    return Airing(
        station=told.get("station", ""),
        programme=told.get("programme", "").replace("_", " ").strip(),
        start=_start(told.get("start", ""), zone),
    )


def _start(written: str, zone: tzinfo) -> datetime | None:
    for form in _START_FORMATS:
        try:
            local = datetime.strptime(written, form).replace(tzinfo=zone)
        except ValueError:
            continue
        return local.astimezone(UTC)
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
