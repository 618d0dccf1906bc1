"""Is the linking's error rate kept, and how much does it see? Simulated worlds, because only there the truth is known.

    python benchmarks/linking.py --quarters 40 --incidents 300

Three tables: shifts found in quarters without any (one a quarter is asked for), p-values of incidents that did nothing
(uniform, if they are honest), and incidents with a planted harm (found, and how well dated). The noise of the worlds
can be set: ``--sigma2 0.4 --tau 8`` is restless talk, far from what the method takes for granted.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from scipy import stats

from reputation_monitor.linking.analysis import Tested, analyse, find_shifts
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.series import HOUR, Array, Series, bucket_length
from reputation_monitor.linking.threshold import simulate_counts
from reputation_monitor.linking.types import Verdict
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 91
NAMES = ("Ours", "First rival", "Second rival", "Third rival")
FAILING_SHARE = 0.05
RATES = (0.05, 0.3, 1.0, 5.0, 20.0)


def rhythm(buckets: int, bucket_seconds: int) -> Array:
    """How talk follows the clock: quiet nights, weekends at two thirds. Mean one."""
    hours = np.arange(buckets) * bucket_seconds / HOUR
    day = 1 + 0.75 * np.sin((hours % 24 - 9) / 24 * 2 * np.pi)
    week = np.where(hours % 168 < 120, 1.0, 0.67)
    return np.asarray(day * week / (day * week).mean())


def series(negative: Array, phi: float, bucket_seconds: int) -> Series:
    """A series around simulated negative voices; four voices speak for each negative one."""
    voices = 4 * negative
    return Series(START, bucket_seconds, negative, phi * negative, voices, voices - 2 * negative, voices)


@dataclass(frozen=True)
class Harm:
    """Extra negative voices that fade: ``voices`` in all from ``start`` (hours), half of them in ``hours``."""

    brand: str
    start: float
    voices: float
    hours: float
    failing: float = 0.6

    def draw(self, buckets: int, bucket_seconds: int, rng: np.random.Generator) -> Array:
        """Voices in each bucket: each notices and writes after a delay of its own."""
        delays = rng.gamma(2.0, self.hours / 1.68, rng.poisson(self.voices))
        at = ((self.start + delays) * HOUR / bucket_seconds).astype(int)
        return np.bincount(at[at < buckets], minlength=buckets).astype(float)


def world(
    rates: Sequence[float], noise: Noise, rng: np.random.Generator, harms: Sequence[Harm] = (), days: int = DAYS
) -> dict[str, BrandCounts]:
    """Brands with Cox noise, each the rival of the others, and what was planted."""
    bucket_seconds = bucket_length(max(rates))
    buckets = days * 24 * HOUR // bucket_seconds
    shape = rhythm(buckets, bucket_seconds) * bucket_seconds / HOUR
    names = NAMES[: len(rates)]
    brands = {}
    for name, rate in zip(names, rates, strict=True):
        negative = simulate_counts(rate * shape, noise, bucket_seconds, rng)
        failing = noise.phi * rng.binomial(np.rint(negative / noise.phi).astype(int), FAILING_SHARE)
        for harm in (h for h in harms if h.brand == name):
            extra = harm.draw(buckets, bucket_seconds, rng)
            negative = negative + noise.phi * extra
            failing = failing + noise.phi * rng.binomial(extra.astype(int), harm.failing)
        brands[name] = BrandCounts(
            name=name,
            negative={"web": series(negative, noise.phi, bucket_seconds)},
            failing={"web": series(failing, noise.phi, bucket_seconds)},
            rivals=tuple(n for n in names if n != name),
        )
    return brands


def incident(number: int, hour: float, hours: float = 1.0, brand: str = NAMES[0]) -> Exposure:
    """An incident of the brand, detected ten minutes after its start."""
    started = START + timedelta(hours=hour)
    return Exposure(
        incident=f"i-{number}",
        brand=brand,
        title="A service failed",
        service="checkout",
        started=started,
        detected=started + timedelta(minutes=10),
        resolved=started + timedelta(hours=hours),
    )


def count_false_shifts(rate: float, quarters: int, noise: Noise, seed: int) -> list[int]:
    """Shifts in each of so many quarters in which nothing happened."""
    counts = []
    for quarter in range(quarters):
        brands = world([rate], noise, np.random.default_rng([seed, quarter]))
        counts.append(len(find_shifts(Models(brands, [], Options()), NAMES[0])))
    return counts


def harmless_incidents(rates: Sequence[float], incidents: int, noise: Noise, seed: int) -> list[Tested]:
    """Incidents at random times that did nothing, ten in a quarter."""
    tested: list[Tested] = []
    while len(tested) < incidents:
        rng = np.random.default_rng([seed, len(tested)])
        hours = np.sort(rng.uniform(14 * 24, (DAYS - 3) * 24, 10))
        exposures = [incident(i, float(h), float(rng.exponential(2.0) + 0.25)) for i, h in enumerate(hours)]
        tested += analyse(world(rates, noise, rng), exposures, Options()).tested
    return tested


def harmful_incidents(
    rates: Sequence[float], voices: float, incidents: int, noise: Noise, seed: int
) -> tuple[list[Tested], list[float]]:
    """Incidents that cost so many voices, four in a quarter with four harmless ones; and how far onsets were off."""
    found: list[Tested] = []
    errors: list[float] = []
    while len(found) < incidents:
        rng = np.random.default_rng([seed, len(found)])
        hours = np.sort(rng.choice(np.arange(20, DAYS - 4), 8, replace=False)) * 24 + rng.uniform(0, 24, 8)
        harms = [Harm(NAMES[0], float(h), voices, 1.5) for h in hours[::2]]
        exposures = [incident(i, float(h), 2.0) for i, h in enumerate(hours)]
        tested = analyse(world(rates, noise, rng, harms), exposures, Options()).tested[::2]
        found += tested
        errors += [_late_minutes(t) for t in tested if t.link.onset is not None]
    return found, errors


def _late_minutes(tested: Tested) -> float:
    assert tested.link.onset is not None  # noqa: S101
    return (tested.link.onset - tested.exposure.started).total_seconds() / 60


def show_false_shifts(quarters: int, noise: Noise, seed: int) -> None:
    """Table of shifts a quarter where nothing happened."""
    print(f"Shifts a quarter where nothing happened ({quarters} quarters each; 1 is asked for)")
    for rate in RATES:
        counts = count_false_shifts(rate, quarters, noise, seed)
        error = np.std(counts) / np.sqrt(quarters)
        print(f"  {rate:>6g} negative voices an hour  {np.mean(counts):>5.2f} +- {error:.2f}  (most: {max(counts)})")


def show_harmless(incidents: int, noise: Noise, seed: int) -> None:
    """Table of p-values where no harm was done."""
    print(f"p-values of incidents without effect ({incidents} each)")
    for rates in ((0.3, 0.3, 0.3), (5, 5, 5), (20, 1, 0.3), (0.3, 20, 20), (5,)):
        tested = harmless_incidents(rates, incidents, noise, seed)
        p = np.array([t.link.p_value for t in tested if t.link.p_value is not None])
        linked = sum(t.link.verdict is Verdict.LINKED for t in tested)
        small = ", ".join(f"p <= {a:g}: {np.mean(p <= a):.3f}" for a in (0.01, 0.05, 0.2))
        fit = stats.kstest(p, "uniform", alternative="greater").pvalue
        print(f"  voices an hour {rates!s:<16} {small}  KS one-sided {fit:.3f}  linked {linked} of {len(tested)}")


def show_harmful(incidents: int, noise: Noise, seed: int) -> None:
    """Table of planted harms: found, and dated."""
    print(f"Incidents with a planted harm ({incidents} each, half of the incidents tested harmless)")
    for rate, voices in ((0.3, 5), (0.3, 10), (0.3, 20), (5, 15), (5, 30), (5, 60), (20, 60), (20, 120)):
        found, errors = harmful_incidents((rate, rate, rate), voices, incidents, noise, seed)
        linked = np.mean([t.link.verdict is Verdict.LINKED for t in found])
        off = f"onset off by {np.median(np.abs(errors)):.0f} min (median)" if errors else ""
        print(f"  {rate:>4g}/h, {voices:>3} voices more: linked {linked:.0%}  {off}")


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quarters", type=int, default=40, help="quarters without a shift, for each volume")
    parser.add_argument("--incidents", type=int, default=200, help="incidents for each volume")
    parser.add_argument("--sigma2", type=float, default=0.15, help="variance of the talk's own noise, relative")
    parser.add_argument("--tau", type=float, default=5.0, help="hours after which that noise has forgotten itself")
    parser.add_argument("--phi", type=float, default=0.8, help="variance of a voice's weight over its mean")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["shifts", "harmless", "harmful"])
    options = parser.parse_args()
    noise = replace(Noise(1.0, options.sigma2, options.tau, 0.0), phi=options.phi)
    if options.only in (None, "shifts"):
        show_false_shifts(options.quarters, noise, options.seed)
    if options.only in (None, "harmless"):
        show_harmless(options.incidents, noise, options.seed)
    if options.only in (None, "harmful"):
        show_harmful(options.incidents, noise, options.seed)


if __name__ == "__main__":
    main()
