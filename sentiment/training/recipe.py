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


def _shares() -> Mapping[str, Share]:
    return {
        "TweetEval": Share(2.5, 0.9),
        "SST-2": Share(4.0, 0.0),
        "airline": Share(2.5, 0.4, marked=0.6),
        "NewsMTSC": Share(4.0, 0.5, marked=1.0),
        "app reviews": Share(4.0, 0.5),
        "Firefox reviews": Share(2.0, 0.3),
    }


@dataclass(frozen=True)
class Recipe:
    """The numbers of one training.

    Attributes:
        encoder_rate, head_rate: highest learning rates of AdamW, reached after ``warmup`` (a share of all steps).
        average_decay: of the exponential moving average of the weights, a step.
        dropout: within the encoder. None costs a sixth less time.
        trained_layers: how many of the encoder's layers, from above; all of them and the words' vectors if not given.
        hidden_tokens: share of tokens hidden in each pass: without it the model learns its tweets by heart.
        meaning_weight: what a cosine distance of 1 from the base's vector costs, next to the cross-entropy.
        meaning_share: share of whole texts whose vector is compared with the base's.
        composites, contrasts: how many texts about two are put together (``sentiment.training.contrasts``).
        halves: how many are put together of labelled texts given to two brands (``sentiment.training.halves``).
        rivals: how many are made by the larger grammar (``sentiment.training.rivals``).
        trust: how far a teacher's answers are believed beside people's, from not at all (0) to alone (1).
        own_answers: whether what the model itself says after the round before counts beside the teacher.
        softness: the temperature at which they are compared.
        unlabelled: how often each text is read of which only the teacher says anything.
        variants: how often each variant of a text is read, of which again only the teacher says anything.
        shares: how each data set takes part.
    """

    batch_size: int = 64
    encoder_rate: float = 7e-5
    head_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    average_decay: float = 0.998
    dropout: float = 0.0
    trained_layers: int | None = None
    hidden_tokens: float = 0.1
    meaning_weight: float = 1.0
    meaning_share: float = 0.35
    composites: int = 0
    contrasts: int = 0
    halves: int = 0
    rivals: int = 0
    trust: float = 0.7
    own_answers: bool = False
    softness: float = 2.0
    unlabelled: float = 0.0
    variants: float = 0.0
    max_tokens: int = 96
    seed: int = 2
    shares: Mapping[str, Share] = field(default_factory=_shares)

    def notes(self) -> dict[str, Any]:
        """The numbers as ``training.json`` holds them: the shares by themselves."""
        numbers = asdict(self)
        return {"shares": numbers.pop("shares"), "recipe": numbers}


STUDENT = (
    Recipe(
        encoder_rate=1e-4,
        composites=4000,
        contrasts=3000,
        halves=11_000,
        rivals=28_000,
        unlabelled=1.3,
    ),
    Recipe(
        encoder_rate=7e-5,
        head_rate=5e-4,
        composites=2000,
        contrasts=2000,
        halves=8000,
        rivals=20_000,
        unlabelled=1.0,
        seed=3,
        shares={
            "TweetEval": Share(2.0, 0.9),
            "SST-2": Share(3.0, 0.0),
            "airline": Share(2.0, 0.4, marked=0.6),
            "NewsMTSC": Share(3.0, 0.5, marked=1.0),
            "app reviews": Share(3.0, 0.5),
            "Firefox reviews": Share(1.5, 0.3),
        },
    ),
    Recipe(
        encoder_rate=7e-5,
        head_rate=5e-4,
        composites=1500,
        contrasts=1500,
        halves=6000,
        rivals=16_000,
        own_answers=True,
        unlabelled=0.8,
        variants=1.2,
        seed=5,
        shares={
            "TweetEval": Share(1.5, 0.9),
            "SST-2": Share(2.0, 0.0),
            "airline": Share(1.5, 0.4, marked=0.6),
            "NewsMTSC": Share(2.5, 0.5, marked=1.0),
            "app reviews": Share(3.0, 0.5),
            "Firefox reviews": Share(1.0, 0.3),
        },
    ),
)
"""The rounds of the built-in model, each from the weights that the one before left: who learns from a teacher does so
for long (Beyer et al. 2022, "Knowledge distillation: a good teacher is patient and consistent")."""
TEACHER = Recipe(
    encoder_rate=5e-5,
    trained_layers=9,
    meaning_weight=0.0,
    meaning_share=0.0,
    composites=1000,
    contrasts=1000,
    halves=4000,
    rivals=5000,
    seed=4,
    shares={
        "TweetEval": Share(1.3, 0.9),
        "SST-2": Share(2.0, 0.0),
        "airline": Share(1.4, 0.4, marked=0.6),
        "NewsMTSC": Share(2.0, 0.5, marked=0.9),
        "app reviews": Share(2.0, 0.5),
        "Firefox reviews": Share(1.0, 0.3),
    },
)
"""A larger encoder, whose answers the built-in model then learns from beside people's."""
