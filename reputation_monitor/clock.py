"""The clock, which everything else is handed as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)
