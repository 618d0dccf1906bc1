"""How far the truth may lie from a count: intervals of an excess and bounds of what is usual."""

import numpy as np
from scipy import special

from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.series import HOUR, Array


def usual_quantile(share: float | Array, mu: Array, variance: Array) -> Array:
    """Quantile of the count a baseline would have given: gamma with that mean and variance, since weights are real."""
    mu = np.maximum(np.asarray(mu, dtype=float), 1e-9)
    shape = mu**2 / np.maximum(np.asarray(variance, dtype=float), 1e-12)
    return np.asarray(special.gammaincinv(shape, share) * mu / shape)


def usual_level(seen: Array, mu: Array, variance: Array) -> Array:
    """Share of the counts a baseline would have given that lie below those seen: the inverse of ``usual_quantile``."""
    mu = np.maximum(np.asarray(mu, dtype=float), 1e-9)
    shape = mu**2 / np.maximum(np.asarray(variance, dtype=float), 1e-12)
    return np.asarray(special.gammainc(shape, np.maximum(seen, 0.0) * shape / mu))


def excess_interval(observed: float, mu: float, phi: float, spread: float) -> tuple[float, float]:
    """95 % interval of ``observed - expected``: what was observed minus what the baseline may have been.

    Args:
        observed: voices in a span.
        mu: voices expected there.
        phi: variance of a voice's weight over its mean.
        spread: relative variance beyond that of the voices themselves.
    """
    mean = np.array([mu])
    low, high = (float(usual_quantile(q, mean, phi * mean + spread * mean**2)[0]) for q in (0.025, 0.975))
    return observed - high, observed - low


def widened(low: float, high: float, unheard: float, missed: float) -> tuple[float, float]:
    """An interval of the excess, widened by what may have been said on sources that were not heard.

    Args:
        low: of the excess on those that were heard.
        high: the same.
        unheard: voices that are usual on those that were not. They may have brought none at all, or twice that,
        missed: or as many as there were by the share that was heard.
    """
    return low - unheard, high + max(missed - unheard, unheard)


def band(expected: Array, noise: Noise, bucket_seconds: int) -> tuple[Array, Array]:
    """95 % band of the counts in single buckets around the baseline."""
    hours = np.full(len(expected), bucket_seconds / HOUR)
    variance = noise.variance(expected, hours)
    return usual_quantile(0.025, expected, variance), usual_quantile(0.975, expected, variance)
