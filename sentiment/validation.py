"""What a model makes of texts that people labelled, as it lies beside the weights in ``validation.json``.

    {"weights_sha256": "…",
     "text":   {"airline": {"confusion": [[…]], "mean_probabilities": [[…]], "second_moments": [[[…]]]}, …},
     "target": {…}}

``text`` is of whole texts, ``target`` of what they say of a target; below them stand the kinds of texts. By true class
(rows, in the order of ``LABELS``): how many texts were taken for each class, the mean probabilities, and the mean outer
product of the probabilities.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sentiment.quantification import CLASSES, Array, Confusion
from sentiment.scores import LABELS, Basis, Label

FILE = "validation.json"
DIGITS = 6


class ValidationError(ValueError):
    """The file is none that was made by ``Validation.save``; the message says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Confusions:
    """What one kind of texts was taken for.

    Attributes:
        counts: texts ``(3, 3)`` by the class they are (rows) and the class they were taken for.
        means: mean probabilities ``(3, 3)`` of the texts of each true class.
        moments: mean outer product ``(3, 3, 3)`` of their probabilities.
    """

    counts: Array
    means: Array
    moments: Array

    @property
    def texts(self) -> Array:
        """How many texts ``(3,)`` of each true class there were."""
        return np.asarray(self.counts.sum(1))

    @property
    def soft(self) -> Confusion:
        """Of probabilities."""
        texts = self.texts
        return Confusion.of_sums(self.means * texts[:, None], self.moments * texts[:, None, None], texts)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "confusion": self.counts.astype(int).tolist(),
            "mean_probabilities": self.means.round(DIGITS).tolist(),
            "second_moments": self.moments.round(DIGITS).tolist(),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Raises ``KeyError``, ``TypeError`` or ``ValueError`` where the document is of another shape."""
        square, cube = (CLASSES, CLASSES), (CLASSES, CLASSES, CLASSES)
        return cls(
            _checked(document["confusion"], square, np.inf),
            _checked(document["mean_probabilities"], square, 1.0),
            _checked(document["second_moments"], cube, 1.0),
        )


def confusions_of(truth: Sequence[Label], probabilities: ArrayLike) -> Confusions:
    """From what people said of texts, and a model's probabilities ``(texts, 3)``.

    Raises:
        ValueError: there are not as many of the one as of the other.
    """
    answers = np.asarray(probabilities, dtype=np.float64).reshape(-1, CLASSES)
    if len(truth) != len(answers):
        raise ValueError(f"one score for each label is needed, got {len(truth)} labels and {len(answers)} scores")
    is_class = np.array([[label == one for label in truth] for one in LABELS], dtype=np.float64)
    share = is_class / np.maximum(is_class.sum(1, keepdims=True), 1.0)
    return Confusions(
        counts=is_class @ np.eye(CLASSES)[answers.argmax(1)],
        means=share @ answers,
        moments=np.einsum("kt,ti,tj->kij", share, answers, answers),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """What a model makes of several kinds of texts that it was not trained on.

    Attributes:
        weights_sha256: of the model.
        kinds: by what was asked, and by the name of the kind.
    """

    weights_sha256: str
    kinds: Mapping[Basis, Mapping[str, Confusions]]

    def is_of(self, identity: str) -> bool:
        """Whether scores by a model of that ``Scorer.identity`` are of these weights, as they are and not tuned."""
        return identity.rpartition("@")[2] == self.weights_sha256[:12]

    def confusion(self, basis: Basis) -> Confusion | None:
        """What the model makes of texts of yet another kind; None where fewer than two kinds are known."""
        known = [one.soft for one in self.kinds.get(basis, {}).values()]
        return Confusion.of_kinds(known) if len(known) > 1 else None

    def save(self, folder: Path) -> None:
        """Write ``validation.json`` beside the weights."""
        kinds = {basis: {name: one.to_json() for name, one in known.items()} for basis, known in self.kinds.items()}
        document = {"weights_sha256": self.weights_sha256} | kinds
        (folder / FILE).write_text(json.dumps(document) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """What lies beside the weights in a folder; None where nothing does.

        Raises:
            ValidationError: it cannot be read.
        """
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            document = json.loads(path.read_bytes())
            weights = str(document.pop("weights_sha256"))
            read = {
                basis: {k: Confusions.from_json(one) for k, one in known.items()} for basis, known in document.items()
            }
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            advice = f"delete it, or make it anew by: python -m sentiment.training.validating --model {folder}"
            raise ValidationError(f"{path} cannot be read ({error!r}); {advice} --data DIR") from None
        return cls(weights, read)


def _checked(values: Any, shape: tuple[int, ...], most: float) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape or not ((array >= 0) & (array <= most)).all():
        raise ValueError(f"expected numbers from 0 to {most:g} of shape {shape}")
    return array
