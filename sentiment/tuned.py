"""A model with what it was tuned to: the same questions, tuned answers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from sentiment.scores import NEUTRAL, Score, from_shares
from sentiment.text import Target
from sentiment.tuning import Parameters

DIGITS = 8
"""Significant digits that parameters are kept with: those of single precision."""


class TuningError(Exception):
    """A tuning cannot be used; the message says what to do."""


class BaseModel(Protocol):
    """What is tuned: ``sentiment.scorer.Scorer``, or whatever answers like it."""

    @property
    def name(self) -> str:
        """Short, for people."""
        ...

    @property
    def identity(self) -> str:
        """Name and digest in one short string."""
        ...

    @property
    def digest(self) -> str:
        """Of the weights."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes."""
        ...

    def score(self, texts: Sequence[str], targets: Sequence[Target] | None = None) -> list[Score]:
        """One score a text."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors ``(texts, width)``."""
        ...

    def read(
        self, texts: Sequence[str], targets: Sequence[Target] | None = None
    ) -> tuple[list[Score], NDArray[np.float32]]:
        """Scores and vectors from one pass."""
        ...


@dataclass(frozen=True, slots=True)
class Tuning:
    """Parameters, and the digest of the model whose probabilities they belong to."""

    base: str
    parameters: Parameters

    def to_json(self) -> dict[str, Any]:
        """As it is kept; ``from_json`` reads it back."""
        found = self.parameters
        return {
            "base": self.base,
            "scale": _rounded(found.scale),
            "bias": [_rounded(value) for value in found.bias],
            "weights": None if found.weights is None else [[_rounded(v) for v in row] for row in found.weights],
            "ridge": found.ridge,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Raises ``TuningError`` where the document is no tuning."""
        try:
            weights = document["weights"]
            parameters = Parameters(
                float(document["scale"]),
                np.array(document["bias"], dtype=np.float64),
                None if weights is None else np.array(weights, dtype=np.float64),
                document["ridge"],
            )
            return cls(str(document["base"]), parameters)
        except (KeyError, TypeError, ValueError) as error:
            raise TuningError(f"what was kept of the tuned model cannot be read: {error!r}") from None

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()


class TunedScorer:
    """Answers as a model does, with tuned probabilities, and takes no longer.

    Raises:
        TuningError: the tuning belongs to another model.
    """

    def __init__(self, base: BaseModel, tuning: Tuning) -> None:
        if tuning.base != base.digest:
            raise TuningError(f"the tuning belongs to weights {tuning.base[:12]}, but the model is {base.identity}")
        self._base, self._parameters = base, tuning.parameters
        self.identity = f"{base.identity}+{tuning.digest[:8]}"

    @property
    def name(self) -> str:
        """That of the model that was tuned."""
        return self._base.name

    @property
    def digest(self) -> str:
        """That of the weights of the model that was tuned."""
        return self._base.digest

    @property
    def languages(self) -> frozenset[str]:
        """Those of the model that was tuned."""
        return self._base.languages

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of the model that was tuned: ``(texts, width)``."""
        return self._base.embed(texts)

    def score(self, texts: Sequence[str], targets: Sequence[Target] | None = None) -> list[Score]:
        """What each text says, in the order given; what the model finds nothing to read in stays neutral."""
        if self._parameters.weights is None:
            return self._tuned(self._base.score(texts, targets), None)
        return self.read(texts, targets)[0]

    def read(
        self, texts: Sequence[str], targets: Sequence[Target] | None = None
    ) -> tuple[list[Score], NDArray[np.float32]]:
        """What ``score`` and the model's ``read`` say."""
        plain, vectors = self._base.read(texts, targets)
        return self._tuned(plain, vectors), vectors

    def _tuned(self, plain: Sequence[Score], vectors: NDArray[np.float32] | None) -> list[Score]:
        if not plain:
            return []
        shares = self._parameters.apply(as_array(plain), None if vectors is None else vectors.astype(np.float64))
        return [
            NEUTRAL if score == NEUTRAL else from_shares(row, score.basis)
            for score, row in zip(plain, shares.tolist(), strict=True)
        ]


def is_tuned(identity: str) -> bool:
    """Whether scores of a model of that identity are a tuned model's."""
    return "+" in identity.rpartition("@")[2]


def as_array(scores: Sequence[Score]) -> NDArray[np.float64]:
    """Probabilities ``(n, 3)``."""
    return np.array([score.probabilities for score in scores], dtype=np.float64).reshape(-1, 3)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
