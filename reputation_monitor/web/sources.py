"""How the sources are: which fail, which have fallen silent, and what of them could not be read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reputation_monitor.settings import Source
from reputation_monitor.store import SourceState


class Health(StrEnum):
    """A source's condition, the worst first."""

    FAILING = "failing"
    NEVER = "never polled"
    SILENT = "silent"
    WELL = "well"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as the dashboard shows it; ``screen`` is empty where it is not configured."""

    name: str
    screen: str
    health: Health
    state: SourceState
    quarantined: int

    @property
    def troubled(self) -> bool:
        """Whether somebody should look at it."""
        return self.health in (Health.FAILING, Health.NEVER, Health.SILENT) or self.quarantined > 0


def source_rows(
    configured: Sequence[Source], states: Sequence[SourceState], quarantined: Mapping[str, int], now: datetime
) -> list[SourceRow]:
    """Every source that is configured or left something behind; the troubled first."""
    known = {state.source: state for state in states}
    screens: dict[str, str] = {source.name: source.screen for source in configured}
    rows = []
    for name in dict.fromkeys([*screens, *known, *quarantined]):
        state = known.get(name, SourceState(name))
        health = health_of(state, now) if name in screens else Health.IMPORTED
        rows.append(SourceRow(name, screens.get(name, ""), health, state, quarantined.get(name, 0)))
    worst_first = list(Health)
    return sorted(rows, key=lambda row: (not row.troubled, worst_first.index(row.health)))


def health_of(state: SourceState, now: datetime) -> Health:
    """A configured source's condition."""
    if not state.polls:
        return Health.NEVER
    if state.failures:
        return Health.FAILING
    if state.is_silent(now):
        return Health.SILENT
    return Health.WELL
