"""When a source was not heard: silent, failing, or not asked; and what of that time came later after all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.sources.records import HOUR, SourceRecord, Timeline, timeline
from reputation_monitor.sources.rhythm import Rhythm, learn, silence

CAME_LATER = 0.5
"""Share of what was expected in a spell that must have come for the spell to count as seen."""


class Unheard(StrEnum):
    """Why a source was not heard."""

    SILENT = "silent"
    FAILING = "failing"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time in which a source was not heard.

    Attributes:
        end: when it was heard again, or the time of the judgement where ``ongoing``.
        expected: items that are usual in this time; None while the source's rhythm is not known.
        came: items dated in this time that came later.
    """

    source: str
    kind: Unheard
    start: datetime
    end: datetime
    ongoing: bool
    expected: float | None
    came: int

    @property
    def lost(self) -> float | None:
        """About how many items were never seen."""
        return None if self.expected is None else max(self.expected - self.came, 0.0)

    def as_at(self, now: datetime) -> "Spell":
        """The same some time after the judgement: what went on then still does, as far as anybody knows."""
        return replace(self, end=now) if self.ongoing else self

    @property
    def made_up(self) -> bool:
        """Whether what was said in this time came later, by and large."""
        return self.came > 0 and self.came >= CAME_LATER * (self.expected or 0.0)


def tolerance(every: timedelta) -> timedelta:
    """How long a source may go without an answer before that is told: three of its turns, two hours at least."""
    return max(3 * every, HOUR) + HOUR


@dataclass(frozen=True, slots=True)
class History:
    """What a source's past says: its rhythm (None while unknown) and its spells, oldest first."""

    line: Timeline | None
    rhythm: Rhythm | None
    spells: tuple[Spell, ...]


def recall(
    record: SourceRecord, now: datetime, *, every: timedelta | None, zone: tzinfo, allowed_a_year: float
) -> History:
    """Read a source's past as it was known at ``now``; ``every`` is None for one that is not asked but tells."""
    line = timeline(record.hours, now)
    if line is None:
        return History(None, None, ())
    outages = list(_outages(record, line, now, tolerance(every))) if every is not None else []
    observed = np.ones(len(line), dtype=bool)
    for _, first, last in outages:
        observed[first:last] = line.appeared[first:last] > 0
    rhythm, silences = learn(line, observed, zone, allowed_a_year)
    spells = [_spell(record, line, rhythm, outage, now) for outage in outages]
    spells += [_spell(record, line, rhythm, (Unheard.SILENT, gap.first, gap.last), now) for gap in silences]
    present = _present(record, rhythm, now, allowed_a_year) if rhythm else None
    spells += [present] if present else []
    return History(line, rhythm, tuple(sorted(spells, key=lambda spell: spell.start)))


def _outages(
    record: SourceRecord, line: Timeline, now: datetime, longest: timedelta
) -> Iterator[tuple[Unheard, int, int]]:
    """Hours between two answers that lie too far apart, and those since the last."""
    answered = np.flatnonzero(line.polls)
    limit = int(longest / HOUR)
    ends = [*answered[1:].tolist()] if len(answered) else []
    for first, last in zip(answered.tolist(), ends, strict=False):
        if last - first > limit:
            yield _why(line.failures[first : last + 1]), first + 1, last
    if len(answered) and (record.last_success is None or now - record.last_success > longest):
        first = int(answered[-1]) + 1
        yield _why(line.failures[first - 1 :]), min(first, len(line) - 1), len(line)
    elif not len(answered) and line.failures.any():
        yield Unheard.FAILING, int(np.flatnonzero(line.failures)[0]), len(line)


def _why(failures: NDArray[np.float64]) -> Unheard:
    return Unheard.FAILING if failures.any() else Unheard.NOT_ASKED


def _spell(
    record: SourceRecord, line: Timeline, rhythm: Rhythm | None, unheard: tuple[Unheard, int, int], now: datetime
) -> Spell:
    kind, first, last = unheard
    start, end = line.time(first), min(line.time(last), now)
    return Spell(
        source=record.source,
        kind=kind,
        start=start,
        end=end,
        ongoing=last >= len(line),
        expected=rhythm.expected(start, end) if rhythm else None,
        came=int(line.published[first:last].sum()),
    )


def _present(record: SourceRecord, rhythm: Rhythm, now: datetime, allowed_a_year: float) -> Spell | None:
    """The silence that lasts, if it is too long to be chance. Only time that was asked about counts."""
    if record.latest is None or record.last_success is None or record.failures:
        return None
    mass, a_year = silence(rhythm, record.latest, record.last_success)
    if a_year >= allowed_a_year:
        return None
    return Spell(
        source=record.source,
        kind=Unheard.SILENT,
        start=record.latest,
        end=now,
        ongoing=True,
        expected=mass,
        came=0,
    )
