"""Is the service well? For load balancers, watchdogs and whoever is on call."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from reputation_monitor.application import Application

LATE = timedelta(minutes=30)
ANSWER_SECONDS = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a check found; ``reason`` is empty where all is well."""

    database: bool
    looked_at: datetime | None
    look_age_seconds: float | None
    reason: str

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.reason


async def check(application: Application, started: datetime, now: datetime) -> Health:
    """Ask the database for a row, and see when the findings were last brought up to date.

    Args:
        application: what is checked.
        started: when its dashboard began; a first look may take a while.
        now: aware UTC.
    """
    database = await _answers(application)
    looked_at = application.looked_at
    age = now - (looked_at or started)
    return Health(
        database=database,
        looked_at=looked_at,
        look_age_seconds=None if looked_at is None else age.total_seconds(),
        reason=_reason(database=database, looked=looked_at is not None, age=age),
    )


async def _answers(application: Application) -> bool:
    try:
        await asyncio.wait_for(application.store.source_state(""), ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the database, it is what the check is for
        log.warning("the database does not answer", error=f"{type(error).__name__}: {error}")
        return False
    return True


def _reason(*, database: bool, looked: bool, age: timedelta) -> str:
    if not database:
        return "the database does not answer"
    if age <= LATE:
        return ""
    minutes = age // timedelta(minutes=1)
    return f"the last look is {minutes} minutes old" if looked else f"no look was taken for {minutes} minutes"
