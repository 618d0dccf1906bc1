"""The figures of an alert in sentences: how long, how much, where, which incident, how sure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from alerts.base import Alert, Incident, Kind
from alerts.words import listing, moment, moment_beside, number, screen_names, sentence, span, tidy

VALUE_LIMIT = 500
RATE_FROM = timedelta(hours=1)
"""Spans from this length on are given as voices an hour too; shorter ones would be multiplied up."""

ABOUT_A_BRAND = frozenset({Kind.SHIFT, Kind.LINK})

NO_INCIDENT = {
    "suspected outage": "None is open. An outage is suspected: customers speak of failing service.",
    "unexplained": "None fits. The cause is unexplained so far.",
}
VERDICTS = {
    "linked": "Linked: the rise goes together in time with this incident.",
    "no measurable effect": "No measurable effect: this incident did not change what customers say.",
    "not enough data": "Not enough data: too little is said to tell whether this incident did harm.",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a message: what it is about, and what is known."""

    label: str
    value: str


def lead_of(alert: Alert, zone: tzinfo) -> str:
    """Say in one sentence what happened; empty where the headline and the reason say it all."""
    if alert.kind is Kind.REPORT:
        return sentence(tidy(alert.reason, VALUE_LIMIT))
    if alert.kind is Kind.SOURCE:
        return " ".join(part for part in (f"{_when(alert, zone)}.", sentence(tidy(alert.reason, VALUE_LIMIT))) if part)
    if alert.observed is None or alert.expected is None:
        return f"{_when(alert, zone)}. How many customers speak of it is not known yet."
    return f"{_when(alert, zone)}, {_voices(alert)} badly of {_brand(alert)}, where {_usual(alert)}."


