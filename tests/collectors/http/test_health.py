"""A host that fails or asks for a pause is left alone, and tried again when it is time."""

from datetime import UTC, datetime, timedelta

import pytest

from collectors.base import SourceUnavailable
from collectors.http.health import FAILURES, Health

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ill(failures: int) -> Health:
    health = Health()
    for _ in range(failures):
        health.failed("no connection", NOON)
    return health


def pause(health: Health, now: datetime = NOON) -> float | None:
    try:
        health.check("host.example", now)
    except SourceUnavailable as refusal:
        return refusal.retry_after_seconds
    return None


@pytest.mark.parametrize(
    ("failures", "seconds"), [(4, None), (5, 60), (6, 120), (7, 240), (10, 1920), (11, 3600), (10_000, 3600)]
)
def test_the_pause_begins_with_the_fifth_failure_and_doubles_up_to_an_hour(failures: int, seconds: float | None):
    assert pause(ill(failures)) == seconds


def test_an_answer_in_between_begins_the_count_anew():
    health = ill(FAILURES - 1)
    health.succeeded()
    health.failed("no connection", NOON)
    assert pause(health) is None


def test_after_the_pause_one_goes_ahead_and_the_others_wait_for_it():
    health, later = ill(FAILURES), NOON + timedelta(minutes=1)
    health.begin("host.example", later)
    assert pause(health, later) == 60
    health.succeeded()
    assert pause(health, later) is None


def test_a_trial_that_fails_doubles_the_pause():
    health, later = ill(FAILURES), NOON + timedelta(minutes=1)
    health.begin("host.example", later)
    health.failed("no connection", later)
    assert pause(health, later) == 120


def test_a_trial_that_never_ends_keeps_nobody_out_for_ever():
    health, later = ill(FAILURES), NOON + timedelta(minutes=1)
    health.begin("host.example", later)
    assert pause(health, later + timedelta(minutes=1)) is None


def test_a_wish_to_be_left_alone_outlasts_an_answer_that_was_under_way():
    health = Health()
    health.told(120, NOON)
    health.succeeded()
    assert pause(health, NOON + timedelta(seconds=20)) == 100
    assert pause(health, NOON + timedelta(seconds=120)) is None


def test_the_refusal_says_what_went_wrong_and_when_it_is_tried_again():
    with pytest.raises(SourceUnavailable, match=r"host\.example failed 5 times in a row \(no connection\); .* 60 sec"):
        ill(FAILURES).check("host.example", NOON)


def test_only_a_host_that_is_well_may_be_forgotten():
    told = Health()
    told.told(120, NOON)
    assert [one.is_well(NOON) for one in (Health(), ill(1), told)] == [True, False, False]
    assert told.is_well(NOON + timedelta(seconds=120))
