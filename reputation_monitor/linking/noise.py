"""How counts spread around the baseline: a noise with a size and a memory, and how it is known.

Noise of relative variance ``sigma2`` that forgets itself over ``tau`` hours averages out over longer windows: the
sum over a window of mean ``mu`` has the variance ``phi mu + g mu^2``, where ``g`` falls with the length.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reputation_monitor.linking.series import Array

SCALES_HOURS = (1, 3, 6, 12, 24)
FINE_PARTS = (12, 4)
"""Into how many parts an hour is cut to see how the noise differs within it; where buckets allow it."""
MOST_KNOWN = 60.0
"""Blocks that a scale counts for at most: beyond them what is left is not chance but a model that is a model."""
CALM_WEIGHT = 0.8
TAU_CHOICES_HOURS = (1 / 12, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
PRIOR_SIGMA2, PRIOR_TAU_HOURS, PRIOR_BLOCKS = 0.15, 6.0, 8.0
MIN_SIGMA2 = 0.005
MIN_LEVEL_VARIANCE = 0.01


@dataclass(frozen=True, slots=True)
class Noise:
    """How counts spread around the baseline.

    Attributes:
        phi: variance of one voice's weight over its mean; 1 for whole voices, less for probabilities.
        sigma2: variance of the intensity's noise, relative.
        tau_hours: correlation time of that noise.
        level_variance: relative variance of the estimated level itself.
    """

    phi: float
    sigma2: float
    tau_hours: float
    level_variance: float

    @classmethod
    def unknown(cls) -> "Noise":
        """What is believed before anything was counted."""
        return cls(1.0, PRIOR_SIGMA2, PRIOR_TAU_HOURS, MIN_LEVEL_VARIANCE)

    def spread(self, hours: Array) -> Array:
        """Relative variance ``g`` of the sum over windows of the given lengths, beyond ``phi mu``."""
        return self.sigma2 * averaged(np.asarray(hours, dtype=float) / self.tau_hours) + self.level_variance

    def variance(self, mu: Array, hours: Array) -> Array:
        """Variance of the sum over windows of the given lengths and means."""
        return self.phi * mu + self.spread(hours) * mu**2

    def dispersion(self, per_hour: float) -> float:
        """Variance of an hour's count over its mean, where so many voices an hour are usual."""
        return float(self.phi + self.spread(np.array([1.0]))[0] * per_hour)


def averaged(x: Array) -> Array:
    """Variance of the mean of an AR(1) noise over ``x`` correlation times, as a share of its variance.

    ``2/x (1 - (1 - e^-x)/x)``, the integral of the exponential correlation over the window.
    """
    x = np.maximum(np.asarray(x, dtype=float), 1e-6)
    return np.asarray(np.where(x < 1e-3, 1 - x / 3, 2 / x * (1 - (1 - np.exp(-x)) / x)))


@dataclass(frozen=True, slots=True)
class Noises:
    """The noise of many series: each attribute of ``Noise``, of shape ``(series,)``."""

    phi: Array
    sigma2: Array
    tau_hours: Array
    level_variance: Array

    @classmethod
    def prior(cls, phi: Array) -> "Noises":
        """What is believed before anything was counted."""
        sigma2, tau = np.full_like(phi, PRIOR_SIGMA2), np.full_like(phi, PRIOR_TAU_HOURS)
        return cls(phi, sigma2, tau, np.full_like(phi, MIN_LEVEL_VARIANCE))

    def each(self) -> tuple[Noise, ...]:
        """One noise a series."""
        columns = zip(self.phi, self.sigma2, self.tau_hours, self.level_variance, strict=True)
        return tuple(Noise(*map(float, values)) for values in columns)

    def variance(self, mu: Array, hours: float) -> Array:
        """Variance of sums over windows of one length with the means ``mu``, of shape ``(series, windows)``."""
        spread = self.sigma2 * averaged(hours / self.tau_hours) + self.level_variance
        return np.asarray(self.phi[:, None] * mu + spread[:, None] * mu**2)


@dataclass(frozen=True, slots=True)
class Counted:
    """What noise is estimated from.

    Attributes:
        counts: by hour, shape ``(series, hours)``.
        squares: into how many parts an hour was cut, to the sums over its parts of their squared counts, same shape.
        phi: variance of a voice's weight over its mean, shape ``(series,)``.
    """

    counts: Array
    squares: Mapping[int, Array]
    phi: Array

    def capped(self, ceiling: Array) -> "Counted":
        """The same where no hour holds more than its ceiling; its parts shrink with it."""
        share = np.minimum(1.0, ceiling / np.maximum(self.counts, 1e-9))
        return Counted(self.counts * share, {parts: s * share**2 for parts, s in self.squares.items()}, self.phi)


