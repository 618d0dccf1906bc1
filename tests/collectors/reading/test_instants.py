"""Dates as they are written."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.base import SourceRefused
from collectors.reading.instants import check_plausible, parse_instant, plausible, zone_of

NOON = datetime(2022, 1, 13, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2022-01-13T12:00:00Z",
        "2022-01-13T12:00:00+00:00",
        "2022-01-13 07:00:00 -0500",
        "2022-01-13 13:00:00+01",
        "2022-01-13T12:00:00.000Z",
        "2022-01-13 12:00 UTC",
        "20220113T120000Z",
        " 2022-01-13 12:00 ",
        "Thu, 13 Jan 2022 12:00:00 GMT",
        "Thu, 13 Jan 2022 07:00:00 EST",
        "13 Jan 2022 13:00:00 +0100",
        "Thu, 13 Jan 2022 13:00:00 +01:00",
        "Thu Jan 13 2022 13:00:00 GMT+0100 (Central European Standard Time)",
        "Thu Jan 13 2022 13:00:00 GMT+1",
        "Thu Jan 13 13:00:00 +0100 2022",
        "Thu Jan 13 13:00:00 CET 2022",
        "Thu, 13 Jan 2022 13.00.00 +0100",
        "13-Jan-2022 13:00:00 +0100",
        "Thu, 13 Jan 2022 12:00:00",
        "1642075200",
        "1642075200.0",
        "1642075200000",
        1642075200,
        1642075200.0,
        1642075200000,
        1642075200000000,
        1642075200000000000,
    ],
)
def test_iso_mail_and_epoch_dates_are_the_same_instant(written: Any):
    assert parse_instant(written, UTC) == NOON
    assert parse_instant(written, UTC).tzinfo is UTC


def test_eight_digits_are_a_day_not_an_epoch():
    assert parse_instant("20220113", UTC) == datetime(2022, 1, 13, tzinfo=UTC)


def test_a_date_without_zone_is_read_from_the_clock_of_that_zone():
    london = zone_of("Europe/London")
    assert parse_instant("2022-07-01 12:00", london).hour == 11
    assert parse_instant("2022-01-01 12:00", london).hour == 12
    assert parse_instant("2022-07-01T12:00Z", london).hour == 12
    assert parse_instant("Fri, 01 Jul 2022 12:00:00", london).hour == 11


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2022-13-01",
        "13/01/2022",
        "2022",
        "Thu, 99 Jan 2022 12:00:00 GMT",
        "nan",
        "1e400",
        float("nan"),
        pytest.param(10**400, id="too large for a float"),
        "Thu, 13 Jan 99999999999999999999 12:00:00 GMT",
        "Thu, 13 Jan 2022 12:00:00 +99999999999999999999",
    ],
)
def test_what_is_no_date_says_so(written: Any):
    with pytest.raises(ValueError, match=r"no date|before 1990"):
        check_plausible(parse_instant(written, UTC), NOON)


def test_a_zone_abbreviation_that_means_nothing_is_no_zone_of_ours():
    with pytest.raises(ValueError, match="time zone"):
        parse_instant("Thu, 13 Jan 2022 12:00:00 XYZ", ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize("name", ["Mars/Phobos", "", "../etc/passwd", "Europe/", "Europe/London\0"])
def test_an_unknown_time_zone_is_refused_with_an_example(name: str):
    with pytest.raises(SourceRefused, match="use an IANA name such as Europe/London"):
        zone_of(name)


def test_1970_and_2100_are_no_dates_of_a_mention():
    with pytest.raises(ValueError, match="1970-01-01 is before 1990"):
        check_plausible(datetime(1970, 1, 1, tzinfo=UTC), NOON)
    with pytest.raises(ValueError, match="2100-01-01 is more than 2 days in the future"):
        check_plausible(datetime(2100, 1, 1, tzinfo=UTC), NOON)
    check_plausible(NOON + timedelta(days=2), NOON)
    assert plausible(datetime(2100, 1, 1, tzinfo=UTC), NOON) is None
    assert plausible(None, NOON) is None
    assert plausible(NOON, NOON) is NOON


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)))
def test_every_instant_survives_its_own_iso_form(naive: datetime):
    instant = naive.replace(tzinfo=UTC)
    assert parse_instant(instant.isoformat(), UTC) == instant


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers()))
def test_it_gives_an_aware_instant_or_a_reason(written: Any):
    with suppress(ValueError):
        assert parse_instant(written, UTC).tzinfo is UTC
