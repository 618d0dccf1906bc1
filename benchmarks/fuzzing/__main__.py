"""Spoil, print what came out, and keep what broke."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import benchmarks.fuzzing
from benchmarks.fuzzing.trials import Outcome, fuzz

DATA = Path(__file__).parents[3] / "shared" / "data"


def _shown(outcome: Outcome) -> Iterator[str]:
    for name, count in outcome.inputs.items():
        share = outcome.with_items[name] / count
        yield f"{name:<28}{count:>8} inputs, {share:>4.0%} gave items, slowest {outcome.slowest[name] * 1000:>5.0f} ms"


def _keep(outcome: Outcome, folder: Path) -> Iterator[str]:
    """Write what broke a promise to the folder, each kind of break once."""
    for number, ((name, problem), body) in enumerate(outcome.broken.items()):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number}-{name.replace('/', '-')}"
        path.write_bytes(body)
        yield f"BROKEN {name}: {problem} ({path})"


def main() -> None:
    """Run the experiment and print what came out."""
    about = str(benchmarks.fuzzing.__doc__).partition("\n")[0]
    parser = argparse.ArgumentParser("python -m benchmarks.fuzzing", description=about)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of captured feeds; none is no harm")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzzing"), help="where inputs that broke something go")
    options = parser.parse_args()
    started = time.monotonic()
    outcome = fuzz(options.inputs, options.seed, options.data if options.data.is_dir() else None)
    print(f"{options.inputs:,} spoilt inputs in {time.monotonic() - started:.0f} s")
    print(*_shown(outcome), *_keep(outcome, options.keep), sep="\n")
    print(f"promises broken: {len(outcome.broken)}")
    sys.exit(1 if outcome.broken else 0)


if __name__ == "__main__":
    main()
