"""Labels set by hand, as they come out of the store, and what was learned from them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reputation_monitor.store.records import Scores, Spoken, words_of
from sentiment.scores import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Spoken):
    """A label that a person set for a mention, with the mention as it is now.

    Attributes:
        mention: the mention's number.
        ended_at, ended_by: when another label took its place or it was withdrawn, and by whom; None while it stands.
        changed: whether the mention says something else than when it was judged; the label then counts no more.
        drawn: whether the mention was drawn at random to be labelled.
        scores: what the model, the stars or whoever gave it said, as stored; None until scored.
        score_method, model: whence these scores are.
    """

    id: int
    mention: int
    label: Label
    person: str
    note: str
    made_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    changed: bool
    drawn: bool
    brand: str
    screen: str
    source: str
    item_id: str
    title: str
    text: str
    language: str
    rating: float | None
    story: int
    scores: Scores | None
    score_method: str | None
    model: str | None


@dataclass(frozen=True, slots=True)
class KeptTuning:
    """What a model was tuned to. ``base`` is the digest of its weights."""

    base: str
    payload: Mapping[str, Any]
    made_at: datetime


def digest_of(title: str, text: str) -> str:
    """What tells whether a mention still says the words that were judged."""
    return hashlib.sha256(words_of(title, text).encode()).hexdigest()
