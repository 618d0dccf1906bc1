"""One verdict on a source, with the reason that a person reads."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from reputation_monitor.sources.records import HOUR, SourceRecord
from reputation_monitor.sources.rhythm import Rhythm, silence
from reputation_monitor.sources.shape import changes
from reputation_monitor.sources.spells import History, Spell, Unheard, recall, tolerance

LATELY = timedelta(days=1)
FAILURES_TO_TELL = 3


class Condition(StrEnum):
    """How a source is, the worst first."""

    FAILING = "failing"
    SILENT = "silent"
    ODD = "odd"
    NEVER = "never polled"
    UNKNOWN = "unknown"
    WELL = "well"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is at a moment.

    Attributes:
        condition: one word.
        reason: what is known, in sentences.
        advice: what to look at; empty where nothing is wrong.
        since: since when it is so; None where that is not known.
        lasting: whether it has lasted long enough to tell people.
        spells: times in which it was not heard, oldest first.
        judged_at: when it was judged; None where it was not yet.
    """

    source: str
    condition: Condition
    reason: str = ""
    advice: str = ""
    since: datetime | None = None
    lasting: bool = False
    spells: tuple[Spell, ...] = ()
    judged_at: datetime | None = None


def judge(
    record: SourceRecord, now: datetime, *, every: timedelta | None, zone: tzinfo, allowed_a_year: float
) -> Health:
    """Judge a source by all that is remembered of it.

    Args:
        record: of the source.
        now: aware UTC; what came after it is not looked at.
        every: how often it is polled; None for one that is not asked but tells, which is heard at all times.
        zone: in which its week runs.
        allowed_a_year: false alarms that it may give a year, of silence and of shape each.
    """
    if every is None and record.polls:
        record = replace(record, last_success=now)
    history = recall(record, now, every=every, zone=zone, allowed_a_year=allowed_a_year)
    for verdict in (_never, _failing, _silent, _unasked):
        found = verdict(record, history, now, every)
        if found:
            return replace(found, judged_at=now)
    return replace(_odd(record, history, allowed_a_year) or _quiet(record, history, now), judged_at=now)


def not_judged(source: str, *, polled: bool) -> Health:
    """What can be said of a source that was not judged yet."""
    if polled:
        reason = "It was polled and not judged yet; reputation-monitor run judges every source at once."
        return Health(source=source, condition=Condition.UNKNOWN, reason=reason)
    return Health(source=source, condition=Condition.NEVER, reason="It was never polled yet.")


def _health(record: SourceRecord, history: History, condition: Condition, **said: Any) -> Health:
    return Health(source=record.source, condition=condition, spells=history.spells, **said)


def _never(record: SourceRecord, _history: History, _now: datetime, _every: timedelta | None) -> Health | None:
    return None if record.polls else not_judged(record.source, polled=False)


def _failing(record: SourceRecord, history: History, now: datetime, every: timedelta | None) -> Health | None:
    if not record.failures or every is None:
        return None
    since = record.last_success or next((s.start for s in history.spells if s.kind is Unheard.FAILING), None)
    long = since is not None and now - since > tolerance(every)
    polls = "Its last poll" if record.failures == 1 else f"Each of its last {record.failures} polls"
    return _health(
        record,
        history,
        Condition.FAILING,
        reason=f"{polls} failed, so what is said there is not known. Last: {record.last_error}",
        advice="The message says what the source answered; reputation-monitor collect NAME --dry-run asks it again.",
        since=since,
        lasting=record.failures >= FAILURES_TO_TELL and long,
    )


def _silent(record: SourceRecord, history: History, now: datetime, every: timedelta | None) -> Health | None:
    spell = history.spells[-1] if history.spells else None
    if spell is None or not spell.ongoing or spell.kind is not Unheard.SILENT or history.rhythm is None:
        return None
    return _health(
        record,
        history,
        Condition.SILENT,
        reason=_silence_in_words(record, history, history.rhythm, now, is_asked=every is not None),
        advice="Open it in a browser: is there anything newer? If so, its page, address or query has changed, or an "
        "old page is being served; reputation-monitor collect NAME --dry-run shows what it gives.",
        since=spell.start,
        lasting=True,
    )


