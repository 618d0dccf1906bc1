from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.reports import words
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.types import Compared, Money


def plain(text: str):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"), (0, "0"), (0.04, "0"), (0.4, "0.4"), (3.0, "3"), (3.14159, "3.1"), (9.97, "10"), (12.3333, "12"),
        (-4.26, "−4.3"), (1234567.8, "1,234,568"), (-0.001, "0"),
    ],
)  # fmt: skip
def test_numbers_keep_the_digits_that_matter(value: float | None, written: str):
    assert words.number(value) == written


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (None, "–"), (0, "0 min"), (0.4, "0 min"), (-0.4, "0 min"), (45, "45 min"), (59.6, "1 h"), (60, "1 h"),
        (125, "2 h 05 min"), (-13, "−13 min"), (47 * 60 + 59, "47 h 59 min"), (48 * 60, "2 d"), (76 * 60, "3 d 4 h"),
        (95.7 * 60, "4 d"), (timedelta(hours=3), "3 h"),
    ],
)  # fmt: skip
def test_durations_are_written_as_people_say_them(minutes: float | timedelta | None, written: str):
    assert plain(words.duration(minutes)) == written


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.share(0.1234), "12.3 %"),
        (words.points(-0.021), "−2.1 points"),
        (words.points(None), "–"),
        (words.valence(0.126), "+0.13"),
        (words.valence(-0.0004), "0.00"),
        (words.probability(0.0004), "< 0.001"),
        (words.probability(0.0042), "0.004"),
        (words.probability(0.412), "0.41"),
        (words.ratio(6.2, 1), "6.2 times"),
        (words.ratio(62, 1), "62 times"),
        (words.ratio(3, 0), "–"),
        (words.interval(250.2, 370.4), "250 to 370"),
        (words.interval(-0.52, 3.1), "−0.5 to 3.1"),
        (words.interval(9.0, 370.4), "9 to 370"),
        (
            words.money(Money(amount=18431, low=11902, high=25077, currency="GBP")),
            "about GBP 18,000 (12,000 to 25,000)",
        ),
        (words.money(Money(amount=3.14159)), "about 3.1"),
        (words.screens(("web", "tv", "mobile")), "web, TV and mobile"),
        (words.screens(()), "–"),
        (words.plural(1, "voice", "voices"), "1 voice"),
        (words.plural(0, "voice", "voices"), "0 voices"),
    ],
)
def test_figures_in_words(written: str, expected: str):
    assert plain(written) == expected


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.2, "beyond noise"),
        (-0.2, -0.01, "beyond noise"),
        (-0.1, 0.2, "within noise"),
        (None, None, "no interval"),
    ],
)
def test_a_change_is_beyond_noise_when_its_interval_leaves_out_zero(low: float | None, high: float | None, said: str):
    assert words.beyond_noise(Compared(value=0.3, before=0.2, change_low=low, change_high=high)) == said


def test_a_change_needs_two_weeks():
    assert words.beyond_noise(Compared(value=0.3)) == "no earlier week to compare with"
    assert Compared(before=0.3).change is None


@given(st.text(max_size=3000), st.integers(10, 300))
def test_shortened_text_is_short_printable_and_one_line(text: str, length: int):
    short = words.shorten(text, length)
    assert len(short) <= length
    short.encode()
    assert "\n" not in short


def test_long_text_is_cut_at_a_word():
    assert words.shorten("one two three four", 12) == "one two…"
    assert words.shorten("x" * 40, 12) == "x" * 11 + "…"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "",
        "//example.com",
        "https://",
        "http://a b",
        "ftp://x/y",
        "http://[",
        "x\ny",
    ],
)
def test_only_web_addresses_can_be_followed(url: str):
    assert words.linkable(url) == ""


def test_web_addresses_are_kept():
    assert words.linkable(" https://example.com/a?b=c#d ") == "https://example.com/a?b=c#d"


MOMENT = datetime(2015, 2, 22, 13, 2, tzinfo=UTC)


def test_moments_are_written_in_their_zone():
    clock = Clock("America/New_York")
    assert clock.short(MOMENT) == "Sun 22 Feb, 08:02 EST"
    assert clock.full(MOMENT) == "Sun 22 Feb 2015, 08:02 EST"
    assert clock.span(MOMENT, MOMENT + timedelta(hours=3)) == "Sun 22 Feb, 08:02 to 11:02 EST"
    assert clock.span(MOMENT, MOMENT + timedelta(days=1)) == "Sun 22 Feb, 08:02 to Mon 23 Feb, 08:02 EST"
    assert clock.hours(MOMENT, MOMENT + timedelta(minutes=9)) == "08:02 to 08:11 EST"


def test_zones_without_letters_show_their_offset():
    assert Clock("Asia/Dubai").hour(MOMENT) == "17:02 UTC+04"


def test_weeks_are_iso_weeks_of_the_zone():
    clock = Clock("America/New_York")
    start, end = clock.week_bounds("2015-W08")
    assert start == datetime(2015, 2, 16, 5, tzinfo=UTC)
    assert end - start == timedelta(days=7)
    assert clock.week(start) == "2015-W08"
    assert clock.week(start - timedelta(seconds=1)) == "2015-W07"
    assert clock.days(start, end) == "Monday 16 to Sunday 22 February 2015"
    assert clock.days(*clock.week_bounds("2020-W53")) == "Monday 28 December 2020 to Sunday 3 January 2021"
    assert clock.midnight(date(2015, 7, 1)).hour == 4


@pytest.mark.parametrize("week", ["2015", "2015-08", "2015-W60", "last week", "W08-2015", ""])
def test_a_week_that_is_none_is_refused(week: str):
    with pytest.raises(ValueError, match=r".+"):
        Clock("UTC").week_bounds(week)
