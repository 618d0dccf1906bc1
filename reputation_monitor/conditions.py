"""What of a look people should be told: one condition a disturbance, whatever becomes known of it later. Pure."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.base import Alert, Kind, Quote
from alerts.base import Incident as NamedIncident
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.types import Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.outcomes.revenue import RevenueAtRisk

RECENT = timedelta(days=2)
CORRECTED = timedelta(days=14)
"""For how long after its end it is told that what was told of a disturbance was wrong: status pages are late."""
SETTLED = timedelta(hours=2)
IT_FIRST = (
    "Whether what customers name works; IT is asked first. "
    "If it does not work, open an incident: this alert names it once their figures go together"
)
DISTURBANCES = (Kind.SHIFT, Kind.LINK)
UNWATCHED = "The brand is no longer among those that the configuration watches."
GONE = "A later look at the same mentions no longer finds it above the usual."
TAKEN_BACK = "IT took the incident back ({status}), so no incident explains it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A disturbance of a brand: a shift, a link, or both together.

    Attributes:
        key: the same for as long as it lasts.
    """

    key: str
    shift: Shift | None
    link: Link | None

    @property
    def brand(self) -> str:
        """Whom it concerns."""
        found = self.shift or self.link
        if found is None:
            raise ValueError("a condition is a shift or a link")
        return found.brand

    @property
    def screens(self) -> tuple[str, ...]:
        """Where it shows."""
        found = self.shift or self.link
        return found.screens if found else ()

    @property
    def started(self) -> datetime:
        """When it began: the shift's onset, else the link's."""
        onset = self.shift.onset if self.shift else self.link.onset if self.link else None
        if onset is None:
            raise ValueError(f"condition {self.key} has no onset")
        return onset

    @property
    def suspected_outage(self) -> bool:
        """Whether customers speak of failing service and no incident is open."""
        return self.link is None and self.shift is not None and self.shift.verdict is ShiftVerdict.SUSPECTED_OUTAGE

    def ended(self, now: datetime) -> datetime | None:
        """When it was over; None while it lasts. A disturbance that ended just now may come back."""
        ends = [e for e in (self.shift and self.shift.end, self.link and self.link.effect_end) if e]
        last = max(ends)
        # What goes on where imported data end, in the past, is history all the same.
        goes_on = bool(self.shift and self.shift.ongoing) and now - last <= RECENT
        return None if goes_on or now - last < SETTLED else last


def conditions(findings: Findings, known: Sequence[Alert], now: datetime) -> list[Condition]:
    """The disturbances that last, ended lately, are told of as if they lasted, or with another incident or none.

    Args:
        findings: of the last look.
        known: alerts that are open or ended lately; what they tell of keeps their keys.
        now: aware UTC.
    """
    links = {link.key: link for link in findings.links if link.verdict is Verdict.LINKED}
    # One incident may explain several shifts, as of two screens that it hurt at different times.
    found = [Condition(key="", shift=s, link=links.get((s.incident or "", s.brand))) for s in findings.shifts]
    explained = {c.link.key for c in found if c.link}
    found += [
        Condition(key="", shift=None, link=link) for key, link in links.items() if link.onset and key not in explained
    ]
    alerts = {alert.key: alert for alert in known}
    return [c for c in _with_keys(found, known, now) if _is_recent(c, now) or _is_news(c, alerts.get(c.key))]


def _is_news(condition: Condition, told: Alert | None) -> bool:
    return told is not None and (told.ended is None or incident_id(told.incident) != incident_id(condition.link))


def incident_id(found: Link | NamedIncident | None) -> str:
    """Which incident it is, or empty."""
    return found.id if found else ""


def _is_recent(condition: Condition, now: datetime) -> bool:
    ended = condition.ended(now)
    return ended is None or now - ended <= RECENT


def _with_keys(found: Sequence[Condition], known: Sequence[Alert], now: datetime) -> list[Condition]:
    """Give each condition the key of the alert that tells of it, and no key to two; the likeliest pair goes first."""
    pairs = [(c, alert) for c in range(len(found)) for alert in known if _may_be(found[c], alert, now)]
    keys: dict[int, str] = {}
    for number, alert in sorted(pairs, key=lambda pair: _unlikeness(found[pair[0]], pair[1])):
        if number not in keys and alert.key not in keys.values():
            keys[number] = alert.key
    taken = {alert.key for alert in known}
    for number, condition in enumerate(found):
        if number not in keys:
            keys[number] = _new_key(condition, taken)
            taken.add(keys[number])
    return [replace(condition, key=keys[number]) for number, condition in enumerate(found)]


