"""What every incident source gives: an IT incident in the design's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

WITHDRAWN = "withdrawn"
"""The status of an incident that its source no longer tells of."""

CANCELLED = "cancelled"
"""The status of maintenance that was ended before it began."""

CALLED_OFF = frozenset({WITHDRAWN, CANCELLED, "canceled", "retracted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An IT incident. Times are aware UTC.

    Attributes:
        id: the incident tool's own identity of it.
        services: names of the services or components it happened to.
        impact: none, minor, major, critical or maintenance.
        started: when it began; never filled silently: ``start_basis`` names the field it was taken from.
        detected: when IT first knew or told of it.
        words: title and updates as one text, from which its subject is known.
    """

    id: str
    title: str
    source: str = ""
    services: tuple[str, ...] = ()
    impact: str = "minor"
    status: str = ""
    started: datetime
    start_basis: str = "started"
    detected: datetime | None = None
    acknowledged: datetime | None = None
    resolved: datetime | None = None
    url: str = ""
    words: str = ""
    raw: Mapping[str, object] = field(default_factory=dict)

    @property
    def planned(self) -> bool:
        """Whether it is maintenance, which was announced before it began."""
        return self.impact == "maintenance"

    @property
    def kind(self) -> str:
        """What it is, as people say it."""
        return "planned maintenance" if self.planned else "incident"

    @property
    def called_off(self) -> bool:
        """Whether it is said not to have happened: cancelled before it began, or taken back later."""
        return self.status.casefold() in CALLED_OFF

    @property
    def names_start(self) -> bool:
        """Whether the record itself names the start, rather than only when somebody wrote it down or planned it."""
        return self.start_basis.partition(",")[0] in {"started", "started_at"}


@dataclass(frozen=True, slots=True)
class RejectedIncident:
    """A record that is no incident: its raw form, why, and which of the document it was, as far as that is known."""

    raw: str
    reason: str
    where: str = ""
