"""Measurements as a person reads them."""

from collections.abc import Sequence
from functools import singledispatch

from sentiment.evaluate.figures import Evaluation, Figure
from sentiment.evaluate.invariance import InvarianceResult
from sentiment.evaluate.labelled import Result, Verdict
from sentiment.evaluate.likeness import LikenessResult
from sentiment.evaluate.pairs import PairResult
from sentiment.scores import LABELS

FIGURES = ("macro_recall", "macro_f1", "accuracy", "calibration_error", "if_calibrated")
ASKED = {"target": "for the target", "text": "whole text"}


@singledispatch
def described(measured: object) -> str:
    """A paragraph on one measurement; figures have 95 % intervals."""
    raise NotImplementedError(type(measured).__name__)


@described.register
def _(result: Result) -> str:
    named = f", {result.named} name their target" if result.named else ""
    head = f"{result.screen}: {result.name} ({result.note}), {result.texts} labels{named}, SHA-256 {result.sha256[:12]}"
    columns = [name.replace("_", " ") + (" *" if name == result.headline else "") for name in FIGURES]
    rows = [["", "", *columns, "texts/s"], *map(_row, result.verdicts)]
    published = [f"  published (other split)  {result.published}"] if result.published else []
    return "\n".join([head, *_aligned(rows), *published, *map(_confusion, result.verdicts), ""])


def _row(verdict: Verdict) -> list[str]:
    figures = [_shown(getattr(verdict.evaluation, name)) for name in FIGURES]
    return [verdict.judge, ASKED[verdict.asked], *figures, f"{verdict.texts_per_second:.0f}"]


def _confusion(verdict: Verdict) -> str:
    found: Evaluation = verdict.evaluation
    rows = [["is \\ found", *LABELS]]
    rows += [[label, *map(str, counts)] for label, counts in zip(LABELS, found.confusion, strict=True)]
    return "\n".join([f"  {verdict.judge}, {ASKED[verdict.asked]}:", *("  " + line for line in _aligned(rows))])


@described.register
def _(result: PairResult) -> str:
    rows = [["", "pairs", "sides right", "both sides right", "told apart"]]
    rows += [[f.group, str(f.pairs), str(f.sides), str(f.both), _shown(f.apart)] for f in result.figures]
    return "\n".join([f"{result.suite} pairs of brands: {result.judge}", *_aligned(rows), ""])


@described.register
def _(result: InvarianceResult) -> str:
    rows = [["labels that flip by", "", "texts", "flipped", "share"]]
    rows += [[f.change, ASKED[f.asked], str(f.texts), str(f.flipped), str(f.share)] for f in result.flips]
    return "\n".join([f"invariance: {result.judge} on {result.texts}", *_aligned(rows), ""])


@described.register
def _(result: LikenessResult) -> str:
    rows = [[f"{result.pairs} random pairs", str(result.random)], [f"{result.pairs} near pairs", str(result.near)]]
    head = f"likeness: {result.judge} beside {result.base}, rank correlation of cosines over {result.texts} texts"
    return "\n".join([head, *_aligned(rows), ""])


def _shown(figure: Figure | None) -> str:
    return "-" if figure is None else str(figure)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the columns under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
