"""The detector of shifts on any series of numbers, row by row, as if each row had just come.

Nothing looks ahead: baselines are fitted a day at a time from the days before, the scan looks backwards, and what must
be known of the numbers (their spacing, their scale) is taken from the first day, which is not scored. The height that
counts as an alarm follows the heights of the days before, too: a series that often leaves its baseline must leave it
further to be worth an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from reputation_monitor.linking.baseline import Baseline, History, fit_baseline
from reputation_monitor.linking.fitting import WEEK
from reputation_monitor.linking.scan import scan
from reputation_monitor.linking.series import HOUR, Array, Series

# Of pure baseline the highest likelihood ratio of a day is 4 to 4.5 in the mean, at any volume; its tail is near
# exponential, so that one day in a quarter passes about twice the mean.
USUAL_DAILY_HEIGHT, PRIOR_DAYS, ALARM_RATIO = 4.25, 7, 2.0
NEWS_HOURS = 24

SPACINGS_SECONDS = (60, 120, 300, 600, 900, 1200, 1800, 3600)
FIRST_ROWS = 24
DAY_HOURS = 24
SEEN_SHARE, FEWEST_DAYS = 0.25, 0.75
MEDIAN_JUMP = 0.954  # median jump between two normal values, in their standard deviation
SMALLEST_SCALE = 1e-3
LONGEST_GAP_WEEKS = 9
MOST_VOICES = 1e9


def score_series(timestamps: Sequence[str | datetime], values: Sequence[float]) -> list[float]:
    """Score each row of a series by how clearly its recent past stands above what was usual before.

    Args:
        timestamps: ISO 8601 or datetimes, UTC where they name no zone; any spacing, gaps and duplicates too.
        values: counts or other numbers; what is not finite counts as missing.

    Returns:
        A score in [0, 1] for each row; 0.5 is the height of an alarm. A row scores only if it is news: if what it
        ends stands out more than anything in the 24 hours before. The first day (and the first 24 rows) score zero,
        for there is nothing to compare with, and so does a missing value.

    Raises:
        ValueError: lengths differ, or a timestamp cannot be read.
    """
    if len(timestamps) != len(values):
        raise ValueError(f"{len(timestamps)} timestamps, but {len(values)} values")
    seconds = np.array([_seconds(t) for t in timestamps])
    numbers = np.array(values, dtype=float)
    scores = np.zeros(len(numbers))
    rows = np.flatnonzero(np.isfinite(numbers))
    rows = rows[np.argsort(seconds[rows], kind="stable")]
    if len(rows) > FIRST_ROWS:
        scores[rows] = _score(seconds[rows], numbers[rows])
    return [float(s) for s in scores]


def _seconds(time: str | datetime) -> float:
    moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _score(seconds: Array, numbers: Array) -> Array:
    """Scores of rows in time order."""
    grid = _lay_out(seconds)
    counts = _as_counts(numbers, grid.warm_rows)
    by_slot, known = np.zeros(grid.slots), np.zeros(grid.slots, dtype=bool)
    by_slot[grid.slot[grid.counted]] = counts[grid.counted]
    known[grid.slot[grid.counted]] = True
    heights = _heights(grid, by_slot, known)
    alarm = _alarm_heights(heights, grid)
    news = heights > _highest_before(heights, NEWS_HOURS * HOUR // grid.slot_seconds)
    return np.asarray(np.where(news, heights / (heights + alarm), 0.0)[grid.slot])


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows on slots of equal length.

    Attributes:
        start: of the first slot, on a whole hour.
        slot: of each row.
        counted: rows that fill their slot; others came too close upon one that did, and share its score.
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


def _heights(grid: _Grid, by_slot: Array, known: NDArray[np.bool_]) -> Array:
    """For each slot, the height of the best window that ends there."""
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
    best, _ = scan(counts, by_slots, grid.slot_seconds).best_by_end()
    return best


def _alarm_heights(heights: Array, grid: _Grid) -> Array:
    """For each slot, the height of an alarm: twice the mean of the highest of each day before, and of a usual week."""
    per_day = DAY_HOURS * HOUR // grid.slot_seconds
    days = -(-len(heights) // per_day)
    highest = np.pad(heights, (0, days * per_day - len(heights))).reshape(days, per_day).max(axis=1)
    scored = (np.arange(days) >= grid.warm_slots // per_day).astype(float)
    past = np.concatenate([[0.0], np.cumsum(scored * highest)[:-1]])
    count = np.concatenate([[0.0], np.cumsum(scored)[:-1]])
    mean = (past + PRIOR_DAYS * USUAL_DAILY_HEIGHT) / (count + PRIOR_DAYS)
    return np.repeat(ALARM_RATIO * np.maximum(mean, USUAL_DAILY_HEIGHT), per_day)[: len(heights)]


def _highest_before(heights: Array, slots: int) -> Array:
    """The highest of so many slots before each slot, itself not among them."""
    padded = np.concatenate([np.zeros(slots), heights])
    # The filter's window is centred; shift it so that it begins at each place.
    return np.asarray(maximum_filter1d(padded, slots, origin=-(slots // 2))[: len(heights)])
