"""What a model makes of kinds of texts that people labelled, for ``validation.json`` beside its weights.

    python -m sentiment.training.validating --data DIR [--model FOLDER]

The texts are the test parts of the data sets, none of which is trained on. Data sets below one folder are one kind, for
two parts of one would make kinds look more alike than they are. Texts that name their target are also asked about it,
and so are those of two brands (``sentiment.evaluate.pairs``).
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sentiment import BUILT_IN
from sentiment.datasets import Labelled
from sentiment.evaluate.labelled import found_in
from sentiment.evaluate.pairs import SUITES, load_pairs
from sentiment.scorer import Scorer
from sentiment.scores import Basis, Label
from sentiment.tuned import as_array
from sentiment.validation import FILE, Confusions, Validation, confusions_of

FEWEST = 10
"""Texts of each class that a kind must have, to say anything of how the model takes them."""

Answers = tuple[list[Label], NDArray[np.float64]]
"""What people said of texts, and a model's probabilities ``(texts, 3)``."""


def validate(scorer: Scorer, data: Path) -> Validation:
    """Read the test parts that lie in the folder, and the texts of two brands."""
    answers = read_kinds(scorer, data)
    return Validation(scorer.digest, {basis: _enough(known) for basis, known in answers.items()})


def read_kinds(scorer: Scorer, data: Path) -> dict[Basis, dict[str, Answers]]:
    """What a model says of each kind of texts: of whole texts, and of their targets."""
    texts: dict[str, list[Labelled]] = defaultdict(list)
    for data_set in found_in(data):
        if not data_set.two_class:  # whose people could not say neutral
            texts[Path(data_set.test).parts[0]] += data_set.load(data)
    pairs = {SUITES[suite].stem: _sides(suite) for suite in SUITES}
    return {
        "text": {kind: _of_whole_texts(scorer, some) for kind, some in texts.items()},
        "target": {kind: _of_targets(scorer, some) for kind, some in {**texts, **pairs}.items()},
    }


def _sides(suite: str) -> list[Labelled]:
    return [Labelled(pair.text, label, (name,)) for pair in load_pairs(suite) for name, label in pair.of.items()]


def _of_whole_texts(scorer: Scorer, texts: Sequence[Labelled]) -> Answers:
    return [one.label for one in texts], as_array(scorer.score([one.text for one in texts]))


def _of_targets(scorer: Scorer, texts: Sequence[Labelled]) -> Answers:
    about = [one for one in texts if one.targets]
    scores = scorer.score([one.text for one in about], [one.targets for one in about])
    found = [(one.label, score) for one, score in zip(about, scores, strict=True) if score.basis == "target"]
    return [label for label, _ in found], as_array([score for _, score in found])


def _enough(answers: Mapping[str, Answers]) -> dict[str, Confusions]:
    confusions = {kind: confusions_of(*known) for kind, known in answers.items()}
    return {kind: one for kind, one in confusions.items() if one.texts.min() >= FEWEST}


def main(arguments: list[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m sentiment.training.validating", description=f"Write {FILE} beside a model's weights."
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with the data sets that sentiment.datasets names"
    )
    parser.add_argument("--model", type=Path, default=BUILT_IN, help="the model's folder; built-in if not given")
    options = parser.parse_args(arguments)
    validate(Scorer.load(options.model), options.data).save(options.model)


if __name__ == "__main__":
    main()
