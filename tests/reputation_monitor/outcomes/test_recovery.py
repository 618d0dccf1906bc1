import numpy as np
import pytest

from reputation_monitor.outcomes.recovery import calm_buckets, recovered_at


def test_recovery_is_the_first_time_after_which_talk_stays_usual():
    observed = np.array([1, 9, 9, 1, 9, 1, 1, 1, 1, 1.0])
    assert recovered_at(observed, np.full(10, 4.0), first=1, calm=3) == 5


def test_a_pause_that_is_too_short_is_no_recovery():
    observed = np.array([9, 1, 9, 1, 9, 1.0])
    assert recovered_at(observed, np.full(6, 4.0), first=0, calm=2) is None


def test_talk_that_never_rose_is_recovered_at_once():
    assert recovered_at(np.ones(10), np.full(10, 4.0), first=3, calm=2) == 3


@pytest.mark.parametrize("first", [9, 10, 99])
def test_calm_that_the_data_do_not_hold_is_not_claimed(first: int):
    assert recovered_at(np.ones(10), np.full(10, 4.0), first=first, calm=2) is None


def test_looking_may_begin_before_the_data():
    assert recovered_at(np.ones(10), np.full(10, 4.0), first=-5, calm=2) == 0


@pytest.mark.parametrize(("per_hour_rate", "hours"), [(50.0, 2), (1.0, 2), (0.25, 8), (0.01, 24), (0.0, 24)])
def test_quiet_brands_need_a_longer_calm(per_hour_rate: float, hours: int):
    assert calm_buckets(np.full(480, per_hour_rate / 12), 12) == hours * 12
