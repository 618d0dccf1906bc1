"""The height a scan must reach, from the false alarms that a brand may have.

Quarters are simulated under the fitted baseline and scanned as the real counts are; the height is the one that so many
quarters pass as often as agreed. Beyond the heights seen the tail of the daily maxima is taken for exponential, as
likelihood ratios have it. A rise of two days is one shift, so of neighbouring days only the higher one counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.scan import require_voices, scan
from reputation_monitor.linking.series import HOUR, Array

QUARTER_DAYS = 91
SIMULATED_QUARTERS = 16
TAIL_SHARE = 0.05
SEED = 7
MOST_WEIGHED = 3e5
"""Voices in a simulated series; of more than these the sums are near normal, whatever their weights."""
LEAST_CONCENTRATION = 0.02
FEWEST_PEAKS = 20
USUAL_DAYS = 0.5, 0.8
"""Which days, by rank of their highest ratio, tell how high a series goes: no real shift is in them, and nearly one."""
LOUD = 0.8
"""Days above this quantile tell how far screens rise together."""
FEWEST_DAYS, PRIOR_DAYS, MOST_SCALED = 14, 20.0, 2.0


def simulate_counts(
    expected: Array, noise: Noise, bucket_seconds: int, rng: np.random.Generator, mean_weight: float | None = None
) -> Array:
    """Draw counts under the baseline: Poisson voices on a log-normal AR(1) intensity, mean one.

    The level itself is drawn once, with its own variance, since the fitted one is not known exactly either.

    Args:
        expected: shape ``(buckets,)``.
        noise: of the baseline.
        bucket_seconds: length of a bucket.
        rng: where chance comes from.
        mean_weight: of a voice of any sentiment. Each voice then has a weight of its own, from the beta distribution
            with this mean and the ``phi`` of the noise; without it all weigh ``phi``, which has the same mean and
            variance but a lighter tail: four sure voices in five minutes are likelier than six half-sure ones.
    """
    buckets = len(expected)
    log_variance = np.log1p(noise.sigma2)
    keep = np.exp(-bucket_seconds / HOUR / noise.tau_hours)
    steps = rng.standard_normal(buckets) * np.sqrt(log_variance * (1 - keep**2))
    steps[0] = rng.standard_normal() * np.sqrt(log_variance)
    intensity = np.exp(_autoregressed(steps, keep) - log_variance / 2)
    level_log_variance = np.log1p(noise.level_variance)
    level = np.exp(rng.standard_normal() * np.sqrt(level_log_variance) - level_log_variance / 2)
    mean = expected * intensity * level
    if mean_weight is None or float(mean.sum()) / mean_weight > MOST_WEIGHED:
        return np.asarray(noise.phi * rng.poisson(mean / noise.phi))
    return _weighed(rng.poisson(mean / mean_weight), mean_weight, noise.phi, rng)


def _weighed(voices: NDArray[np.int64], mean: float, phi: float, rng: np.random.Generator) -> Array:
    """Sum of the weights of so many voices in each bucket."""
    variance = phi * mean - mean**2
    concentration = mean * (1 - mean) / max(variance, 1e-9) - 1
    count = int(voices.sum())
    if concentration < LEAST_CONCENTRATION:  # all weights are zero or one
        weights = (rng.random(count) < mean).astype(float)
    else:
        weights = rng.beta(mean * concentration, (1 - mean) * concentration, count)
    bucket = np.repeat(np.arange(len(voices)), voices)
    return np.asarray(np.bincount(bucket, weights, len(voices)), dtype=float)


def _autoregressed(steps: Array, keep: float) -> Array:
    from scipy.signal import lfilter  # noqa: PLC0415 - a slow import that most commands never need

    return np.asarray(lfilter([1.0], [1.0, -keep], steps))


@dataclass(frozen=True, slots=True)
class _World:
    """A baseline rounded so far that its threshold can be kept: logarithms to a quarter."""

    rate: float
    phi: float
    sigma2: float
    tau_hours: float
    level_variance: float
    rhythm: tuple[float, ...]
    bucket_seconds: int
    min_voices: float
    mean_weight: float | None


def threshold(
    baseline: Baseline,
    bucket_seconds: int,
    per_quarter: float,
    *,
    min_voices: float = 0.0,
    mean_weight: float | None = None,
    own: Array | None = None,
) -> float:
    """The likelihood ratio that the scan of pure baseline passes ``per_quarter`` times a quarter.

    Args:
        baseline: of the series that will be scanned.
        bucket_seconds: length of a bucket.
        per_quarter: false alarms agreed on.
        min_voices: above the baseline, that a window needs to count.
        mean_weight: of a voice of any sentiment; None where all voices weigh the same.
        own: highest ratio of each day of the series itself, shape ``(days,)``, by which the simulated ones are scaled.
    """
    noise = baseline.noises[len(baseline.noises) // 2]
    hourly = max(float(baseline.expected.mean()) * HOUR / bucket_seconds, 1e-3)
    world = _World(
        rate=_rounded(hourly),
        phi=round(noise.phi, 1) or 0.1,
        sigma2=_rounded(noise.sigma2),
        tau_hours=noise.tau_hours,
        level_variance=_rounded(noise.level_variance),
        rhythm=_daily_rhythm(baseline.expected, bucket_seconds),
        bucket_seconds=bucket_seconds,
        min_voices=min_voices,
        mean_weight=None if mean_weight is None else _rounded(mean_weight),
    )
    simulated = _daily_maxima(world)
    scale = 1.0 if own is None else _own_scale(own, simulated)
    return scale * _height(simulated, per_quarter)


def highest_of_days(heights: Array, per_day: int) -> Array:
    """The highest of each full day."""
    days = len(heights) // per_day
    return np.asarray(heights[: days * per_day].reshape(days, per_day).max(axis=1))


def effective_screens(own: Sequence[Array]) -> float:
    """How many screens that rise on days of their own would alarm as often as these: from one to their number.

    Screens that share the brand's mood go high on the same days. Of two, the part of the one's loud days that is loud
    on the other, beyond the part that chance would make so, tells how far they are one.

    Args:
        own: highest ratio of each day, shape ``(days,)``, of each screen.
    """
    screens = len(own)
    if screens < 2 or len(own[0]) < FEWEST_DAYS:
        return float(screens)
    loud = np.array([days > max(float(np.quantile(days, LOUD)), 0.0) for days in own], dtype=float)
    first, second = np.triu_indices(screens, 1)
    number = loud.sum(axis=1)
    shared = (loud @ loud.T)[first, second] / np.maximum(np.minimum(number[first], number[second]), 1.0)
    alike = np.clip((shared - (1 - LOUD)) / LOUD, 0.0, 1.0)
    return float(1 + (screens - 1) * (1 - alike.mean()))


def _own_scale(own: Array, simulated: Array) -> float:
    """How high usual days of the series go against simulated ones: the means of their days of ``USUAL_DAYS``.

    The noise may be lighter or heavier in its tail than the simulated one, and then usual days tell it; the highest
    fifth, where real shifts are, has no say, nor has the lower half, which is not like the tail. With few days the
    simulation is believed, and so it is where half of the days hold no window with voices enough.
    """
    low, high = USUAL_DAYS
    if len(own) < FEWEST_DAYS or np.quantile(simulated, low) <= 0:
        return 1.0
    ranked = (np.sort(days, axis=None) for days in (own, simulated))
    usual, told = (float(days[int(days.size * low) : int(days.size * high)].mean()) for days in ranked)
    return float(np.clip(usual / told, 1 / MOST_SCALED, MOST_SCALED) ** (len(own) / (len(own) + PRIOR_DAYS)))


def _rounded(value: float) -> float:
    return float(np.exp(np.round(np.log(value) * 4) / 4))


def _daily_rhythm(expected: Array, bucket_seconds: int) -> tuple[float, ...]:
    """Share of each 4-hour part of the day, rounded: the shape that matters for sparse nights."""
    per_part = 4 * HOUR // bucket_seconds
    parts = len(expected) // per_part
    if parts < 6:
        return (1.0,) * 6
    means = expected[: parts * per_part].reshape(parts, per_part).mean(1)
    by_part = np.array([means[i::6].mean() for i in range(6)])
    return tuple(float(max(0.1, round(v, 1))) for v in by_part / max(by_part.mean(), 1e-9))


@lru_cache(maxsize=512)
def _daily_maxima(world: _World) -> Array:
    """The highest ratio of each simulated day, shape ``(quarters, days)``."""
    rng = np.random.default_rng(SEED)
    per_day = 24 * HOUR // world.bucket_seconds
    shape = np.repeat(world.rhythm, per_day // 6) / np.mean(world.rhythm)
    expected = np.tile(world.rate * world.bucket_seconds / HOUR * shape, QUARTER_DAYS)
    noise = Noise(world.phi, world.sigma2, world.tau_hours, world.level_variance)
    maxima = []
    block: NDArray[np.int64] = np.zeros(len(expected), dtype=np.int64)
    baseline = Baseline(expected, block, (noise,), np.array([float(QUARTER_DAYS)]))
    for _ in range(SIMULATED_QUARTERS):
        counts = simulate_counts(expected, noise, world.bucket_seconds, rng, world.mean_weight)
        table = scan(counts, baseline, world.bucket_seconds)
        require_voices(table, world.min_voices)
        best, _ = table.best_by_end()
        maxima.append(highest_of_days(best, per_day))
    return np.array(maxima)


def _height(maxima: Array, per_quarter: float) -> float:
    """Height that rises pass ``per_quarter`` times in 91 days, by the exponential tail of the highest 5 % of days.

    Args:
        maxima: highest ratio of each day, shape ``(quarters, days)``. A day beside a higher one is of the same rise.
        per_quarter: how often.
    """
    before, after = (np.pad(maxima, ((0, 0), side), constant_values=-1.0) for side in ((1, 0), (0, 1)))
    peaks = np.sort(maxima[(maxima > before[:, :-1]) & (maxima >= after[:, 1:]) & (maxima > 0)])[::-1]
    tail = peaks[: max(FEWEST_PEAKS, int(maxima.size * TAIL_SHARE))]
    if not tail.size:
        return 0.0
    scale = max(float((tail - tail[-1]).mean()), 1e-3)
    wanted = per_quarter / QUARTER_DAYS
    return float(tail[-1] + scale * np.log(max(len(tail) / maxima.size / wanted, 1.0)))
