import numpy as np
import pytest

from reputation_monitor.gaps import find_gaps

DAY = 288


@pytest.fixture
def talk() -> np.ndarray:
    """Sixty days of some two mentions an hour, and none at night."""
    mentions = np.random.default_rng(1).poisson(2 / 12, 60 * DAY).astype(float)
    mentions.reshape(60, DAY)[:, : 7 * 12] = 0
    return mentions


def test_nights_and_what_came_before_the_first_mention_are_no_gaps(talk: np.ndarray):
    talk[: 20 * DAY] = 0
    assert find_gaps(talk) == []
    assert find_gaps(np.zeros(DAY)) == []


def test_a_hole_in_the_past_and_one_at_the_end_are(talk: np.ndarray):
    talk[20 * DAY : 26 * DAY] = 0
    talk[57 * DAY :] = 0
    (first, last), (since, end) = find_gaps(talk)
    assert (round(first / DAY), round(last / DAY)) == (20, 26)
    assert (round(since / DAY), end) == (57, 60 * DAY)


def test_who_is_silent_every_weekend_has_no_gaps():
    week = np.repeat([9.0, 9.0, 9.0, 9.0, 9.0, 0.0, 0.0], DAY)
    assert find_gaps(np.tile(week, 9)) == []


def test_a_silence_in_which_few_would_have_spoken_tells_nothing():
    rare = np.zeros(90 * DAY)
    rare[:: 5 * DAY] = 1.0
    rare[40 * DAY : 60 * DAY] = 0
    assert find_gaps(rare) == []
