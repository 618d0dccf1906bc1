import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.scan import (
    Expectation,
    Scan,
    Sums,
    likelihood_ratio,
    require_own_start,
    require_voices,
    scan,
    window_lengths,
)


def flat_baseline(buckets: int, per_bucket: float = 1.0):
    noise = Noise(1.0, 0.1, 4.0, 0.01)
    return Baseline(np.full(buckets, per_bucket), np.zeros(buckets, dtype=np.int64), (noise,), np.array([30.0]))


@pytest.mark.parametrize(("seen", "mu", "g"), [(9, 3.0, 0.2), (40, 10.0, 0.05), (3, 2.9, 1.0)])
def test_the_ratio_is_that_of_two_negative_binomials(seen: int, mu: float, g: float):
    size = 1 / g

    def log_likelihood(mean: float):
        return stats.nbinom.logpmf(seen, size, size / (size + mean))

    wanted = log_likelihood(seen) - log_likelihood(mu)
    assert likelihood_ratio(float(seen), mu, np.array([g]))[0] == pytest.approx(wanted)


def test_a_lack_is_no_excess():
    assert likelihood_ratio(np.array([0.0, 2.0]), np.array([3.0, 2.0]), np.array([0.1, 0.1])).tolist() == [0.0, 0.0]


def test_half_voices_count_like_half_as_many_whole_ones():
    halves = likelihood_ratio(5.0, 1.0, np.array([0.1]), 0.5)
    assert halves == pytest.approx(likelihood_ratio(10.0, 2.0, np.array([0.1])))


@pytest.mark.parametrize("bucket_seconds", [300, 900, 3600])
def test_windows_reach_from_one_bucket_to_two_days(bucket_seconds: int):
    lengths = window_lengths(bucket_seconds)
    assert lengths[0] == 1
    assert lengths[-1] * bucket_seconds == 48 * 3600
    assert (np.diff(lengths) > 0).all()


def test_sums_are_clipped_to_the_series():
    sums = Sums(np.array([1.0, 2.0, 4.0]))
    assert sums.between(-5, 2) == 3.0
    assert sums.between(1, 9) == 6.0
    assert sums.windows(2).tolist() == [3.0, 6.0]


def test_the_best_window_of_each_end_and_start_is_that_of_a_search_through_all():
    rng = np.random.default_rng(1)
    counts = rng.poisson(1.0, 80).astype(float)
    baseline = flat_baseline(80)
    table = scan(counts, baseline, 3600)
    by_end, first = table.best_by_end()
    by_start, length = table.best_by_start()

    def height(start: int, hours: int):
        g = baseline.noises[0].spread(np.array([float(hours)]))
        return float(likelihood_ratio(counts[start : start + hours].sum(), float(hours), g)[0])

    for bucket in (0, 5, 40, 79):
        ending = {h: height(bucket - h + 1, h) for h in window_lengths(3600) if h <= bucket + 1}
        assert by_end[bucket] == pytest.approx(max(ending.values()))
        starting = {h: height(bucket, h) for h in window_lengths(3600) if bucket + h <= 80}
        assert by_start[bucket] == pytest.approx(max(starting.values()))
        assert by_start[bucket] == pytest.approx(starting[int(length[bucket])])
        if by_end[bucket] > 0:
            assert by_end[bucket] == pytest.approx(ending[bucket - int(first[bucket]) + 1])


def test_the_best_window_of_an_end_knows_nothing_of_what_came_after():
    counts = np.random.default_rng(2).poisson(1.0, 100).astype(float)
    later = counts.copy()
    later[60:] += 30
    before, after = (scan(c, flat_baseline(100), 3600).best_by_end()[0] for c in (counts, later))
    assert (before[:60] == after[:60]).all()


def test_a_series_shorter_than_a_window_has_none_of_it():
    table = scan(np.ones(3), flat_baseline(3), 3600)
    assert np.isneginf(table.by_start[table.lengths > 3]).all()


def five_times(starts: NDArray[np.int64], _length: int):
    return Expectation(np.full(len(starts), 5.0), np.full(len(starts), 0.1))


def test_controls_that_rose_raise_what_is_expected():
    counts = np.ones(60)
    counts[30:34] = 9
    alone = scan(counts, flat_baseline(60), 3600).best_by_start()[0]
    beside = scan(counts, flat_baseline(60), 3600, five_times).best_by_start()[0]
    assert beside[30] < 0.3 * alone[30]


def test_windows_that_rest_on_too_few_voices_are_dropped():
    excess = np.zeros(50)
    excess[20:22] = [2.0, 0.9]
    table = scan(excess + 0.01, flat_baseline(50, 0.01), 3600)
    require_voices(table, 3.0)
    assert np.isneginf(table.by_start).all()
    louder = scan(excess * 2 + 0.01, flat_baseline(50, 0.01), 3600)
    require_voices(louder, 3.0)
    assert louder.best_by_start()[0][20] > 5


def test_voices_that_were_to_be_expected_do_not_count_towards_the_fewest():
    counts = np.full(50, 0.5)
    counts[20:22] = 2.0
    alone = scan(counts, flat_baseline(50, 0.5), 3600)
    require_voices(alone, 3.0)
    assert alone.best_by_start()[0].max() > 0
    in_a_storm = scan(counts, flat_baseline(50, 0.5), 3600, five_times)
    require_voices(in_a_storm, 3.0)
    assert np.isneginf(in_a_storm.by_start).all()


def test_quiet_hours_before_a_rise_are_not_charged_with_it():
    counts = np.ones(96)
    counts[60:66] = 12
    table = scan(counts, flat_baseline(96), 3600)
    assert table.best_by_start()[0][45] > 5
    require_own_start(table)
    best, length = table.best_by_start()
    assert best[:50].max() == 0.0
    assert best.argmax() == 60
    assert length[60] == 6


def test_dropping_late_risers_keeps_the_best_window_of_each_end():
    values = np.random.default_rng(3).uniform(size=(4, 12))
    lengths = np.array([1, 2, 3, 5])
    for row, length in zip(values, lengths, strict=True):
        row[12 - length + 1 :] = -np.inf
    table = Scan(lengths, values.copy(), np.zeros_like(values))
    require_own_start(table)
    for end in range(12):
        ending = [(int(n), values[i, end - n + 1]) for i, n in enumerate(lengths) if n <= end + 1]
        for i, (n, value) in enumerate(ending):
            shorter = max((v for _, v in ending[:i]), default=-np.inf)
            kept = table.by_start[i, end - n + 1]
            assert kept == (value if value >= shorter else -np.inf)
