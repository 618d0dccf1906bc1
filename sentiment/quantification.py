"""True shares of negative, neutral and positive from what a model made of the texts, with 95 % intervals.

A model that takes some positive texts for negative, and more negative ones for neutral, gives wrong shares however many
texts it reads, and the more so the further the shares lie from those it was trained on (Forman 2008, "Quantifying
counts and costs via classification"). What it does to texts whose class is known says by how much, and that is undone
here. That assumes that texts of a class look alike to the model wherever they come from, and that only the shares of
the classes differ. Where a confusion is known from several kinds of texts, how far these differ goes into the interval.
Classes are in the order of ``LABELS``. Pure functions of arrays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls
from scipy.special import stdtrit

from sentiment.scores import LABELS

Array = NDArray[np.float64]
_Distance = Callable[[Array], Array]

CLASSES = len(LABELS)
CHI_SQUARED = 3.841
"""95 % quantile of the chi-squared distribution with one degree of freedom."""

_FREE = np.array([0, 2])  # the share of the neutral is what these leave
_JEFFREYS = 0.5  # prior weight of each class, so that what never happened among a few texts is not taken for impossible
_RAYS = 64
_HALVINGS = 14
_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Estimated shares ``(3,)`` that add up to one, and the ends ``(3,)`` of their 95 % intervals."""

    value: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """What a model makes of texts of each class.

    A text's answer is a vector of three: its probabilities, or one for the class it was taken for and zeros.

    Attributes:
        rates: mean answer ``(3, 3)`` to the texts of each true class (rows).
        moments: mean outer product ``(3, 3, 3)`` of the answers to the texts of each true class.
        texts: how many texts ``(3,)`` of each true class that is known from.
        apart: by how much the rates of other texts may differ in each of some independent ways, ``(ways, 3, 3)``;
            none where texts are of the kind that it is known from.
    """

    rates: Array
    moments: Array
    texts: Array
    apart: Array = field(default_factory=lambda: np.zeros((0, CLASSES, CLASSES)))

    @classmethod
    def of_counts(cls, counts: ArrayLike) -> Self:
        """From texts ``(3, 3)`` by the class they are (rows) and the class they were taken for."""
        sums = np.asarray(counts, dtype=np.float64)
        return cls.of_sums(sums, np.stack([np.diag(row) for row in sums]), sums.sum(1))

    @classmethod
    def of_sums(cls, sums: Array, products: Array, texts: Array) -> Self:
        """From sums over the texts of each true class: of answers, of their outer products, and of ones.

        Half a text of each class is added, as if the class itself had been the answer (Jeffreys' prior).
        """
        known = texts + CLASSES * _JEFFREYS
        return cls(
            rates=(sums + _JEFFREYS) / known[:, None],
            moments=(products + _JEFFREYS * np.eye(CLASSES)) / known[:, None, None],
            texts=known,
        )

    @classmethod
    def of_kinds(cls, kinds: Sequence[Self]) -> Self:
        """For texts of yet another kind than those that are known, of which there are at least two; each counts alike.

        Where the rates of kinds are normal, those of the next one lie from the mean of ``k`` by their standard
        deviation times ``sqrt(1 + 1 / k)`` times a variable of Student's t with ``k - 1`` degrees of freedom (the
        prediction interval of Higgins, Thompson and Spiegelhalter 2009). ``apart`` is scaled so that 1.96 times it is
        that distance's 97.5 % quantile. What few texts blur in each kind's rates is counted twice, which errs on the
        side of width.
        """
        rates, count = np.stack([kind.rates for kind in kinds]), len(kinds)
        mean = rates.mean(0)
        scale = stdtrit(count - 1, 0.975) * np.sqrt((1 + 1 / count) / (count - 1) / CHI_SQUARED)
        return cls(
            rates=mean,
            moments=np.mean([kind.moments for kind in kinds], 0),
            texts=np.sum([kind.texts for kind in kinds], 0),
            apart=scale * (rates - mean),
        )

    @classmethod
    def none(cls) -> Self:
        """Of answers that are the truth, such as those of people."""
        whole = np.eye(CLASSES)
        return cls(whole, np.stack([np.diag(row) for row in whole]), np.full(CLASSES, np.inf))


