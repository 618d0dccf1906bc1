"""How far the scores of texts are from what people say of them, and from what a teacher says."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from sentiment.scores import LABELS
from sentiment.training.corpus import TWO_CLASS
from sentiment.training.examples import Example
from sentiment.training.recipe import Recipe, Share

MASKED_OUT = -1e4
UNKNOWN = -100
"""Stands for a label that nobody gave."""
NO_ANSWER = (0.0,) * len(LABELS)


class Disagreement:
    """The loss of raw scores, by the recipe, with weights of the classes as they occur in these examples."""

    def __init__(self, examples: Sequence[Example], recipe: Recipe) -> None:
        self.recipe = recipe
        self.weights = class_weights(examples, recipe.shares)

    def __call__(self, logits: Tensor, examples: Sequence[Example]) -> Tensor:
        """How far raw scores ``(batch, 3)`` are from what people and the teacher say of the texts, on average."""
        two_class = torch.tensor([e.kind in TWO_CLASS for e in examples])[:, None] & torch.tensor([False, True, False])
        logits = logits.masked_fill(two_class, MASKED_OUT)
        answers = torch.tensor([e.answer or NO_ANSWER for e in examples]).masked_fill(two_class, MASKED_OUT)
        teacher = distance(logits, answers, self.recipe.softness)
        return self._people(logits, examples).lerp(teacher, torch.tensor([self._trust(e) for e in examples])).mean()

    def _people(self, logits: Tensor, examples: Sequence[Example]) -> Tensor:
        """Weighted cross-entropy ``(batch,)``; none where nobody was asked."""
        labels = torch.tensor([UNKNOWN if e.label is None else e.label for e in examples])
        weight = torch.tensor([0.0 if e.label is None else float(self.weights[e.kind][e.label]) for e in examples])
        return functional.cross_entropy(logits, labels, reduction="none", ignore_index=UNKNOWN) * weight

    def _trust(self, example: Example) -> float:
        """How far the teacher is believed, between people alone (0) and it alone (1)."""
        if example.answer is None:
            return 0.0
        return 1.0 if example.label is None else self.recipe.trust


def class_weights(examples: Sequence[Example], shares: Mapping[str, Share]) -> dict[str, Tensor]:
    """For each kind of text what an example of each class weighs ``(3,)``; on average one an example."""
    weights = {}
    for kind in {e.kind for e in examples if e.label is not None}:
        power = shares[kind].class_power if kind in shares else 0.0
        labels = [e.label for e in examples if e.kind == kind and e.label is not None]
        counts = torch.bincount(torch.tensor(labels, dtype=torch.long), minlength=len(LABELS))
        raw = counts.float().clamp(min=1) ** -power
        weights[kind] = raw * counts.sum() / (raw * counts).sum()
    return weights


def distance(logits: Tensor, answers: Tensor, softness: float) -> Tensor:
    """How far raw scores ``(batch, 3)`` are from a teacher's ``(batch, 3)``: ``(batch,)``.

    The Kullback-Leibler divergence of the teacher's probabilities from ours, both at this temperature, times its
    square, so that gradients stay comparable (Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural
    network").
    """
    ours, theirs = (functional.log_softmax(raw / softness, dim=-1) for raw in (logits, answers))
    return functional.kl_div(ours, theirs, reduction="none", log_target=True).sum(-1) * softness**2
