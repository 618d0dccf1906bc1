"""Every number that decides what is learnt; stored beside the weights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """The numbers of a training run.

    Attributes:
        encoder_rate, head_rate: highest learning rates of AdamW, reached after ``warmup`` (a share of all steps).
        average_decay: of the exponential moving average of the weights, a step.
        hidden_tokens: share of tokens hidden in each pass: without it the model learns its tweets by heart.
        meaning_weight: what a cosine distance of 1 from the base's vector costs, next to the cross-entropy.
        meaning_share: share of whole texts whose vector is compared with the base's.
        composites, contrasts: how many texts about two are put together (``sentiment.training.contrasts``).
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
    max_tokens: int = 96
    seed: int = 2
