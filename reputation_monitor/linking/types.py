"""What the linking says: shifts, links and their verdicts."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What can be said of an incident's effect on the reputation."""

    LINKED = "linked"
    NO_EFFECT = "no measurable effect"
    NOT_ENOUGH_DATA = "not enough data"


class ShiftVerdict(StrEnum):
    """What can be said of a shift's cause."""

    LINKED = "linked"
    UNEXPLAINED = "unexplained"
    SUSPECTED_OUTAGE = "suspected outage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A span in which a brand's negative voices leave the baseline. Times are aware UTC; intervals are 95 %.

    ``observed`` and ``expected`` count negative voices: each author once a day, each story once, weighted by the
    probability that the mention is negative.
    """

    brand: str
    screens: tuple[str, ...]
    onset: datetime
    onset_low: datetime
    onset_high: datetime
    end: datetime
    ongoing: bool
    observed: float
    expected: float
    excess: float
    excess_low: float
    excess_high: float
    verdict: ShiftVerdict = ShiftVerdict.UNEXPLAINED
    incident: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A series the incident could not have touched, over the same span: a rival, or another screen."""

    name: str
    kind: str
    observed: float
    expected: float

    @property
    def ratio(self) -> float | None:
        """Observed over expected; None where nothing was expected."""
        return self.observed / self.expected if self.expected > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What an incident did to one brand. Figures are None where the data cannot give them.

    Attributes:
        observed, expected, excess: negative voices on all screens that the incident may touch, from half an hour before
            the earliest likely onset to an hour after ``effect_end``.
        expected: the baseline, raised by what the controls rose.
        placebos: how many placebo times stand behind ``p_value``; ``placebos_apart`` are those that do not overlap.
        customer_lead_minutes: detected - onset; positive when customers knew first.
        recovery_minutes: from resolved until back within the baseline for two hours.
        peak: most negative voices in an hour of the span.
        valence_drop: mean valence of the baseline minus that of the span, in [-2, 2].
        evidence: mention ids, the most telling first.
        terms: words that grew most in the span.
        alternatives: other incidents that can have brought the same rise; ``share`` is this one's weight among them.
    """

    id: str
    brand: str
    service: str
    title: str
    verdict: Verdict
    reason: str
    p_value: float | None = None
    q_value: float | None = None
    placebos: int = 0
    placebos_apart: float = 0.0
    screens: tuple[str, ...] = ()
    observed: float | None = None
    expected: float | None = None
    excess: float | None = None
    excess_low: float | None = None
    excess_high: float | None = None
    onset: datetime | None = None
    onset_low: datetime | None = None
    onset_high: datetime | None = None
    effect_end: datetime | None = None
    customer_lead_minutes: float | None = None
    recovery_minutes: float | None = None
    peak: float | None = None
    valence_drop: float | None = None
    controls: tuple[Control, ...] = ()
    evidence: tuple[str, ...] = ()
    terms: tuple[str, ...] = field(default=())
    alternatives: tuple[str, ...] = ()
    share: float = 1.0

    @property
    def key(self) -> tuple[str, str]:
        """Incident and brand, of which there is one link."""
        return self.id, self.brand

    def undated(self) -> "Link":
        """Without what only a link tells: when its effect began and ended, and who knew first."""
        return replace(
            self,
            onset=None,
            onset_low=None,
            onset_high=None,
            effect_end=None,
            customer_lead_minutes=None,
            recovery_minutes=None,
        )
