"""How right the model and the stars are by one's own labels: for all, each screen, each brand, each brand's screens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from reputation_monitor.labelling.sample import Basis
from reputation_monitor.store import Correction
from sentiment.evaluate.figures import Evaluation, evaluate
from sentiment.scores import Score

LEAST = 10
"""Labels below which figures would say more of chance than of the model."""

Answers = Mapping[str, Sequence[Score | None]]
"""By method what was said of each label's text; None where the method says nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a method did on some labels; ``evaluation`` is None where there are too few. Empty names stand for all."""

    method: str
    brand: str
    screen: str
    labels: int
    evaluation: Evaluation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Figures on one's own labels.

    Attributes:
        model: identity of the model.
        labels: how many labels the figures are of.
        at_random: whether these were drawn at random.
        drawn: how many labels were drawn at random.
        waiting: how many drawn mentions have no label yet.
        changed: how many labels are left out, as their texts changed since.
    """

    model: str
    labels: int
    at_random: bool
    drawn: int
    waiting: int
    changed: int
    rows: tuple[Row, ...]


def measure(basis: Basis, answers: Answers) -> tuple[Row, ...]:
    """Figures of each method on each group; groups that are the same as a larger one are left out."""
    rows = []
    for brand, screen in _groups(basis.labels):
        belongs = _belongs(brand, screen)
        for method, scores in answers.items():
            told = [
                (label, score, weight)
                for label, score, weight in zip(basis.labels, scores, basis.weights, strict=True)
                if score is not None and belongs(label)
            ]
            if told:
                found = _evaluated(told) if len(told) >= LEAST else None
                rows.append(Row(method=method, brand=brand, screen=screen, labels=len(told), evaluation=found))
    return tuple(rows)


def _groups(labels: Sequence[Correction]) -> list[tuple[str, str]]:
    brands, screens = (sorted({getattr(one, name) for one in labels}) for name in ("brand", "screen"))
    by_screen = [("", screen) for screen in screens] if len(screens) > 1 else []
    by_brand = [(brand, "") for brand in brands] if len(brands) > 1 else []
    return [("", ""), *by_screen, *by_brand, *(product(brands, screens) if by_screen and by_brand else ())]


def _belongs(brand: str, screen: str) -> Callable[[Correction], bool]:
    return lambda label: brand in {"", label.brand} and screen in {"", label.screen}


def _evaluated(told: Sequence[tuple[Correction, Score, float]]) -> Evaluation:
    labels, scores, weights = zip(*told, strict=True)
    return evaluate([label.label for label in labels], scores, weights=weights)
