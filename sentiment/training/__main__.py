"""The command: train, calibrate, save, validate."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import torch

from sentiment.datasets import DATA_SETS
from sentiment.digests import sha256_of
from sentiment.language import KNOWN
from sentiment.scorer import Scorer
from sentiment.training import base
from sentiment.training.corpus import SHARES, calibration_part, schedule
from sentiment.training.recipe import Recipe
from sentiment.training.trainer import Trainer
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
    parser.add_argument("--limit", type=int, default=None, help="train on this many texts only, to try the recipe")
    parser.add_argument("--threads", type=int, default=None, help="processor cores; all of them if not given")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Train, calibrate, save and validate. The average so far is saved at every thousandth step in ``OUT/so-far``."""
    options, recipe, started = parse(arguments), Recipe(), time.monotonic()
    if options.threads:
        torch.set_num_threads(options.threads)
    examples = schedule(options.data, recipe, options.limit)
    trainer = Trainer(base.find_base(), recipe, report)
    trainer.train(examples, checkpoint=lambda step: trainer.save_average(options.out / "so-far", {"step": step}))
    temperatures = trainer.calibrate(calibration_part(options.data))
    files = sorted({data_set.train for data_set in DATA_SETS if data_set.train})
    notes = {
        "base": {"name": base.NAME, "sha256": base.SHA256},
        "recipe": asdict(recipe),
        "shares": {name: asdict(share) for name, share in SHARES.items()},
        "data": {name: sha256_of(options.data / name) for name in files},
        "texts_read": len(examples),
        "languages": sorted(KNOWN),
        "temperatures": temperatures,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "torch": torch.__version__,
    }
    trainer.save(options.out, notes)
    validate(Scorer.load(options.out, threads=options.threads), options.data).save(options.out)
    print(json.dumps(notes, indent=2))


if __name__ == "__main__":
    main()