def _silence_in_words(record: SourceRecord, history: History, rhythm: Rhythm, now: datetime, *, is_asked: bool) -> str:
    if record.latest is None or record.last_success is None:
        return ""
    mass, a_year = silence(rhythm, record.latest, record.last_success)
    asked = _answers_since(history, record.latest)
    same = (
        f" They all hold the same {record.page_items} items."
        if record.page_since and record.page_since <= record.latest + HOUR
        else ""
    )
    answered = f", though it answered {asked} times since" if is_asked else ""
    return (
        f"It has brought nothing new for {in_words(now - record.latest)}{answered}."
        f"{same} By its rhythm of {in_words(rhythm.hours * HOUR)} about {mass:.0f} new items are usual in that time; a "
        f"silence so long is due {_how_often(a_year)}."
    )


def _answers_since(history: History, latest: datetime) -> int:
    line = history.line
    return int(line.polls[max(line.hour(latest), 0) :].sum()) if line else 0


def _unasked(record: SourceRecord, history: History, _now: datetime, _every: timedelta | None) -> Health | None:
    spell = history.spells[-1] if history.spells else None
    if spell is None or not spell.ongoing or spell.kind is not Unheard.NOT_ASKED:
        return None
    reason = f"It was not asked for {in_words(spell.end - spell.start)}, so whether it is silent is not known."
    return _health(
        record,
        history,
        Condition.UNKNOWN,
        reason=reason,
        advice="Is reputation-monitor run running?",
        since=spell.start,
    )


def _odd(record: SourceRecord, history: History, allowed_a_year: float) -> Health | None:
    found = changes(record.days, allowed_a_year)
    if not found:
        return None
    what = "; ".join(change.what for change in found[:3])
    return _health(
        record,
        history,
        Condition.ODD,
        reason=f"What it gives is not what it used to give: {what} (p = {found[0].p_value:.0e} by chance).",
        advice="Its page or interface may have changed, so that half of it is read; compare an item with the original "
        "by reputation-monitor collect NAME --dry-run --json.",
        lasting=True,
    )


def _quiet(record: SourceRecord, history: History, now: datetime) -> Health:
    if record.latest is None:
        reason = f"It was polled {record.polls} times and has brought nothing yet: whether that is calm is not known."
        advice = "Check its address and query." if record.polls > 1 else ""
        return _health(record, history, Condition.UNKNOWN, reason=reason, advice=advice)
    ago = in_words(now - record.latest)
    if history.rhythm is None:
        reason = f"Its newest item came {ago} ago; it has brought too few to know its rhythm and call it silent."
        return _health(
            record, history, Condition.UNKNOWN if now - record.latest > LATELY else Condition.WELL, reason=reason
        )
    _, a_year = silence(history.rhythm, record.latest, record.last_success or record.latest)
    return _health(
        record,
        history,
        Condition.WELL,
        reason=f"Its newest item came {ago} ago; a pause so long is due {_how_often(a_year)}.",
    )


def in_words(span: timedelta) -> str:
    """A span as people say it: 40 min, 7 h, 3 days, 9 weeks."""
    minutes = span.total_seconds() / 60
    for unit, length, most in (("min", 1, 90), ("h", 60, 48 * 60), ("days", 1440, 21 * 1440)):
        if minutes < most:
            return f"{minutes / length:.0f} {unit}"
    return f"{minutes / 10080:.0f} weeks"


def _how_often(a_year: float) -> str:
    if a_year < 0.001:
        return "less than once in a thousand years"
    if a_year < 0.67:
        return f"once in {1 / a_year:,.0f} years"
    return f"about {a_year:,.0f} times a year" if a_year >= 1.5 else "about once a year"
