"""Durations as people write them in a configuration file: ``90s``, ``15m``, ``4h``, ``1d12h``."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
LONGEST = timedelta(days=36_500)
PATTERN = r"^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$"


def parse_duration(value: object) -> timedelta:
    """Read a duration.

    Raises:
        ValueError: it is none, or is not longer than zero.
    """
    if isinstance(value, timedelta):
        duration = value
    elif isinstance(value, str) and value and re.match(PATTERN, value):
        parts = re.findall(r"(\d+)([dhms])", value)
        try:
            duration = timedelta(seconds=sum(int(number) * UNITS[unit] for number, unit in parts))
        except (OverflowError, ValueError):  # Python reads no number of over 4,300 digits
            raise ValueError(f"expected a duration of at most {LONGEST.days}d, found {value[:40]!r}") from None
    else:
        raise ValueError(f"expected a duration like 90s, 15m, 4h or 1d12h, found {value!r}")
    if duration > LONGEST:
        raise ValueError(f"expected a duration of at most {LONGEST.days}d, found {value!r}")
    if duration <= timedelta():
        raise ValueError("expected a duration longer than zero")
    return duration


def format_duration(duration: timedelta) -> str:
    """Write a duration so that `parse_duration` reads it; a part of a second is dropped."""
    left = int(duration.total_seconds())
    written = ""
    for unit, seconds in UNITS.items():
        number, left = divmod(left, seconds)
        written += f"{number}{unit}" if number else ""
    return written or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["15m", "4h", "1d12h"]}),
]
"""A `datetime.timedelta` that is written ``4h`` in YAML and JSON."""
