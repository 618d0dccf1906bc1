"""What linking costs: many brands, long histories, and for each incident a thousand placebo times, in one process.

    python benchmarks/linking.py --brands 20 --days 365 --incidents 40

Beside it, on the same counts, a structural time series by likelihood for each incident (CausalImpact's model; needs the
extra ``evaluation``). Memory is what the process holds at its peak.
"""

import argparse
import resource
import time
from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np

from benchmarks.worlds.kinds import Kind
from benchmarks.worlds.methods import structural_time_series
from benchmarks.worlds.talk import Talk
from benchmarks.worlds.world import OURS, World, build
from reputation_monitor.linking.analysis import find_shifts, test_incidents
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.world import Options

RATES = (0.25, 1.5, 5.0, 50.0)


def worlds(brands: int, days: int, incidents: int) -> Iterator[World]:
    """A world for each brand, without rivals, and with so many incidents over all."""
    for number in range(brands):
        mine = incidents // brands + (number < incidents % brands)
        talk = Talk(rate=RATES[number % len(RATES)])
        kind = Kind(name="cost", talk=talk, rivals=(), days=days, incidents=mine, harmful=mine // 2)
        yield build(kind, number)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=8)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--incidents", type=int, default=16)
    options = parser.parse_args()
    beside = find_spec("statsmodels") is not None
    linking = shifts = other = 0.0
    placebos: list[int] = []
    for world in worlds(options.brands, options.days, options.incidents):
        models = Models(world.brands, [p.exposure for p in world.planted], Options())
        began = time.process_time()
        placebos += [t.placebo.placebos for t in test_incidents(models) if t.placebo]
        told = time.process_time()
        find_shifts(models, OURS)
        linking, shifts = linking + told - began, shifts + time.process_time() - told
        if beside:
            began = time.process_time()
            structural_time_series(world)
            other += time.process_time() - began
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = (linking + shifts) / options.incidents
    print(f"{options.brands} brands, {options.days} days of 5 minutes, {options.incidents} incidents; processor time")
    print(f"  incidents {linking:.1f} s, shifts {shifts:.1f} s: {(linking + shifts) / options.brands:.2f} s a brand")
    print(f"  {each:.2f} s an incident, with {np.median(placebos):.0f} placebo times (median)")
    print(f"  {held:.0f} MiB at the peak, one brand at a time")
    if beside:
        mine = other / options.incidents
        print(f"  structural time series: {mine:.2f} s an incident, {mine / each:.2f} times ours")


if __name__ == "__main__":
    main()
