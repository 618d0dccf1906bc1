"""What linking costs: many brands, long histories, and for each incident a thousand placebo times, in one process.

    python -m benchmarks.linking --brands 500 --days 365 --incidents 1000 --looks 36

First everything is looked at once, then every five minutes again, while customers go on talking, incidents are told
and harm begins. Beside it, on the same counts, a structural time series by likelihood for each incident
(CausalImpact's model; needs the extra ``evaluation``). Memory is what the process holds at its peak.
"""

import argparse
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.util import find_spec

import numpy as np

from benchmarks.worlds.kinds import Kind
from benchmarks.worlds.methods import structural_time_series
from benchmarks.worlds.talk import Talk
from benchmarks.worlds.world import OURS, World, build
from reputation_monitor.linking.series import Array
from reputation_monitor.linking.standing import Standing
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

RATES = (0.25, 1.5, 5.0, 50.0)
LOOK = timedelta(minutes=5)
LEFT = timedelta(days=10)
"""Before the end of the worlds, so that incidents are under way as in any other week."""
NAMES = ("negative", "negative_squared", "voices", "valence", "mentions")


def worlds(brands: int, days: int, incidents: int) -> Iterator[World]:
    """A world for each brand, and so many incidents over all."""
    for number in range(brands):
        mine = incidents // brands + (number < incidents % brands)
        talk = Talk(rate=RATES[number % len(RATES)])
        kind = Kind(name="cost", talk=talk, rivals=(), days=days, incidents=mine, harmful=mine // 2)
        yield build(kind, number)


class Watched:
    """A brand without rivals, with its incidents, whose last hours are yet to come.

    Args:
        world: whose brand and incidents they are.
        name: of the brand.
        start: from when on the hours are yet to come.
    """

    def __init__(self, world: World, name: str, start: datetime) -> None:
        ours = world.brands[OURS]
        first = ours.grid.bucket(start)
        self.name, self._start, self._first = name, start, first
        self._later = {key: array.copy() for key, array in _arrays(ours.since(first)).items()}
        self.counts = replace(ours, name=name)
        self._exposures = [
            replace(p.exposure, brand=name, incident=f"{name} {p.exposure.incident}") for p in world.planted
        ]

    def exposures(self, end: datetime) -> list[Exposure]:
        """The incidents that were told by then."""
        told = [e for e in self._exposures if (e.detected or e.started) <= end]
        return [e if e.resolved and e.resolved <= end else replace(e, resolved=None) for e in told]

    def until(self, end: datetime) -> BrandCounts:
        """The counts up to the end of the hour, silent from ``end`` on, as the service has them: new arrays."""
        buckets = int((end - self._start) / LOOK)
        silent = -buckets % 12
        now = _arrays(self.counts)
        grown = {
            key: np.concatenate([now[key][: self._first], later[:buckets], np.zeros(silent)])
            for key, later in self._later.items()
        }
        self.counts = _with(self.counts, grown)
        return self.counts


def _arrays(counts: BrandCounts) -> dict[tuple[str, str], Array]:
    """All arrays of a brand; what the kinds of voices share is there once."""
    found = {}
    for screen, series in counts.negative.items():
        failing = counts.failing[screen]
        found |= {(screen, name): getattr(series, name) for name in NAMES}
        found |= {(screen, f"failing {name}"): getattr(failing, name) for name in NAMES[:2]}
    return found


def _with(counts: BrandCounts, arrays: Mapping[tuple[str, str], Array]) -> BrandCounts:
    negative = {
        screen: replace(series, **{name: arrays[screen, name] for name in NAMES})
        for screen, series in counts.negative.items()
    }
    failing = {
        screen: replace(series, **{name: arrays[screen, f"failing {name}"] for name in NAMES[:2]})
        for screen, series in negative.items()
    }
    return replace(counts, negative=negative, failing=failing)


@dataclass(frozen=True, slots=True)
class Looked:
    """Seconds of a look, by the processor's clock, and what it found."""

    seconds: float
    placebos: Sequence[int]


def look(standing: Standing, brands: Sequence[Watched], end: datetime) -> Looked:
    """Look at everything counted by then."""
    counts = {one.name: one.until(end) for one in brands}
    exposures = [exposure for one in brands for exposure in one.exposures(end)]
    began = time.process_time()
    found = standing.look(counts, exposures)
    took = time.process_time() - began
    return Looked(took, [t.placebo.placebos for t in found.tested if t.placebo])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=8)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--incidents", type=int, default=16)
    parser.add_argument("--looks", type=int, default=36, help="every five minutes, after the first")
    options = parser.parse_args()
    beside, other, brands = find_spec("statsmodels") is not None, 0.0, []
    for number, world in enumerate(worlds(options.brands, options.days, options.incidents)):
        end = world.brands[OURS].grid.end - LEFT
        brands.append(Watched(world, f"Brand {number}", end))
        if beside:
            began = time.process_time()
            structural_time_series(world)
            other += time.process_time() - began
    standing = Standing(Options())
    first = look(standing, brands, end)
    later = [look(standing, brands, end + n * LOOK).seconds for n in range(1, options.looks + 1)]
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tested, marginal = max(len(first.placebos), 1), np.array(later)
    live = sum(e.end(end) + timedelta(hours=51) > end for one in brands for e in one.exposures(end))
    print(f"{options.brands} brands, {options.days} days of 5 minutes, {tested} incidents tested; processor time")
    print(f"  first look {first.seconds:.1f} s: {first.seconds / options.brands:.2f} s a brand")
    print(f"  {first.seconds / tested:.2f} s an incident, with {np.median(first.placebos):.0f} placebo times (median)")
    print(f"  {held:.0f} MiB at the peak, of which the counts are {_mebibytes(brands):.0f}")
    print(
        f"  every five minutes, {live} incidents under way: {np.median(marginal):.2f} s (median of {len(later)} looks),"
    )
    print(f"  nine in ten under {np.quantile(marginal, 0.9):.2f} s, at most {marginal.max():.2f} s")
    if beside:
        mine = other / options.incidents
        print(f"  structural time series: {mine:.2f} s an incident, {mine * tested / first.seconds:.2f} times ours")


def _mebibytes(brands: Sequence[Watched]) -> float:
    series = [s for one in brands for kind in (one.counts.negative, one.counts.failing) for s in kind.values()]
    arrays = {
        id(a): a.nbytes for s in series for a in (s.negative, s.negative_squared, s.voices, s.valence, s.mentions)
    }
    return sum(arrays.values()) / 2**20


if __name__ == "__main__":
    main()
