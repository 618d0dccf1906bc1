"""What a brand's negative voices would have been: level, rhythm and spread.

The counts are taken for a doubly stochastic (Cox) process: Poisson voices on an intensity ``level x rhythm x noise``
whose noise is log-normal, mean one, variance ``sigma2``, and forgets itself over ``tau`` hours. The sum over a window
then is close to negative binomial with mean ``mu`` and variance ``phi mu + g mu^2``, where ``g`` falls with the length
of the window as the noise averages out; a baseline that took every bucket for independent would find shifts everywhere.

The rhythm is a multiplicative hour-of-week shape that shrinks towards hour-of-day and then a constant when history is
short. Past excesses are down-weighted as in Noufaily et al. 2013 (https://doi.org/10.1002/sim.5595).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.fitting import HEARD_ENOUGH, WEEK, Record, fit_span, record_of
from reputation_monitor.linking.noise import Noise, averaged
from reputation_monitor.linking.series import Array, Series, hours_of_week

BLOCK_HOURS = 72


@dataclass(frozen=True, slots=True)
class Baseline:
    """Expected negative voices in each bucket, and their spread.

    Attributes:
        expected: shape ``(buckets,)``; of the sources that were heard.
        block: which of ``noises`` holds for each bucket, shape ``(buckets,)``.
        noises: one for each time the baseline was fitted.
        days: days of history behind each of them.
    """

    expected: Array
    block: NDArray[np.int64]
    noises: tuple[Noise, ...]
    days: Array

    def noise_at(self, bucket: int) -> Noise:
        """The noise that holds in a bucket."""
        return self.noises[int(self.block[min(max(bucket, 0), len(self.block) - 1)])]

    def spread_table(self, hours: Array) -> Array:
        """Relative variance ``g`` for windows of the given lengths, one row a block: ``(blocks, lengths)``."""
        sigma2, tau, level = (values[:, None] for values in self._noise_by_block())
        return np.asarray(sigma2 * averaged(hours / tau) + level)

    def shared_spread(self, before: float, hours: float) -> Array:
        """Relative covariance of a window's sum with that of the hours before it, for each block: ``(blocks,)``.

        Of an exponential correlation ``tau^2/(a b) (1 - e^-a/tau)(1 - e^-b/tau)``; an error of the level is in both.
        """
        sigma2, tau, level = self._noise_by_block()
        kept = tau**2 / (before * hours) * -np.expm1(-before / tau) * -np.expm1(-hours / tau)
        return np.asarray(sigma2 * kept + level)

    def since(self, bucket: int) -> "Baseline":
        """The same from a bucket on."""
        return Baseline(self.expected[bucket:], self.block[bucket:], self.noises, self.days)

    def _noise_by_block(self) -> tuple[Array, Array, Array]:
        """Variance, memory and level variance of the noise, each of shape ``(blocks,)``."""
        each = [(noise.sigma2, noise.tau_hours, noise.level_variance) for noise in self.noises]
        sigma2, tau, level = np.array(each).reshape(-1, 3).T
        return sigma2, tau, level


@dataclass(frozen=True, slots=True)
class History:
    """Which hours a baseline may learn from.

    Attributes:
        weeks: how far back it looks.
        borrow_weeks: how much history it wants; where the past holds less, it takes what came later as well.
            Zero never looks ahead.
        ignore: hours not to learn from (incidents, known shifts), shape ``(hours,)``; None for none.
    """

    weeks: int = 8
    borrow_weeks: int = 4
    ignore: NDArray[np.bool_] | None = None


def fit_baseline(
    series: Series, history: History | None = None, zone: tzinfo = UTC, block_hours: int = BLOCK_HOURS
) -> Baseline:
    """Fit the baseline of a whole series, a few days at a time, each time from the history before them."""
    (baseline,) = fit_baselines([series], history, zone, block_hours)
    return baseline


def fit_baselines(
    series: Sequence[Series],
    history: History | None = None,
    zone: tzinfo = UTC,
    block_hours: int = BLOCK_HOURS,
    *,
    since_hour: int = 0,
) -> list[Baseline]:
    """Fit many series at once, which costs less a series; all have the same start, length and bucket.

    Before ``since_hour`` nothing is said to be usual: who asks about the last days need not pay for the whole past.
    """
    history = history or History()
    usable = [_usable(one, history) for one in series]
    alike: dict[bytes, list[int]] = {}
    for i, hours in enumerate(usable):
        alike.setdefault(hours.tobytes(), []).append(i)
    found: dict[int, Baseline] = {}
    for members in alike.values():
        chosen = [series[i] for i in members]
        fitted = _fit_alike(chosen, usable[members[0]], history, zone, (block_hours, since_hour))
        found |= zip(members, fitted, strict=True)
    return [found[i] for i in range(len(series))]


def usual_after(series: Series, history: History, zone: tzinfo) -> tuple[Array, Noise]:
    """What is usual after the end of a series: voices in each hour of the week, shape ``(168,)``, and their noise."""
    record, seen = _learnt_from([series], _usable(series, history), zone)
    hours = len(seen) - 1
    fit = fit_span(record, _training_span(hours, seen, history), hours)
    return fit.level[0] * fit.shape[0], fit.noise.each()[0]


def _fit_alike(
    series: Sequence[Series], usable: Array, history: History, zone: tzinfo, blocks: tuple[int, int]
) -> list[Baseline]:
    """Fit series that may be learned from at the same hours, in blocks of so many hours, from some hour on."""
    block_hours, since_hour = blocks
    first = series[0]
    hours, per_hour = len(usable), first.per_hour
    record, seen = _learnt_from(series, usable, zone)
    expected = np.zeros((len(series), hours))
    noises: list[tuple[Noise, ...]] = []
    days = []
    for begin in range(0, hours, block_hours):
        block = slice(begin, min(begin + block_hours, hours))
        if block.stop <= since_hour:
            noises.append((Noise.unknown(),) * len(series))
            days.append(0.0)
            continue
        past = _training_span(begin, seen, history)
        fit = fit_span(record, past, begin)
        expected[:, block] = fit.level[:, None] * fit.shape[:, record.clock[block]]
        noises.append(fit.noise.each())
        days.append(float(usable[past].sum()) / 24)
    of_block = np.minimum(np.arange(len(first)) // (block_hours * per_hour), len(noises) - 1)
    return [
        Baseline(
            expected=_interpolated(expected[i], per_hour)[: len(one)] * one.exposure,
            block=of_block,
            noises=tuple(noise[i] for noise in noises),
            days=np.array(days),
        )
        for i, one in enumerate(series)
    ]


def _learnt_from(series: Sequence[Series], usable: Array, zone: tzinfo) -> tuple[Record, Array]:
    """What baselines are fitted on, and the usable hours before each hour: ``(hours + 1,)``."""
    record = record_of(series, hours_of_week(series[0].start, len(usable), zone), usable)
    return record, np.concatenate([[0.0], np.cumsum(usable)])


def _usable(series: Series, history: History) -> Array:
    """One where an hour may be learned from, else zero: shape ``(hours,)``."""
    hours = -(-len(series) // series.per_hour)
    usable = np.ones(hours) if history.ignore is None else np.where(history.ignore[:hours], 0.0, 1.0)
    return np.where(series.coarser(3600).exposure < HEARD_ENOUGH, 0.0, usable)


def _training_span(first: int, seen: Array, history: History) -> slice:
    """Hours to learn from: the weeks before ``first``, and as many later ones as are missing there.

    Args:
        first: hour for which a baseline is wanted.
        seen: usable hours before each hour, shape ``(hours + 1,)``; hours before a brand's first mention are not.
        history: how much is wanted.
    """
    start = max(0, first - history.weeks * WEEK)
    enough = int(np.searchsorted(seen, seen[start] + history.borrow_weeks * WEEK))
    return slice(start, max(first, min(enough, len(seen) - 1)))


def _interpolated(hourly: Array, per_hour: int) -> Array:
    """Spread hourly values over shorter buckets in a line from one hour's middle to the next, keeping each sum."""
    if per_hour == 1 or not len(hourly):
        return hourly
    middles = np.arange(len(hourly)) + 0.5
    finer = np.interp((np.arange(len(hourly) * per_hour) + 0.5) / per_hour, middles, hourly).reshape(-1, per_hour)
    sums = finer.sum(axis=1, keepdims=True)
    return np.asarray((finer * np.divide(hourly[:, None], sums, where=sums > 0, out=np.zeros_like(sums))).ravel())
