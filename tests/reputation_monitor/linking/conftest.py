"""Small worlds whose truth is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.series import HOUR, Array, Series
from reputation_monitor.linking.threshold import simulate_counts
from reputation_monitor.linking.world import BrandCounts, Exposure

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def monday() -> datetime:
    """Where all series start."""
    return MONDAY


@pytest.fixture(scope="session")
def make_series() -> Callable[..., Series]:
    """A series of negative voices, each of the weight given, and each one mention of an author of its own."""

    def make(negative: Sequence[float] | Array, bucket_seconds: int = HOUR, weight: float = 1.0) -> Series:
        values = np.array(negative, dtype=float)
        voices = values / weight
        return Series(MONDAY, bucket_seconds, values, weight * values, voices, -values, voices)

    return make


@pytest.fixture(scope="session")
def make_incident() -> Callable[..., Exposure]:
    """An incident of so many hours, starting so many hours after the series."""

    def make(name: str, hour: float, hours: float | None = 1.0, brand: str = "Ours") -> Exposure:
        started = MONDAY + timedelta(hours=hour)
        return Exposure(
            incident=name,
            brand=brand,
            title=f"Incident {name}",
            service="checkout",
            started=started,
            detected=started + timedelta(minutes=20),
            resolved=None if hours is None else started + timedelta(hours=hours),
        )

    return make


@dataclass
class SimulatedWorld:
    """Brands that are each other's rivals, with Cox noise, and what is planted in them."""

    days: int
    rates: dict[str, float]
    seed: int
    bucket_seconds: int = 300
    noise: Noise = field(default_factory=lambda: Noise(1.0, 0.1, 5.0, 0.0))

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        buckets = self.days * 24 * HOUR // self.bucket_seconds
        hour = np.arange(buckets) * self.bucket_seconds / HOUR
        self.shape = 1 + 0.7 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi)
        self.negative, self.failing = {}, {}
        for name, rate in self.rates.items():
            expected = rate * self.shape * self.bucket_seconds / HOUR
            self.negative[name] = simulate_counts(expected, self.noise, self.bucket_seconds, self.rng)
            self.failing[name] = self.rng.binomial(self.negative[name].astype(int), 0.05).astype(float)

    def plant(self, brand: str, hour: float, voices: int, half_hours: float, failing: float = 0.6) -> None:
        """Voices from ``hour`` on, half of them within ``half_hours``."""
        at = ((hour + self.rng.gamma(2.0, half_hours / 1.68, voices)) * HOUR / self.bucket_seconds).astype(int)
        extra = np.bincount(at[at < len(self.shape)], minlength=len(self.shape))
        self.negative[brand] += extra
        self.failing[brand] += self.rng.binomial(extra, failing)

    def brands(self) -> dict[str, BrandCounts]:
        """What was simulated, with what was planted."""
        return {
            name: BrandCounts(
                name=name,
                negative={"web": self._series(self.negative[name], self.negative[name])},
                failing={"web": self._series(self.failing[name], self.negative[name])},
                rivals=tuple(n for n in self.rates if n != name),
            )
            for name in self.rates
        }

    def _series(self, values: Array, negative: Array) -> Series:
        voices = 3 * negative
        return Series(MONDAY, self.bucket_seconds, values, values, voices, -negative, voices)


@pytest.fixture(scope="session")
def simulate() -> type[SimulatedWorld]:
    """Simulate a world: ``simulate(days=56, rates={"Ours": 5.0}, seed=1)``."""
    return SimulatedWorld
