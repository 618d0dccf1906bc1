import numpy as np
import pytest

from reputation_monitor.linking.onset import Onset, Rising, find_onset
from reputation_monitor.linking.series import Array

PER_HOUR = 12


def rise(rng: np.random.Generator, voices: int) -> Array:
    """Quiet talk, and from bucket 300 on a rise of so many voices, half of them within the hour."""
    counts = rng.poisson(0.05, 600).astype(float)
    at = 300 + (rng.gamma(2.0, 1 / 1.68, voices) * PER_HOUR).astype(int)
    np.add.at(counts, at[at < 600], 1)
    return counts


def test_onsets_of_planted_rises_are_dated_to_a_quarter_of_an_hour_in_the_median():
    rng = np.random.default_rng(1)
    errors, inside = [], 0
    for _ in range(40):
        counts = rise(rng, 60)
        found = find_onset(Rising(counts, np.full(600, 0.05)), 302, 302 + 4 * PER_HOUR, 300)
        errors.append(abs(found.median - 300) * 5)
        inside += found.low <= 301 and found.high >= 300
    assert np.median(errors) <= 15
    assert inside >= 34


def test_a_sudden_rise_is_dated_to_its_bucket():
    counts = np.full(600, 0.0)
    counts[300:330] = 6
    found = find_onset(Rising(counts, np.full(600, 0.1)), 300, 330, 300)
    assert 299.5 <= found.median <= 301
    assert found.low <= found.median <= found.high


def test_fewer_voices_give_a_wider_interval():
    widths = []
    for voices in (8, 120):
        found = [
            find_onset(Rising(rise(np.random.default_rng(s), voices), np.full(600, 0.05)), 300, 350, 300)
            for s in range(12)
        ]
        widths.append(np.mean([f.high - f.low for f in found]))
    assert widths[0] > 1.5 * widths[1]


def test_a_mood_before_the_rise_is_told_from_it_by_what_few_speak_of():
    """Talk is half as loud again in the three hours before a rise of which every second voice speaks of a failure."""
    errors: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        rest, failing = rng.poisson(1.0, 600).astype(float), rng.poisson(0.02, 600).astype(float)
        rest[264:336] += rng.poisson(0.5, 72)
        for part in (rest, failing):
            part[300:324] += rng.poisson(1.5, 24)
        both = Rising(rest + failing, np.full(600, 1.02), 1.5)
        parts = [Rising(failing, np.full(600, 0.02)), Rising(rest, np.ones(600), 1.5)]
        for apart, found_off in errors.items():
            found = find_onset(both, 300, 324, 300, parts if apart else ())
            found_off.append(abs(found.median - 300))
    assert np.mean(errors[True]) < 0.7 * np.mean(errors[False])


@pytest.mark.parametrize(("start", "end"), [(0, 3), (0, 1), (597, 600), (599, 640)])
def test_windows_at_the_edges_are_dated_inside_the_series(start: int, end: int):
    counts = np.ones(600)
    counts[start:end] = 5
    found = find_onset(Rising(counts, np.ones(600)), start, end, 300)
    assert 0 <= found.low <= found.median <= found.high <= 600


def test_an_onset_that_may_not_be_earlier_still_says_how_late_it_may_be():
    assert Onset(300.0, 290.0, 310.0).not_before(305.0) == Onset(305.0, 305.0, 310.0)
    assert Onset(300.0, 290.0, 302.0).not_before(305.0).high < 305.0
    assert Onset(300.0, 290.0, 310.0).not_before(280.0) == Onset(300.0, 290.0, 310.0)
