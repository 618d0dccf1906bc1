"""Every number that decides what is learnt; stored beside the weights."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """How a data set takes part: how often each text is read, and how far its classes are made to count alike.

    ``class_power`` lies between counting every text alike (0) and every class alike (1). ``marked`` is the share of
    readings that mark the target, where there is one.
    """

    passes: float
    class_power: float
    marked: float = 0.0


def _first_shares() -> Mapping[str, Share]:
    return {
        "TweetEval": Share(1.7, 0.9),
        "SST-2": Share(3.0, 0.0),
        "airline": Share(2.5, 0.4, marked=0.6),
        "NewsMTSC": Share(3.5, 0.5, marked=1.0),
        "app reviews": Share(3.0, 0.5),
        "Firefox reviews": Share(1.5, 0.3),
    }


@dataclass(frozen=True)
class Recipe:
    """The numbers of a phase of training.

    Attributes:
        encoder_rate, head_rate: highest learning rates of AdamW, reached after ``warmup`` (a share of all steps).
        average_decay: of the exponential moving average of the weights, a step.
        hidden_tokens: share of tokens hidden in each pass: without it the model learns its tweets by heart.
        meaning_weight: what a cosine distance of 1 from the base's vector costs, next to the cross-entropy.
        meaning_share: share of whole texts whose vector is compared with the base's.
        composites, contrasts: how many texts about two are put together (``sentiment.training.contrasts``).
        halves: how many are put together of labelled texts given to two brands (``sentiment.training.halves``).
        rivals: how many are made by the larger grammar (``sentiment.training.rivals``).
        kept: the share of the weights before the phase in those after it.
        shares: how each data set takes part.
    """

    batch_size: int = 32
    encoder_rate: float = 7e-5
    head_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    average_decay: float = 0.998
    hidden_tokens: float = 0.1
    meaning_weight: float = 1.0
    meaning_share: float = 0.5
    composites: int = 8000
    contrasts: int = 4000
    halves: int = 0
    rivals: int = 0
    kept: float = 0.0
    max_tokens: int = 96
    seed: int = 2
    shares: Mapping[str, Share] = field(default_factory=_first_shares)

    def notes(self) -> dict[str, Any]:
        """The numbers as ``training.json`` holds them: the shares by themselves."""
        numbers = asdict(self)
        return {"shares": numbers.pop("shares"), "recipe": numbers}


FIRST = Recipe()
"""All kinds of texts, from the base on."""
SECOND = Recipe(
    encoder_rate=4e-5,
    head_rate=6e-4,
    composites=1000,
    contrasts=1000,
    halves=11_000,
    rivals=28_000,
    kept=0.3,
    seed=3,
    shares={
        "TweetEval": Share(0.2, 0.9),
        "SST-2": Share(1.1, 0.0),
        "airline": Share(0.4, 0.4, marked=0.6),
        "NewsMTSC": Share(1.2, 0.5, marked=1.0),
        "app reviews": Share(1.5, 0.5),
        "Firefox reviews": Share(0.3, 0.3),
    },
)
"""Two brands of one text, from the weights of the first phase on; the rest is read again so as not to be lost."""
