"""A model's probabilities tuned to the labels that people gave: calibration, and with enough labels a light adapter.

Pure: arrays in, arrays out. Rows are texts, columns the classes in the order of ``sentiment.scores.LABELS``.

The tuned probabilities are ``softmax(scale * log p + bias + V W)``: ``scale`` is one over the temperature of Guo et al.
2017, ``bias`` moves the classes' boundaries ("bias-corrected temperature scaling", Alexandari et al. 2020), and the
adapter ``W`` reads the text's vector ``V`` as a multinomial logistic regression would, with the model's own logits
beside it. Without ``W``, or at an endless ridge, an adapter is calibration. All are found together by maximum
likelihood under a ridge, a normal prior on ``log scale``, ``bias`` and ``W``; so few labels change little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from sentiment.scores import LABELS

CLASSES = len(LABELS)
CALIBRATION_RIDGE = 1.0
"""Of ``log scale`` and ``bias``: a standard deviation of one, so a temperature of 1/e to e is nothing unusual."""
ADAPTER_RIDGES = (1.0, 3.0, 10.0, 30.0, 100.0)
"""Among which cross-validation chooses. Vectors have the length one."""
FOLDS = 5

_LEAST = 1e-6
"""No probability is taken to be less: one wrong text of a model that is never in doubt would outweigh all others."""

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What the probabilities of a model are tuned by.

    Attributes:
        scale: of the logits, positive.
        bias: added to the logits, ``(3,)``.
        weights: of the adapter, ``(width, 3)``; None where only calibration was fitted.
        ridge: under which the weights were fitted; None without any.
    """

    scale: float
    bias: Floats
    weights: Floats | None = None
    ridge: float | None = None

    @property
    def kind(self) -> str:
        """``calibration`` or ``adapter``."""
        return "calibration" if self.weights is None else "adapter"

    def apply(self, probabilities: Floats, vectors: Floats | None = None) -> Floats:
        """The tuned probabilities ``(n, 3)``.

        Args:
            probabilities: the model's, ``(n, 3)``.
            vectors: the texts' unit vectors ``(n, width)``; needed where there are weights.

        Raises:
            ValueError: there are weights, but no vectors of their width.
        """
        logits = self.scale * _logits(probabilities) + self.bias
        if self.weights is None:
            return softmax_rows(logits)
        if vectors is None or vectors.shape != (len(probabilities), len(self.weights)):
            raise ValueError(f"a vector of {len(self.weights)} numbers for each text is needed")
        return softmax_rows(logits + vectors @ self.weights)


def softmax_rows(logits: Floats) -> Floats:
    """Probabilities ``(n, 3)`` of logits ``(n, 3)``."""
    shares: Floats = softmax(logits, axis=1)
    return shares


def fit(
    probabilities: Floats, labels: Labels, vectors: Floats | None = None, *, ridge: float = ADAPTER_RIDGES[-1]
) -> Parameters:
    """Fit calibration, or with vectors an adapter.

    Args:
        probabilities: the model's, ``(n, 3)``.
        labels: the right classes, ``(n,)``.
        vectors: unit vectors of the texts, ``(n, width)``; calibration alone without them.
        ridge: of the adapter's weights, the larger the nearer to calibration.

    Raises:
        ValueError: there are no labels, or not one row for each.
    """
    rows = {len(probabilities), len(labels), *(() if vectors is None else (len(vectors),))}
    if rows != {len(labels)} or not len(labels):
        raise ValueError(f"one row for each label is needed, got {sorted(rows)} rows for {len(labels)} labels")
    width = 0 if vectors is None else vectors.shape[1]
    problem = _Problem(_logits(probabilities), np.eye(CLASSES)[labels], vectors, ridge)
    start = np.zeros(1 + CLASSES + width * CLASSES)
    found = minimize(problem.loss_and_slope, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = found[1 + CLASSES :].reshape(width, CLASSES)
    plain = Parameters(float(np.exp(found[0])), found[1 : 1 + CLASSES])
    return plain if vectors is None else Parameters(plain.scale, plain.bias, weights, ridge)


def choose(probabilities: Floats, labels: Labels, vectors: Floats | None, groups: Sequence[str]) -> Parameters:
    """Fit calibration or the adapter of that ridge which does best by cross-validation; of equals the simpler.

    Args:
        probabilities: as for ``fit``.
        labels: as for ``fit``.
        vectors: None where there are too few labels for an adapter.
        groups: ``(n,)``; rows of one group are never in two folds, as copies of a text must not be.
    """
    calibration = fit(probabilities, labels)
    if vectors is None:
        return calibration
    fold = folds(groups)
    best, least = calibration, _validated(probabilities, labels, None, fold, 0.0)
    for ridge in reversed(ADAPTER_RIDGES):
        loss = _validated(probabilities, labels, vectors, fold, ridge)
        if loss < least:
            best, least = fit(probabilities, labels, vectors, ridge=ridge), loss
    return best


def folds(groups: Sequence[str]) -> Labels:
    """A fold ``(n,)`` for each row: groups in the order of their names are dealt out like cards."""
    numbers = {group: number for number, group in enumerate(sorted(set(groups)))}
    return np.array([numbers[group] % FOLDS for group in groups], dtype=np.intp)


def log_losses(probabilities: Floats, labels: Labels) -> Floats:
    """What each text costs, ``(n,)``: minus the logarithm of the probability of its label."""
    right = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.maximum(right, _LEAST))


def _validated(probabilities: Floats, labels: Labels, vectors: Floats | None, fold: Labels, ridge: float) -> float:
    """Mean log-loss over texts by parameters that were fitted without their fold."""
    total = 0.0
    for number in np.unique(fold):
        out, kept = fold == number, fold != number
        if not kept.any():
            return float("inf")
        fitted = fit(probabilities[kept], labels[kept], None if vectors is None else vectors[kept], ridge=ridge)
        tuned = fitted.apply(probabilities[out], None if vectors is None else vectors[out])
        total += float(log_losses(tuned, labels[out]).sum())
    return total / len(labels)


def _logits(probabilities: Floats) -> Floats:
    """Logarithms, each row's mean taken off: what softmax leaves open, and the ridge must not see."""
    logits = np.log(np.maximum(probabilities, _LEAST))
    centred: Floats = logits - logits.mean(axis=1, keepdims=True)
    return centred


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Minus the log-likelihood under the ridge, and its slope; parameters are ``log scale``, ``bias``, ``weights``."""

    logits: Floats
    truth: Floats
    vectors: Floats | None
    ridge: float

    def loss_and_slope(self, parameters: Floats) -> tuple[float, Floats]:
        """What ``minimize`` asks for."""
        head, weights = parameters[: 1 + CLASSES], parameters[1 + CLASSES :]
        scale = np.exp(head[0])
        logits = scale * self.logits + head[1:]
        if self.vectors is not None:
            logits = logits + self.vectors @ weights.reshape(-1, CLASSES)
        logs = log_softmax(logits, axis=1)
        ridges = np.repeat([CALIBRATION_RIDGE, self.ridge], [len(head), len(weights)])
        loss = -float((self.truth * logs).sum()) + 0.5 * float(ridges @ parameters**2)
        error = np.exp(logs) - self.truth
        by_weight = () if self.vectors is None else (self.vectors.T @ error).ravel()
        slope = np.concatenate([[scale * (error * self.logits).sum()], error.sum(0), by_weight])
        return loss, slope + ridges * parameters
