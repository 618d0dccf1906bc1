"""Who is told what, and when: rules in, decisions with their reasons out. Pure; the clock is an argument."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from alerts.base import Alert, Event, Incident, Kind, Notification
from alerts.durations import Duration
from alerts.words import number, screen_names, span, tidy

SPACING = timedelta(minutes=15)
"""The least time between a message and an update of it; what changed meanwhile is told when it is over."""

CORRECTION_SPACING = timedelta(days=1)
"""The least time between two corrections of what is over: a verdict on the brink must not keep a channel busy."""

GROWTH_RATIO = 1.5
GROWTH_VOICES = 5.0

IT_FIRST = timedelta(minutes=15)
"""How long IT has a suspected outage to itself, where no rules are written and a channel is IT's."""

TOLD_ONCE = frozenset({Kind.REPORT, Kind.TEST})
"""Kinds that do not go on, and so are neither updated nor repeated nor ended."""

NOT_REPEATED = frozenset({Kind.SOURCE})
"""Kinds that are told once, and at their end: what is repeated without news is soon skipped."""

Screen = Literal["web", "tv", "mobile"]
Verdict = Literal[
    "linked", "unexplained", "suspected outage", "no measurable effect", "not enough data", "silent", "failing", "odd"
]


class When(BaseModel):
    """What an alert must be for a rule to speak; every condition that is left out holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[Kind, ...] = Field(default=(), description="Kinds of alert: shift, link, source, report.")
    brands: tuple[str, ...] = Field(default=(), description="Names of brands, in upper or lower case.")
    screens: tuple[Screen, ...] = Field(default=(), description="Screens, of which one at least must be touched.")
    verdicts: tuple[Verdict, ...] = Field(default=(), description="Verdicts, such as linked or suspected outage.")
    min_excess: float | None = Field(
        default=None, ge=0, description="Negative voices above the usual that there must be at least."
    )

    def holds_for(self, alert: Alert) -> bool:
        """Say whether an alert meets every condition; a figure that is not known meets none."""
        return (
            (not self.kinds or alert.kind in self.kinds)
            and (not self.brands or alert.brand.casefold() in {brand.casefold() for brand in self.brands})
            and (not self.screens or not set(self.screens).isdisjoint(alert.screens))
            and (not self.verdicts or alert.verdict in self.verdicts)
            and (self.min_excess is None or (alert.excess is not None and alert.excess >= self.min_excess))
        )


class Rule(BaseModel):
    """One rule: which alerts go to which channels, and how often."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="The rule's name, as messages about it say it.")
    when: When = Field(default=When(), description="Which alerts; left out, all of them.")
    send_to: tuple[str, ...] = Field(min_length=1, description="Names of the channels that are told.")
    repeat_every: Duration | None = Field(
        default=timedelta(hours=4),
        description="How long after the last message one that still goes on is told again; null for never.",
    )
    notify_end: bool = Field(default=True, description="Whether the end is told.")
    wait: Duration | None = Field(
        default=None,
        description="How long the channels wait since the alert was first found; others are told before them.",
    )
    late_news: Duration = Field(
        default=timedelta(hours=24),
        le=timedelta(days=2),
        description="What was over before anybody was told is still told for this long after its end.",
    )


def default_rules(channels: Sequence[str], it: Container[str] = ()) -> list[Rule]:
    """Give the rules of a configuration that names none: everything to every channel, a suspected outage to IT first.

    Args:
        channels: names of all channels.
        it: those that IT reads.
    """
    if not channels:
        return []
    everything = Rule(name="everything", send_to=tuple(channels))
    others = tuple(channel for channel in channels if channel not in it)
    if not others or len(others) == len(channels):
        return [everything]
    suspected = When(verdicts=("suspected outage",))
    return [Rule(name="suspected outages after IT", when=suspected, send_to=others, wait=IT_FIRST), everything]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a channel was last told of an alert."""

    event: Event
    at: datetime
    alert: Alert

    @classmethod
    def by(cls, notification: Notification) -> Self:
        """Read it from the notification that told it."""
        return cls(event=notification.event, at=notification.at, alert=notification.alert)

    @property
    def told_end(self) -> bool:
        """Whether the channel knows that it is over."""
        return self.event is Event.ENDED or self.alert.ended is not None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a channel is told now (``event``) or not (None), and the sentence that says why."""

    channel: str
    event: Event | None
    reason: str


def decide(
    alert: Alert, previous: Mapping[str, Sent], rules: Sequence[Rule], now: datetime, *, found: datetime
) -> list[Decision]:
    """Decide for every channel that an alert concerns what it is told now.

    Args:
        alert: the condition as it is now.
        previous: by channel, what it was last told of this alert; channels that were told nothing are absent.
        rules: the first rule that holds and names a channel speaks for it. A channel that was told of an alert is
            told its end too, though no rule holds any more, as long as some rule names the channel.
        now: aware UTC.
        found: when the alert was first decided on, aware UTC; rules that wait count from there.
    """
    return [
        _decide_for(channel, alert, previous.get(channel), rule, now, found=found)
        for channel, rule in _rules_of_channels(alert, previous, rules).items()
    ]


def changes(before: Alert, after: Alert) -> list[str]:
    """Say what changed between two states of an alert, as far as a reader must know; empty when nothing did."""
    found = [
        _verdict_change(before, after),
        _incident_change(before, after),
        _screens_change(before, after),
        _growth(before, after),
    ]
    return [change for change in found if change]


