"""The incidents in the shape of Statuspage v2 (``/api/v2/incidents.json``)."""

import json
from datetime import datetime
from typing import Any

from reputation_monitor.demo.scenario import NOTICE, Plan, StatusIncident, Update

PAGE_ID = "quarrowby-invented"


def render_incidents(plan: Plan, base: str) -> str:
    """All incidents told of by now, newest first. ``started_at`` is null where the page does not know it."""
    told = [incident for incident in plan.incidents if incident.created <= plan.now]
    page = {
        "id": PAGE_ID,
        "name": f"Quarrowby status. {NOTICE}",
        "url": base,
        "time_zone": "Etc/UTC",
        "updated_at": _iso(max((incident.resolved for incident in told), default=plan.start)),
    }
    return json.dumps({"page": page, "incidents": [_incident(incident, base) for incident in told]}, indent=1)


def _incident(incident: StatusIncident, base: str) -> dict[str, Any]:
    monitoring = [update.at for update in incident.updates if update.status == "monitoring"]
    updates = [_update(incident, number, update) for number, update in enumerate(incident.updates, start=1)]
    return {
        "id": incident.id,
        "name": incident.title,
        "status": incident.updates[-1].status,
        "created_at": _iso(incident.created),
        "updated_at": _iso(incident.resolved),
        "monitoring_at": _iso(monitoring[0]) if monitoring else None,
        "resolved_at": _iso(incident.resolved),
        "impact": incident.impact,
        "shortlink": f"{base}/incidents/{incident.id}",
        "started_at": _iso(incident.started) if incident.started else None,
        "page_id": PAGE_ID,
        "incident_updates": updates[::-1],
        "components": [_component(incident)],
    }


def _update(incident: StatusIncident, number: int, update: Update) -> dict[str, Any]:
    moment = _iso(update.at)
    return {
        "id": f"{incident.id}-u{number}",
        "status": update.status,
        "body": update.body,
        "incident_id": incident.id,
        "created_at": moment,
        "updated_at": moment,
        "display_at": moment,
        "affected_components": None,
    }


def _component(incident: StatusIncident) -> dict[str, Any]:
    return {
        "id": f"{incident.id}-component",
        "name": incident.component,
        "status": "operational",
        "description": NOTICE,
        "page_id": PAGE_ID,
    }


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
