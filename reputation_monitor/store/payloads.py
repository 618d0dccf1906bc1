"""Dataclasses as JSON documents and back."""

from dataclasses import asdict
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from alerts.base import Alert, Notification
from reputation_monitor.columns import plain_json
from reputation_monitor.linking.types import Link, Shift
from reputation_monitor.relinking.types import Basis, VerdictChange
from reputation_monitor.sources.health import Health

T = TypeVar("T", Alert, Notification, Shift, Link, Basis, VerdictChange, Health)


class Payload(Generic[T]):
    """Writes and reads one dataclass; what was written by an older version must stay readable."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def dump(self, value: T) -> Any:
        """The value as a JSON document."""
        return plain_json(asdict(value))

    def load(self, document: Any) -> T:
        """The value that ``dump`` wrote."""
        return self._adapter.validate_python(document)


ALERTS = Payload(Alert)
NOTIFICATIONS = Payload(Notification)
SHIFTS = Payload(Shift)
LINKS = Payload(Link)
BASES = Payload(Basis)
VERDICT_CHANGES = Payload(VerdictChange)
HEALTHS = Payload(Health)