def _rules_of_channels(alert: Alert, told: Iterable[str], rules: Sequence[Rule]) -> dict[str, Rule]:
    chosen: dict[str, Rule] = {}
    for rule in rules:
        if rule.when.holds_for(alert):
            for channel in rule.send_to:
                chosen.setdefault(channel, rule)
    known = set(told)
    for rule in rules:
        for channel in rule.send_to:
            if channel in known:
                chosen.setdefault(channel, rule)
    return chosen


def _decide_for(
    channel: str, alert: Alert, sent: Sent | None, rule: Rule, now: datetime, *, found: datetime
) -> Decision:
    if sent is None:
        event, reason = _first(alert, rule, now, found)
    elif alert.kind in TOLD_ONCE:
        event, reason = None, "not sent: it has been told"
    elif sent.told_end:
        event, reason = _after_end(alert, sent, now)
    elif alert.ended is not None:
        event, reason = _end(alert, alert.ended, sent, rule, now)
    else:
        event, reason = _while_it_lasts(alert, sent, rule, now)
    return Decision(channel, event, reason)


Outcome = tuple[Event | None, str]


def _first(alert: Alert, rule: Rule, now: datetime, found: datetime) -> Outcome:
    if alert.kind is Kind.TEST:
        return Event.TEST, "test: somebody tries the channel"
    if rule.wait is not None and now - found < rule.wait:
        return (
            None,
            f"not sent yet: rule {rule.name} waits for {span(rule.wait)}, and it was found {span(now - found)} ago",
        )
    if alert.ended is None:
        return Event.RAISED, "raised: the first message about this"
    ago = now - alert.ended
    if ago > rule.late_news:
        return (
            None,
            f"not sent: it was over {span(ago)} ago; rule {rule.name} tells such for {span(rule.late_news)}",
        )
    return Event.RAISED, f"raised late: it was already over, {span(ago)} ago, when it was found"


def _after_end(alert: Alert, sent: Sent, now: datetime) -> Outcome:
    if alert.ended is not None:
        return _corrected(alert, sent, now) or (None, "not sent: its end has been told")
    if now - sent.at < SPACING:
        return None, _too_soon("it has come back", sent, now)
    return Event.RAISED, "raised again: it was thought to be over, and has come back"


def _corrected(alert: Alert, sent: Sent, now: datetime) -> Outcome | None:
    """Tell that another incident belongs to what is over than was told, or none; None where that is as it was."""
    named = _incident_change(sent.alert, alert)
    if not named:
        return None
    corrected = "; ".join(filter(None, (_verdict_change(sent.alert, alert), named)))
    spacing = CORRECTION_SPACING if sent.event is Event.UPDATED and sent.told_end else SPACING
    if now - sent.at < spacing:
        return None, _too_soon(corrected, sent, now, spacing)
    return Event.UPDATED, f"updated after its end: {corrected}"


def _end(alert: Alert, ended: datetime, sent: Sent, rule: Rule, now: datetime) -> Outcome:
    if not rule.notify_end:
        silent = None, f"not sent: it is over, and rule {rule.name} does not tell ends"
        return _corrected(alert, sent, now) or silent
    return Event.ENDED, f"ended: over after {span(ended - alert.started)}"


def _while_it_lasts(alert: Alert, sent: Sent, rule: Rule, now: datetime) -> Outcome:
    quiet = now - sent.at
    changed = "; ".join(changes(sent.alert, alert))
    if changed and quiet >= SPACING:
        return Event.UPDATED, f"updated: {changed}"
    if changed:
        return None, _too_soon(changed, sent, now)
    if alert.kind not in NOT_REPEATED and rule.repeat_every is not None and quiet >= rule.repeat_every:
        return Event.REPEATED, f"repeated: still going after {span(now - alert.started)}"
    return None, f"not sent: nothing new that matters since the message {span(quiet)} ago"


def _too_soon(change: str, sent: Sent, now: datetime, spacing: timedelta = SPACING) -> str:
    return f"not sent yet: {change}, but the last message is only {span(now - sent.at)} old; told after {span(spacing)}"


def _verdict_change(before: Alert, after: Alert) -> str:
    if after.verdict == before.verdict or not after.verdict:
        return ""
    return f"the verdict is now {after.verdict}" + (f" (it was {before.verdict})" if before.verdict else "")


def _incident_change(before: Alert, after: Alert) -> str:
    if after.incident is None:
        return f"{_named(before.incident)} is no longer named" if before.incident else ""
    if before.incident is not None and before.incident.id == after.incident.id:
        return ""
    return f"IT incident named: {_named(after.incident)}"


def _named(incident: Incident) -> str:
    return f"{tidy(incident.title, 120)} ({tidy(incident.id, 60)})"


def _screens_change(before: Alert, after: Alert) -> str:
    joined = [screen for screen in after.screens if screen not in before.screens]
    return f"now also on {screen_names(joined)}" if joined else ""


def _growth(before: Alert, after: Alert) -> str:
    """Growth by half and by a handful of voices; one customer more is no news, however few there were."""
    if after.excess is None:
        return ""
    known = max(before.excess or 0.0, 0.0)
    if after.excess < GROWTH_RATIO * known or after.excess - known < GROWTH_VOICES:
        return ""
    was = f"{number(known)} in the last message" if before.excess is not None else "not known in the last message"
    return f"{number(after.excess)} negative voices more than usual ({was})"
