"""Dates as tools and spreadsheets write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reputation_monitor.incidents.dates import read_date

MOMENT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02T09:15:00Z",
        "2026-03-02T09:15:00.000Z",
        "2026-03-02 09:15",
        "2026-03-02 09:15:00 UTC",
        "2026-03-02T10:15:00+01:00",
        "2026-03-02 10:15 +0100",
        "  2026-03-02T09:15 ",
        "Mon, 02 Mar 2026 10:15:00 +0100",
        "Mon, 02 Mar 2026 09:15:00 GMT",
        "Mon, 02 Mar 2026 10:15:00 +01:00",
        "Mon Mar 02 2026 10:15:00 GMT+0100 (Central European Standard Time)",
        "Mon Mar  2 10:15:00 CET 2026",
        1772442900,
        "1772442900",
        "1772442900000",
    ],
)
def test_a_moment_is_read_however_it_is_written(written: object):
    assert read_date(written) == MOMENT


def test_a_date_without_zone_is_of_the_zone_given():
    assert read_date("2026-03-02 10:15", ZoneInfo("Europe/Paris")) == MOMENT


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_field_is_no_date(empty: object):
    assert read_date(empty) is None


@pytest.mark.parametrize(
    "written",
    [
        "02/03/2026 09:15",
        "soon",
        "1970-01-01",
        "2100-01-01",
        "0",
        "99999999999999",
        "[]",
        "Mon, 02 Mar 2026 09:15:00 XYZ",
    ],
)
def test_what_is_no_sensible_date_is_refused(written: str):
    with pytest.raises(ValueError, match=r"no date|not between"):
        read_date(written)
