"""Judges on labelled public texts: each data set asked about its targets, where it has any, and as whole texts."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sentiment.datasets import DATA_SETS, DataSet, Labelled
from sentiment.digests import sha256_of
from sentiment.evaluate.figures import Evaluation, evaluate, without_neutral
from sentiment.evaluate.judges import PUBLISHED, Judge
from sentiment.text import names_any

Asked = Literal["target", "text"]
Headline = Literal["macro_recall", "macro_f1", "accuracy"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one judge did on one data set, asked about each target or about whole texts."""

    judge: str
    asked: Asked
    texts_per_second: float
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Result:
    """What every judge did on one data set.

    Attributes:
        name, screen, note: of the data set.
        sha256: of its file.
        texts: how many labels there are.
        named: how many texts name the target they are judged for; the others are judged as a whole by everybody.
        headline: the figure that those who made the data set report.
        verdicts: one a judge, or two where there are targets.
        published: what others report on other parts of it; empty where nothing comparable is known.
    """

    name: str
    screen: str
    note: str
    sha256: str
    texts: int
    named: int
    headline: Headline
    verdicts: tuple[Verdict, ...]
    published: str


def found_in(data: Path) -> list[DataSet]:
    """The data sets whose test part lies in the folder."""
    return [data_set for data_set in DATA_SETS if (data / data_set.test).is_file()]


def measure_labelled(judges: Sequence[Judge], data: Path) -> Iterator[Result]:
    """One result for each data set that lies in the folder."""
    for data_set in found_in(data):
        rows = data_set.load(data)
        asked: tuple[Asked, ...] = ("target", "text") if any(row.targets for row in rows) else ("text",)
        yield Result(
            name=data_set.name,
            screen=data_set.screen,
            note=data_set.note,
            sha256=sha256_of(data / data_set.test),
            texts=len(rows),
            named=sum(names_any(row.text, row.targets) for row in rows),
            headline=_headline(data_set, asked),
            verdicts=tuple(_verdict(judge, rows, how, data_set) for judge in judges for how in asked),
            published=PUBLISHED.get(data_set.name, ""),
        )


def _headline(data_set: DataSet, asked: Sequence[Asked]) -> Headline:
    if data_set.two_class:
        return "accuracy"
    return "macro_f1" if "target" in asked else "macro_recall"


def _verdict(judge: Judge, rows: Sequence[Labelled], asked: Asked, data_set: DataSet) -> Verdict:
    started = time.monotonic()
    scores = judge.score(
        [row.text for row in rows], [row.targets or None for row in rows] if asked == "target" else None
    )
    speed = len(rows) / (time.monotonic() - started)
    if data_set.two_class:
        scores = [without_neutral(score) for score in scores]
    found = evaluate([row.label for row in rows], scores, units=[row.text for row in rows])
    if not judge.probabilities:
        found = replace(found, calibration_error=None, if_calibrated=None)
    return Verdict(judge.name, asked, speed, found)