def _may_be(condition: Condition, alert: Alert, now: datetime) -> bool:
    overlaps = alert.started <= (condition.ended(now) or now) and condition.started <= (alert.ended or now)
    return alert.brand == condition.brand and alert.kind in DISTURBANCES and overlaps


def _unlikeness(condition: Condition, alert: Alert) -> tuple[int, float]:
    """How ill a condition and an alert fit: another incident first, then the distance of their beginnings."""
    incidents = {incident_id(condition.link), incident_id(alert.incident)}
    other = 0 if len(incidents) == 1 else 1 if "" in incidents else 2
    return other, abs((condition.started - alert.started).total_seconds())


def _new_key(condition: Condition, taken: Container[str]) -> str:
    key = f"disturbance:{condition.brand}:{condition.started:%Y-%m-%dT%H:%MZ}"
    # Two incidents may begin to hurt in the same minute.
    return f"{key}:{condition.link.id}" if key in taken and condition.link else key


def describe(
    condition: Condition,
    *,
    incidents: Mapping[str, Incident],
    quotes: Sequence[Quote],
    terms: Sequence[str],
    cost: RevenueAtRisk | None,
    review_url: str,
    now: datetime,
) -> Alert:
    """The alert of a condition as it is now."""
    shift, link = condition.shift, condition.link
    incident = incidents.get(link.id) if link else None
    figures = link if link is not None and shift is None else shift or link
    if figures is None:
        raise ValueError("a condition is a shift or a link")
    return Alert(
        key=condition.key,
        kind=Kind.LINK if link else Kind.SHIFT,
        brand=condition.brand,
        headline=headline(condition, incident),
        started=condition.started,
        ended=condition.ended(now),
        screens=figures.screens,
        verdict=Verdict.LINKED if link else shift.verdict if shift else "",
        observed=figures.observed,
        expected=figures.expected,
        excess=figures.excess,
        excess_low=figures.excess_low,
        excess_high=figures.excess_high,
        valence_drop=link.valence_drop if link else None,
        p_value=link.p_value if link else None,
        q_value=link.q_value if link else None,
        customer_lead_minutes=link.customer_lead_minutes if link else None,
        recovery_minutes=link.recovery_minutes if link else None,
        incident=named(incident) if incident else None,
        quotes=tuple(quotes),
        terms=tuple(terms),
        advice=IT_FIRST if condition.suspected_outage and condition.ended(now) is None else "",
        reason=link.reason if link else shift.reason if shift else "",
        cost=cost_in_words(cost) if cost else "",
        review_url=review_url,
    )


def headline(condition: Condition, incident: Incident | None) -> str:
    """What happened, without figures."""
    if incident:
        what = "planned maintenance " if incident.planned else ""
        return f"{condition.brand}: negative talk, associated in time with {what}“{incident.title}”"
    if condition.suspected_outage:
        return f"{condition.brand}: suspected outage, no incident is open (for IT first)"
    return unexplained(condition.brand)


def unexplained(brand: str) -> str:
    """The headline where no incident is named."""
    return f"{brand}: customers are unusually negative"


def named(incident: Incident) -> NamedIncident:
    """The incident as a message names it."""
    return NamedIncident(
        id=incident.id,
        title=incident.title,
        service=", ".join(incident.services),
        status=incident.status,
        started=incident.started,
        resolved=incident.resolved,
        planned=incident.planned,
        url=incident.url,
    )


def cost_in_words(cost: RevenueAtRisk) -> str:
    """The amount with its interval and what it is."""
    return (
        f"{cost.currency} {cost.amount:,.0f} of yearly revenue at risk "
        f"({cost.low:,.0f} to {cost.high:,.0f}), by your own revenue model"
    )


def gone(alert: Alert, now: datetime) -> Alert:
    """The end of an alert whose condition no look finds any more."""
    return replace(alert, ended=now, reason=GONE)


def unwatched(alert: Alert, now: datetime) -> Alert:
    """The end of an alert of a brand that is configured no more."""
    return replace(alert, ended=now, reason=UNWATCHED)


def taken_back(alert: Alert, incident: Incident, now: datetime) -> Alert:
    """The end of an alert of which nothing is left without the incident that IT took back."""
    reason = TAKEN_BACK.format(status=incident.status.casefold())
    told = replace(alert, kind=Kind.SHIFT, headline=unexplained(alert.brand), verdict="", incident=None, reason=reason)
    figures = replace(told, p_value=None, q_value=None, customer_lead_minutes=None, recovery_minutes=None)
    return replace(figures, ended=alert.ended or now, review_url="")
