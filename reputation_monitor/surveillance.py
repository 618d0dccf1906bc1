"""Looking at everything that was counted: shifts, links and the mentions that show them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.counting import count_brands, end_of_data
from reputation_monitor.incidents.base import Incident
from reputation_monitor.ledger import Ledger
from reputation_monitor.linking.evidence import (
    GrownTerm,
    Witness,
    grown_terms,
    nearness_in_meaning,
    nearness_in_words,
    rank_witnesses,
)
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.standing import Standing
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Link, Shift, Verdict
from reputation_monitor.linking.world import Exposure, Options
from reputation_monitor.matching import Query, QueryError
from reputation_monitor.settings import Settings
from reputation_monitor.source_watch import survey
from reputation_monitor.store import Mention, Order, Store

WITNESSES = 400
BEFORE_TEXTS = 400
EVIDENCE = 20
TOLD_TWICE = timedelta(days=1)
"""Incidents of one id that began within so long are one."""


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


class Lookout:
    """Looks at everything counted, again and again: what is read and found is kept for the next look.

    One look at a time; who asks while another is under way waits for it.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._ledger, self._standing = Ledger(store), Standing(options_of(settings))
        self._busy = asyncio.Lock()

    async def look(self, now: datetime) -> Look | None:
        """Analyse everything counted before ``now``; None while there is nothing.

        Incidents are taken as they were known then: what was told or resolved later is not.
        """
        async with self._busy:
            return await self._look(now)

    async def _look(self, now: datetime) -> Look | None:
        span = await self._store.span()
        if span is None or span[0] >= now:
            return None
        told = told_apart(await self._store.incidents())
        incidents = [known_at(i, now) for i in told if _is_known(i, now)]
        tallies = await self._ledger.read(span[0], now)
        spells = [spell for health in await survey(self._store, self._settings) for spell in health.spells]
        unheard = [spell.as_at(now) for spell in spells if spell.start < now and not spell.made_up]
        end = end_of_data(span[1], now)
        brands = await asyncio.to_thread(count_brands, tallies, self._settings, end, unheard)
        exposures = expose(incidents, self._settings, list(brands))
        findings = await asyncio.to_thread(self._standing.look, brands, exposures)
        return Look(findings, {i.id: i for i in incidents}, now, {i.id: i for i in told if not _is_known(i, now)})


def told_apart(incidents: Sequence[Incident]) -> list[Incident]:
    """The incidents, each with an id that no other has; several sources may use one.

    Of those that began within a day of each other, which is one incident told twice, one stands: one that was not
    taken back, of which most is known, its end or else more words. Of others the one that began first keeps its id,
    with which its history goes, and the later ones go by their source too: ``SOURCE:ID``.

    Args:
        incidents: by start.
    """
    told: dict[str, list[list[Incident]]] = {}
    for incident in incidents:
        same = told.setdefault(incident.id, [])
        if same and incident.started - same[-1][-1].started < TOLD_TWICE:
            same[-1].append(incident)
        else:
            same.append([incident])
    first = [_best_told(same[0]) for same in told.values()]
    later = [
        replace(_best_told(tellings), id=f"{tellings[0].source}:{incident_id}")
        for incident_id, same in told.items()
        for tellings in same[1:]
    ]
    return sorted([*first, *later], key=lambda one: (one.started, one.source, one.id))


def _best_told(tellings: Sequence[Incident]) -> Incident:
    return max(reversed(tellings), key=lambda one: (not one.called_off, one.resolved is not None, len(one.words)))


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
        told = " | ".join((*incident.services, incident.title))
        found = {brand: () for brand in brands if _names(told, brand)}
    if not found and len(brands) == 1:
        found = {brands[0]: ()}
    return {brand: screens for brand, screens in found.items() if brand in brands}


def _names(text: str, brand: str) -> bool:
    try:
        return Query.of_name(brand).matches(text)
    except QueryError:  # a brand that was imported may be called by signs alone
        return False


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
