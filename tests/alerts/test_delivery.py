import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.base import DeliveryError, Notification
from alerts.delivery import Delivered, Failed, deliver, next_attempt

NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)


class Stub:
    """A channel that does one thing."""

    name = "stub"

    def __init__(self, error: BaseException | None = None, seconds: float = 0.0) -> None:
        self.error = error
        self.seconds = seconds

    async def send(self, notification: Notification) -> None:
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error


async def test_what_a_channel_takes_is_delivered(linked: Notification):
    assert await deliver(linked, Stub()) == Delivered()


async def test_a_failure_keeps_what_the_channel_said_of_it(linked: Notification):
    error = DeliveryError("HTTP 429", retry_after_seconds=30)
    assert await deliver(linked, Stub(error)) == Failed(error="HTTP 429", retry_after_seconds=30)
    gone = DeliveryError("HTTP 410\x00\n" + "x" * 1_000, permanent=True)
    outcome = await deliver(linked, Stub(gone))
    assert isinstance(outcome, Failed)
    assert outcome.permanent
    assert outcome.error.startswith("HTTP 410 xxx")
    assert len(outcome.error) == 500


@pytest.mark.parametrize("error", [RuntimeError("https://example.com/secret"), KeyError("secret"), OSError("secret")])
async def test_a_broken_channel_is_tried_again_and_its_words_are_not_trusted(linked: Notification, error: Exception):
    outcome = await deliver(linked, Stub(error))
    assert outcome == Failed(error=f"the channel itself failed: {type(error).__name__}")


async def test_a_channel_that_hangs_is_given_up_for_now(linked: Notification):
    assert await deliver(linked, Stub(seconds=5), timeout_seconds=0.01) == Failed(error="no answer within 0.01 s")


async def test_being_cancelled_is_no_failure(linked: Notification):
    task = asyncio.create_task(deliver(linked, Stub(seconds=5)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@given(attempts=st.integers(1, 60), seed=st.integers())
def test_waits_grow_from_ten_seconds_to_an_hour(attempts: int, seed: int):
    time = next_attempt(attempts, NOW, rng=random.Random(seed))
    assert time is not None
    nominal = min(10 * 2 ** (attempts - 1), 3_600)
    seconds = (time - NOW).total_seconds()
    assert 10 <= seconds <= 3_600
    assert 0.75 * nominal - 1e-6 <= seconds <= 1.25 * nominal + 1e-6


def test_waits_are_spread():
    rng = random.Random(1)
    assert len({next_attempt(5, NOW, rng=rng) for _ in range(20)}) == 20
    assert next_attempt(5, NOW) is not None


def test_a_message_is_given_up_after_about_three_days():
    rng = random.Random(1)
    for wish in (None, 6 * 3_600.0):
        now, attempts = NOW, 0
        while (time := next_attempt(attempts, now, wish, rng, age=now - NOW)) is not None:
            now, attempts = time, attempts + 1
        assert timedelta(days=3) <= now - NOW < timedelta(days=3.5)


def test_an_old_message_has_a_few_attempts_all_the_same():
    assert next_attempt(1, NOW, age=timedelta(days=9)) is not None
    assert next_attempt(5, NOW, age=timedelta(days=9)) is None


@pytest.mark.parametrize(("wish", "seconds"), [(600.0, 600), (86_400.0 * 365, 6 * 3_600), (None, 10), (0.0, 10)])
def test_the_receivers_wish_counts_where_it_is_longer(wish: float | None, seconds: float):
    class Least(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return a

    assert next_attempt(1, NOW, wish, Least()) == NOW + timedelta(seconds=seconds)


def test_what_was_never_tried_is_due_now():
    assert next_attempt(0, NOW) == NOW
