"""Watching the sources themselves: each is judged here and nowhere else, and people are told what they must know."""

import asyncio
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.base import Alert, Kind
from alerts.words import listing, screen_names
from collectors.registry import is_polled
from reputation_monitor.hubs import SAFETY_POLL
from reputation_monitor.settings import Settings, Source
from reputation_monitor.sources.health import Condition, Health, in_words, judge, not_judged
from reputation_monitor.sources.records import SourceRecord
from reputation_monitor.store import Rollup, Store

RENEWED = timedelta(hours=1)
"""A judgement is renewed after that, for time alone may change it: a source may not be asked any more."""
AT_ONCE = 50
"""Sources that are read and judged together: some ten megabytes."""
SIGHT = timedelta(days=28)
"""How far back it is counted what a source brings of a brand."""
LEAST_SHARE = 0.05
HEADLINES = {
    Condition.SILENT: "The source {} has gone silent",
    Condition.FAILING: "The source {} cannot be read",
    Condition.ODD: "The source {} gives something else than it used to",
}


async def survey(store: Store, settings: Settings) -> list[Health]:
    """How every configured source was when it was last judged, in the order of the configuration. Judges nothing."""
    kept = {health.source: health for health in await store.source_healths()}
    if all(source.name in kept for source in settings.sources):
        return [kept[source.name] for source in settings.sources]
    polled = {state.source for state in await store.source_states()}
    return [kept.get(s.name) or not_judged(s.name, polled=s.name in polled) for s in settings.sources]


async def judge_sources(store: Store, settings: Settings, now: datetime) -> int:
    """Judge the sources to which something happened since they were judged, or long ago, and keep it for all to read.

    Returns:
        How many were judged.
    """
    standing = await store.still_judged(now - RENEWED)
    due = [source for source in settings.sources if source.name not in standing]
    served = {one.source for one in await store.subscriptions() if one.is_live(now)} if due else set()
    for first in range(0, len(due), AT_ONCE):
        some = due[first : first + AT_ONCE]
        records = await store.source_records([source.name for source in some], now)
        await store.keep_healths(await asyncio.to_thread(judge_all, some, settings, records, now, served))
    return len(due)


def judge_all(
    sources: Sequence[Source],
    settings: Settings,
    records: Iterable[SourceRecord],
    now: datetime,
    served: Container[str] = (),
) -> list[Health]:
    """Judge sources by what is remembered of them; one without a record was never polled.

    Args:
        sources: to judge.
        settings: whose sources they are.
        records: of the sources.
        now: aware UTC.
        served: sources whose news a hub sends, so that they are hardly asked.
    """
    known = {record.source: record for record in records}
    allowed, zone = settings.silence.false_alarms_per_year, settings.zone
    return [
        judge(known.get(s.name, SourceRecord(s.name)), now, every=_asked(s, served), zone=zone, allowed_a_year=allowed)
        for s in sources
    ]


def _asked(source: Source, served: Container[str]) -> timedelta | None:
    """How often a source is asked; None for one that tells by itself."""
    if not is_polled(source.collector):
        return None
    return max(source.every, SAFETY_POLL) if source.name in served else source.every


def must_be_told(health: Health) -> bool:
    """Whether people are to be told of a source: something is wrong with it, and has been for long enough."""
    return health.condition in HEADLINES and health.lasting


def source_alerts(
    healths: Sequence[Health], settings: Settings, rollups: Sequence[Rollup], firing: Iterable[Alert], now: datetime
) -> list[Alert]:
    """The alerts of sources that people must be told of, or that they are over.

    Args:
        healths: of the configured sources.
        settings: whose sources they are.
        rollups: of the last weeks, by which it is told who loses sight.
        firing: alerts of sources that people know of.
        now: aware UTC.
    """
    known = {alert.key: alert for alert in firing if alert.kind is Kind.SOURCE}
    sources = {source.name: source for source in settings.sources}
    alerts = []
    for health in healths:
        before = known.pop(_key(health.source), None)
        if must_be_told(health):
            since = before.started if before else health.since or now
            alerts.append(_alert(health, sources[health.source], settings.web.address, rollups, since))
        elif before and _is_over(before, health):
            alerts.append(replace(before, ended=now, reason=_what_was_missed(health, before), advice=""))
    gone = "It is no longer configured."
    return [*alerts, *(replace(alert, ended=now, reason=gone, advice="") for alert in known.values())]


def _key(source: str) -> str:
    return f"source:{source}"


def _alert(health: Health, source: Source, address: str, rollups: Sequence[Rollup], since: datetime) -> Alert:
    sight = who_loses_sight(source.name, rollups)
    return Alert(
        key=_key(source.name),
        kind=Kind.SOURCE,
        brand=source.brand or "",
        headline=HEADLINES[health.condition].format(source.name),
        started=since,
        screens=(source.screen,),
        verdict=str(health.condition),
        reason=" ".join(part for part in (health.reason, sight) if part),
        advice=health.advice.replace("NAME", source.name),
        review_url=f"{address}/#sources",
    )


def _is_over(before: Alert, health: Health) -> bool:
    """Whether a source that people were told of speaks again. One that cannot be judged just now is not over."""
    answers = before.verdict == Condition.FAILING and health.condition is not Condition.FAILING
    return answers or health.condition is Condition.WELL


def _what_was_missed(health: Health, before: Alert) -> str:
    """What the spell cost, as far as it can be told."""
    spells = [spell for spell in health.spells if spell.end > before.started and spell.lost is not None]
    lost = sum(spell.lost or 0.0 for spell in spells)
    if not spells:
        return "It speaks again."
    came = sum(spell.came for spell in spells)
    lasted = in_words(sum((spell.end - spell.start for spell in spells), timedelta()))
    later = f"{came:,} items of that time came later" if came else "none of that time came later"
    return f"It speaks again. It was not heard for {lasted}: {later}, about {lost:,.0f} are missing."


def who_loses_sight(source: str, rollups: Sequence[Rollup]) -> str:
    """Which brands are hardly heard without a source, in a sentence; empty where it brings next to nothing."""
    total: dict[tuple[str, str], int] = {}
    own: dict[tuple[str, str], int] = {}
    for rollup in rollups:
        place = rollup.brand, rollup.screen
        total[place] = total.get(place, 0) + rollup.mentions
        if rollup.source == source:
            own[place] = own.get(place, 0) + rollup.mentions
    shares = {place: mentions / total[place] for place, mentions in own.items() if total[place]}
    told = [
        f"{_part(share)} of what is said of {brand} on {screen_names([screen])}"
        for (brand, screen), share in sorted(shares.items(), key=lambda pair: -pair[1])
        if share >= LEAST_SHARE
    ]
    return f"It usually brings {listing(told[:4])}." if told else ""


def _part(share: float) -> str:
    return "all" if share >= 0.995 else f"{100 * share:.0f} %"
