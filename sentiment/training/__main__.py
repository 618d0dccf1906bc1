"""The command: train in two phases, calibrate, save, validate."""

import argparse
import json
import sys
from pathlib import Path

import torch

from sentiment.datasets import DATA_SETS
from sentiment.digests import sha256_of
from sentiment.language import KNOWN
from sentiment.scorer import Scorer
from sentiment.training import base
from sentiment.training.phase import run_phase
from sentiment.training.recipe import FIRST, SECOND
from sentiment.training.trainer import NOTES
from sentiment.training.validating import validate


def report(line: str) -> None:
    """Show progress where it does not mix with the result."""
    print(line, file=sys.stderr, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sentiment.training", description="Fine-tune the built-in model.")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with the data sets that sentiment.datasets names"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the trained model")
    parser.add_argument(
        "--start", type=Path, default=None, help="folder with what the first phase made; it is trained if not given"
    )
    parser.add_argument("--limit", type=int, default=None, help="read this many texts a phase only, to try the recipe")
    parser.add_argument("--threads", type=int, default=None, help="processor cores; all of them if not given")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Train, calibrate, save and validate. What the first phase makes is kept in ``OUT/first``."""
    options = parse(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    start = options.start
    if start is None:
        start = options.out / "first"
        run_phase(FIRST, start, data=options.data, report=report, notes=_common(options.data), limit=options.limit)
    elif not (start / NOTES).is_file():
        sys.exit(f"sentiment.training: {start} has no {NOTES}; --start needs what the first phase made")
    first = json.loads((start / NOTES).read_text(encoding="utf-8"))
    run_phase(SECOND, options.out, data=options.data, report=report, notes=first, limit=options.limit, start=start)
    validate(Scorer.load(options.out, threads=options.threads), options.data).save(options.out)
    print((options.out / NOTES).read_text(encoding="utf-8"))


def _common(data: Path) -> dict[str, object]:
    files = sorted({data_set.train for data_set in DATA_SETS if data_set.train})
    return {
        "base": {"name": base.NAME, "sha256": base.SHA256},
        "data": {name: sha256_of(data / name) for name in files},
        "languages": sorted(KNOWN),
        "torch": torch.__version__,
    }


if __name__ == "__main__":
    main()
