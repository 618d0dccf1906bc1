"""One attempt to deliver, and when to make the next one."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.base import Channel, DeliveryError, Notification
from alerts.words import tidy

FIRST_WAIT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 3_600.0
LONGEST_WISH_SECONDS = 6 * 3_600.0
"""A receiver that wants to be left alone for longer is asked again after this, lest an alert outlive its use."""

GIVEN_UP_AFTER, FEWEST_ATTEMPTS = timedelta(days=3), 5
JITTER = 0.25
ERROR_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver took the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The receiver did not take the message; ``error`` is for people and holds no secret."""

    error: str
    permanent: bool = False
    retry_after_seconds: float | None = None


async def deliver(notification: Notification, channel: Channel, *, timeout_seconds: float = 60.0) -> Delivered | Failed:
    """Try once to deliver a notification. Never raises, save for being cancelled."""
    try:
        async with asyncio.timeout(timeout_seconds):
            await channel.send(notification)
    except DeliveryError as error:
        return Failed(
            error=tidy(str(error), ERROR_LIMIT),
            permanent=error.permanent,
            retry_after_seconds=error.retry_after_seconds,
        )
    except TimeoutError:
        return Failed(error=f"no answer within {timeout_seconds:g} s")
    except Exception as error:  # noqa: BLE001 - a channel's own fault must not stop the others; it is tried again
        # Only the type: the words of an unknown error may hold the channel's address.
        return Failed(error=f"the channel itself failed: {type(error).__name__}")
    return Delivered()


def next_attempt(
    attempts: int,
    now: datetime,
    retry_after_seconds: float | None = None,
    rng: random.Random | None = None,
    *,
    age: timedelta = timedelta(),
) -> datetime | None:
    """Say when to try again after ``attempts`` failed ones, or None when three days are enough.

    Waits double from 10 seconds to an hour and are spread by a quarter either way, so that many messages to one
    receiver do not come back together. The receiver's own wish counts where it is longer.

    Args:
        attempts: made so far.
        now: aware UTC.
        retry_after_seconds: the receiver's wish.
        rng: where chance comes from.
        age: of the message; one that could not be sent while nobody ran the service has a few attempts all the same.
    """
    if attempts < 1:
        return now
    if age >= GIVEN_UP_AFTER and attempts >= FEWEST_ATTEMPTS:
        return None
    spread = (rng or random.Random()).uniform(1 - JITTER, 1 + JITTER)
    wait = min(max(_wait_seconds(attempts) * spread, FIRST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
    wish = min(retry_after_seconds or 0.0, LONGEST_WISH_SECONDS)
    return now + timedelta(seconds=max(wait, wish))


def _wait_seconds(attempts: int) -> float:
    """Give the wait after so many failed attempts, before it is spread."""
    doublings = min(attempts - 1, 16)  # beyond, the longest wait is long reached
    return min(FIRST_WAIT_SECONDS * 2.0**doublings, LONGEST_WAIT_SECONDS)
