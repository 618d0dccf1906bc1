"""The command: ``python -m sentiment.evaluate [--data DIR] [--model MODEL]... [--only PART]... [--json]``."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from sentiment.datasets import DATA_SETS
from sentiment.evaluate.invariance import InvarianceResult, measure_invariance, questions_of_data, questions_of_pairs
from sentiment.evaluate.judges import BUILT_IN, Judge, of_model, vader
from sentiment.evaluate.labelled import Result, found_in, measure_labelled
from sentiment.evaluate.likeness import LikenessResult, base_is_installed, measure_likeness, vectors_of_base
from sentiment.evaluate.pairs import SUITES, PairResult, load_pairs, measure_pairs
from sentiment.evaluate.table import described
from sentiment.loading import ModelError

Measured = Result | PairResult | InvarianceResult | LikenessResult


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of the models, with those of VADER beside them."""
    options = option_parser().parse_args(arguments)
    if options.data and not found_in(options.data):
        sys.exit(f"sentiment.evaluate: none of the data sets is in {options.data}; see --help for their files")
    if not options.data and options.only and not {"pairs", "invariance"} & set(options.only):
        sys.exit(f"sentiment.evaluate: {' and '.join(options.only)} can't be measured without data; add --data DIR")
    try:
        judges = [*map(of_model, options.model or [BUILT_IN]), *_word_lists()]
    except ModelError as error:
        sys.exit(f"sentiment.evaluate: {error}")
    document: dict[str, object] = {"judges": [judge.name for judge in judges]}
    for part in options.only or MEASURES:
        measured = []
        for one in MEASURES[part](judges, options.data):
            measured.append(asdict(one))
            if not options.json:
                print(described(one), flush=True)
        document[part] = measured
    if options.json:
        print(json.dumps(document, indent=2))


def _word_lists() -> list[Judge]:
    if found := vader():
        return [found]
    print(
        "sentiment.evaluate: without VADER, which needs: pip install 'reputation-monitor[evaluation]'", file=sys.stderr
    )
    return []


def _labelled(judges: Sequence[Judge], data: Path | None) -> Iterator[Result]:
    if data:
        yield from measure_labelled(judges, data)


def _pairs(judges: Sequence[Judge], _: Path | None) -> Iterator[PairResult]:
    suites = {suite: load_pairs(suite) for suite in SUITES}
    return (measure_pairs(judge, suite, pairs) for suite, pairs in suites.items() for judge in judges)


def _invariance(judges: Sequence[Judge], data: Path | None) -> Iterator[InvarianceResult]:
    texts = {"pairs": questions_of_pairs(load_pairs("hard")), **dict(questions_of_data(data) if data else ())}
    return (measure_invariance(judge, name, questions) for name, questions in texts.items() for judge in judges)


def _likeness(judges: Sequence[Judge], data: Path | None) -> Iterator[LikenessResult]:
    if not data:
        return
    if not base_is_installed():
        print(
            "sentiment.evaluate: without likeness, which needs: pip install 'reputation-monitor[training]'",
            file=sys.stderr,
        )
        return
    texts = sorted({question.text for _, questions in questions_of_data(data) for question in questions})
    base = vectors_of_base(texts)
    yield from filter(None, (measure_likeness(judge, texts, base) for judge in judges))


MEASURES: dict[str, Callable[[Sequence[Judge], Path | None], Iterator[Measured]]] = {
    "labelled": _labelled,
    "pairs": _pairs,
    "invariance": _invariance,
    "likeness": _likeness,
}


def option_parser() -> argparse.ArgumentParser:
    """What can be typed after ``python -m sentiment.evaluate``."""
    parser = argparse.ArgumentParser(prog="python -m sentiment.evaluate", description="Measure sentiment models.")
    files = ", ".join(data_set.test for data_set in DATA_SETS)
    parser.add_argument("--data", type=Path, help=f"folder with any of {files}; without it, only pairs are judged")
    parser.add_argument(
        "--model",
        action="append",
        help=f"folder, Hugging Face id or {BUILT_IN}, which it is if not given; may be repeated",
    )
    parser.add_argument(
        "--only", action="append", choices=MEASURES, help="a part to measure; may be repeated; all if not given"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    return parser


if __name__ == "__main__":
    main()
