from collections.abc import Callable
from datetime import UTC, timedelta, timezone

import numpy as np
import pytest

from reputation_monitor.linking.guard import MARGIN, Guard, rising
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.scan import likelihood_ratio
from reputation_monitor.linking.series import HOUR, Array, Series
from reputation_monitor.linking.world import BrandCounts

HOURS = 60
HEIGHT = 8.0
NOISE = Noise(1.0, 0.1, 5.0, 0.01)


@pytest.fixture
def make_watched(make_series: Callable[..., Series]):
    """A guard who holds three voices an hour for usual, with counts in five minutes."""

    def make(counts: Array, seconds: int = 300, screens: tuple[str, ...] = ("web",)):
        series = {screen: make_series(counts, 300) for screen in screens}
        guard = Guard(
            bucket_seconds=seconds,
            rates=dict.fromkeys(screens, np.full(168, 3.0)),
            noises=dict.fromkeys(screens, NOISE),
            heights=dict.fromkeys(screens, HEIGHT),
            fewest=3.0,
        )
        return guard, BrandCounts(name="Ours", negative=series, failing={})

    return make


def calm(seed: int = 1) -> Array:
    return np.random.default_rng(seed).poisson(0.25, HOURS * 12).astype(float)


def burst(at: int = -6, voices: float = 5.0) -> Array:
    counts = calm()
    counts[at : at + 3 or None] += voices
    return counts


def test_who_rises_is_told_from_who_does_not(make_watched):
    watched = [make_watched(calm(seed)) for seed in range(5)]
    watched.insert(2, make_watched(burst()))
    assert rising(watched, 2, UTC).tolist() == [False, False, True, False, False, False]


@pytest.mark.parametrize("seconds", [300, 900, 3600])
def test_brands_in_buckets_of_all_lengths_are_asked_together(make_watched, seconds: int):
    watched = [make_watched(calm(), seconds), make_watched(burst(), seconds), make_watched(burst())]
    assert rising(watched, 2, UTC).tolist() == [False, True, True]


def test_any_screen_that_rises_counts(make_watched):
    guard, counts = make_watched(calm(), screens=("web", "mobile"))
    _, risen = make_watched(burst())
    both = BrandCounts(name="Ours", negative={**counts.negative, "mobile": risen.negative["web"]}, failing={})
    assert rising([(guard, both)], 2, UTC).tolist() == [True]


def test_only_windows_that_end_in_the_last_hours_are_asked_about(make_watched):
    old = burst(at=-10 * 12)
    assert rising([make_watched(old)], 2, UTC).tolist() == [False]
    assert rising([make_watched(old)], 12, UTC).tolist() == [True]


def test_a_window_needs_voices_enough(make_watched):
    quiet = np.zeros(HOURS * 12)
    quiet[-1] = 2.0
    assert rising([make_watched(quiet)], 2, UTC).tolist() == [False]


def test_counts_shorter_than_the_longest_window_are_asked_about(make_watched):
    assert rising([make_watched(burst()[-7 * 12 :])], 2, UTC).tolist() == [True]
    assert rising([], 2, UTC).tolist() == []


def test_a_guard_wakes_before_the_alarm(make_watched):
    """One window, just under and just over its share of the height."""
    spread = NOISE.spread(np.array([300 / HOUR]))

    def height(voices: float) -> float:
        return float(likelihood_ratio(voices, np.array([0.25]), spread, 1.0)[0])

    enough = float(next(v for v in np.arange(3.5, 40, 0.05) if height(v) > MARGIN * HEIGHT))
    assert height(enough) < HEIGHT
    for said, wakes in ((enough - 0.1, False), (enough, True)):
        counts = np.zeros(HOURS * 12)
        counts[-1] = said
        assert rising([make_watched(counts)], 1, UTC).tolist() == [wakes]


def test_the_clock_of_the_rhythm_is_the_brands_own(make_series: Callable[..., Series]):
    """What is usual at noon in Paris is too much at eleven in London."""
    rate = np.where(np.arange(168) % 24 == 12, 12.0, 0.1)
    guard = Guard(300, {"web": rate}, {"web": NOISE}, {"web": HEIGHT}, 3.0)
    counts = np.zeros(HOURS * 12)
    counts[-12:] = 1.0  # 11:00 to 12:00 UTC of the third day
    watched = [(guard, BrandCounts(name="Ours", negative={"web": make_series(counts, 300)}, failing={}))]
    assert rising(watched, 1, UTC).tolist() == [True]
    assert rising(watched, 1, timezone(timedelta(hours=1))).tolist() == [False]
