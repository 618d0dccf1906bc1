from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.linking.series import Series, bucket_length, hours_of_week, total


def test_coarser_buckets_keep_every_voice_and_fill_up_the_last(make_series: Callable[..., Series]):
    fine = make_series([1, 2, 3, 4, 5], 900)
    coarse = fine.coarser(3600)
    assert coarse.negative.tolist() == [10, 5]
    assert coarse.per_hour == 1
    assert fine.coarser(900) is fine


def test_a_bucket_is_found_by_its_time_and_back(make_series: Callable[..., Series], monday: datetime):
    series = make_series(np.zeros(48), 1800)
    assert series.bucket(monday + timedelta(minutes=59)) == 1
    assert series.bucket(monday - timedelta(seconds=1)) == -1
    assert series.time(3) == monday + timedelta(minutes=90)
    assert series.end == monday + timedelta(days=1)


def test_series_over_the_same_buckets_add_up(make_series: Callable[..., Series]):
    added = total([make_series([1, 2]), make_series([3, 4]), make_series([5, 6])])
    assert added.negative.tolist() == [9, 12]
    assert added.valence.tolist() == [-9, -12]


def test_series_over_other_buckets_are_refused(make_series: Callable[..., Series]):
    with pytest.raises(ValueError, match="same buckets"):
        _ = make_series([1, 2]) + make_series([1, 2, 3])


@given(st.floats(0, 1e6))
def test_busier_brands_get_shorter_buckets(rate: float):
    assert bucket_length(rate) >= bucket_length(rate * 2)
    assert 3600 % bucket_length(rate) == 0


def test_the_hour_of_the_week_follows_clocks_through_daylight_saving(monday: datetime):
    london = ZoneInfo("Europe/London")
    before, after = monday, monday + timedelta(weeks=20)
    assert hours_of_week(before, 2, london).tolist() == [0, 1]
    assert hours_of_week(after, 2, london).tolist() == [1, 2]
    spring = hours_of_week(monday.replace(month=3, day=29), 3, london)
    assert np.diff(spring).tolist() == [2, 1]
