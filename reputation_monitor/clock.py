"""The clock, which everything else is handed as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


def wall_offset() -> float:
    """Seconds by which the machine's clock is ahead of one that nobody sets; it changes when the clock is set."""
    return time.time() - time.monotonic()
