"""The message with which somebody tries a channel."""

from datetime import datetime

from alerts.base import Alert, Event, Kind, Notification


def trial(channel: str, at: datetime) -> Notification:
    """Make a test message for a channel, marked as a test in its title and its first sentence."""
    alert = Alert(
        key=f"test:{channel}",
        kind=Kind.TEST,
        brand="",
        headline=f"Alerts reach the channel {channel}",
        started=at,
    )
    key = f"{alert.key}|{at:%Y-%m-%dT%H:%M:%SZ}"
    return Notification(key=key, event=Event.TEST, alert=alert, at=at, reason="test: somebody tries the channel")
