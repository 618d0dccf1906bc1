"""ISO weeks where people live, and figures of one week against another."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from reputation_monitor.copies import Said
from reputation_monitor.reporting.weeks import (
    Week,
    WeekError,
    compare_ratios,
    compare_totals,
    daily_sums,
    negative_by_day,
)
from reputation_monitor.store import Rollup

LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("text", ["2015-W08", " 2015-w08 "])
def test_a_week_begins_on_monday_at_midnight_where_people_live(text: str):
    week = Week.parse(text, TOKYO)
    assert (week.name, week.start) == ("2015-W08", datetime(2015, 2, 15, 15, tzinfo=UTC))
    assert week.end - week.start == timedelta(days=7)
    assert week.days[0] == date(2015, 2, 16)


@pytest.mark.parametrize("text", ["2015-W54", "2015-W00", "2015-8", "last week", "", "2015-W08-1"])
def test_what_is_no_week_is_refused_with_what_was_expected(text: str):
    with pytest.raises(WeekError, match="expected a year and a week such as 2015-W08"):
        Week.parse(text, UTC)


@pytest.mark.parametrize(("text", "hours"), [("2026-W13", 167), ("2026-W43", 169)])
def test_the_week_in_which_clocks_change_is_an_hour_shorter_or_longer(text: str, hours: int):
    week = Week.parse(text, LONDON)
    assert week.end - week.start == timedelta(hours=hours)
    assert len(week.days) == 7


def test_the_week_before_the_first_is_the_last_of_the_year_before():
    assert Week.parse("2021-W01", UTC).previous.name == "2020-W53"


@pytest.mark.parametrize(
    ("now", "holding", "before"),
    [
        (datetime(2026, 3, 2, 0, 30, tzinfo=UTC), "2026-W10", "2026-W09"),
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "2026-W09", "2026-W08"),
    ],
)
def test_the_last_whole_week_is_the_one_before_that_which_holds_now(now: datetime, holding: str, before: str):
    assert (Week.holding(now, LONDON).name, Week.before(now, LONDON).name) == (holding, before)
    assert Week.holding(now, TOKYO).name == "2026-W10"


def test_of_a_week_under_way_as_much_of_the_week_before_is_compared():
    week = Week.parse("2026-W09", LONDON)
    assert week.compared_until(week.start + timedelta(hours=28)) == week.previous.start + timedelta(hours=28)
    assert week.compared_until(week.end + timedelta(days=3)) == week.start
    assert week.compared_until(week.start - timedelta(days=3)) == week.previous.start


def counted(at: datetime, mentions: int) -> Rollup:
    return Rollup("Halden", "web", at, "forum", mentions, 2.0, 1.0, 0.5, 0.25, 0.0, 0.0, 1.0, -0.5)


def test_sums_are_by_local_day_and_leave_out_other_weeks():
    week = Week.parse("2026-W09", TOKYO)
    inside = [counted(week.start, 3), counted(week.start + timedelta(hours=23), 4), counted(week.end, 99)]
    sums = daily_sums([*inside, counted(week.end - timedelta(minutes=5), 5)], week)
    assert sums.mentions.tolist() == [7, 0, 0, 0, 0, 0, 5]
    assert sums.voices.sum() == 6.0


def test_who_said_several_things_in_a_day_is_divided_evenly_among_them():
    week = Week.parse("2026-W09", LONDON)
    tuesday = week.start + timedelta(hours=30)
    good, bad = (
        Said(id=i, source="forum", author="Ann", story=i, published=tuesday, negative=negative)
        for i, negative in ((1, 0.2), (2, 0.8))
    )
    once = replace(good, id=3, story=3, author="Ben", published=tuesday + timedelta(days=1), negative=0.3)
    negative, voices = negative_by_day([[good, bad, once], [once]], week)
    assert negative.tolist() == [0, 0.5, 0.6, 0, 0, 0, 0]
    assert voices.tolist() == [0, 1, 2, 0, 0, 0, 0]


def test_nothing_against_nothing_is_no_change_and_has_no_interval():
    nothing = np.zeros(7)
    compared = compare_totals(nothing, nothing)
    assert (compared.value, compared.change, compared.beyond_noise) == (0.0, 0.0, None)
    assert compare_ratios((nothing, nothing), (nothing, nothing)).change is None


def test_a_steady_rise_is_beyond_noise_and_one_loud_day_is_not():
    steady, loud = np.full(7, 20.0), np.array([130.0, 10, 10, 10, 10, 10, 10])
    usual = np.array([9.0, 10, 11, 10, 9, 11, 10])
    assert compare_totals(steady + usual, usual).beyond_noise
    assert not compare_totals(loud, usual).beyond_noise


def test_a_ratio_counts_days_by_their_weight():
    compared = compare_ratios(
        (np.array([9.0, 0, 0, 0, 0, 0, 0]), np.array([10.0, 1, 1, 0, 0, 0, 88])), (np.ones(7),) * 2
    )
    assert compared.value == pytest.approx(0.09)
    assert compared.before == 1.0
    assert compared.change_low < compared.change < compared.change_high


def test_how_days_differ_is_not_told_from_two_of_them():
    compared = compare_ratios(
        (np.array([5.0, 1, 0, 0, 0, 0, 0]), np.array([20.0, 4, 0, 0, 0, 0, 0])), (np.ones(7),) * 2
    )
    assert (compared.change, compared.beyond_noise) == (-0.75, None)
