"""Incidents of an Atlassian Statuspage (v2) and of the many pages that speak its language.

Read are ``incidents.json`` and ``summary.json`` (its scheduled maintenances too), a webhook's body, a list of incident
objects and a single one. What such a page does not tell is not made up:

* ``started``: ``started_at``; of a maintenance ``scheduled_for``; else ``created_at``. ``start_basis`` names the field.
* ``detected``: when the page first told of it (``created_at`` or the first update, whichever is earlier): IT knew by
  then. None for a maintenance, which nobody detects. An incident written down only after its end (backfilled) was
  detected when its first update within it says, else None; ``start_basis`` then ends in ", backfilled".
* A maintenance that was completed before the time it was scheduled for began when its first update ``in_progress``
  says; where there is none it never began, and its ``status`` is cancelled.
* An incident that the page told of and tells of no more is withdrawn, where its list shows that it should be there.
* ``acknowledged``: a page has no acknowledgement. Taken is the first update that says somebody has the matter in hand,
  ``identified`` or else ``monitoring``; ``investigating`` only says that it is known.
* ``resolved``: ``resolved_at``, else the first update ``resolved`` or ``completed``. A ``postmortem``, which follows
  days later, ends nothing.
* ``impact``: ``impact_override``, where somebody set one, else ``impact``.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reputation_monitor.incidents.base import CANCELLED, WITHDRAWN, Incident
from reputation_monitor.incidents.dates import read_date
from reputation_monitor.incidents.records import Outcome, Record, decode, objects, read_impact, reject, sort, text_of

INCIDENTS_PATH = "/api/v2/incidents.json"

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets the body behind an address; its errors go through to whoever polls."""

_LISTS = ("incidents", "scheduled_maintenances")
_MAINTENANCE = frozenset({"scheduled", "in_progress", "verifying", "completed"})
_IN_HAND = ("identified", "monitoring")
_OVER = ("resolved", "completed")
_CLOSED = (*_OVER, "postmortem")


@dataclass(frozen=True, slots=True)
class StatuspageSource:
    """A status page to be asked again and again."""

    name: str
    url: str
    fetch: Fetch

    @property
    def address(self) -> str:
        """Where the page keeps its latest 50 incidents."""
        return self.url if self.url.endswith(".json") else self.url.rstrip("/") + INCIDENTS_PATH

    async def poll(self, known: Sequence[Incident] = ()) -> Outcome:
        """Ask for the latest incidents; those known before come again, as they are now or as withdrawn."""
        body = await self.fetch(self.address)
        found, rejected = read_statuspage(body, self.name)
        return [*found, *read_withdrawn(body, known)], rejected


def read_statuspage(body: bytes, source: str = "") -> Outcome:
    """Read what a status page answered; what is no incident is set aside with the reason."""
    try:
        text = decode(body)
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return [], [reject(body.decode("utf-8", "replace"), f"expected the JSON of a status page: {error}")]
    return read_objects([document], source)


def read_withdrawn(body: bytes, known: Iterable[Incident]) -> list[Incident]:
    """The known incidents that the page took back, as withdrawn.

    Only a list of all incidents, resolved ones too, tells that, and only from its oldest on; of maintenance, a list of
    what is still to come. A cache's copy from before the last that is known of an incident (``page.updated_at``) tells
    nothing.
    """
    try:
        document = json.loads(decode(body))
        page = document.get("page") if isinstance(document, dict) else None
        told_at = read_date(page.get("updated_at")) if isinstance(page, dict) else None
        if told_at is None:
            return []
        told = {text_of(record, "id") for record in _records(document) if isinstance(record, dict)}
        missing = (incident for incident in known if incident.id not in told and not incident.called_off)
        return [replace(i, status=WITHDRAWN) for i in missing if _is_due(i, document, told_at)]
    except (ValueError, RecursionError):
        return []  # a date that is none, or no JSON at all: reading the incidents has told of it


def _is_due(incident: Incident, document: Record, told_at: datetime) -> bool:
    """Whether a list that was made at ``told_at`` should hold the incident."""
    created = read_date(incident.raw.get("created_at"))
    changed = read_date(incident.raw.get("updated_at")) or created
    if created is None or changed is None or told_at < changed:
        return False
    if incident.planned:
        return "scheduled_maintenances" in document and incident.started > told_at
    listed = objects(document.get("incidents"))
    since = min(filter(None, (read_date(record.get("created_at")) for record in listed)), default=None)
    is_whole = any(text_of(record, "status") in _CLOSED for record in listed)
    return is_whole and since is not None and created >= since


