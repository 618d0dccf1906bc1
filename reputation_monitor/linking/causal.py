"""The detector of shifts on any series of numbers, row by row, as if each row had just come.

Nothing looks ahead: baselines are fitted a day at a time from the days before, the scan looks backwards, and what must
be known of the numbers (their spacing, their scale) is taken from the first day, which is not scored.

The scan's likelihood takes noise for log-normal. Talk has heavier tails than that, and others in windows of five
minutes than of a day, so its word is not taken for how rare a height is: that is read off the highest of each day
before, for each length of window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.baseline import Baseline, History, fit_baseline
from reputation_monitor.linking.fitting import WEEK
from reputation_monitor.linking.scan import scan
from reputation_monitor.linking.series import HOUR, Array, Series

SPACINGS_SECONDS = (60, 120, 300, 600, 900, 1200, 1800, 3600)
FIRST_ROWS = 24
DAY_HOURS = 24
SEEN_SHARE, FEWEST_DAYS = 0.25, 0.75
MEDIAN_JUMP = 0.954  # median jump between two normal values, in their standard deviation
SMALLEST_SCALE = 1e-3
LONGEST_GAP_WEEKS = 9
MOST_VOICES = 1e9


@dataclass(frozen=True, slots=True)
class Rule:
    """What an alarm is. ``benchmarks/series.py`` halves and doubles each number.

    Attributes:
        days_between: an alarm is as high as what comes once in so many days: the false alarm a quarter that is agreed.
        window_hours: length of the longest window.
        news_hours: for so long, what was told is not told again,
        news_ratio: unless it is so many times higher by now.
        usual_height: highest likelihood ratio of a day of pure baseline; 4 to 4.5 in the mean, at any volume.
        usual_days: how many such days are counted before the first one.
    """

    days_between: float = 91.0
    window_hours: float = 24.0
    news_hours: float = 24.0
    news_ratio: float = 2.0
    usual_height: float = 4.25
    usual_days: float = 7.0


AGREED = Rule()


def score_series(timestamps: Sequence[str | datetime], values: Sequence[float]) -> list[float]:
    """Score each row of a series by how clearly its recent past stands above what was usual before.

    Args:
        timestamps: ISO 8601 or datetimes, UTC where they name no zone; any spacing, gaps and duplicates too.
        values: counts or other numbers; what is not finite counts as missing.

    Returns:
        A score in [0, 1] for each row: ``h / (1 + h)``, where ``h`` is the height of what the row ends, in heights of
        an alarm; so 0.5 is an alarm. A row scores only if it is news: the first alarm of a day, or twice as high as
        anything that scored in the 24 hours before. The first day (and the first 24 rows) score zero, for there is
        nothing to compare with, and so does a missing value.

    Raises:
        ValueError: lengths differ, or a timestamp cannot be read.
    """
    return score_by_rules(timestamps, values, [AGREED])[0]


def score_by_rules(
    timestamps: Sequence[str | datetime], values: Sequence[float], rules: Sequence[Rule]
) -> list[list[float]]:
    """What ``score_series`` says by each of several rules; the series is scanned once."""
    if len(timestamps) != len(values):
        raise ValueError(f"{len(timestamps)} timestamps, but {len(values)} values")
    seconds = np.array([_seconds(t) for t in timestamps])
    numbers = np.array(values, dtype=float)
    scores = np.zeros((len(rules), len(numbers)))
    rows = np.flatnonzero(np.isfinite(numbers))
    rows = rows[np.argsort(seconds[rows], kind="stable")]
    if len(rows) > FIRST_ROWS:
        scores[:, rows] = _score(seconds[rows], numbers[rows], rules)
    return [[float(s) for s in by_rule] for by_rule in scores]


def _seconds(time: str | datetime) -> float:
    moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _score(seconds: Array, numbers: Array, rules: Sequence[Rule]) -> Array:
    """Scores of rows in time order: shape ``(rules, rows)``."""
    grid = _lay_out(seconds)
    counts = _as_counts(numbers, grid.warm_rows)
    by_slot, known = np.zeros(grid.slots), np.zeros(grid.slots, dtype=bool)
    by_slot[grid.slot[grid.counted]] = counts[grid.counted]
    known[grid.slot[grid.counted]] = True
    hours, ratios = _scanned(grid, by_slot, known)
    heights = [_in_alarms(ratios[hours <= rule.window_hours], grid, known, rule) for rule in rules]
    news = np.stack(
        [_only_news(h, grid.slots_in(r.news_hours), r.news_ratio) for h, r in zip(heights, rules, strict=True)]
    )
    return np.asarray((news / (1 + news))[:, grid.slot] * grid.counted)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows on slots of equal length.

    Attributes:
        start: of the first slot, on a whole hour.
        slot: of each row.
        counted: rows that fill their slot; others came too close upon one that did, and tell nothing new.
        warm_rows: rows of the time that is not scored, which ends with the slot before ``warm_slots``.
    """

    start: datetime
    slot_seconds: int
    slot: NDArray[np.int64]
    counted: NDArray[np.bool_]
    warm_rows: int
    warm_slots: int

    @property
    def slots(self) -> int:
        """Slots from the first row to the last."""
        return int(self.slot[-1]) + 1

    def slots_in(self, hours: float) -> int:
        """Slots in so many hours."""
        return int(hours * HOUR // self.slot_seconds)

    @property
    def per_day(self) -> int:
        """Slots in a day."""
        return self.slots_in(DAY_HOURS)


def _lay_out(seconds: Array) -> _Grid:
    spacing = float(np.median(np.diff(seconds[:FIRST_ROWS])))
    slot_seconds = next((s for s in SPACINGS_SECONDS if s >= spacing * 0.99), HOUR)
    start = seconds[0] // HOUR * HOUR
    # Rows further apart than an hour are laid out as if they came hourly: their rhythm is not the clock's.
    places = (seconds - start) / max(slot_seconds, spacing if spacing > HOUR else 0)
    slot, counted = _give_slots(_without_ages(np.floor(places).astype(np.int64), WEEK * HOUR // slot_seconds))
    warm_slots = max(DAY_HOURS * HOUR // slot_seconds, int(slot[FIRST_ROWS - 1]) + 1)
    warm_rows = int(np.searchsorted(slot, warm_slots))
    return _Grid(datetime.fromtimestamp(start, UTC), slot_seconds, slot, counted, warm_rows, warm_slots)


def _without_ages(slot: NDArray[np.int64], week: int) -> NDArray[np.int64]:
    """Shorten gaps beyond what a baseline remembers by whole weeks: one wrong date must not cost years of slots."""
    gaps = np.diff(slot, prepend=slot[:1])
    ages = np.maximum(gaps - LONGEST_GAP_WEEKS * week, 0) // week * week
    return np.asarray(slot - np.cumsum(ages))


def _give_slots(wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """One row a slot: the second in a slot takes the next, a third shares with the second."""
    slot, counted = wanted.copy(), np.ones(len(wanted), dtype=bool)
    for i in range(1, len(wanted)):
        counted[i] = wanted[i] >= slot[i - 1]
        slot[i] = max(wanted[i], slot[i - 1] + counted[i])
    return slot, counted


def _as_counts(numbers: Array, warm_rows: int) -> Array:
    """Numbers on a scale on which they spread from one row to the next as counts would, none below zero."""
    unit = float(np.abs(numbers[:warm_rows]).max()) or 1.0
    first = numbers[:warm_rows] / unit
    zero = _zero_of(first)
    mean = float(first.mean()) - zero
    # A jump between two rows has twice their variance; of counts, variance over mean is one.
    jump = float(np.median(np.abs(np.diff(first)))) / MEDIAN_JUMP
    scale = max(jump**2 / mean, mean * SMALLEST_SCALE) if mean > 0 else SMALLEST_SCALE
    return np.clip((numbers / unit - zero) / scale, 0.0, MOST_VOICES)


def _zero_of(first: Array) -> float:
    """What counts as nothing: zero, but below the lowest of numbers that fall under it or never come near it."""
    lowest = 2 * float(first.min()) - float(first.mean())
    return lowest if lowest > 0 or first.min() < 0 else 0.0


def _scanned(grid: _Grid, by_slot: Array, known: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Lengths of windows in hours, and likelihood ratios of those that end with each slot: ``(lengths, slots)``."""
    per_hour = HOUR // grid.slot_seconds
    hours = -(-grid.slots // per_hour)
    padding = (0, hours * per_hour - grid.slots)
    rows = np.pad(known, padding).reshape(hours, per_hour).sum(axis=1)
    sums = np.pad(np.where(known, by_slot, 0.0), padding).reshape(hours, per_hour).sum(axis=1)
    hourly = sums * per_hour / np.maximum(rows, 1)
    past = Series(grid.start, HOUR, hourly, hourly, hourly, hourly, hourly)
    seen = rows >= per_hour * SEEN_SHARE
    baseline = fit_baseline(past, History(borrow_weeks=0, ignore=~seen), block_hours=DAY_HOURS)
    expected = np.repeat(baseline.expected, per_hour)[: grid.slots] / per_hour
    block = np.repeat(baseline.block, per_hour)[: grid.slots]
    # What is missing, and what came before there was a past to compare with, was as usual.
    told = known & (baseline.days[block] >= FEWEST_DAYS)
    told[: grid.warm_slots] = False
    counts = np.where(told, by_slot, expected)
    by_slots = Baseline(expected, block, baseline.noises, baseline.days)
    table = scan(counts, by_slots, grid.slot_seconds)
    ratios = np.zeros_like(table.by_start)
    for by_end, by_start, length in zip(ratios, table.by_start, table.lengths, strict=True):
        by_end[length - 1 :] = np.maximum(by_start[: max(grid.slots - length + 1, 0)], 0.0)
    return table.lengths * grid.slot_seconds / HOUR, ratios


def _in_alarms(ratios: Array, grid: _Grid, known: NDArray[np.bool_], rule: Rule) -> Array:
    """The best window that ends with each slot, in heights of an alarm of its length: shape ``(slots,)``.

    Args:
        ratios: likelihood ratios, shape ``(lengths, slots)``.
        grid: of these slots.
        known: slots with a row; days with few of them say nothing of what is usual.
        rule: what an alarm is.
    """
    seen = (_by_day(known, grid).mean(axis=1) >= SEEN_SHARE).astype(float)
    seen[: grid.warm_slots // grid.per_day] = 0.0
    best = np.zeros(grid.slots)
    for of_length in ratios:
        alarm = _alarm_heights(_by_day(of_length, grid).max(axis=1), seen, rule)
        best = np.maximum(best, of_length / np.repeat(alarm, grid.per_day)[: grid.slots])
    return best


def _alarm_heights(highest: Array, seen: Array, rule: Rule) -> Array:
    """For each day, the height that is passed once in ``rule.days_between``, by the days before it.

    The highest ratios of the days are taken for exponential: their mean is the root of half their mean square, which
    leans on the days that make the tail, and ``ln(n)`` times the mean is passed once in ``n`` days.

    Args:
        highest: of each day, shape ``(days,)``.
        seen: 1 for the days that count, else 0, same shape.
        rule: what an alarm is.
    """
    days = _before(seen) + rule.usual_days
    squares = _before(seen * highest**2) + rule.usual_days * rule.usual_height**2
    return np.asarray(np.log(rule.days_between) * np.sqrt(squares / days / 2))


def _by_day(values: NDArray[np.generic], grid: _Grid) -> Array:
    """Slots as days, the last filled with zeros: shape ``(days, slots of a day)``."""
    return np.pad(values.astype(float), (0, -len(values) % grid.per_day)).reshape(-1, grid.per_day)


def _before(by_day: Array) -> Array:
    """Sums of all days before each: to the last bit the same, whatever the day itself brings."""
    return np.concatenate([[0.0], np.cumsum(by_day)[:-1]])


def _only_news(heights: Array, slots: int, ratio: float) -> Array:
    """Heights where they tell something new, else zero.

    An alarm is news unless one was told in so many slots before; what was told is news again when it has grown.
    """
    news, told, told_at = np.zeros(len(heights)), 0.0, 0
    for at, height in enumerate(heights.tolist()):
        if at - told_at > slots:
            told = 0.0
        if height > 0 and (height >= ratio * told or told < 1 <= height):
            news[at], told, told_at = height, height, at
    return news
