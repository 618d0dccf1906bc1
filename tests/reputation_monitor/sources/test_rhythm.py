"""What a source's silence is worth, checked on sources whose truth is known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.sources.records import HOUR
from reputation_monitor.sources.rhythm import Rhythm, due_after, find_gaps, learn

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
TRAINED = 8
WATCHED = 26


@pytest.fixture
def learned(line_of) -> Callable[..., Rhythm | None]:
    def of(appeared: np.ndarray, allowed: float = 1.0) -> Rhythm | None:
        return learn(line_of(appeared), np.ones(len(appeared), dtype=bool), UTC, allowed)[0]

    return of


@pytest.mark.parametrize("kind", ["steady", "bursty", "nightly", "weekendless", "thin"])
def test_false_alarms_come_no_oftener_than_allowed(speak, learned, line_of, kind: str):
    """Of half a year after the training, over six sources: three are allowed, as the rate is one a year."""
    alarms = 0
    for seed in range(6):
        said = speak(kind, TRAINED + WATCHED, seed)
        rhythm = learned(said[: TRAINED * 168])
        if rhythm is None:
            continue
        line, everything = line_of(said), np.ones(len(said), dtype=bool)
        _, lasts, masses = find_gaps(line, everything, rhythm)
        alarms += int(((rhythm.a_year(masses) < 1) & (lasts > TRAINED * 168)).sum())
    assert alarms <= 6  # of a Poisson count with mean three more than six come once in thirty times


@pytest.mark.parametrize(
    ("kind", "starts", "within"),
    [
        ("steady", 12, 6),
        ("nightly", 9, 7),
        ("nightly", 23, 16),
        ("weekendless", 10, 9),
        ("weekendless", 4 * 24 + 17, 3 * 24),
        ("bursty", 0, 10 * 24),
        ("thin", 0, 60 * 24),
    ],
)
def test_a_silence_is_noticed_as_soon_as_the_source_itself_allows(speak, learned, kind: str, starts: int, within: int):
    rhythm = learned(speak(kind, 13))
    assert rhythm is not None
    begins = MONDAY + timedelta(weeks=13) + starts * HOUR
    due = due_after(rhythm, begins, 1.0, timedelta(days=90))
    assert due is not None
    assert due - begins <= within * HOUR


@pytest.mark.parametrize(("kind", "weeks"), [("thin", 2), ("bursty", 0.3), ("steady", 0.3)])
def test_a_short_history_is_no_rhythm(speak, learned, kind: str, weeks: float):
    assert learned(speak(kind, 4)[: int(weeks * 168)]) is None


def test_a_short_history_waits_longer_than_a_long_one(speak, learned):
    begins = MONDAY + timedelta(weeks=13, hours=12)
    waits = [due_after(learned(speak("bursty", weeks)), begins, 1.0, timedelta(days=90)) for weeks in (2, 13)]
    assert waits[0] > waits[1]


def test_fewer_false_alarms_mean_a_longer_wait(speak, learned):
    rhythm, begins = learned(speak("steady", 8)), MONDAY + timedelta(weeks=8)
    waits = [due_after(rhythm, begins, allowed, timedelta(days=9)) for allowed in (52.0, 1.0, 0.01)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_silence_of_the_past_does_not_make_the_next_one_usual(speak, learned):
    said = speak("steady", 8)
    before = due_after(learned(said), MONDAY + timedelta(weeks=8), 1.0, timedelta(days=9))
    said[3 * 168 : 3 * 168 + 60] = 0
    after = due_after(learned(said), MONDAY + timedelta(weeks=8), 1.0, timedelta(days=9))
    assert after - before <= 2 * HOUR


def test_what_is_expected_follows_the_clock_and_parts_of_hours(speak, learned):
    rhythm = learned(speak("nightly", 8))
    day, night = MONDAY + 12 * HOUR, MONDAY + 2 * HOUR
    assert rhythm.expected(day, day + HOUR) == pytest.approx(4.0, rel=0.25)
    assert rhythm.expected(night, night + HOUR) < 0.4
    halves = rhythm.expected(day, day + HOUR / 2) + rhythm.expected(day + HOUR / 2, day + HOUR)
    assert halves == pytest.approx(rhythm.expected(day, day + HOUR))
    assert rhythm.expected(day, day) == 0
