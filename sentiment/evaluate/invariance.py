"""How often a judge changes its label when a text changes and what it says does not."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sentiment.evaluate.changes import CHANGES, Change, Question
from sentiment.evaluate.figures import Figure, proportion
from sentiment.evaluate.judges import Judge
from sentiment.evaluate.labelled import Asked, found_in
from sentiment.evaluate.pairs import Pair
from sentiment.text import names_any

MOST_TEXTS = 2000
"""Texts of each data set that are changed, drawn by a fixed seed from larger ones."""


@dataclass(frozen=True, slots=True)
class Flips:
    """What one change did to one judge's labels.

    Attributes:
        change: its name in ``CHANGES``.
        asked: whether the judge was asked about the brand or about whole texts.
        texts: how many texts the change had something to do in.
        flipped: how many of them got another label.
        share: the same as a share.
    """

    change: str
    asked: Asked
    texts: int
    flipped: int
    share: Figure


@dataclass(frozen=True, slots=True)
class InvarianceResult:
    """What all changes did to one judge's labels on one collection of texts."""

    judge: str
    texts: str
    flips: tuple[Flips, ...]


def questions_of_pairs(pairs: Sequence[Pair]) -> list[Question]:
    """Both questions of every pair."""
    return [Question(p.text, (name,), tuple(n for n in p.of if n != name)) for p in pairs for name in p.of]


def questions_of_data(data: Path) -> Iterator[tuple[str, list[Question]]]:
    """The test texts of each data set in the folder, under its name; asked about their targets where they name them."""
    for data_set in found_in(data):
        rows = [
            Question(row.text, row.targets if names_any(row.text, row.targets) else ()) for row in data_set.load(data)
        ]
        yield data_set.name, random.Random(0).sample(rows, MOST_TEXTS) if len(rows) > MOST_TEXTS else rows


def measure_invariance(judge: Judge, texts: str, questions: Sequence[Question]) -> InvarianceResult:
    """Change every question in every way that applies, and count the labels that change with it."""
    named = [question for question in questions if question.names]
    whole = list({question.text: question for question in questions}.values())
    flips = [*_flips(judge, "target", named, _about_target), *_flips(judge, "text", whole, _about_text)]
    return InvarianceResult(judge.name, texts, tuple(flips))


_Labels = Callable[[Judge, Sequence[Question]], list[str]]


def _about_target(judge: Judge, questions: Sequence[Question]) -> list[str]:
    scores = judge.score([question.text for question in questions], [question.names for question in questions])
    return [score.label for score in scores]


def _about_text(judge: Judge, questions: Sequence[Question]) -> list[str]:
    return [score.label for score in judge.score([question.text for question in questions], None)]


def _flips(judge: Judge, asked: Asked, questions: Sequence[Question], labels: _Labels) -> Iterator[Flips]:
    before = labels(judge, questions)
    for name, change in CHANGES.items():
        changed = [(after, label) for after, label in zip(_changed(questions, change), before, strict=True) if after]
        if changed:
            after = labels(judge, [question for question, _ in changed])
            flipped = sum(new != old for new, (_, old) in zip(after, changed, strict=True))
            yield Flips(name, asked, len(changed), flipped, proportion(flipped, len(changed)))


def _changed(questions: Sequence[Question], change: Change) -> Iterator[Question | None]:
    """Each question changed; the same way whenever, and whatever the others are."""
    return (change(question, random.Random(question.text)) for question in questions)
