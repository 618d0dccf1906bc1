"""Measure a model on labelled public texts: ``python -m sentiment.evaluate --data DIR [--model FOLDER_OR_ID]``."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sentiment.datasets import DATA_SETS, DataSet
from sentiment.digests import sha256_of
from sentiment.evaluate.figures import Evaluation, evaluate
from sentiment.loading import ModelError
from sentiment.scorer import Scorer
from sentiment.scores import LABELS


@dataclass(frozen=True, slots=True)
class Result:
    """What a model did on one data set, and how fast."""

    name: str
    screen: str
    note: str
    sha256: str
    texts_per_second: float
    evaluation: Evaluation


def measure(scorer: Scorer, data: Path) -> Iterator[Result]:
    """One result for each data set that lies in the folder."""
    for data_set in DATA_SETS:
        if (data / data_set.file).is_file():
            yield _measure(scorer, data, data_set)


def _measure(scorer: Scorer, data: Path, data_set: DataSet) -> Result:
    rows = data_set.load(data)
    started = time.monotonic()
    scores = scorer.score([row.text for row in rows], [row.target for row in rows])
    speed = len(rows) / (time.monotonic() - started)
    evaluation = evaluate([row.label for row in rows], scores)
    return Result(data_set.name, data_set.screen, data_set.note, sha256_of(data / data_set.file), speed, evaluation)


def describe(result: Result) -> str:
    """A paragraph on one data set: figures with 95 % intervals, and the confusion matrix."""
    found = result.evaluation
    lines = [
        f"{result.name} ({result.screen}; {result.note}): {found.texts} texts, {result.texts_per_second:.0f} a second",
        f"  macro recall       {found.macro_recall}",
        f"  macro F1           {found.macro_f1}",
        f"  accuracy           {found.accuracy}",
        f"  calibration error  {found.calibration_error}",
        f"  is \\ found  {'  '.join(LABELS)}",
    ]
    for label, counts in zip(LABELS, found.confusion, strict=True):
        lines.append(f"{label:>12}" + "".join(f"{count:>10}" for count in counts))
    return "\n".join([*lines, ""])


def main(arguments: list[str] | None = None) -> None:
    """Print the figures of one model."""
    parser = argparse.ArgumentParser(prog="python -m sentiment.evaluate", description="Measure a sentiment model.")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {', '.join(d.file for d in DATA_SETS)}")
    parser.add_argument("--model", help="folder or Hugging Face id; the built-in model if not given")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    options = parser.parse_args(arguments)
    try:
        scorer = Scorer.load(options.model)
    except ModelError as error:
        sys.exit(f"sentiment.evaluate: {error}")
    if not any((options.data / data_set.file).is_file() for data_set in DATA_SETS):
        sys.exit(f"sentiment.evaluate: none of the data sets is in {options.data}; see --help for their files")
    results = measure(scorer, options.data)
    if options.json:
        print(json.dumps({"model": scorer.identity, "results": [asdict(result) for result in results]}, indent=2))
        return
    print(f"{scorer.identity}, figures with 95 % intervals\n")
    for result in results:
        print(describe(result), flush=True)


if __name__ == "__main__":
    main()
