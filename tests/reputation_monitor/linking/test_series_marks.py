"""The short form of benchmarks/series.py: its rule is NAB's, and the detector stays above its floors."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from benchmarks.series import (
    ALARM,
    Judged,
    Labelled,
    calm_alarms,
    copy_of,
    judge,
    leave_one_out,
    one_threshold,
    points,
    read_files,
    simulated,
)
from reputation_monitor.linking.causal import score_series

WINDOWS_SHA256 = "ce775c5aac1afa47c1c0494e9d6daf9feed04e49bddf79d4c4a4b095f66e5729"
ROWS = 2000
WINDOWS = [(700, 799), (1200, 1299)]


@pytest.fixture(scope="module")
def series():
    times = [datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=5 * i) for i in range(ROWS)]
    return Labelled("invented", times, np.full(ROWS, 20.0), WINDOWS)


def told(series: Labelled, *rows: int) -> Judged:
    scores = np.zeros(ROWS)
    scores[list(rows)] = 0.9
    return judge(series, scores)


def test_silence_scores_nothing_and_the_first_rows_of_windows_all(series: Labelled):
    assert points([told(series)], ALARM) == 0
    assert points([told(series, 700, 1200)], ALARM) == pytest.approx(100)


def test_a_detection_is_worth_less_the_later_it_is_in_its_window(series: Labelled):
    worths = [points([told(series, row)], ALARM) for row in (700, 750, 790, 799)]
    assert worths == sorted(worths, reverse=True)
    # By the white paper's sigmoid, in the middle of one of two windows: (sigma(-0.5) / sigma(-1) + 1) / 4.
    assert worths[1] == pytest.approx(25 * (0.84828 / 0.98661 + 1), rel=1e-3)


def test_of_many_detections_in_a_window_the_best_counts(series: Labelled):
    assert points([told(series, *range(710, 790))], ALARM) == points([told(series, 710)], ALARM)


def test_a_false_detection_costs_eleven_hundredths_and_less_close_behind_a_window(series: Labelled):
    alone, close = points([told(series, 500)], ALARM), points([told(series, 801)], ALARM)
    assert alone == pytest.approx(-0.11 * 25)
    assert alone < close < 0


def test_the_first_rows_do_not_count(series: Labelled):
    assert points([told(series, *range(300))], ALARM) == 0


def test_one_threshold_serves_all_and_none_is_found_in_what_is_left_out(series: Labelled):
    low, high = np.zeros(ROWS), np.zeros(ROWS)
    low[[700, 1200]], high[[700, 1200]], high[300:600] = 0.3, 0.9, 0.3
    judged = [judge(series, low), judge(series, high)]
    assert one_threshold(judged[:1]) == one_threshold(judged[1:]) == pytest.approx(100)
    assert one_threshold(judged) == pytest.approx(50)
    assert leave_one_out(judged) < 50


def test_copies_keep_what_was_marked_and_simulated_talk_is_the_same_each_time(series: Labelled):
    copied = copy_of(series, np.random.default_rng(1))
    assert [copied.times[row] for span in copied.windows for row in span] == [
        series.times[row] for span in WINDOWS for row in span
    ]
    one, again = (simulated("a", np.random.default_rng(2)) for _ in range(2))
    assert (one.values == again.values).all()
    assert one.windows == again.windows
    assert all(0 < first < last < len(one.values) for first, last in one.windows)


def test_planted_events_are_found_and_calm_talk_gives_few_alarms():
    rng = np.random.default_rng(3)
    talk = [simulated(str(i), rng) for i in range(4)]
    assert one_threshold([judge(s, score_series(s.times, [*s.values])) for s in talk]) >= 50
    # One is asked for; two quarters scatter.
    assert calm_alarms(3.0, 0.15, 2, seed=1).mean() <= 4


def test_what_people_marked_in_real_counts_is_found_at_one_threshold(shared_data: Path):
    folder = shared_data / "nab_realtweets"
    digest = hashlib.sha256((folder / "combined_windows.json").read_bytes()).hexdigest()
    assert digest == WINDOWS_SHA256, "these are other files: their floors must be found anew"
    judged = [judge(s, score_series(s.times, [*s.values])) for s in read_files(folder)]
    assert one_threshold(judged) >= 89
    # One window is a hair below 0.5, and one window is worth 6.6 points.
    assert points(judged, ALARM) >= 82
    assert leave_one_out(judged) >= 81
