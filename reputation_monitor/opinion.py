"""Which shares of a brand's voices are negative, neutral and positive, and how far the truth may lie from that. Pure.

The one place where shares of opinion are worked out. What stars, people or whoever brought a mention say of it is taken
as said. What a model says is corrected by what it made of mentions that people labelled here, if enough were. What it
made of texts elsewhere corrects nothing, since on texts of another kind that is as often wrong as right; but it tells
how far the truth may lie (docs/quantification.md).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from reputation_monitor.copies import Said, shares_of_voices
from reputation_monitor.linking.channels import ALL_SCREENS
from sentiment.quantification import CLASSES, Array, Confusion, Shares, adjust, pool
from sentiment.scores import LABELS, Basis
from sentiment.validation import Confusions, Validation

BASES: Mapping[str, Basis] = {"model": "text", "target": "target"}
"""What a model was asked, by score method. The scores of other methods are no model's."""
LITTLE = 0.1
"""Share of voices up to which those that cannot be corrected leave the whole corrected, with a wider interval."""


class Reading(NamedTuple):
    """How texts of a screen were scored: by which model, with which score method. No screen stands for all."""

    model: str
    method: str
    screen: str


class Origin(StrEnum):
    """What is known of the errors in a share."""

    SAID = "said"
    """Stars, people or whoever brought it say so: nothing to correct."""
    HERE = "here"
    """What the model made of mentions labelled here."""
    ELSEWHERE = "elsewhere"
    """What the model made of texts of other kinds."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KnownErrors:
    """What models make of texts whose class is known.

    Attributes:
        here: of mentions labelled here, by how they were read.
        elsewhere: of texts that others labelled, for each model of which that is known.
    """

    here: Mapping[Reading, Confusions] = field(default_factory=dict)
    elsewhere: Sequence[Validation] = ()

    def of(self, reading: Reading) -> tuple[Origin, Confusion | None]:
        """What is known of a reading."""
        if reading.method not in BASES:
            return Origin.SAID, Confusion.none()
        if reading in self.here:
            return Origin.HERE, self.here[reading].soft
        for validation in self.elsewhere:
            known = validation.confusion(BASES[reading.method]) if validation.is_of(reading.model) else None
            if known is not None:
                return Origin.ELSEWHERE, known
        return Origin.UNKNOWN, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share in [0, 1].

    Attributes:
        classified: as the scores have it.
        value: corrected; None where too much of it cannot be.
        low, high: the ends of its 95 % interval; None where of too much of it no errors are known.
    """

    classified: float
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def best(self) -> float:
        """The corrected share if there is one."""
        return self.classified if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the voices of one screen, or of all, hold of a brand.

    Attributes:
        voices: how many there are; one that said several things in a day is divided evenly among these.
        labels: how many labels set here the shares are corrected by.
        origins: what is known of the errors of the scores.
    """

    screen: str
    voices: float
    negative: Share
    neutral: Share
    positive: Share
    labels: int
    origins: tuple[Origin, ...]

    @property
    def corrected(self) -> bool:
        """Whether a model's errors were undone."""
        return Origin.HERE in self.origins and self.negative.value is not None


@dataclass(slots=True)
class _Sum:
    """The sum ``(3,)`` of the probabilities of a number of voices."""

    probabilities: Array = field(default_factory=lambda: np.zeros(CLASSES))
    voices: float = 0.0

    def add(self, probabilities: Array, voices: float) -> None:
        self.probabilities += probabilities
        self.voices += voices


_Sums = Mapping[Reading, _Sum]

_SAID = Reading("", "", "")
"""Of all that no model read."""


def opinions(said: Mapping[str, Sequence[Said]], errors: KnownErrors) -> tuple[Opinion, ...]:
    """One opinion for each screen on which somebody spoke, and with several screens one of all.

    Args:
        said: scored mentions of one brand by screen.
        errors: what is known of the models that scored them.
    """
    sums = [(screen, _sums(screen, rows)) for screen, rows in said.items()]
    found = [_opinion(screen, parts, errors) for screen, parts in sums if parts]
    if len(found) > 1:
        found.append(_opinion(ALL_SCREENS, _together([parts for _, parts in sums], errors), errors))
    return tuple(found)


def _sums(screen: str, rows: Sequence[Said]) -> _Sums:
    sums: dict[Reading, _Sum] = defaultdict(_Sum)
    for row, share in shares_of_voices(rows):
        probabilities = np.array([row.negative, max(0.0, 1 - row.negative - row.positive), row.positive])
        reading = Reading(row.model, row.score_method, screen) if row.score_method in BASES else _SAID
        sums[reading].add(share * probabilities, share)
    return sums


def _together(screens: Sequence[_Sums], errors: KnownErrors) -> _Sums:
    """All screens' sums. What has the same errors everywhere is one sum: their parts do not err independently."""
    together: dict[Reading, _Sum] = defaultdict(_Sum)
    for sums in screens:
        for reading, part in sums.items():
            shared = reading if reading in errors.here else reading._replace(screen="")
            together[shared].add(part.probabilities, part.voices)
    return together


def _opinion(screen: str, sums: _Sums, errors: KnownErrors) -> Opinion:
    by_origin: dict[Origin, _Sum] = defaultdict(_Sum)
    parts = []
    for reading, part in sums.items():
        origin, confusion = errors.of(reading)
        by_origin[origin].add(part.probabilities, part.voices)
        parts.append((part.voices, _estimate(part, origin, confusion)))
    voices = sum(part.voices for part in by_origin.values())
    classified = sum((part.probabilities for part in by_origin.values()), np.zeros(CLASSES)) / voices
    origins = tuple(sorted(by_origin))
    unknown = by_origin[Origin.UNKNOWN].voices
    bounded, corrected = (open_ <= LITTLE * voices for open_ in (unknown, unknown + by_origin[Origin.ELSEWHERE].voices))
    shares = _shares(classified, pool(parts) if bounded else None, corrected=corrected)
    labels = sum(int(errors.here[reading].texts.sum()) for reading in sums if reading in errors.here)
    return Opinion(
        screen=screen, voices=voices, labels=labels, origins=origins, **dict(zip(LABELS, shares, strict=True))
    )


def _estimate(part: _Sum, origin: Origin, confusion: Confusion | None) -> Shares:
    """The shares of a part. What is not corrected stays as classified, and its interval is the wider for that."""
    plain = part.probabilities / part.voices
    if confusion is None:
        return Shares(plain, np.zeros(CLASSES), np.ones(CLASSES))
    found = adjust(part.probabilities, part.voices, confusion)
    if origin is Origin.ELSEWHERE:
        return Shares(plain, np.minimum(found.low, plain), np.maximum(found.high, plain))
    return found


def _shares(classified: Array, whole: Shares | None, *, corrected: bool) -> list[Share]:
    if whole is None:
        return [Share(classified=share) for share in classified.tolist()]
    rows = np.column_stack([classified, whole.value, whole.low, whole.high]).tolist()
    return [
        Share(classified=plain, value=value if corrected else None, low=low, high=high)
        for plain, value, low, high in rows
    ]
