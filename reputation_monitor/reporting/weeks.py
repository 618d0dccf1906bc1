"""ISO weeks in a time zone, and figures of one week against another. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np
from scipy import stats

from reputation_monitor.copies import Said, shares_of_voices
from reputation_monitor.reports.types import Compared
from reputation_monitor.store.rollup_records import Rollup

DAYS, FEWEST_DAYS = 7, 4
WEEK = re.compile(r"(\d{4})-W(\d{2})")


class WeekError(ValueError):
    """The text names no ISO week."""


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week in a time zone; ``start`` and ``end`` are aware UTC."""

    name: str
    start: datetime
    end: datetime
    zone: tzinfo

    @classmethod
    def parse(cls, text: str, zone: tzinfo) -> "Week":
        """Read ``2015-W08``.

        Raises:
            WeekError: there is no such week.
        """
        found = WEEK.fullmatch(text.strip().upper())
        try:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
        except ValueError:
            monday = None
        if monday is None:
            raise WeekError(f"{text!r} is no ISO week; expected a year and a week such as 2015-W08")
        return cls.starting(monday, zone)

    @classmethod
    def before(cls, now: datetime, zone: tzinfo) -> "Week":
        """The last whole week before a moment."""
        today = now.astimezone(zone).date()
        return cls.starting(today - timedelta(days=today.weekday() + DAYS), zone)

    @classmethod
    def holding(cls, moment: datetime, zone: tzinfo) -> "Week":
        """The week that holds a moment."""
        day = moment.astimezone(zone).date()
        return cls.starting(day - timedelta(days=day.weekday()), zone)

    @classmethod
    def starting(cls, monday: date, zone: tzinfo) -> "Week":
        """The week that begins with a Monday."""
        year, number, _ = monday.isocalendar()
        after = monday + timedelta(days=DAYS)
        return cls(f"{year}-W{number:02}", _midnight(monday, zone), _midnight(after, zone), zone)

    @property
    def previous(self) -> "Week":
        """The week before."""
        return Week.starting(self.days[0] - timedelta(days=DAYS), self.zone)

    def compared_until(self, now: datetime) -> datetime:
        """Up to when the week before is told beside this one: of one that is under way, as far as it has come."""
        return min(self.previous.start + max(now - self.start, timedelta()), self.start)

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven days."""
        monday = self.start.astimezone(self.zone).date()
        return tuple(monday + timedelta(days=i) for i in range(DAYS))

    def day_of(self, moment: datetime) -> int:
        """Local days from its Monday to the moment's."""
        return (moment.astimezone(self.zone).date() - self.days[0]).days


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class DailySums:
    """Sums of one week by day, each of shape ``(7,)``."""

    mentions: np.ndarray
    voices: np.ndarray
    valence: np.ndarray


def daily_sums(rollups: Sequence[Rollup], week: Week) -> DailySums:
    """Sum rollups by the week's local days; those outside it are passed over."""
    sums = np.zeros((3, DAYS))
    for r in rollups:
        day = week.day_of(r.bucket)
        if 0 <= day < DAYS:
            sums[:, day] += (r.mentions, r.voices, r.valence)
    return DailySums(*sums)


def negative_by_day(said: Iterable[Sequence[Said]], week: Week) -> tuple[np.ndarray, np.ndarray]:
    """Negative voices and all voices of each local day, ``(7,)`` each, divided as shares of opinion are.

    Args:
        said: what was said in that week, screen by screen.
        week: whose days are meant.
    """
    negative, voices = np.zeros(DAYS), np.zeros(DAYS)
    for rows in said:
        for row, share in shares_of_voices(rows):
            day = week.day_of(row.published)
            negative[day] += share * row.negative
            voices[day] += share
    return negative, voices


def compare_totals(now: np.ndarray, before: np.ndarray) -> Compared:
    """Totals of two weeks; the interval of the change treats days as independent draws (Welch)."""
    if not before.sum() and not now.sum():
        return Compared(value=0.0, before=0.0)
    spread = float(np.sqrt(DAYS * (now.var(ddof=1) + before.var(ddof=1))))
    return _compared(float(now.sum()), float(before.sum()), spread)


def compare_ratios(now: tuple[np.ndarray, np.ndarray], before: tuple[np.ndarray, np.ndarray]) -> Compared:
    """Ratios (amounts, bases) of two weeks; days are the clusters of the ratio estimator (Cochran 1977, ch. 6).

    How much days differ cannot be told from few of them, so then the change has no interval.
    """
    (value, error), (earlier, earlier_error) = _ratio(*now), _ratio(*before)
    few = any(int((bases > 0).sum()) < FEWEST_DAYS for _, bases in (now, before))
    if value is None or earlier is None or few:
        return Compared(value=value, before=earlier)
    return _compared(value, earlier, float(np.hypot(error, earlier_error)))


def _ratio(amounts: np.ndarray, bases: np.ndarray) -> tuple[float | None, float]:
    total = float(bases.sum())
    if total <= 0:
        return None, 0.0
    ratio = float(amounts.sum()) / total
    residuals = amounts - ratio * bases
    return ratio, float(np.sqrt(DAYS / (DAYS - 1) * (residuals**2).sum())) / total


def _compared(value: float, before: float, spread: float) -> Compared:
    reach = float(stats.t.ppf(0.975, 2 * (DAYS - 1))) * spread
    change = value - before
    return Compared(value=value, before=before, change_low=change - reach, change_high=change + reach)
