"""A verdict as it stood, what it rested on, and its change. Plain values; times are aware UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from reputation_monitor.linking.types import Link, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of an incident and a brand at one look: the figures of the link that people go by."""

    verdict: Verdict
    p_value: float | None = None
    q_value: float | None = None
    excess: float | None = None
    excess_low: float | None = None
    excess_high: float | None = None
    onset: datetime | None = None
    onset_low: datetime | None = None
    onset_high: datetime | None = None

    @classmethod
    def of(cls, link: Link) -> Self:
        """Read it from the link."""
        return cls(
            verdict=link.verdict,
            p_value=link.p_value,
            q_value=link.q_value,
            excess=link.excess,
            excess_low=link.excess_low,
            excess_high=link.excess_high,
            onset=link.onset,
            onset_low=link.onset_low,
            onset_high=link.onset_high,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Sums over a brand's series: mentions, and negative voices."""

    mentions: float = 0.0
    negative: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a link rested on, as far as it may change.

    Attributes:
        title, services, impact, started, detected, resolved: the incident as it was known.
        settings: what the configuration said of linking, of the brand's rivals and of the screens.
        method: the method's version.
        start, end: the span around the incident; ``end`` is no later than the end of the data then.
        data_end: the end of the data then.
        around: what was counted of the brand in that span.
        before: what was counted of it before.
        rivals: what was counted of its rivals up to ``data_end``.
    """

    title: str
    services: tuple[str, ...]
    impact: str
    started: datetime
    detected: datetime | None
    resolved: datetime | None
    settings: str
    method: str
    start: datetime
    end: datetime
    data_end: datetime
    around: Counted
    before: Counted
    rivals: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """That a look said something else of an incident and a brand than the look before it.

    Attributes:
        before: what was said until then.
        after: what is said since; None where the incident is not tested any more.
        reasons: what had changed in between, in words, the most telling first.
    """

    incident: str
    brand: str
    at: datetime
    before: Judged
    after: Judged | None
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """All reasons as one sentence."""
        told = "; ".join(self.reasons)
        return f"{told[:1].upper()}{told[1:]}."
