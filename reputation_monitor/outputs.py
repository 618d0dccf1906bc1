"""Findings as the JSON that other programs may rely on: of the commands' ``--json`` and of the dashboard's API alike.

Times are ISO 8601 in UTC with ``Z``; counts and minutes have two decimals, probabilities four significant digits.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from reputation_monitor.incidents.base import Incident
from reputation_monitor.labelling.figures import Report, Row
from reputation_monitor.labelling.tuning import Trial
from reputation_monitor.linking.types import Control, Link, Shift
from reputation_monitor.pipeline import Intake
from reputation_monitor.relinking.types import Judged, VerdictChange
from reputation_monitor.store import Correction, KnownAlert, Mention, SourceState, Store
from sentiment.evaluate.figures import Figure
from sentiment.scores import LABELS
from sentiment.trial import Change

Json = dict[str, Any]


def instant(moment: datetime | None) -> str | None:
    """``2015-02-22T13:02:00Z``, to the second."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def decimal(value: float | None) -> float | None:
    """A count or a number of minutes, to two decimals."""
    return None if value is None else round(value, 2) + 0.0


def significant(value: float | None) -> float | None:
    """A probability, to four significant digits."""
    return None if value is None else float(f"{value:.4g}")


def shift_json(shift: Shift) -> Json:
    """A shift."""
    return {
        "brand": shift.brand,
        "screens": list(shift.screens),
        "onset": instant(shift.onset),
        "onset_low": instant(shift.onset_low),
        "onset_high": instant(shift.onset_high),
        "end": instant(shift.end),
        "observed": decimal(shift.observed),
        "expected": decimal(shift.expected),
        "excess": decimal(shift.excess),
        "excess_low": decimal(shift.excess_low),
        "excess_high": decimal(shift.excess_high),
        "verdict": str(shift.verdict),
        "incident": shift.incident,
    }


def link_json(link: Link, evidence_ids: Sequence[str], history: Sequence[VerdictChange] = ()) -> Json:
    """An incident's link.

    Args:
        link: what the incident did to a brand.
        evidence_ids: the ids of the mentions that show it, the most telling first, as their sources gave them.
        history: how its verdict changed, oldest first.
    """
    return {
        "id": link.id,
        "brand": link.brand,
        "service": link.service,
        "title": link.title,
        "verdict": str(link.verdict),
        "p_value": significant(link.p_value),
        "q_value": significant(link.q_value),
        "observed": decimal(link.observed),
        "expected": decimal(link.expected),
        "excess": decimal(link.excess),
        "excess_low": decimal(link.excess_low),
        "excess_high": decimal(link.excess_high),
        "onset": instant(link.onset),
        "customer_lead_minutes": decimal(link.customer_lead_minutes),
        "recovery_minutes": decimal(link.recovery_minutes),
        "peak": decimal(link.peak),
        "valence_drop": significant(link.valence_drop),
        "controls": [control_json(control) for control in link.controls],
        "evidence": list(evidence_ids),
        "reason": link.reason,
        "history": [verdict_change_json(change) for change in history],
        "alternatives": list(link.alternatives),
    }


async def links_json(links: Sequence[Link], store: Store) -> list[Json]:
    """Links with the evidence and the history that the store holds of each."""
    history: dict[tuple[str, str], list[VerdictChange]] = {}
    for change in await store.verdict_changes():
        history.setdefault((change.incident, change.brand), []).append(change)
    documents = []
    for link in links:
        mentions = await store.mentions_by_key(link.evidence, link.brand) if link.evidence else []
        documents.append(link_json(link, [m.item_id for m in mentions], history.get(link.key, ())))
    return documents


def verdict_change_json(change: VerdictChange) -> Json:
    """Another verdict, or other figures, than before; ``after`` is null where the incident was not tested any more."""
    return {
        "at": instant(change.at),
        "before": _judged_json(change.before),
        "after": None if change.after is None else _judged_json(change.after),
        "reason": change.reason,
    }


def _judged_json(judged: Judged) -> Json:
    return {
        "verdict": str(judged.verdict),
        "p_value": significant(judged.p_value),
        "q_value": significant(judged.q_value),
        "excess": decimal(judged.excess),
        "excess_low": decimal(judged.excess_low),
        "excess_high": decimal(judged.excess_high),
        "onset": instant(judged.onset),
    }


def control_json(control: Control) -> Json:
    """A series that an incident could not have touched."""
    return {
        "name": control.name,
        "kind": control.kind,
        "observed": decimal(control.observed),
        "expected": decimal(control.expected),
        "ratio": significant(control.ratio),
    }


