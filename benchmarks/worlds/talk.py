"""How a brand is spoken of when nothing happens, and what rises above it.

Voices follow a doubly stochastic Poisson process: level, drift and hour-of-week rhythm, times log-normal noise that
remembers itself by an autoregression over hours. Of no memory, the noise is gamma and the hours negative binomial.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BUCKET_SECONDS = 300
PER_HOUR = 12
WEEK_HOURS = 168
OTHER_VOICES = 3.0
"""Voices that are not negative, for each one that is."""
NEGATIVE_WEIGHT, OTHER_WEIGHT = (0.8, 0.15), (0.07, 0.08)
"""Mean and spread of P(negative): of voices that are negative, and of the others."""
RESPONSE_HOURS = 500
FAILING_SHARE = 0.05
"""Of the negative voices on a usual day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A brand's usual talk.

    Attributes:
        rate: negative voices an hour, in the mean.
        sigma2: relative variance of the noise.
        memory: coefficients of the noise's autoregression over hours; none for noise without memory.
        drift: by which factor the level may go up and down over the months.
        weekly: whether talk follows the hours of the week.
        starts_hours: hours of silence before the brand's first mention.
    """

    rate: float
    sigma2: float = 0.12
    memory: tuple[float, ...] = (0.82,)
    drift: float = 1.0
    weekly: bool = True
    starts_hours: float = 0.0

    def intensity(self, hours: int, rng: np.random.Generator) -> Array:
        """Negative voices to be expected in each bucket, noise and all: shape ``(12 hours,)``."""
        hourly = self.rate * self.usual(hours, rng) * self._noise(hours, rng)
        buckets = np.repeat(hourly, PER_HOUR) / PER_HOUR
        buckets[: int(self.starts_hours * PER_HOUR)] = 0.0
        return np.asarray(buckets)

    def usual(self, hours: int, rng: np.random.Generator) -> Array:
        """Rhythm and drift, mean near one: shape ``(hours,)``. Drift swings once in about two months."""
        clock = np.arange(hours)
        phase, period = rng.uniform(0, 2 * np.pi), rng.uniform(50, 80) * 24
        drift = self.drift ** np.sin(2 * np.pi * clock / period + phase)
        return np.asarray(drift * rhythm(hours) if self.weekly else drift)

    def averaged(self, hours: float) -> float:
        """Relative variance of the noise's mean over so many hours, one at least."""
        length = max(1, round(hours))
        alike = _autocorrelation(self.memory, length)
        apart = np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
        return float(self.sigma2 * alike[apart].mean())

    def _noise(self, hours: int, rng: np.random.Generator) -> Array:
        if not self.memory:
            return rng.gamma(1 / self.sigma2, self.sigma2, hours)
        from scipy.signal import lfilter  # noqa: PLC0415 - slow to import

        warm = 500
        raw = np.asarray(lfilter([1.0], [1.0, *(-c for c in self.memory)], rng.standard_normal(hours + warm)))[warm:]
        log_variance = np.log1p(self.sigma2)
        spread = float(np.sqrt(log_variance / float(np.square(_response(self.memory)).sum())))
        return np.asarray(np.exp(raw * spread - log_variance / 2))


def rhythm(hours: int) -> Array:
    """Quiet nights, loud evenings, weekends at two thirds; mean one over a week. Shape ``(hours,)``."""
    clock = np.arange(WEEK_HOURS)
    day = 1 + 0.7 * np.sin((clock % 24 - 9) / 24 * 2 * np.pi) + 0.15 * np.sin((clock % 24 - 15) / 12 * 2 * np.pi)
    week = day * np.where(clock < 120, 1.1, 0.75)
    return np.asarray(np.resize(week / week.mean(), hours))


@lru_cache(maxsize=256)
def _response(memory: tuple[float, ...]) -> Array:
    """What a shock leaves behind, hour by hour, until nothing is left of it."""
    left = [1.0]
    for _ in range(RESPONSE_HOURS):
        left.append(sum(c * left[-1 - i] for i, c in enumerate(memory) if i < len(left)))
    return np.array(left)


@lru_cache(maxsize=1024)
def _autocorrelation(memory: tuple[float, ...], lags: int) -> Array:
    response = _response(memory)
    kept = [float((response[: len(response) - lag] * response[lag:]).sum()) for lag in range(lags)]
    return np.array(kept) / kept[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """Voices beyond the usual ones.

    Attributes:
        start: hours from the start of the world.
        hours: how long it lasts in full; it then fades within ``fade_hours``.
        voices: negative voices that it brings, in the mean.
        failing: share of them that speak of failing service.
        ramp_hours: mean delay until somebody notices and writes.
        screen: where it shows; on all by their size when empty.
    """

    start: float
    hours: float
    voices: float
    failing: float = 0.5
    ramp_hours: float = 0.15
    fade_hours: float = 0.2
    screen: str = ""

    @property
    def end(self) -> float:
        """Hour by which it is over but for a few late voices."""
        return self.start + self.hours + self.ramp_hours + self.fade_hours

    def draw(self, buckets: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Voices in each bucket: a moment within its time, and a delay of each voice's own."""
        count = rng.poisson(self.voices)
        delay = rng.gamma(2.0, self.ramp_hours / 2, count) + rng.exponential(self.fade_hours / 3, count)
        at = ((self.start + rng.uniform(0, self.hours, count) + delay) * PER_HOUR).astype(int)
        return np.bincount(at[(at >= 0) & (at < buckets)], minlength=buckets)


def weigh(counts: NDArray[np.int64], of: tuple[float, float], rng: np.random.Generator) -> tuple[Array, Array]:
    """Sums of the weights, and of their squares, of so many voices in each bucket; a voice's weight is gamma."""
    mean, spread = of
    shape = (mean / spread) ** 2
    sums = np.zeros(len(counts))
    some = counts > 0
    sums[some] = rng.gamma(shape * counts[some], spread**2 / mean)
    return sums, counts * (mean**2 + spread**2)
