"""Filling the weekly report."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from reputation_monitor.alerting import revenue_models
from reputation_monitor.copies import Said
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.curves import draw_curve
from reputation_monitor.linking.evidence import GrownTerm
from reputation_monitor.linking.types import Link
from reputation_monitor.opinion import KnownErrors, opinions
from reputation_monitor.outcomes.revenue import revenue_at_risk
from reputation_monitor.places import review_path
from reputation_monitor.reporting.opinions import read_said
from reputation_monitor.reporting.weeks import Week, compare_ratios, compare_totals, daily_sums, negative_by_day
from reputation_monitor.reports import words
from reputation_monitor.reports.types import Compared, IncidentOutcome, Money, Quote, Series, Term
from reputation_monitor.reports.weekly import (
    BrandWeek,
    Rival,
    ScreenWeek,
    SourceHealth,
    Unheard,
    ValenceDays,
    WeeklyReport,
)
from reputation_monitor.settings import Settings
from reputation_monitor.settings.schema import SCREENS
from reputation_monitor.source_watch import survey
from reputation_monitor.sources.health import Condition, Health
from reputation_monitor.sources.spells import Spell
from reputation_monitor.store import Mention, Rollup, SourceState, Store
from reputation_monitor.surveillance import Encoder, Look, find_witnesses

QUOTES, TERMS = 5, 6
BUSY_PER_HOUR = 3.0

_TwoWeeks: TypeAlias = tuple[Sequence[Said], Sequence[Said]]
"""What was said on a screen in the week and in the week before."""
_ByScreen: TypeAlias = Mapping[str, _TwoWeeks]


class WeeklyFacts:
    """Reads what a weekly report needs."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        encoder: Encoder,
        found: Look | None,
        errors: KnownErrors,
    ) -> None:
        self._store, self._settings, self._encoder, self._found = store, settings, encoder, found
        self._errors = errors

    async def report(self, week: Week, now: datetime, notice: str = "") -> WeeklyReport:
        """The report of a week."""
        told = await self._store.rollups(None, week.previous.start, week.end)
        # Of a week under way the same part of the week before is told beside it.
        until = week.compared_until(now)
        rollups = [r for r in told if r.bucket >= week.start or r.bucket < until]
        own = [b.name for b in self._settings.brands if b.rivals] or [b.name for b in self._settings.brands]
        brands = own or list(await self._store.brands())
        rivals = {brand: self._rivals_of(brand, rollups) for brand in brands}
        names = dict.fromkeys([*brands, *(name for named in rivals.values() for name in named)])
        said = {name: await self._said(name, week, until) for name in names}
        return WeeklyReport(
            week=week.name,
            time_zone=self._settings.time_zone,
            start=week.start,
            end=week.end,
            made=now,
            brands=tuple([await self._brand(brand, week, rollups, said, rivals[brand]) for brand in brands]),
            sources=tuple(await self._sources(week)),
            notice=notice,
        )

    async def _brand(
        self, brand: str, week: Week, rollups: Sequence[Rollup], said: Mapping[str, _ByScreen], rivals: Sequence[str]
    ) -> BrandWeek:
        mine = [r for r in rollups if r.brand == brand]
        screens = [s for s in SCREENS if any(r.screen == s for r in mine)]
        quotes, terms = await self._voices(brand, screens, week)
        ours = said[brand]
        return BrandWeek(
            brand=brand,
            total=screen_week("all screens", mine, ours.values(), week),
            screens=tuple(screen_week(s, [r for r in mine if r.screen == s], [ours[s]], week) for s in screens),
            opinions=await asyncio.to_thread(opinions, {s: now for s, (now, _) in ours.items()}, self._errors),
            negative=self._curve(brand, week),
            valence_days=tuple(valence_days(s, [r for r in mine if r.screen == s], week) for s in screens),
            shifts=tuple(
                s
                for s in (self._found.shifts if self._found else ())
                if s.brand == brand and s.onset < week.end and s.end > week.start
            ),
            incidents=tuple(self._incidents(brand, week)),
            terms=terms,
            quotes=quotes,
            rivals=tuple(_rival(name, rollups, said[name], week) for name in rivals),
        )

    async def _said(self, brand: str, week: Week, until: datetime) -> _ByScreen:
        now = await read_said(self._store, brand, week.start, week.end)
        before = await read_said(self._store, brand, week.previous.start, until)
        return {screen: (rows, before[screen]) for screen, rows in now.items()}

    def _curve(self, brand: str, week: Week) -> Series:
        models = self._found.findings.models if self._found else None
        if models is None or brand not in models.brands:
            return Series()
        channel = models.channel(brand, models.screens(brand), Voice.NEGATIVE, models.bucket_seconds(brand))
        busy = float(channel.baseline.expected.mean()) * channel.series.per_hour >= BUSY_PER_HOUR
        curve = draw_curve(channel, week.start, week.end, minutes=60 if busy else 180)
        return Series.of(curve.times, curve.observed, curve.expected, curve.low, curve.high, minutes=curve.minutes)

    def _incidents(self, brand: str, week: Week) -> list[IncidentOutcome]:
        if self._found is None:
            return []
        outcomes = []
        for link in self._found.links:
            incident = self._found.incidents[link.id]
            ends = incident.resolved or self._found.now
            if link.brand == brand and incident.started < week.end and ends > week.start:
                outcomes.append(outcome(self._settings, incident, link))
        return outcomes

    def _rivals_of(self, brand: str, rollups: Sequence[Rollup]) -> Sequence[str]:
        """The brands that a brand is compared with; without configuration, all others that were spoken of."""
        configured = {b.name: b.rivals for b in self._settings.brands}
        return configured.get(brand, tuple(dict.fromkeys(r.brand for r in rollups if r.brand != brand)))

    async def _voices(
        self, brand: str, screens: Sequence[str], week: Week
    ) -> tuple[tuple[Quote, ...], tuple[Term, ...]]:
        ranked, grown = await find_witnesses(
            self._store, self._encoder, brand, screens=screens, span=(week.start, week.end), subject=""
        )
        return tuple(quote(m) for m in ranked[:QUOTES]), terms_of(grown[:TERMS], ranked)

    async def _sources(self, week: Week) -> list[SourceHealth]:
        states = {s.source: s for s in await self._store.source_states()}
        quarantined = await self._store.quarantine_counts()
        screens = {source.name: source.screen for source in self._settings.sources}
        return [
            _source(
                health,
                screens[health.source],
                states.get(health.source, SourceState(health.source)),
                quarantined.get(health.source, 0),
                week,
            )
            for health in await survey(self._store, self._settings)
        ]


