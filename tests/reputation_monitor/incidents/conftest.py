"""Invented incidents in the shapes that status pages give."""

from collections.abc import Callable
from typing import Any

import pytest

PageIncident = Callable[..., dict[str, Any]]


def _update(status: str, at: str, body: str) -> dict[str, Any]:
    return {"status": status, "body": body, "created_at": at, "display_at": at, "affected_components": None}


@pytest.fixture
def page_incident() -> PageIncident:
    """Builds an incident object; fields given replace the usual ones."""

    def build(**fields: object) -> dict[str, Any]:
        updates = [
            _update("postmortem", "2026-03-04T10:00:00.000Z", "A change was rolled out unchecked."),
            _update("resolved", "2026-03-02T12:05:00.000Z", "Cards work again."),
            _update("monitoring", "2026-03-02T11:40:00.000Z", "The change is taken back."),
            _update("identified", "2026-03-02T10:30:00.000Z", "A configuration change is the cause."),
            _update("investigating", "2026-03-02T10:00:00.000Z", "Card payments are declined."),
        ]
        usual: dict[str, Any] = {
            "id": "inc-1",
            "name": "Card payments declined",
            "status": "postmortem",
            "impact": "major",
            "impact_override": None,
            "created_at": "2026-03-02T10:00:00.000Z",
            "started_at": "2026-03-02T09:40:00.000Z",
            "monitoring_at": "2026-03-02T11:40:00.000Z",
            "resolved_at": "2026-03-02T12:05:00.000Z",
            "shortlink": "https://status.larkbank.example/i/1",
            "components": [
                {"id": "c0", "name": "Payments", "group": True},
                {"id": "c1", "name": "Cards", "group": False},
                {"id": "c2", "name": "Mobile app"},
            ],
            "incident_updates": updates,
        }
        return usual | fields

    return build
