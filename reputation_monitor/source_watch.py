"""Watching the sources themselves: how each is, and what people must be told of it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.base import Alert, Kind
from alerts.words import listing, screen_names
from reputation_monitor.settings import Settings, Source
from reputation_monitor.sources.health import Condition, Health, in_words, judge
from reputation_monitor.sources.records import SourceRecord
from reputation_monitor.store import Rollup, Store

SIGHT = timedelta(days=28)
"""How far back it is counted what a source brings of a brand."""
LEAST_SHARE = 0.05
HEADLINES = {
    Condition.SILENT: "The source {} has gone silent",
    Condition.FAILING: "The source {} cannot be read",
    Condition.ODD: "The source {} gives something else than it used to",
}


async def survey(store: Store, settings: Settings, now: datetime) -> list[Health]:
    """How every configured source is, in the order of the configuration."""
    records = {record.source: record for record in await store.source_records(now)}
    return await asyncio.to_thread(judge_all, settings, records, now)


def judge_all(settings: Settings, records: Mapping[str, SourceRecord], now: datetime) -> list[Health]:
    """Judge every configured source; one without a record was never polled."""
    allowed = settings.silence.false_alarms_per_year
    return [
        judge(
            records.get(source.name, SourceRecord(source.name)),
            now,
            every=source.every,
            zone=settings.zone,
            allowed_a_year=allowed,
        )
        for source in settings.sources
    ]


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
        if health.condition in HEADLINES and health.lasting:
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
    return "all" if share >= 0.995 else f"{share:.0%}"
