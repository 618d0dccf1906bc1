"""When a host wants to be left alone: it said so, or it failed again and again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors.base import SourceUnavailable

FAILURES = 5
"""In a row, until a host is left alone."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(slots=True)
class Health:
    """What is known of a host's health; instants are aware UTC.

    Attributes:
        failures: broken exchanges and 5xx in a row.
        problem: what the last of them was.
        paused_until: when it may be tried again, after :data:`FAILURES`.
        asked_until: when it wants to be asked again, by its own Retry-After.
    """

    failures: int = 0
    problem: str = ""
    paused_until: datetime | None = None
    asked_until: datetime | None = None

    def check(self, host: str, now: datetime) -> None:
        """Refuse an exchange that comes too early.

        Raises:
            SourceUnavailable: with the seconds until it does not.
        """
        if self.asked_until is not None and now < self.asked_until:
            seconds = (self.asked_until - now).total_seconds()
            raise SourceUnavailable(
                f"{host} asked to be left alone for {seconds:.0f} seconds more; poll it less often", seconds
            )
        if self.paused_until is not None and now < self.paused_until:
            seconds = (self.paused_until - now).total_seconds()
            raise SourceUnavailable(
                f"{host} failed {self.failures} times in a row ({self.problem}); "
                f"it is tried again in {seconds:.0f} seconds",
                seconds,
            )

    def begin(self, host: str, now: datetime) -> None:
        """Begin an exchange; after a pause one goes ahead, and the others wait for what becomes of it.

        Raises:
            SourceUnavailable: as for :meth:`check`.
        """
        self.check(host, now)
        if self.failures >= FAILURES:
            self.paused_until = now + FIRST_PAUSE

    def succeeded(self) -> None:
        """It answered, whatever it answered."""
        self.failures, self.problem, self.paused_until = 0, "", None

    def failed(self, problem: str, now: datetime) -> None:
        """It did not answer, or with 5xx; from the fifth time on it is left alone, twice as long each time."""
        self.failures, self.problem = self.failures + 1, problem
        if self.failures >= FAILURES:
            doublings = min(self.failures - FAILURES, 6)
            self.paused_until = now + min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)

    def told(self, retry_after_seconds: float, now: datetime) -> None:
        """It said by Retry-After when it wants to be asked again."""
        self.asked_until = now + timedelta(seconds=retry_after_seconds)

    def is_well(self, now: datetime) -> bool:
        """Whether nothing has to be remembered of it."""
        return self.failures == 0 and (self.asked_until is None or self.asked_until <= now)
