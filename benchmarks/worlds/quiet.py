"""Quarters in which nothing happens: how many shifts are found all the same, at every volume."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.worlds.cases import count_shifts
from benchmarks.worlds.kinds import PERSISTENT, USUAL, Kind
from benchmarks.worlds.talk import Talk
from benchmarks.worlds.world import build

RATES = (0.05, 0.25, 1.5, 5.0, 50.0, 500.0)
NOISES = {
    "usual noise": USUAL,
    "independent hours": replace(USUAL, memory=(), sigma2=0.3),
    "noise of order two": replace(USUAL, memory=PERSISTENT, sigma2=0.25),
    "restless": replace(USUAL, memory=(0.9,), sigma2=0.4),
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """Shifts found in quarters of one noise and one volume, one number a quarter."""

    noise: str
    rate: float
    shifts: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Shifts a quarter."""
        return float(np.mean(self.shifts))

    @property
    def error(self) -> float:
        """Its standard error."""
        return float(np.std(self.shifts) / np.sqrt(len(self.shifts)))


def watch(quarters: int, seed: int, noises: Sequence[str] = tuple(NOISES)) -> Iterator[Quiet]:
    """Watch so many quarters of every noise and volume; one shift in each was agreed on."""
    for noise in noises:
        for rate in RATES:
            kind = _nothing_happens(noise, replace(NOISES[noise], rate=rate))
            yield Quiet(noise, rate, tuple(count_shifts(build(kind, n, seed)) for n in range(quarters)))


def _nothing_happens(noise: str, talk: Talk) -> Kind:
    return Kind(name=f"{noise} {talk.rate}", talk=talk, rivals=(), incidents=0, harmful=0)
