"""Which labels a model may be measured and tuned on: those drawn at random, once there are enough. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reputation_monitor.store import Correction

ENOUGH = 50
"""Labels of mentions drawn at random, from which on the others are left out."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Labels to go by.

    Attributes:
        labels: of texts that did not change since.
        weights: how many texts each stands for.
        at_random: whether all were drawn at random.
        drawn: how many of all labels were drawn at random.
    """

    labels: tuple[Correction, ...]
    weights: tuple[float, ...]
    at_random: bool
    drawn: int


def basis_of(corrections: Sequence[Correction], sizes: Mapping[str, int]) -> Basis:
    """The labels drawn at random where there are enough of them, else all.

    Labels that people set where something caught their eye are mostly of the model's mistakes; what is counted on them
    says little of all mentions.

    Args:
        corrections: all labels that stand.
        sizes: how many different texts there are on each screen. As many are drawn of a small screen as of a large
            one, so a label stands for the more texts the larger its screen.
    """
    current = [one for one in corrections if not one.changed]
    drawn = [one for one in current if one.drawn]
    if len(drawn) < ENOUGH:
        return Basis(tuple(current), (1.0,) * len(current), at_random=False, drawn=len(drawn))
    of_screen = Counter(one.screen for one in drawn)
    weights = tuple(max(sizes.get(one.screen, 0), 1) / of_screen[one.screen] for one in drawn)
    return Basis(tuple(drawn), weights, at_random=True, drawn=len(drawn))


def allocate(amount: int, available: Mapping[str, int]) -> dict[str, int]:
    """Share out a sample among screens: equally, and what a small screen cannot give falls to the others."""
    shares = {}
    left, screens = amount, sorted(available, key=lambda screen: (available[screen], screen))
    for position, screen in enumerate(screens):
        shares[screen] = min(available[screen], round(left / (len(screens) - position)))
        left -= shares[screen]
    return shares