def alert_json(known: KnownAlert) -> Json:
    """An alert and how it stands."""
    alert = known.alert
    return {
        "key": alert.key,
        "kind": str(alert.kind),
        "state": str(known.state),
        "brand": alert.brand,
        "headline": alert.headline,
        "verdict": str(alert.verdict),
        "screens": list(alert.screens),
        "started": instant(alert.started),
        "ended": instant(alert.ended or known.ended_at),
        "raised": instant(known.raised_at),
        "last_notified": instant(known.last_notified_at),
        "observed": decimal(alert.observed),
        "expected": decimal(alert.expected),
        "excess": decimal(alert.excess),
        "excess_low": decimal(alert.excess_low),
        "excess_high": decimal(alert.excess_high),
        "valence_drop": significant(alert.valence_drop),
        "p_value": significant(alert.p_value),
        "q_value": significant(alert.q_value),
        "customer_lead_minutes": decimal(alert.customer_lead_minutes),
        "recovery_minutes": decimal(alert.recovery_minutes),
        "incident": alert.incident.id if alert.incident else None,
        "cost": alert.cost,
        "reason": alert.reason,
        "advice": alert.advice,
        "review_url": alert.review_url,
    }


def intake_json(source: str, intake: Intake) -> Json:
    """What was collected from a source."""
    told = asdict(intake)
    del told["undated"]  # which is told of files alone
    return {"source": source, **told}


def source_json(state: SourceState, quarantined: int) -> Json:
    """Where a source stands; its cursor, which may carry tokens of a feed, is left out."""
    return {
        "source": state.source,
        "last_success": instant(state.last_success),
        "last_item": instant(state.last_item),
        "last_error": state.last_error,
        "last_error_at": instant(state.last_error_at),
        "failures": state.failures,
        "polls": state.polls,
        "items": state.items,
        "quarantined": quarantined,
    }


def incident_json(incident: Incident) -> Json:
    """An incident, by the names that ``incidents import`` reads."""
    return {
        "id": incident.id,
        "service": ", ".join(incident.services),
        "title": incident.title,
        "impact": incident.impact,
        "status": incident.status,
        "started": instant(incident.started),
        "detected": instant(incident.detected),
        "acknowledged": instant(incident.acknowledged),
        "resolved": instant(incident.resolved),
        "source": incident.source,
        "url": incident.url,
    }


def label_json(label: Correction) -> Json:
    """A label that a person set, with the text it is of."""
    return {
        "mention": label.key,
        "number": label.mention,
        "brand": label.brand,
        "screen": label.screen,
        "language": label.language,
        "rating": label.rating,
        "text": label.words,
        "label": label.label,
        "note": label.note,
        "by": label.person,
        "at": instant(label.made_at),
        "changed": label.changed,
        "drawn": label.drawn,
        "score": None if label.scores is None else dict(zip(LABELS, map(significant, label.scores), strict=True)),
    }


def to_label_json(mention: Mention) -> Json:
    """A mention to be labelled; what the model says of it is left out, so that it sways nobody."""
    return {
        "mention": mention.key,
        "number": mention.id,
        "brand": mention.brand,
        "screen": mention.screen,
        "published": instant(mention.published),
        "text": mention.words,
    }


def report_json(report: Report) -> Json:
    """Figures on one's own labels."""
    return {
        "model": report.model,
        "labels": report.labels,
        "at_random": report.at_random,
        "drawn": report.drawn,
        "waiting": report.waiting,
        "changed": report.changed,
        "rows": [_row_json(row) for row in report.rows],
    }


def _row_json(row: Row) -> Json:
    own = {"method": row.method, "brand": row.brand, "screen": row.screen, "labels": row.labels}
    found = row.evaluation
    return own | {
        "accuracy": None if found is None else _figure_json(found.accuracy),
        "macro_recall": None if found is None else _figure_json(found.macro_recall),
        "calibration_error": _figure_json(found.calibration_error) if found and found.calibration_error else None,
        "confusion": None if found is None else found.confusion,
    }


def trial_json(trial: Trial, *, taken: bool) -> Json:
    """A tuning, and what it did on held-out labels."""
    verdict = trial.verdict
    return {
        "kind": trial.parameters.kind,
        "taken": taken,
        "better": verdict.better,
        "reason": verdict.reason,
        "fitted": trial.fitted,
        "held_out": trial.held_out,
        "at_random": trial.at_random,
        "temperature": significant(1 / trial.parameters.scale),
        "bias": [significant(value) for value in trial.parameters.bias.tolist()],
        "ridge": trial.parameters.ridge,
        "log_loss": _change_json(verdict.log_loss),
        "macro_recall": _change_json(verdict.macro_recall),
        "calibration_error": _change_json(verdict.calibration_error),
    }


def _figure_json(figure: Figure) -> Json:
    return {"value": significant(figure.value), "low": significant(figure.low), "high": significant(figure.high)}


def _change_json(change: Change) -> Json:
    own = {"before": significant(change.before), "after": significant(change.after)}
    return own | {"difference": _figure_json(change.difference)}