def estimate_noise(counted: Counted, mu: Array, weights: Array, trust: Array) -> Noises:
    """Moments of block sums at several scales, with a prior worth ``PRIOR_BLOCKS`` well-filled blocks.

    Args:
        counted: what was counted.
        mu: mean of each hour, from a fit that has not seen its day, shape ``(series, hours)``.
        weights: how far each hour is a usual one, same shape.
        trust: the same, times how recent it is.
    """
    measured, scales, known = [], [], []
    prior, phi = Noise(1.0, PRIOR_SIGMA2, PRIOR_TAU_HOURS, 0.0), counted.phi
    for scale in _scales(counted, mu, weights):
        expected = float(prior.spread(np.array([scale.hours]))[0])
        filled = np.maximum(scale.mean, 1e-9)
        # A block with an outbreak in it says nothing of the usual noise, however little each of its hours weighs.
        # A block's word on g has the variance 2 (g + phi / mean)^2: sparse counts say next to nothing of it.
        worth = (scale.calm >= CALM_WEIGHT) * (expected / (expected + phi[:, None] / filled)) ** 2
        told = (worth * scale.beyond_voices / filled**2).sum(1)
        blocks = worth.sum(1) * scale.blocks + PRIOR_BLOCKS
        measured.append((told + PRIOR_BLOCKS * expected) / blocks)
        scales.append(scale.hours)
        known.append(np.minimum(blocks, MOST_KNOWN))
    if not measured:
        unknown = Noises.prior(phi)
        return Noises(phi, unknown.sigma2, unknown.tau_hours, np.full_like(phi, 0.25))
    sigma2, tau = _fit_correlation(np.stack(measured, axis=1), np.array(scales), np.stack(known, axis=1))
    return Noises(phi, sigma2, tau, _level_variance(mu, trust, phi, sigma2, tau))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Blocks of one length. Those of one row's hour have the same mean, so that only their sum is kept.

    Attributes:
        hours: length of a block.
        blocks: how many a column stands for.
        mean: of each block, shape ``(series, columns)``.
        beyond_voices: sum over a column's blocks of ``(count - mean)^2 - phi mean``, same shape.
        calm: how far their hours are usual ones, same shape.
    """

    hours: float
    blocks: int
    mean: Array
    beyond_voices: Array
    calm: Array


def _scales(counted: Counted, mu: Array, weights: Array) -> Iterator[_Scale]:
    series, hours_seen = counted.counts.shape
    of_voices = counted.phi[:, None]
    for parts, squares in counted.squares.items():
        mean = mu / parts
        beyond = squares - 2 * mean * counted.counts + parts * (mean**2 - of_voices * mean)
        yield _Scale(1 / parts, parts, mean, beyond, weights)
    for hours in SCALES_HOURS:
        blocks = hours_seen // hours
        if blocks >= 2:
            shape = (series, blocks, hours)
            total, mean, calm = (v[:, -blocks * hours :].reshape(shape).sum(2) for v in (counted.counts, mu, weights))
            yield _Scale(float(hours), 1, mean, (total - mean) ** 2 - of_voices * mean, calm / hours)


def _fit_correlation(measured: Array, scales: Array, known: Array) -> tuple[Array, Array]:
    """Variance and correlation time whose averaged noise is nearest to the measured one, each of shape ``(series,)``.

    A variance is known to a share of itself, so misfits are relative; each scale weighs by the blocks it is known from.

    Args:
        measured: relative variance at each scale, shape ``(series, scales)``.
        scales: in hours.
        known: how many blocks each is known from, same shape as ``measured``.
    """
    tau = np.array(TAU_CHOICES_HOURS)
    relative = measured[:, None, :] / averaged(scales / tau[:, None])
    weights = known[:, None, :]
    sigma2 = np.maximum((weights * relative).sum(2) / weights.sum(2), MIN_SIGMA2)
    misfit = (weights * (relative / sigma2[:, :, None] - 1) ** 2).sum(2)
    best = misfit.argmin(axis=1)
    return sigma2[np.arange(len(best)), best], tau[best]


def _level_variance(mu: Array, trust: Array, phi: Array, sigma2: Array, tau: Array) -> Array:
    """Relative variance of the level: that of a mean over the trusted hours, plus slow drift."""
    hours, filled = trust.sum(1), (trust * mu).sum(1)
    sampled = phi / np.maximum(filled, 1e-9) + sigma2 * averaged(np.maximum(hours, 1.0) / tau)
    return np.asarray(np.minimum(MIN_LEVEL_VARIANCE + sampled, 1.0))
