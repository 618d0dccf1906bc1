"""How the sources are, as the dashboard shows them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reputation_monitor.settings import Source
from reputation_monitor.sources.health import Condition, Health
from reputation_monitor.store import SourceState

IMPORTED = "imported"
TROUBLE = (Condition.FAILING, Condition.SILENT, Condition.ODD, Condition.NEVER)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as the dashboard shows it; ``screen`` is empty where it is not configured.

    ``health`` and ``reason`` are of ``judged_at``, which is None where nobody judged it.
    """

    name: str
    screen: str
    health: str
    reason: str
    state: SourceState
    quarantined: int
    judged_at: datetime | None = None

    @property
    def troubled(self) -> bool:
        """Whether somebody should look at it: a file is read once, so what could not be read of it is missing."""
        return self.health in TROUBLE or (self.health == IMPORTED and self.quarantined > 0)


def source_rows(
    configured: Sequence[Source],
    healths: Sequence[Health],
    states: Sequence[SourceState],
    quarantined: Mapping[str, int],
) -> list[SourceRow]:
    """Every source that is configured or left something behind; the troubled first."""
    known = {state.source: state for state in states}
    judged = {health.source: health for health in healths}
    screens: dict[str, str] = {source.name: source.screen for source in configured}
    rows = []
    for name in dict.fromkeys([*screens, *known, *quarantined]):
        health = judged.get(name)
        condition, reason = (str(health.condition), health.reason) if health else (IMPORTED, "")
        state = known.get(name, SourceState(name))
        judged_at = health.judged_at if health else None
        row = SourceRow(name, screens.get(name, ""), condition, reason, state, quarantined.get(name, 0), judged_at)
        rows.append(row)
    worst_first = [*map(str, Condition), IMPORTED]
    return sorted(rows, key=lambda row: (not row.troubled, worst_first.index(row.health)))
