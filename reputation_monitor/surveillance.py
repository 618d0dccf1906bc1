"""Looking at everything that was counted: shifts, links and the mentions that show them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.analysis import Findings, analyse
from reputation_monitor.linking.evidence import (
    GrownTerm,
    Witness,
    grown_terms,
    nearness_in_meaning,
    nearness_in_words,
    rank_witnesses,
)
from reputation_monitor.linking.series import HOUR, Series
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Link, Shift, Verdict
from reputation_monitor.linking.world import BrandCounts, Exposure, Options, Unheard
from reputation_monitor.rollups import BUCKET_MINUTES
from reputation_monitor.settings import Settings
from reputation_monitor.source_exposure import heard_share
from reputation_monitor.source_watch import survey
from reputation_monitor.sources.spells import Spell
from reputation_monitor.store import Mention, Order, Rollup, Store

STALE = timedelta(days=7)
WITNESSES = 400
BEFORE_TEXTS = 400
EVIDENCE = 20
EPOCH_SECONDS = BUCKET_MINUTES * 60


class Encoder(Protocol):
    """What evidence needs of a model."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(texts, width)``."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found, with the incidents it knew; ``set_aside`` are those called off or still to come."""

    findings: Findings
    incidents: Mapping[str, Incident]
    now: datetime
    set_aside: Mapping[str, Incident] = field(default_factory=dict)

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """All shifts, by brand and onset."""
        return self.findings.shifts

    @property
    def links(self) -> tuple[Link, ...]:
        """One for every incident and brand it may have hurt."""
        return self.findings.links


async def look(store: Store, settings: Settings, now: datetime) -> Look | None:
    """Analyse everything counted before ``now``; None while there is nothing.

    Incidents are taken as they were known then: what was told or resolved later is not.
    """
    span = await store.span()
    if span is None or span[0] >= now:
        return None
    told = await store.incidents()
    incidents = [known_at(i, now) for i in told if _is_known(i, now)]
    rollups = await store.rollups(None, span[0], now)
    spells = [spell for health in await survey(store, settings) for spell in health.spells]
    unheard = [spell.as_at(now) for spell in spells if spell.start < now and not spell.made_up]
    brands = count_brands(rollups, settings, end_of_data(span[1], now), unheard)
    exposures = expose(incidents, settings, list(brands))
    findings = await asyncio.to_thread(analyse, brands, exposures, options_of(settings))
    return Look(findings, {i.id: i for i in incidents}, now, {i.id: i for i in told if not _is_known(i, now)})


def _is_known(incident: Incident, now: datetime) -> bool:
    """Whether it had been told of by then; maintenance is told of early, and counts once it begins."""
    told = incident.started if incident.planned else incident.detected or incident.started
    return told <= now and not incident.called_off


def known_at(incident: Incident, now: datetime) -> Incident:
    """The incident without what had not happened yet, nor what maintenance has not: it is announced, not detected."""
    acknowledged, resolved = (m if m and m <= now else None for m in (incident.acknowledged, incident.resolved))
    hidden = resolved != incident.resolved and incident.status
    known = replace(
        incident, acknowledged=acknowledged, resolved=resolved, status="open" if hidden else incident.status
    )
    return replace(known, detected=None, acknowledged=None) if incident.planned else known


def end_of_data(last_bucket: datetime, now: datetime) -> datetime:
    """Where the series end: now, unless the data are of the past, whose silence since says nothing."""
    last = last_bucket + timedelta(minutes=BUCKET_MINUTES)
    return min(last, now) if now - last > STALE else now


def options_of(settings: Settings) -> Options:
    """The linking's options as the configuration sets them."""
    linking = settings.linking
    return Options(
        false_shifts_per_quarter=linking.false_shifts_per_quarter,
        q=linking.q,
        lead=timedelta(hours=linking.lead_hours),
        history_weeks=linking.history_weeks,
        min_voices=float(linking.min_voices),
        zone=settings.zone,
    )