def adjust(sums: ArrayLike, count: float, confusion: Confusion) -> Shares:
    """Undo a confusion: the shares whose expected answers are nearest to those that came.

    With the classes that texts were taken for this is the adjusted count (Forman 2008), with probabilities the
    probabilistic adjusted count (Bella, Ferri, Hernández-Orallo and Ramírez-Quintana 2010, "Quantification via
    probability estimators"). The mean answer ``a`` has the expectation ``rates.T @ shares``; that is solved by least
    squares under ``shares >= 0`` and ``sum(shares) = 1`` (Lawson and Hanson 1974, ch. 23).

    The interval of a share is what its score test does not refuse: ``d(shares)`` is the squared residual of ``a`` by
    its covariance *under these shares*, and a value belongs to the interval if some shares with it have a ``d`` of at
    most 3.84 more than the estimate. Where nothing is confused this is the interval of Wilson 1927. The covariance is
    that of ``count`` independent texts, of the rates, which come from a limited number of texts themselves, and of how
    far the rates of other kinds of texts lie apart:

        (sum_k shares_k moments_k - e e') / count + sum_k shares_k^2 (moments_k - rates_k rates_k') / texts_k
        + sum_w (shares @ apart_w) (shares @ apart_w)'

    Where there are few texts, or the rates of two classes are nearly the same, intervals are wide; where there are
    none, they are everything.

    Args:
        sums: the sum ``(3,)`` of the answers.
        count: of how many texts.
        confusion: of such answers.
    """
    if count <= 0:
        return Shares(np.full(CLASSES, 1 / CLASSES), np.zeros(CLASSES), np.ones(CLASSES))
    found = np.asarray(sums, dtype=np.float64) / count
    value = _nearest(confusion.rates, found)

    def distance(shares: Array) -> Array:
        first, last = (found - shares @ confusion.rates)[:, _FREE].T
        (a, b), (_, c) = _covariance(shares, count, confusion).transpose(1, 2, 0)
        return np.asarray((c * first**2 - 2 * b * first * last + a * last**2) / (a * c - b**2))

    slope = np.linalg.pinv(_slope(confusion.rates))
    spread = slope @ _covariance(value[None], count, confusion)[0] @ slope.T
    return Shares(value, *_reach(value, distance, spread))


def pool(parts: Sequence[tuple[float, Shares]]) -> Shares:
    """Shares among all texts from those of parts, each with its number of texts; at least one has some.

    The distances to the ends of the parts' intervals are added in quadrature (Zou and Donner 2008), the parts'
    errors being independent.
    """
    whole = sum(count for count, _ in parts)
    value = sum((count / whole * shares.value for count, shares in parts), np.zeros(CLASSES))
    below = sum(((count / whole * (shares.value - shares.low)) ** 2 for count, shares in parts), np.zeros(CLASSES))
    above = sum(((count / whole * (shares.high - shares.value)) ** 2 for count, shares in parts), np.zeros(CLASSES))
    return Shares(value, np.maximum(value - np.sqrt(below), 0.0), np.minimum(value + np.sqrt(above), 1.0))


def _nearest(rates: Array, found: Array) -> Array:
    """The shares by least squares; a heavy row in the system holds their sum at one."""
    heavy = 1e4
    solved, _ = nnls(np.vstack([rates.T, np.full(CLASSES, heavy)]), np.append(found, heavy))
    return np.asarray(solved / solved.sum())


def _slope(rates: Array) -> Array:
    """How the free answers move ``(2, 2)`` with the free shares, the neutral giving way."""
    return np.asarray((rates[_FREE] - rates[1])[:, _FREE].T)


def _covariance(shares: Array, count: float, confusion: Confusion) -> Array:
    """Of the mean answer's free parts, under each row of shares: ``(rows, 2, 2)``."""
    moments, rates = confusion.moments[:, _FREE][:, :, _FREE], confusion.rates[:, _FREE]
    expected = shares @ rates
    of_texts = np.tensordot(shares, moments, 1) - expected[:, :, None] * expected[:, None, :]
    of_rates = (moments - rates[:, :, None] * rates[:, None, :]) / confusion.texts[:, None, None]
    apart = np.tensordot(shares, confusion.apart[:, :, _FREE], (1, 1))
    of_kinds = np.einsum("swi,swj->sij", apart, apart)
    return np.asarray(of_texts / count + np.tensordot(shares**2, of_rates, 1) + of_kinds + _ENOUGH * np.eye(2))


def _reach(value: Array, distance: _Distance, spread: Array) -> tuple[Array, Array]:
    """How low and how high each share is found on the way from the estimate to where the distance grows too great.

    Rays go out evenly in the metric of ``spread``, the covariance ``(2, 2)`` of the free shares, to the edge of what
    shares can be, and the end of each is found by halving.
    """
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    sizes, axes = np.linalg.eigh(spread)
    free = np.column_stack([np.cos(angles), np.sin(angles)]) @ (axes * np.sqrt(np.maximum(sizes, _ENOUGH))).T
    rays = np.column_stack([free[:, 0], -free.sum(1), free[:, 1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        edge = np.where(rays < 0, value / -rays, np.inf).min(1)
    most = distance(value[None])[0] + CHI_SQUARED
    inside, outside = np.zeros(_RAYS), edge
    at_edge = distance(np.maximum(value + rays * edge[:, None], 0.0)) <= most
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        kept = distance(np.maximum(value + rays * middle[:, None], 0.0)) <= most
        inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
    ends = value + rays * np.where(at_edge, edge, inside)[:, None]
    ends = np.clip(np.vstack([ends, value]), 0.0, 1.0)
    return ends.min(0), ends.max(0)
