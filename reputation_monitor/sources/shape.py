"""Whether a source gives something else than it used to.

Shares are compared by a quasi-binomial test: the days of the past say how much more a share differs from day to day
than by chance alone, and the p-value is Student's with as many degrees of freedom as there are such days, less one.
The length of texts is compared by the share above the past's median (the median test), items a page by their
logarithm. A difference must also be large enough to matter. The error allowed, in false alarms a year, is shared
among all that is compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy import stats

from reputation_monitor.sources.glimpses import Shape

FEWEST_DAYS = 7
FEWEST_ITEMS = 20
LARGE_SHARE = 0.15
LARGE_RATIO = 1.6
WHOLE_DAY = 0.5
MIN_LOG_SPREAD = 0.05

SHARES = {
    "author": "an author",
    "date": "a date",
    "title": "a title",
    "text": "a text",
    "rating": "a rating",
    "language": "a language",
}
COMPARED = len(SHARES) + 3


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was, in words, with the probability of so large a difference by chance."""

    what: str
    p_value: float


def changes(days: Mapping[date, Shape], allowed_a_year: float) -> list[Change]:
    """How the last day that holds enough differs from those before it; the least likely first.

    Args:
        days: shapes by day.
        allowed_a_year: false alarms a year, one test a day.
    """
    full = [shape for _, shape in sorted(days.items()) if shape.fresh >= FEWEST_ITEMS]
    past, now = full[:-1], full[-1:]
    if len(past) < FEWEST_DAYS:
        return []
    level = allowed_a_year / 365 / COMPARED
    found = [_share(name, words, past, now[0]) for name, words in SHARES.items()]
    found += [_known(past, now[0]), _length(past, now[0]), _page(past, now[0])]
    return sorted((c for c in found if c and c.p_value < level), key=lambda change: change.p_value)


def _share(name: str, words: str, past: Sequence[Shape], now: Shape) -> Change | None:
    had = np.array([getattr(shape, name) for shape in past]), np.array([shape.fresh for shape in past])
    before, after = had[0].sum() / had[1].sum(), getattr(now, name) / now.fresh
    if abs(after - before) < LARGE_SHARE:
        return None
    p_value = quasi_binomial(*had, getattr(now, name), now.fresh)
    return Change(f"{100 * after:.0f} % of the new items have {words}, where {100 * before:.0f} % had", p_value)


def _is_whole(past: Sequence[Shape], now: Shape) -> bool:
    """Whether a day holds answers enough to speak of its pages: the first after an outage is all news."""
    return now.pages >= WHOLE_DAY * float(np.median([shape.pages for shape in past]))


def _known(past: Sequence[Shape], now: Shape) -> Change | None:
    if not _is_whole(past, now):
        return None
    known, items = np.array([shape.known for shape in past]), np.array([shape.items for shape in past])
    before, after = known.sum() / items.sum(), now.known / now.items
    if abs(after - before) < LARGE_SHARE:
        return None
    return Change(
        f"{100 * after:.0f} % of what it shows was known already, where {100 * before:.0f} % was",
        quasi_binomial(known, items, now.known, now.items),
    )


def _length(past: Sequence[Shape], now: Shape) -> Change | None:
    counts = np.array([shape.lengths for shape in past])
    middle = _median_bin(counts.sum(0))
    before, after = _median_length(counts.sum(0)), _median_length(np.array(now.lengths))
    if max(before, after) < LARGE_RATIO * min(before, after):
        return None
    longer = counts[:, middle + 1 :].sum(1)
    p_value = quasi_binomial(longer, counts.sum(1), sum(now.lengths[middle + 1 :]), now.fresh)
    if after < before:  # the median's own bin is above a shrunken text's length, and not below a grown one's
        longer = counts[:, middle:].sum(1)
        p_value = quasi_binomial(longer, counts.sum(1), sum(now.lengths[middle:]), now.fresh)
    return Change(f"a text has about {after:.0f} characters, where {before:.0f} were usual", p_value)


def _median_bin(counts: np.ndarray) -> int:
    return int(np.searchsorted(np.cumsum(counts), counts.sum() / 2))


def _median_length(counts: np.ndarray) -> float:
    return float(2 ** ((_median_bin(counts) + 0.5) / 2))


def _page(past: Sequence[Shape], now: Shape) -> Change | None:
    pages = [shape.items / shape.pages for shape in past if shape.pages]
    if len(pages) < FEWEST_DAYS or not now.pages or not _is_whole(past, now):
        return None
    logs, after = np.log(pages), now.items / now.pages
    before = float(np.exp(logs.mean()))
    if max(before, after) < LARGE_RATIO * min(before, after):
        return None
    spread = max(float(logs.std(ddof=1)), MIN_LOG_SPREAD) * np.sqrt(1 + 1 / len(logs))
    p_value = 2 * float(stats.t.sf(abs(np.log(after / before)) / spread, len(logs) - 1))
    return Change(f"an answer holds {after:.0f} items, where {before:.0f} were usual", p_value)


def quasi_binomial(had: np.ndarray, of: np.ndarray, had_now: float, of_now: float) -> float:
    """Two-sided p-value that a new day's share is that of the past days.

    The variance is binomial, times the dispersion of the past days (Pearson's, never below one), times what the
    estimate of the share itself adds.
    """
    share = (had.sum() + 0.5) / (of.sum() + 1)
    binomial = share * (1 - share)
    pearson = float(((had - share * of) ** 2 / (of * binomial)).sum() / (len(of) - 1))
    spread = np.sqrt(max(pearson, 1.0) * binomial * of_now * (1 + of_now / of.sum()))
    return 2 * float(stats.t.sf(abs(had_now - share * of_now) / spread, len(of) - 1))
