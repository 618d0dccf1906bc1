"""The door of the package: what is thought of a text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Label = Literal["negative", "neutral", "positive"]
Basis = Literal["text", "target"]
LABELS: tuple[Label, ...] = get_args(Label)

_STARS = ((0.93, 0.05, 0.02), (0.75, 0.20, 0.05), (0.25, 0.50, 0.25), (0.05, 0.20, 0.75), (0.02, 0.05, 0.93))
_ROUNDING = 1e-3


@dataclass(frozen=True, slots=True)
class Score:
    """Probabilities that a text is negative, neutral and positive.

    They may have been rounded: their sum is 1 to within 0.001, else ``ValueError``. ``basis`` tells whether they are
    of the whole text or of what it says of the target that it was read for.
    """

    negative: float
    neutral: float
    positive: float
    basis: Basis = "text"

    def __post_init__(self) -> None:
        if not all(0.0 <= share <= 1.0 for share in self.probabilities):  # refuses NaN too
            raise ValueError(f"probabilities lie in [0, 1], got {self.probabilities}")
        if abs(math.fsum(self.probabilities) - 1.0) > _ROUNDING:
            raise ValueError(f"probabilities add up to 1, got {self.probabilities}")

    @property
    def probabilities(self) -> tuple[float, float, float]:
        """In the order of ``LABELS``."""
        return self.negative, self.neutral, self.positive

    @property
    def label(self) -> Label:
        """The most likely class; of equals the milder one, neutral before any other."""
        by_label = dict(zip(LABELS, self.probabilities, strict=True))
        return max(("neutral", "negative", "positive"), key=by_label.__getitem__)

    @property
    def valence(self) -> float:
        """P(positive) - P(negative), in [-1, 1]."""
        return self.positive - self.negative


NEUTRAL = Score(0.0, 1.0, 0.0)
"""The score of a text that says nothing."""


def from_shares(shares: Sequence[float], basis: Basis = "text") -> Score:
    """The score of three non-negative numbers in the order of ``LABELS``, scaled to add up to exactly one whole."""
    whole = math.fsum(shares)
    negative, neutral, positive = (min(share / whole, 1.0) for share in shares)
    return Score(negative, neutral, positive, basis)


def from_stars(rating: float) -> Score:
    """The score that a rating of 1 to 5 stars stands for.

    | stars | negative | neutral | positive |
    |-------|----------|---------|----------|
    | 1     | 0.93     | 0.05    | 0.02     |
    | 2     | 0.75     | 0.20    | 0.05     |
    | 3     | 0.25     | 0.50    | 0.25     |
    | 4     | 0.05     | 0.20    | 0.75     |
    | 5     | 0.02     | 0.05    | 0.93     |

    The table is a convention, the same both ways, not a measurement. It follows the usual reading of stars (1 and 2
    negative, 3 neutral, 4 and 5 positive) and leaves room for the reviewer who means something else, so that stars
    and the model's probabilities can be summed together. Half stars lie half-way between their neighbours.

    Raises:
        ValueError: the rating is not between 1 and 5.
    """
    if not 1 <= rating <= 5:
        raise ValueError(f"a rating is 1 to 5 stars, got {rating}")
    below = min(int(rating), 4)
    share = rating - below
    return from_shares([(1 - share) * a + share * b for a, b in zip(_STARS[below - 1], _STARS[below], strict=True)])
