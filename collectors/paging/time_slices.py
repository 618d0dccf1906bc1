"""Searches that answer at most so many hits: time is cut until each slice is answered in full."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from collectors.base import Batch, Reject, State
from collectors.memory import KNOWN, Told
from collectors.reading.documents import Contents, since_only
from collectors.reading.instants import EARLIEST, parse_instant
from collectors.reading.quarantine import set_aside

UNTIL = "until"
"""Key of a state: the end of the last slice that was stored, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The time from ``start`` to before ``end``, aware UTC."""

    start: datetime
    end: datetime

    def halves(self, grain: timedelta) -> tuple["Slice", "Slice"]:
        """The earlier and the later half, cut at a multiple of ``grain``."""
        middle = _aligned(self.start + (self.end - self.start) / 2, grain)
        return Slice(self.start, middle), Slice(middle, self.end)

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M:%S} to {self.end:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search said of a slice.

    Attributes:
        contents: the items and the rejects.
        full: whether the search may have held more back.
        sound: whether the answer could be read.
    """

    contents: Contents
    full: bool = False
    sound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a search is asked, and how finely.

    Attributes:
        history: how far back the first run goes where nobody says since when.
        longest: how far back the source itself goes; None: as far as anyone asks.
        overlap: how much of the time before the cursor is asked again, for what was indexed late or edited.
        grain: slices begin and end at multiples of it, so none is shorter; at least a second.
    """

    history: timedelta
    longest: timedelta | None = None
    overlap: timedelta
    grain: timedelta


Ask = Callable[[Slice], Awaitable[Answer]]


async def time_slices(
    ask: Ask, state: State, since: datetime | None, now: datetime, reach: Reach
) -> AsyncIterator[Batch]:
    """Yield a batch a slice, oldest first; the cursor moves with each.

    A slice whose answer may be incomplete is halved and asked again. One that is full and cannot be cut gives what came
    and a reject that says so.

    Args:
        ask: gets what the search knows of a slice.
        state: of the run before.
        since: older items are left out; the first run begins there.
        now: the end of the last slice.
        reach: see :class:`Reach`.
    """
    told = Told(state)
    waiting = [Slice(_beginning(state, since, now, reach), _aligned(now, reach.grain) + reach.grain)]
    while waiting:
        part = waiting.pop()
        answer = await ask(part)
        if not answer.sound:
            yield Batch(rejects=answer.contents.rejects, state=state)
            return
        if answer.full and part.end - part.start > reach.grain:
            waiting.extend(reversed(part.halves(reach.grain)))
            continue
        fresh = told.fresh(answer.contents.items)
        state = {UNTIL: part.end.isoformat(), KNOWN: told.kept(part.end - reach.overlap)}
        overflow = (_overflow(part, len(answer.contents.items)),) if answer.full else ()
        yield Batch(since_only(fresh, since), (*answer.contents.rejects, *overflow), state)


def _beginning(state: State, since: datetime | None, now: datetime, reach: Reach) -> datetime:
    if UNTIL in state:
        cursor = parse_instant(state[UNTIL], UTC) - reach.overlap
        start = cursor if since is None else max(cursor, since)
    else:
        start = now - reach.history if since is None else since
    earliest = start if reach.longest is None else max(start, now - reach.longest)
    return _aligned(min(earliest, now), reach.grain)


def _aligned(instant: datetime, grain: timedelta) -> datetime:
    return instant - (instant - EARLIEST) % grain


def _overflow(part: Slice, given: int) -> Reject:
    reason = f"{given} items from {part} are all that the source gives for so short a time; make the query narrower"
    return set_aside("", reason, str(part))
