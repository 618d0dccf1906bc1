from datetime import UTC, datetime

import pytest

from reputation_monitor.reports.clock import Clock

LONDON = Clock("Europe/London")


@pytest.mark.parametrize(
    ("second", "told"), [(0, "12:17 GMT"), (29, "12:17 GMT"), (30, "12:18 GMT"), (33, "12:18 GMT")]
)
def test_moments_are_told_to_the_nearest_minute_as_lengths_of_time_are(second: int, told: str):
    moment = datetime(2026, 3, 2, 12, 17, second, tzinfo=UTC)
    assert LONDON.hour(moment) == told
    assert LONDON.short(moment) == f"Mon 2 Mar, {told}"
    assert LONDON.full(moment) == f"Mon 2 Mar 2026, {told}"


def test_a_span_has_its_day_and_zone_once():
    start, end = (datetime(2026, 3, 2, hour, 59, 40, tzinfo=UTC) for hour in (8, 9))
    assert LONDON.span(start, end) == "Mon 2 Mar, 09:00 to 10:00 GMT"
    assert LONDON.hours(start, end) == "09:00 to 10:00 GMT"