def facts_of(alert: Alert, at: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield what is known of an alert, the most important first; what is not known is left out.

    Args:
        alert: the condition.
        at: when the message is written; figures of what still goes on reach until then.
        zone: the reader's.
    """
    terms = [tidy(term, 60) for term in alert.terms[:8]]
    suspected = alert.verdict == "suspected outage"
    labelled = [
        ("IT incident", _incident(alert, zone)),
        ("Verdict", _verdict(alert)),
        # Who is woken reads in customers' words what may be down, before any figure.
        ("In their words", listing([f"“{term}”" for term in terms]) if suspected else ""),
        ("What to check", sentence(tidy(alert.advice, VALUE_LIMIT))),
        ("Where", screen_names(alert.screens)),
        ("How much", _how_much(alert, at)),
        ("Duration", _duration(alert, at)),
        ("Noticed first by", _noticed_first(alert)),
        ("Recovery", _recovery(alert)),
        ("May cost", sentence(tidy(alert.cost, VALUE_LIMIT))),
        ("How sure", _how_sure(alert)),
        ("Tone", _tone(alert)),
        ("Words used more", "" if suspected else listing(terms)),
    ]
    yield from (Fact(label, value) for label, value in labelled if value)


def _brand(alert: Alert) -> str:
    return tidy(alert.brand, 60) or "the brand"


def _when(alert: Alert, zone: tzinfo) -> str:
    started = moment(alert.started, zone)
    if alert.ended is None:
        return f"Since {started}"
    return f"From {started} to {moment_beside(alert.ended, alert.started, zone)}"


def _voices(alert: Alert) -> str:
    count = number(alert.observed or 0.0)
    if count == "1":
        return f"1 customer or story {'spoke' if alert.ended else 'has spoken'}"
    return f"{count} customers and stories {'spoke' if alert.ended else 'have spoken'}"


def _usual(alert: Alert) -> str:
    observed, expected = alert.observed or 0.0, alert.expected or 0.0
    if expected < 0.5:
        return "hardly any are usual"
    times = f": {number(observed / expected)} times as many" if observed >= 1.15 * expected else ""
    return f"about {number(expected)} {'is' if number(expected) == '1' else 'are'} usual{times}"


def _duration(alert: Alert, at: datetime) -> str:
    if alert.kind is Kind.REPORT or alert.kind is Kind.TEST:
        return ""
    if alert.ended is not None:
        return f"{span(alert.ended - alert.started)}; it is over"
    return f"{span(at - alert.started)} so far"


def _how_much(alert: Alert, at: datetime) -> str:
    parts = []
    if alert.excess is not None:
        more = "more" if alert.excess >= 0 else "fewer"
        parts.append(f"{number(abs(alert.excess))} negative voices {more} than usual{_interval(alert)}.")
    lasted = (alert.ended or at) - alert.started
    if alert.observed is not None and alert.expected is not None and lasted >= RATE_FROM:
        hours = lasted / timedelta(hours=1)
        usual = number(alert.expected / hours)
        parts.append(
            f"That is {number(alert.observed / hours)} an hour where {usual} {'is' if usual == '1' else 'are'} usual."
        )
    return " ".join(parts)


def _interval(alert: Alert) -> str:
    if alert.excess_low is None or alert.excess_high is None:
        return ""
    return f" (95 % interval {number(alert.excess_low)} to {number(alert.excess_high)})"


def _incident(alert: Alert, zone: tzinfo) -> str:
    if alert.incident is not None:
        return sentence(_incident_named(alert.incident, zone))
    return NO_INCIDENT.get(alert.verdict, "None is named.") if alert.kind in ABOUT_A_BRAND else ""


def _incident_named(incident: Incident, zone: tzinfo) -> str:
    kind = "planned maintenance" if incident.planned else ""
    known = [kind, tidy(incident.id, 60), tidy(incident.service, 60), tidy(incident.status, 40)]
    named = f"{tidy(incident.title, 160)} ({', '.join(part for part in known if part)})"
    if incident.started is None:
        return named + (f", resolved {moment(incident.resolved, zone)}" if incident.resolved else "")
    began = moment(incident.started, zone)
    if incident.resolved is None:
        return f"{named}, since {began}"
    return f"{named}, from {began} to {moment_beside(incident.resolved, incident.started, zone)}"


def _verdict(alert: Alert) -> str:
    if alert.kind is Kind.SOURCE or (alert.incident is None and alert.verdict in NO_INCIDENT):
        return ""  # the headline or the line on the incident has said it
    return VERDICTS.get(alert.verdict, sentence(tidy(alert.verdict, 80)))


def _noticed_first(alert: Alert) -> str:
    lead = alert.customer_lead_minutes
    if lead is None:
        return ""
    if abs(lead) < 1:
        return "Customers and IT at the same time."
    first, second = ("Customers", "IT") if lead > 0 else ("IT", "customers")
    return f"{first}, {span(timedelta(minutes=abs(lead)))} before {second}."


def _recovery(alert: Alert) -> str:
    if alert.recovery_minutes is None:
        return ""
    if alert.recovery_minutes < 1:
        return "Back to usual as soon as IT had resolved the incident."
    return f"Back to usual {span(timedelta(minutes=alert.recovery_minutes))} after IT had resolved the incident."


def _how_sure(alert: Alert) -> str:
    if alert.kind not in ABOUT_A_BRAND:
        return ""  # its reason is the lead
    reason = sentence(tidy(alert.reason, VALUE_LIMIT))
    return " ".join(part for part in (reason, _chance(alert, explained=bool(reason))) if part)


def _chance(alert: Alert, *, explained: bool) -> str:
    """Explain q, or p where there is no q: what a reader without statistics may conclude from it, and no more."""
    if alert.q_value is not None:
        share = _per_cent(alert.q_value) if alert.q_value < 0.001 else f"about {_per_cent(alert.q_value)}"
        return f"Of links found at this strength, {share} are chance ({_named('q', alert.q_value)})."
    if alert.p_value is None:
        return ""
    named = _named("p", alert.p_value)
    return (
        f"({named})" if explained else f"Chance alone gives as much in {_per_cent(alert.p_value)} of cases ({named})."
    )


def _per_cent(share: float) -> str:
    return "less than 0.1 %" if share < 0.001 else f"{number(100 * share)} %"


def _named(letter: str, value: float) -> str:
    return f"{letter} < 0.001" if value < 0.001 else f"{letter} = {value:.2g}"


def _tone(alert: Alert) -> str:
    drop = alert.valence_drop
    if drop is None or abs(drop) < 0.005:
        return ""
    compared = "worse" if drop > 0 else "better"
    return f"{abs(drop):.2f} {compared} than usual, on a scale from -1 (all bad) to +1 (all good)."
