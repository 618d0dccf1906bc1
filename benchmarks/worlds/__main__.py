"""Draw worlds, ask the linking and other methods about them, and print how near they come to the truth."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.worlds.cases import Case, judge
from benchmarks.worlds.figures import pairs, table
from benchmarks.worlds.kinds import KINDS, Kind
from benchmarks.worlds.world import build


def cases_of(kind: Kind, numbers: Iterable[int], seed: int) -> Iterator[Case]:
    """What was said in worlds of a kind."""
    for number in numbers:
        yield from judge(build(kind, number, seed), number)


def show(title: str, cases: list[Case]) -> None:
    """Print the figures of some cases."""
    print(f"\n{title} ({len(cases)} incidents)")
    for name, value in table(cases).items():
        print(f"  {name:<26}{value}")
    if any(c.partner for c in cases):
        print(f"  {'overlapping':<26}{pairs(cases)}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser("python -m benchmarks.worlds", description=__doc__)
    parser.add_argument("--worlds", type=int, default=10, help="worlds of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], help="kinds by name")
    parser.add_argument("--keep", type=Path, help="file for what was said of each incident, a line each")
    options = parser.parse_args()
    kinds = [k for k in KINDS if not options.only or any(k.name.startswith(o) for o in options.only)]
    everything: list[Case] = []
    for kind in kinds:
        cases = list(cases_of(kind, range(options.first, options.first + options.worlds), options.seed))
        everything += cases
        show(kind.name, cases)
        sys.stdout.flush()
        if options.keep:
            with options.keep.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(c)) + "\n" for c in cases)
    show("plain worlds", [c for c in everything if not c.hostile])
    show("hostile worlds", [c for c in everything if c.hostile])


if __name__ == "__main__":
    main()
