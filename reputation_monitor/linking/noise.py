"""How counts spread around the baseline: a noise with a size and a memory, and how it is known.

Noise of relative variance ``sigma2`` that forgets itself over ``tau`` hours averages out over longer windows: the
sum over a window of mean ``mu`` has the variance ``phi mu + g mu^2``, where ``g`` falls with the length.
"""

from collections.abc import Iterator
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

    def spread(self, hours: Array) -> Array:
        """Relative variance ``g`` of the sum over windows of the given lengths, beyond ``phi mu``."""
        return self.sigma2 * averaged(np.asarray(hours, dtype=float) / self.tau_hours) + self.level_variance

    def variance(self, mu: Array, hours: Array) -> Array:
        """Variance of the sum over windows of the given lengths and means."""
        return self.phi * mu + self.spread(hours) * mu**2


def averaged(x: Array) -> Array:
    """Variance of the mean of an AR(1) noise over ``x`` correlation times, as a share of its variance.

    ``2/x (1 - (1 - e^-x)/x)``, the integral of the exponential correlation over the window.
    """
    x = np.maximum(np.asarray(x, dtype=float), 1e-6)
    return np.asarray(np.where(x < 1e-3, 1 - x / 3, 2 / x * (1 - (1 - np.exp(-x)) / x)))


def estimate_noise(parts: Array, mu: Array, weights: Array, trust: Array, phi: float) -> Noise:
    """Moments of block sums at several scales, with a prior worth ``PRIOR_BLOCKS`` well-filled blocks.

    Args:
        parts: counts by hour and bucket within it.
        mu: mean of each hour, from a fit that has not seen its day.
        weights: how far each hour is a usual one.
        trust: the same, times how recent it is.
        phi: variance of a voice's weight over its mean.
    """
    measured, scales, known = [], [], []
    prior = Noise(phi, PRIOR_SIGMA2, PRIOR_TAU_HOURS, 0.0)
    for hours, total, mean, calm in _blocks(parts, mu, weights):
        expected = float(prior.spread(np.array([hours]))[0])
        # A block with an outbreak in it says nothing of the usual noise, however little each of its hours weighs.
        # A block's word on g has the variance 2 (g + phi / mean)^2: sparse counts say next to nothing of it.
        worth = (calm >= CALM_WEIGHT) * (expected / (expected + phi / np.maximum(mean, 1e-9))) ** 2
        g = (total - mean) ** 2 - phi * mean
        estimate = float((worth * g / np.maximum(mean, 1e-9) ** 2).sum())
        measured.append((estimate + PRIOR_BLOCKS * expected) / (worth.sum() + PRIOR_BLOCKS))
        scales.append(hours)
        known.append(min(float(worth.sum()) + PRIOR_BLOCKS, MOST_KNOWN))
    if not measured:
        return Noise(phi, PRIOR_SIGMA2, PRIOR_TAU_HOURS, 0.25)
    sigma2, tau = _fit_correlation(np.array(measured), np.array(scales), np.array(known))
    return Noise(phi, sigma2, tau, _level_variance(mu, trust, phi, sigma2, tau))


def _blocks(parts: Array, mu: Array, weights: Array) -> Iterator[tuple[float, Array, Array, Array]]:
    """Of each scale: its hours, and for its blocks the count, the mean and how usual they are."""
    for cuts in FINE_PARTS:
        if parts.shape[1] % cuts == 0 and len(parts):
            total = parts.reshape(len(parts), cuts, -1).sum(axis=2).ravel()
            yield 1 / cuts, total, np.repeat(mu / cuts, cuts), np.repeat(weights, cuts)
    counts = parts.sum(axis=1)
    for hours in SCALES_HOURS:
        blocks = len(counts) // hours
        if blocks >= 2:
            total, mean, calm = (v[-blocks * hours :].reshape(blocks, hours) for v in (counts, mu, weights))
            yield float(hours), total.sum(axis=1), mean.sum(axis=1), calm.mean(axis=1)


def _fit_correlation(measured: Array, scales: Array, known: Array) -> tuple[float, float]:
    """Variance and correlation time whose averaged noise is nearest to the measured one.

    A variance is known to a share of itself, so misfits are relative; each scale weighs by the blocks it is known from.
    """
    tau = np.array(TAU_CHOICES_HOURS)
    model = averaged(scales / tau[:, None])
    sigma2 = np.maximum((known * measured / model).sum(axis=1) / known.sum(), MIN_SIGMA2)
    misfit = (known * (measured / (sigma2[:, None] * model) - 1) ** 2).sum(axis=1)
    best = int(misfit.argmin())
    return float(sigma2[best]), float(tau[best])


def _level_variance(mu: Array, trust: Array, phi: float, sigma2: float, tau: float) -> float:
    """Relative variance of the level: that of a mean over the trusted hours, plus slow drift."""
    hours = float(trust.sum())
    filled = float((trust * mu).sum())
    sampled = phi / max(filled, 1e-9) + sigma2 * float(averaged(np.array([max(hours, 1.0) / tau]))[0])
    return min(MIN_LEVEL_VARIANCE + sampled, 1.0)
