"""The command: train a teacher, then the model, calibrate, save, validate."""

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
from sentiment.training.run import train_student, train_teacher
from sentiment.training.trainer import notes_of
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
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the trained model; what is there already is kept"
    )
    parser.add_argument(
        "--teacher", type=Path, default=None, help="folder of a teacher; OUT/teacher, where it is trained, if not given"
    )
    parser.add_argument("--limit", type=int, default=None, help="read this many texts only, to try the recipe")
    parser.add_argument("--threads", type=int, default=None, help="processor cores; all of them if not given")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Train the teacher unless there is one, then the model; calibrate, save and validate it."""
    options = parse(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    folder = options.teacher or options.out / "teacher"
    shared = {"data": options.data, "report": report, "limit": options.limit}
    teacher = train_teacher(folder, **shared)
    train_student(options.out, teacher, notes=_notes(options.data, folder), **shared)
    validate(Scorer.load(options.out, threads=options.threads), options.data).save(options.out)
    print(json.dumps(notes_of(options.out), indent=2))


def _notes(data: Path, teacher: Path) -> dict[str, object]:
    files = sorted({data_set.train for data_set in DATA_SETS if data_set.train})
    return {
        "base": {"name": base.NAME, "sha256": base.SHA256},
        "teacher": notes_of(teacher),
        "data": {name: sha256_of(data / name) for name in files},
        "languages": sorted(KNOWN),
        "torch": torch.__version__,
    }


if __name__ == "__main__":
    main()
