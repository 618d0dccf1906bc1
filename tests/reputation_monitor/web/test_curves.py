"""The last 24 hours and the curve behind them."""

from collections.abc import Callable, Iterable
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

import pytest

from reputation_monitor.application import Application
from reputation_monitor.reports.charts import Span
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.types import Series
from reputation_monitor.rollups import BucketSums
from reputation_monitor.store import Rollup
from reputation_monitor.web.charts import weeks_chart
from reputation_monitor.web.curves import ScreenNow, brands_now
from reputation_monitor.web.sparkline import HEIGHT, WIDTH, sparkline

Ask = Callable[..., Any]


@pytest.fixture
def rollups_of():
    def rollups_of(sums: Iterable[BucketSums], screen: str = "web") -> list[Rollup]:
        return [Rollup("Halden", screen, s.bucket, s.source, *astuple(s)[2:]) for s in sums]

    return rollups_of


@pytest.fixture
def end(now: datetime):
    return now.replace(minute=5)


def standing(observed: float, low: float | None, high: float | None):
    return ScreenNow(
        screen="web", mentions=1, observed=observed, expected=10.0, low=low, high=high, last_mention=None
    ).standing


async def test_a_surge_stands_above_what_is_usual(
    filled: Application, rollups_of: Ask, halden_sums: list[BucketSums], end: datetime
):
    (web,) = brands_now(rollups_of(halden_sums), filled.settings, end, end - timedelta(days=7), 180)["Halden"].screens
    last_day = [s for s in halden_sums if s.bucket >= end - timedelta(hours=24)]
    assert web.observed == sum(s.negative_voices for s in last_day if s.bucket < end)
    assert web.mentions == sum(s.mentions for s in last_day if s.bucket < end)
    assert web.low < web.expected < web.high < web.observed
    assert web.standing == "above"


async def test_the_days_before_the_surge_are_as_usual(
    filled: Application, rollups_of: Ask, halden_sums: list[BucketSums], end: datetime
):
    before = end - timedelta(hours=12)
    rollups = rollups_of([s for s in halden_sums if s.bucket < before])
    (web,) = brands_now(rollups, filled.settings, before, before - timedelta(days=7), 180)["Halden"].screens
    assert web.standing == ""
    assert web.expected == pytest.approx(144, rel=0.1)


async def test_two_days_are_too_little_to_say_what_is_usual(
    filled: Application, rollups_of: Ask, halden_sums: list[BucketSums], end: datetime
):
    first = halden_sums[0].bucket
    early = [s for s in halden_sums if s.bucket < first + timedelta(days=2)]
    brand = brands_now(rollups_of(early), filled.settings, first + timedelta(days=2), first, 180)["Halden"]
    assert brand.screens[0].expected is None
    assert brand.screens[0].standing == ""
    assert brand.curve.known
    assert not brand.curve.has_baseline


async def test_nothing_counted_is_no_brand(filled: Application, end: datetime):
    assert brands_now([], filled.settings, end, end, 180) == {}


async def test_screens_come_in_their_usual_order(
    filled: Application, rollups_of: Ask, halden_sums: list[BucketSums], end: datetime
):
    rollups = rollups_of(halden_sums, "mobile") + rollups_of(halden_sums, "web") + rollups_of(halden_sums, "tv")
    brand = brands_now(rollups, filled.settings, end, end - timedelta(days=7), 180)["Halden"]
    assert [s.screen for s in brand.screens] == ["web", "tv", "mobile"]
    assert len(brand.curve.times) == 56


@pytest.mark.parametrize(
    ("observed", "low", "high", "expected"),
    [
        (25, 7, 24, "above"),
        (24.4, 7, 24, ""),
        (6, 7, 24, "below"),
        (6.9, 7.2, 24, ""),
        (1, 0, 0.2, ""),
        (9, None, None, ""),
    ],
)
def test_a_standing_is_what_the_whole_numbers_show(
    observed: float, low: float | None, high: float | None, expected: str
):
    assert standing(observed, low, high) == expected


@pytest.fixture
def week(now: datetime):
    times = [now + timedelta(hours=hour) for hour in range(24)]
    counts = [float(hour % 5) for hour in range(24)]
    return Series.of(times, counts, [2.0] * 24, [0.5] * 24, [4.0] * 24, minutes=60)


def test_a_sparkline_stays_on_its_sheet_and_escapes_its_words(week: Series, now: datetime, read: Ask):
    late = (now + timedelta(hours=20), now + timedelta(days=3))
    outside = (now - timedelta(days=3), now - timedelta(days=2))
    drawn = str(sparkline(week, now, now + timedelta(hours=24), [late, outside], 'a "quoted" <b>'))
    numbers = [
        float(n) for n in drawn.split('class="line" d="M')[1].split('"', maxsplit=1)[0].replace("L", " ").split()
    ]
    assert all(0 <= x <= WIDTH for x in numbers[::2])
    assert all(0 <= y <= HEIGHT for y in numbers[1::2])
    assert drawn.count('class="tint"') == 1
    assert 'aria-label="a &quot;quoted&quot; &lt;b&gt;"' in drawn
    assert read(drawn).names.count("svg") == 1


def test_a_sparkline_of_nothing_is_an_empty_sheet(now: datetime):
    drawn = sparkline(Series(), now, now + timedelta(days=7), [], "nothing")
    assert 'class="line"' not in drawn


def test_the_four_weeks_are_dated_by_their_mondays(week: Series, now: datetime):
    span = Span(now - timedelta(days=20), now + timedelta(days=8))
    chart = weeks_chart(week, span, Clock("Europe/London"), [], [])
    assert [day for day in ("Mon 16 Feb", "Mon 23 Feb", "Mon 2 Mar", "Mon 9 Mar") if day in chart.svg] == [
        "Mon 16 Feb",
        "Mon 23 Feb",
        "Mon 2 Mar",
    ]


def test_there_is_no_chart_of_nothing(now: datetime):
    assert weeks_chart(Series(), Span(now, now + timedelta(days=1)), Clock("UTC"), [], []) is None
