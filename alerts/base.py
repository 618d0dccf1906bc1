"""The door of the package: a condition that holds, and how its notification may fail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What an alert is about."""

    SHIFT = "shift"
    LINK = "link"
    SOURCE = "source"
    REPORT = "report"
    TEST = "test"


class Event(StrEnum):
    """Why a notification is sent."""

    RAISED = "raised"
    UPDATED = "updated"
    REPEATED = "repeated"
    ENDED = "ended"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one customer said, and where."""

    text: str
    source: str
    url: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The IT incident an alert names; ``planned`` if it is maintenance."""

    id: str
    title: str
    service: str = ""
    status: str = ""
    started: datetime | None = None
    resolved: datetime | None = None
    planned: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A condition that holds, or has ended, with all that a message about it needs. Times are aware UTC.

    Attributes:
        key: the condition's identity; the same from raising to end (``shift:United:2015-02-22T21:30Z``).
        observed, expected: negative voices (distinct authors or stories) in the span, and what the baseline expected.
        excess_low, excess_high: 95 % interval of observed - expected.
        valence_drop: fall of mean valence against the baseline, in [0, 2].
        q_value: of the link, after Benjamini-Hochberg.
        customer_lead_minutes: how long customers knew before IT did (detected - onset); negative if IT was first.
        terms: words that are used more than before; of a suspected outage, those by which customers say what fails.
        reason: one sentence on how sure the verdict is.
        advice: what to look at first, or empty.
        cost: what it may cost, in words with currency and interval, or empty.
        review_url: where the incident review or report is.
    """

    key: str
    kind: Kind
    brand: str
    headline: str
    started: datetime
    ended: datetime | None = None
    screens: tuple[str, ...] = ()
    verdict: str = ""
    observed: float | None = None
    expected: float | None = None
    excess: float | None = None
    excess_low: float | None = None
    excess_high: float | None = None
    valence_drop: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    customer_lead_minutes: float | None = None
    recovery_minutes: float | None = None
    incident: Incident | None = None
    quotes: tuple[Quote, ...] = ()
    terms: tuple[str, ...] = ()
    reason: str = ""
    advice: str = ""
    cost: str = ""
    review_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message about an alert for one channel.

    ``key`` is the same on every attempt, so that a receiver can drop a repeat.
    """

    key: str
    event: Event
    alert: Alert
    at: datetime
    reason: str = ""


class DeliveryError(Exception):
    """A channel did not take a message.

    ``permanent`` says that trying again cannot help (401, 404); ``retry_after_seconds`` is the receiver's own wish.
    """

    def __init__(self, message: str, *, permanent: bool = False, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds


class Channel(Protocol):
    """A place where people read notifications."""

    name: str

    async def send(self, notification: Notification) -> None:
        """Deliver one notification; return only after the receiver took it.

        Raises:
            DeliveryError: the receiver did not take it.
        """
        ...
