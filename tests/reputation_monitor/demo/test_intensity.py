from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.demo.intensity import (
    BUCKETS_A_DAY,
    NOISE_SPREAD,
    bucket_times,
    height,
    rhythm,
    scatter,
    slow_noise,
    spread,
    weekday_factor,
)
from reputation_monitor.demo.scenario import Effect

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
EFFECT = Effect(
    brands=("Quarrowby",),
    factors={"web": 5.0},
    onset=MONDAY + timedelta(hours=1),
    end=MONDAY + timedelta(hours=3),
    ramp=timedelta(minutes=10),
    tail=timedelta(minutes=30),
    topic="signin",
    press_topic="signin_press",
)


def height_at(**after_monday: float) -> float:
    return float(height(EFFECT, np.array([timedelta(**after_monday).total_seconds()]), MONDAY)[0])


@pytest.mark.parametrize("screen", ["web", "mobile"])
def test_the_rhythm_has_mean_one_over_whole_weeks(screen: str):
    assert rhythm(screen, MONDAY)[: 42 * BUCKETS_A_DAY].mean() == pytest.approx(1.0)


def test_people_say_most_by_day_and_little_by_night():
    day = rhythm("web", MONDAY)[:BUCKETS_A_DAY].reshape(24, 12).mean(axis=1)
    assert day[19] > 8 * day[3]


def test_sundays_are_quieter_than_mondays():
    assert weekday_factor(MONDAY) > 1.2 * weekday_factor(MONDAY + timedelta(days=6))


def test_the_noise_has_mean_one_and_the_stated_spread():
    noise = slow_noise(np.random.default_rng(1), 400_000)
    assert noise.mean() == pytest.approx(1.0, abs=0.02)
    assert np.log(noise).std() == pytest.approx(NOISE_SPREAD, rel=0.05)


def test_the_noise_forgets_in_about_six_hours():
    log = np.log(slow_noise(np.random.default_rng(2), 400_000))
    assert np.corrcoef(log[:-72], log[72:])[0, 1] == pytest.approx(np.exp(-1), abs=0.05)


def test_there_is_one_time_a_bucket_in_its_middle():
    times = bucket_times()
    assert times[0] == 150
    assert set(np.diff(times)) == {300}
    assert times.size == rhythm("web", MONDAY).size


def test_scattered_times_number_what_chance_makes_of_the_intensity():
    rng = np.random.default_rng(3)
    counts = [scatter(np.full(100, 0.5), rng).size for _ in range(400)]
    assert np.mean(counts) == pytest.approx(50, rel=0.03)
    assert np.var(counts) == pytest.approx(50, rel=0.25)


def test_spread_times_number_exactly_the_intensity_and_lie_where_it_is():
    intensity = np.concatenate([np.zeros(50), np.full(50, 0.4), np.zeros(50)])
    times = spread(intensity, np.random.default_rng(4))
    assert times.size == 20
    assert times.min() >= 50 * 300
    assert times.max() <= 100 * 300
    assert np.all(np.diff(times) > 0)


def test_nothing_is_spread_where_there_is_no_intensity():
    assert spread(np.zeros(10), np.random.default_rng(5)).size == 0


def test_an_effect_climbs_stays_and_fades():
    assert height_at(minutes=59) == 0
    assert height_at(minutes=65) == pytest.approx(0.5)
    assert height_at(hours=2) == 1
    assert height_at(hours=3, minutes=30) == pytest.approx(np.exp(-1))
    assert height_at(hours=12) < 1e-6
