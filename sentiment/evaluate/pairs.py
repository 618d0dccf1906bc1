"""Texts that name two brands: whether a judge tells what is said of the one from what is said of the other.

Two suites were written for this by language models, not by customers, and labelled by what was meant; no second reader
has checked them. The plain one is what customers, reviewers and papers write of two brands; the hard one holds sarcasm,
former and latter and other traps, so it measures whether a model can tell two brands apart rather than how often it
will. Nothing is trained on them, and they were written without sight of what training puts together by rule.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sentiment.evaluate.figures import Figure, intervals, proportion
from sentiment.evaluate.judges import Judge
from sentiment.scores import LABELS, Label

SUITES = {name: Path(__file__).parent / f"{name}_pairs.jsonl" for name in ("plain", "hard")}
ALL = "all"


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and what it says of each of two brands.

    Attributes:
        text: as somebody might write, print or say it.
        of: what is said of each brand, by the name that the text calls it.
        kind: how the text is built.
        form: where it could stand: ``tweet``, ``review``, ``forum``, ``news`` or ``caption``.
        industry: what the brands do.
    """

    text: str
    of: Mapping[str, Label]
    kind: str
    form: str
    industry: str


@dataclass(frozen=True, slots=True)
class PairFigures:
    """How a judge did on the pairs of one kind.

    Attributes:
        group: the kind or form, or ``all``.
        pairs: how many there are.
        sides: share of sides with the right label, intervals by pairs.
        both: share of pairs with both sides right.
        apart: of the pairs whose brands fare differently, the share where the one that fares better is also found to;
            ``None`` where all fare alike.
    """

    group: str
    pairs: int
    sides: Figure
    both: Figure
    apart: Figure | None


@dataclass(frozen=True, slots=True)
class PairResult:
    """How a judge did on all pairs of a suite, on each kind and on each form."""

    judge: str
    suite: str
    figures: tuple[PairFigures, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the two sides of a pair are and were found to be, as places in ``LABELS``."""

    pair: Pair
    truth: tuple[int, int]
    found: tuple[int, int]

    @property
    def right(self) -> tuple[bool, bool]:
        return self.truth[0] == self.found[0], self.truth[1] == self.found[1]

    @property
    def differs(self) -> bool:
        return self.truth[0] != self.truth[1]

    @property
    def apart(self) -> bool:
        return (self.truth[0] - self.truth[1]) * (self.found[0] - self.found[1]) > 0


def load_pairs(suite: str) -> list[Pair]:
    """All pairs of one of ``SUITES``: one JSON object a line."""
    return [Pair(**json.loads(line)) for line in SUITES[suite].read_text(encoding="utf-8").splitlines()]


def measure_pairs(judge: Judge, suite: str, pairs: Sequence[Pair]) -> PairResult:
    """Ask the judge about both brands of every pair."""
    scores = judge.score([pair.text for pair in pairs for _ in pair.of], [name for pair in pairs for name in pair.of])
    places = iter([LABELS.index(score.label) for score in scores])
    answers = [_Answer(pair, _truth(pair), (next(places), next(places))) for pair in pairs]
    by_kind = {kind: [a for a in answers if a.pair.kind == kind] for kind in sorted({p.kind for p in pairs})}
    by_form = {form: [a for a in answers if a.pair.form == form] for form in sorted({p.form for p in pairs})}
    groups = {ALL: answers, **by_kind, **by_form}
    return PairResult(judge.name, suite, tuple(_figures(group, members) for group, members in groups.items()))


def _truth(pair: Pair) -> tuple[int, int]:
    first, second = pair.of.values()
    return LABELS.index(first), LABELS.index(second)


def _figures(group: str, answers: Sequence[_Answer]) -> PairFigures:
    right = np.array([answer.right for answer in answers], dtype=np.float64).mean(axis=1)
    (sides,) = intervals(lambda times: (float(np.average(right, weights=times)),), range(len(right)))
    different = [answer for answer in answers if answer.differs]
    return PairFigures(
        group=group,
        pairs=len(answers),
        sides=sides,
        both=proportion(sum(all(answer.right) for answer in answers), len(answers)),
        apart=proportion(sum(answer.apart for answer in different), len(different)) if different else None,
    )
