"""Draw worlds, ask the linking and other methods about them, and print how near they come to the truth."""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.worlds.calm import LEVELS, calm_p_values
from benchmarks.worlds.cases import Case, judge
from benchmarks.worlds.figures import other_method, pairs, table
from benchmarks.worlds.kinds import KINDS, Kind
from benchmarks.worlds.methods import METHODS
from benchmarks.worlds.quiet import watch
from benchmarks.worlds.world import build


def cases_of(kind: Kind, numbers: Iterable[int], seed: int, methods: Sequence[str]) -> Iterator[Case]:
    """What was said in worlds of a kind."""
    chosen = {name: METHODS[name] for name in methods}
    for number in numbers:
        yield from judge(build(kind, number, seed), number, chosen)


def show(title: str, cases: Sequence[Case], methods: Sequence[str]) -> None:
    """Print the figures of some cases."""
    if not cases:
        return
    print(f"\n{title} ({len(cases)} incidents, {len({(c.kind, c.world) for c in cases})} brand-quarters)")
    lines = table(cases) | {name: other_method(cases, name) for name in methods}
    if any(c.partner for c in cases):
        lines["overlapping"] = pairs(cases)
    for name, value in lines.items():
        print(f"  {name:<26}{value}", flush=True)


def show_worlds(options: argparse.Namespace) -> None:
    """Draw worlds and print what was said in them, for each kind and for all."""
    others = list(METHODS) if options.others else []
    everything: list[Case] = []
    for kind in chosen_kinds(options):
        numbers = range(options.first, options.first + options.worlds)
        cases = list(cases_of(kind, numbers, options.seed, others))
        everything += cases
        show(kind.name, cases, ())
        if options.keep:
            with options.keep.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(c)) + "\n" for c in cases)
    show("plain worlds", [c for c in everything if not c.hostile], others)
    show("hostile worlds", [c for c in everything if c.hostile], others)


def show_calm(options: argparse.Namespace) -> None:
    """Print how often times without incident have p-values at most as large as some levels."""
    everything: list[float] = []
    for kind in chosen_kinds(options):
        numbers = range(options.first, options.first + options.calm)
        found = [p for number in numbers for p in calm_p_values(build(kind, number, options.seed))]
        everything += found
        if found:
            show_levels(kind.name, found)
    show_levels("all", everything)


def show_levels(title: str, p_values: Sequence[float]) -> None:
    """Print a line of them."""
    shares = ", ".join(f"{np.mean(np.array(p_values) <= level):.5f} <= {level:g}" for level in LEVELS)
    print(f"{title:<32}{len(p_values):>7} calm times: {shares}", flush=True)


def chosen_kinds(options: argparse.Namespace) -> list[Kind]:
    """The kinds that were asked for."""
    return [k for k in KINDS if not options.only or any(k.name.startswith(o) for o in options.only)]


def show_quiet(quarters: int, seed: int) -> None:
    """Print shifts a quarter where nothing happened."""
    print(f"\nshifts a quarter where nothing happened; 1 was agreed on ({quarters} quarters each)")
    for quiet in watch(quarters, seed):
        where = f"{quiet.noise}, {quiet.rate:g} negative voices an hour"
        print(f"  {where:<52}{quiet.mean:.2f} +- {quiet.error:.2f}, most {max(quiet.shifts)}", flush=True)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser("python -m benchmarks.worlds", description=__doc__)
    parser.add_argument("--worlds", type=int, default=10, help="worlds of each kind")
    parser.add_argument("--calm", type=int, default=6, help="worlds of each kind whose calm times are asked about")
    parser.add_argument("--quarters", type=int, default=20, help="quarters in which nothing happens")
    parser.add_argument("--first", type=int, default=0, help="number of the first world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="kinds of worlds by how their name begins")
    parser.add_argument("--others", action="store_true", help="ask other methods too; needs the extra 'evaluation'")
    parser.add_argument("--keep", type=Path, help="file for what was said of each incident, a line each")
    options = parser.parse_args()
    if options.worlds:
        show_worlds(options)
    if options.calm:
        show_calm(options)
    if options.quarters:
        show_quiet(options.quarters, options.seed)


if __name__ == "__main__":
    main()