def read_objects(documents: Iterable[object], source: str = "") -> Outcome:
    """Read incident objects, and documents that hold such."""
    records = (record for document in documents for record in _records(document))
    return sort(records, lambda record: read_incident(record, source))


def _records(document: object) -> Iterator[object]:
    """The incident objects in a document of any of the shapes."""
    if isinstance(document, list):
        yield from document
    elif not isinstance(document, dict):
        yield document
    elif any(isinstance(document.get(name), list) for name in _LISTS):
        for name in _LISTS:
            yield from document.get(name) or ()
    else:
        yield document.get("incident", document)


def read_incident(record: Record, source: str = "") -> Incident:
    """Read one incident object.

    Raises:
        ValueError: it has no id or no name, a date that is none, or ends before it starts.
    """
    number, title = text_of(record, "id"), text_of(record, "name")
    if not number or not title:
        raise ValueError(f"an incident has an id and a name; this one lacks {'its id' if not number else 'its name'}")
    updates = _updates(record)
    status = text_of(record, "status")
    impact = read_impact(record.get("impact_override") or record.get("impact"))
    planned = impact == "maintenance" or status in _MAINTENANCE or bool(record.get("scheduled_for"))
    times = _times(record, updates, planned=planned)
    if planned and status in _OVER and times.resolved is None:
        status = CANCELLED
    return Incident(
        id=number,
        title=title,
        source=source,
        services=_services(record),
        impact="maintenance" if planned else impact,
        status=status,
        started=times.started,
        start_basis=times.basis,
        detected=times.detected,
        acknowledged=times.acknowledged,
        resolved=times.resolved,
        url=text_of(record, "shortlink", "url"),
        words="\n".join([title, *dict.fromkeys(update.body for update in updates if update.body)]),
        raw=record,
    )


@dataclass(frozen=True, slots=True)
class _Update:
    at: datetime
    status: str
    body: str


def _updates(record: Record) -> list[_Update]:
    """The incident's updates, oldest first, by the time they are shown under."""
    found = []
    for update in objects(record.get("incident_updates")):
        at = read_date(update.get("display_at") or update.get("created_at"))
        if at is not None:
            found.append(_Update(at, text_of(update, "status"), text_of(update, "body")))
    return sorted(found, key=lambda update: update.at)


@dataclass(frozen=True, slots=True)
class _Times:
    started: datetime
    basis: str
    detected: datetime | None
    acknowledged: datetime | None
    resolved: datetime | None


def _times(record: Record, updates: list[_Update], *, planned: bool) -> _Times:
    started, basis = _start(record, planned=planned)
    created = read_date(record.get("created_at"))
    resolved = _ended(record, updates)
    if planned and resolved is not None and resolved < started:
        began = _first(updates, ("in_progress",))
        return _Times(began, "in_progress", None, None, resolved) if began else _Times(started, basis, None, None, None)
    if resolved is not None and resolved < started:
        raise ValueError(f"it ends ({resolved:%Y-%m-%d %H:%M}) before it starts ({started:%Y-%m-%d %H:%M})")
    if planned:
        return _Times(started, basis, None, None, resolved)
    told = [moment for moment in (created, *(update.at for update in updates)) if moment is not None]
    if record.get("backfilled") or (resolved is not None and created is not None and created >= resolved):
        told = [update.at for update in updates if resolved is None or update.at < resolved]
        basis += ", backfilled"
    acknowledged = _first(updates, _IN_HAND[:1]) or _first(updates, _IN_HAND[1:])
    return _Times(started, basis, min(told, default=None), acknowledged, resolved)


def _start(record: Record, *, planned: bool) -> tuple[datetime, str]:
    for name in (*(("scheduled_for",) if planned else ()), "started_at", "created_at"):
        moment = read_date(record.get(name))
        if moment is not None:
            return moment, name
    raise ValueError("it says neither started_at nor created_at")


def _ended(record: Record, updates: list[_Update]) -> datetime | None:
    """When it was over, as was last said; one that was opened again is not."""
    if text_of(record, "status") not in (*_CLOSED, ""):
        return None
    return read_date(record.get("resolved_at")) or _first(updates[::-1], _OVER)


def _first(updates: list[_Update], statuses: tuple[str, ...]) -> datetime | None:
    return next((update.at for update in updates if update.status in statuses), None)


def _services(record: Record) -> tuple[str, ...]:
    """Names of the components it happened to, groups of components left out; else those its updates name."""
    components = [item for item in objects(record.get("components")) if not item.get("group")]
    if not components:
        updates = objects(record.get("incident_updates"))
        components = [item for update in updates for item in objects(update.get("affected_components"))]
    return tuple(dict.fromkeys(name for item in components if (name := text_of(item, "name"))))
