from datetime import UTC, datetime, timedelta

from alerts.words import moment, moment_beside, span


def test_moments_and_what_lies_between_them_are_rounded_alike():
    onset, told = datetime(2026, 3, 2, 12, 17, 33, tzinfo=UTC), datetime(2026, 3, 2, 12, 29, tzinfo=UTC)
    assert moment(onset, UTC) == "Mon 2 Mar 2026, 12:18 UTC"
    assert moment_beside(told, onset, UTC) == "12:29 UTC"
    assert span(told - onset) == "11 min"


def test_a_moment_just_before_midnight_is_of_the_day_that_comes():
    late = datetime(2026, 3, 2, 23, 59, 40, tzinfo=UTC)
    assert moment(late, UTC) == "Tue 3 Mar 2026, 00:00 UTC"
    assert moment_beside(late + timedelta(minutes=5), late, UTC) == "00:05 UTC"