def _source(health: Health, screen: str, state: SourceState, quarantined: int, week: Week) -> SourceHealth:
    spells = [spell for spell in health.spells if spell.start < week.end and spell.end > week.start]
    return SourceHealth(
        name=health.source,
        screen=screen,
        last_item=state.last_item,
        items=state.items,
        quarantined=quarantined,
        judged_at=health.judged_at,
        state=str(health.condition),
        reason=health.reason if health.condition is not Condition.WELL else "",
        unheard=tuple(Unheard(why=str(s.kind), start=s.start, end=s.end, lost=s.lost) for s in spells if _matters(s)),
    )


def _matters(spell: Spell) -> bool:
    """Whether a spell is worth a line: an hour at night in which nothing was to be expected is not."""
    return spell.lost is None or spell.lost >= 1


def screen_week(name: str, rollups: Sequence[Rollup], said: Iterable[_TwoWeeks], week: Week) -> ScreenWeek:
    """One row: this week against the week before, by what was counted and by what was said on each of its screens."""
    now, before = daily_sums(rollups, week), daily_sums(rollups, week.previous)
    return ScreenWeek(
        screen=name,
        mentions=compare_totals(now.mentions, before.mentions),
        voices=compare_totals(now.voices, before.voices),
        negative_share=_negative_share(said, week),
        valence=compare_ratios((now.valence, now.mentions), (before.valence, before.mentions)),
    )


def _negative_share(said: Iterable[_TwoWeeks], week: Week) -> Compared:
    now, before = zip(*said, strict=True)
    return compare_ratios(negative_by_day(now, week), negative_by_day(before, week.previous))


def _rival(name: str, rollups: Sequence[Rollup], said: _ByScreen, week: Week) -> Rival:
    voices = daily_sums([r for r in rollups if r.brand == name], week).voices.sum()
    return Rival(name=name, voices=float(voices), negative_share=_negative_share(said.values(), week))


def valence_days(screen: str, rollups: Sequence[Rollup], week: Week) -> ValenceDays:
    """Mean valence of each day; None on a day without mentions."""
    sums = daily_sums(rollups, week)
    means = [float(v / n) if n else None for v, n in zip(sums.valence, sums.mentions, strict=True)]
    return ValenceDays(screen=screen, days=week.days, valence=tuple(means))


def outcome(settings: Settings, incident: Incident, link: Link) -> IncidentOutcome:
    """An incident with what it did, and what that may cost."""
    return IncidentOutcome(
        incident=incident,
        link=link,
        revenue=money(settings, link),
        review_url=f"{settings.web.address}{review_path(incident.id, link.brand)}",
    )


def money(settings: Settings, link: Link) -> Money | None:
    """Revenue at risk by the brand's own model; None without one, or without an effect."""
    model = revenue_models(settings).get(link.brand)
    if model is None or link.onset is None or link.excess is None:
        return None
    risk = revenue_at_risk(model, link.excess, link.excess_low or 0.0, link.excess_high or link.excess)
    leave = f"{words.share(model.churn_share)} of them leave"
    worth = f"each worth {model.currency} {model.customer_value:,.0f} a year"
    basis = f"{model.customers_per_voice:g} customers hit for each who spoke up, {leave}, {worth}"
    return Money(amount=risk.amount, low=risk.low, high=risk.high, currency=risk.currency, basis=basis)


def quote(mention: Mention) -> Quote:
    """A mention as a report quotes it."""
    return Quote(
        text=mention.text or mention.title,
        source=mention.source,
        screen=mention.screen,
        published=mention.published,
        url=mention.url,
        valence=mention.valence,
        mention=mention.key,
    )


def terms_of(grown: Sequence[GrownTerm], ranked: Sequence[Mention]) -> tuple[Term, ...]:
    """Terms, each with the most telling mention that uses it."""
    return tuple(Term(words=t.words, count=t.count, before=t.before, example=_example(t.words, ranked)) for t in grown)


def _example(words: str, ranked: Sequence[Mention]) -> Quote | None:
    return next((quote(m) for m in ranked if words in m.text.lower()), None)
