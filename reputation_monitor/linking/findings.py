"""What a look found."""

from dataclasses import dataclass

from reputation_monitor.linking.models import Models
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Link, Shift


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found. ``models`` still answers questions about curves."""

    shifts: tuple[Shift, ...]
    tested: tuple[Tested, ...]
    models: Models

    @property
    def links(self) -> tuple[Link, ...]:
        """The link of every incident and brand, in the order given."""
        return tuple(t.link for t in self.tested)