def count_brands(
    rollups: Sequence[Rollup], settings: Settings, end: datetime, spells: Sequence[Spell] = ()
) -> dict[str, BrandCounts]:
    """Series of every brand and screen over the same buckets, from the first count to ``end``.

    ``spells`` are the times in which sources were not heard, and nothing made up for it.
    """
    start = min(r.bucket for r in rollups).replace(minute=0)
    buckets = -(-int((end - start).total_seconds()) // HOUR) * (HOUR // EPOCH_SECONDS)
    names = list(dict.fromkeys(r.brand for r in rollups))
    rivals = {b.name: b.rivals for b in settings.brands}
    grouped: dict[str, dict[str, list[Rollup]]] = {name: {} for name in names}
    for r in rollups:
        grouped[r.brand].setdefault(r.screen, []).append(r)
    return {
        name: _brand_counts(
            name,
            # A first look without configuration compares each brand with all others.
            rivals.get(name, tuple(n for n in names if n != name)),
            by_screen,
            [spell for spell in spells if spell.end > start],
            (start, buckets),
        )
        for name, by_screen in grouped.items()
    }


def _brand_counts(
    name: str,
    rivals: tuple[str, ...],
    by_screen: Mapping[str, Sequence[Rollup]],
    spells: Sequence[Spell],
    grid: tuple[datetime, int],
) -> BrandCounts:
    heard = {s: heard_share(rows, spells, *grid) for s, rows in by_screen.items()}
    unheard = [
        Unheard(source=spell.source, screen=screen, why=str(spell.kind), start=spell.start, end=spell.end)
        for screen, rows in by_screen.items()
        for spell in spells
        if spell.source in {r.source for r in rows}
    ]

    def series(screen: str, what: str) -> Series:
        counted = _series(by_screen[screen], *grid, f"{what}_voices", f"{what}_voices_squared")
        return replace(counted, heard=heard[screen])

    return BrandCounts(
        name=name,
        negative={s: series(s, "negative") for s in by_screen},
        failing={s: series(s, "failing") for s in by_screen},
        rivals=rivals,
        unheard=tuple(unheard),
    )


def _series(rows: Sequence[Rollup], start: datetime, buckets: int, weight: str, square: str) -> Series:
    index = np.array([(r.bucket - start).total_seconds() // EPOCH_SECONDS for r in rows], dtype=np.int64)
    inside = index < buckets
    kept = [r for r, ok in zip(rows, inside, strict=True) if ok]

    def summed(name: str) -> NDArray[np.float64]:
        return np.bincount(index[inside], [getattr(r, name) for r in kept], buckets).astype(float)

    return Series(
        start, EPOCH_SECONDS, summed(weight), summed(square), summed("voices"), summed("valence"), summed("mentions")
    )


def expose(incidents: Iterable[Incident], settings: Settings, brands: Sequence[str]) -> list[Exposure]:
    """Which incident may have hurt which brand, and on which screens.

    Told by the services of the configuration, else by a brand's name among the incident's services or in its title;
    where only one brand is watched, every incident is its own. Maintenance counts as well, as planned.
    """
    exposures = []
    for incident in incidents:
        named = _hurt(incident, settings, brands)
        exposures += [_exposure(incident, brand, screens) for brand, screens in named.items()]
    return exposures


def _hurt(incident: Incident, settings: Settings, brands: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    services = {s.casefold() for s in incident.services}
    for service in settings.services:
        if service.name.casefold() in services:
            for brand in service.brands:
                found[brand] = tuple(dict.fromkeys((*found.get(brand, ()), *service.screens)))
    if not found:
        told = " | ".join((*incident.services, incident.title)).casefold()
        found = {brand: () for brand in brands if brand.casefold() in told}
    if not found and len(brands) == 1:
        found = {brands[0]: ()}
    return {brand: screens for brand, screens in found.items() if brand in brands}


def _exposure(incident: Incident, brand: str, screens: tuple[str, ...]) -> Exposure:
    return Exposure(
        incident=incident.id,
        brand=brand,
        title=incident.title,
        service=", ".join(incident.services),
        started=incident.started,
        detected=incident.detected,
        resolved=incident.resolved,
        screens=screens,
        planned=incident.planned,
    )


async def gather_evidence(found: Look, store: Store, encoder: Encoder) -> Look:
    """The same look, with the mentions and terms that show each link."""
    tested = [await _with_evidence(t, found, store, encoder) for t in found.findings.tested]
    return replace(found, findings=replace(found.findings, tested=tuple(tested)))


async def _with_evidence(tested: Tested, found: Look, store: Store, encoder: Encoder) -> Tested:
    link = tested.link
    if link.verdict is not Verdict.LINKED or link.onset is None or link.effect_end is None:
        return tested
    incident = found.incidents[link.id]
    subject = f"{incident.title}. {incident.words}"
    span = (link.onset, min(link.effect_end, found.now))
    ranked, terms = await find_witnesses(store, encoder, link.brand, screens=link.screens, span=span, subject=subject)
    keys = tuple(m.key for m in ranked[:EVIDENCE])
    return replace(tested, link=replace(link, evidence=keys, terms=tuple(t.words for t in terms)))


async def find_witnesses(
    store: Store,
    encoder: Encoder,
    brand: str,
    *,
    screens: Sequence[str],
    span: tuple[datetime, datetime],
    subject: str,
) -> tuple[list[Mention], list[GrownTerm]]:
    """The mentions of a span that tell most of a subject (or of their own), one a voice, and the terms that grew."""
    start, end = span
    mentions = await store.mentions(brand, start, end, screens=screens, order=Order.MOST_NEGATIVE, limit=WITNESSES)
    scored = [m for m in mentions if m.negative is not None]
    before = await store.mentions(
        brand, start - timedelta(weeks=4), start, screens=screens, order=Order.NEWEST, limit=BEFORE_TEXTS
    )
    if not scored:
        return [], []
    texts = [m.words for m in scored]
    meanings = await asyncio.to_thread(encoder.embed, [*texts, *([subject] if subject else [])])
    if subject:
        nearness = nearness_in_meaning(meanings[:-1], meanings[-1])
        nearness += nearness_in_words(texts, subject, [m.words for m in before])
    else:  # without an incident the subject is what most of them talk of
        nearness = nearness_in_meaning(meanings, _centre(meanings))
    ranked = rank_witnesses([_witness(m) for m in scored], nearness)
    by_key = {m.key: m for m in scored}
    negative = [m for m in scored if (m.negative or 0.0) >= 0.5]
    terms = grown_terms((m.words for m in negative), (m.words for m in before))
    return [by_key[w.id] for w in ranked], terms


def _centre(meanings: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = meanings.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), dtype=np.float32)


def _witness(mention: Mention) -> Witness:
    return Witness(
        id=mention.key,
        voice=mention.author or f"story {mention.story}",
        text=mention.words,
        negative=mention.negative or 0.0,
        failing=mention.failing,
    )
