"""What the pages show, read from the store: the last look's findings and the counts of the shown span."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reputation_monitor.application import Application
from reputation_monitor.counting import end_of_data
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Link, Shift
from reputation_monitor.opinion import Opinion
from reputation_monitor.reporting.opinions import read_opinions
from reputation_monitor.reporting.weeks import Week
from reputation_monitor.store import Correction, Delivery, KnownAlert, Mention, Order
from reputation_monitor.web.curves import BrandNow, brands_now
from reputation_monitor.web.sources import SourceRow, source_rows

WEEK = timedelta(days=7)
SPAN = timedelta(weeks=4)
HISTORY = timedelta(weeks=3)
LATE = timedelta(minutes=30)
"""A mention that waited so long for its score is a sign that scoring has stopped."""
"""How much is read before what is shown: the baseline of its first day needs days before it."""
SPARK_MINUTES = 180
WEEKS_MINUTES = 180
BRANDS_A_PAGE = 12
LATEST = 8
INCIDENTS_SINCE = timedelta(days=91)
REPORTS = 5
MENTIONS = 50
ALERTS = 200
TO_LABEL = 25
LABELS = 50


@dataclass(frozen=True, slots=True)
class BrandCard:
    """A brand on the overview; ``now`` is None while nothing was counted in the last four weeks."""

    name: str
    now: BrandNow | None
    alerts: int
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An incident and what it did to a brand; ``link`` is None until a look has tested it."""

    incident: Incident
    link: Link | None


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A weekly report to open; ``made`` is when it was kept, or None if it is made when opened."""

    week: Week
    made: datetime | None
    so_far: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the first page. ``end`` is the end of the data, None while nothing was counted."""

    now: datetime
    end: datetime | None
    looked_at: datetime | None
    brands: tuple[BrandCard, ...]
    page: int
    pages: int
    alerts: tuple[KnownAlert, ...]
    waiting: tuple[Delivery, ...]
    shifts: tuple[Shift, ...]
    outcomes: tuple[Outcome, ...]
    sources: tuple[SourceRow, ...]
    weeks: tuple[WeekLine, ...]
    unscored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandFacts:
    """Everything on a brand's page, of the four weeks from ``start`` to ``end``; ``opinions`` is of the last week."""

    name: str
    now: datetime
    start: datetime
    end: datetime
    state: BrandNow | None
    opinions: tuple[Opinion, ...]
    shifts: tuple[Shift, ...]
    outcomes: tuple[Outcome, ...]
    alerts: tuple[KnownAlert, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """The first of the mentions that were drawn and wait for a label, how many wait, and the labels set last."""

    drawn: tuple[Mention, ...]
    waiting: int
    labels: tuple[Correction, ...]


class Facts:
    """Reads the store for the pages."""

    def __init__(self, application: Application) -> None:
        self._application, self._store = application, application.store
        self._settings = application.settings

    async def overview(self, page: int) -> Overview:
        """The first page, or a further page of brands."""
        now = self._application.now()
        end = await self._end(now)
        alerts = await self._store.open_alerts()
        shifts = [known.shift for known in await self._store.shifts()]
        names = self._ranked(await self._names(end), alerts)
        shown = names[(page - 1) * BRANDS_A_PAGE : page * BRANDS_A_PAGE]
        return Overview(
            now=now,
            end=end,
            looked_at=self._application.looked_at,
            brands=tuple(await self._cards(shown, end, alerts, shifts)),
            page=page,
            pages=max(1, -(-len(names) // BRANDS_A_PAGE)),
            alerts=tuple(alerts),
            waiting=tuple(await self._store.pending()),
            shifts=tuple(sorted(shifts, key=lambda s: s.onset, reverse=True)[:LATEST]),
            outcomes=tuple((await self._outcomes(end or now))[:LATEST]),
            sources=tuple(await self.sources()),
            weeks=tuple(await self._weeks(end, now)),
            unscored=await self._store.unscored_until(now - LATE if end else now),
        )

    async def brand(self, name: str, screen: str | None, order: Order) -> BrandFacts | None:
        """A brand's page; None if nothing is known of such a brand."""
        now, span = self._application.now(), await self._store.span(name)
        if span is None and name not in (b.name for b in self._settings.brands):
            return None
        end = end_of_data(span[1], now) if span else now
        start = end - SPAN
        mentions = await self._store.mentions(
            name, start, end, screens=[screen] if screen else None, order=order, limit=MENTIONS
        )
        shifts = [known.shift for known in await self._store.shifts(name)]
        return BrandFacts(
            name=name,
            now=now,
            start=start,
            end=end,
            state=(await self._brands_now([name], end, SPAN, WEEKS_MINUTES)).get(name),
            opinions=await read_opinions(self._store, await self._application.known_errors(), name, end - WEEK, end),
            shifts=tuple(s for s in reversed(shifts) if s.onset < end and s.end > start),
            outcomes=tuple(await self._outcomes(end, name, SPAN)),
            alerts=tuple(a for a in await self._store.open_alerts() if a.alert.brand == name),
            mentions=tuple(mentions),
        )

    async def brand_names(self) -> list[str]:
        """Every brand that has a page."""
        return await self._names(await self._end(self._application.now()))

    async def sources(self) -> list[SourceRow]:
        """How the sources were when each was last judged."""
        states, quarantined = await self._store.source_states(), await self._store.quarantine_counts()
        healths = await self._application.survey()
        return source_rows(self._settings.sources, healths, states, quarantined)

    async def alerts(self) -> list[KnownAlert]:
        """The open ones first, each part with the last raised first."""
        firing = reversed(await self._store.open_alerts())
        ended = [known for known in await self._store.alerts(ALERTS) if known.ended_at is not None]
        return [*firing, *ended]

    async def labels(self) -> LabelFacts:
        """What waits to be labelled, and what was."""
        waiting = await self._store.drawn_unlabelled()
        drawn = await self._store.mentions_by_id(waiting[:TO_LABEL])
        return LabelFacts(tuple(drawn), len(waiting), tuple(await self._store.labels(LABELS)))

    async def incidents(self) -> list[Incident]:
        """Every incident that is known, the last first."""
        return list(reversed(await self._store.incidents()))

    async def _end(self, now: datetime) -> datetime | None:
        span = await self._store.span()
        return end_of_data(span[1], now) if span else None

    async def _names(self, end: datetime | None) -> list[str]:
        """The configured brands, those that have rivals first; without configuration, those that are spoken of."""
        configured = sorted(self._settings.brands, key=lambda brand: not brand.rivals)
        if configured or end is None:
            return [brand.name for brand in configured]
        return list(await self._store.brands())

    @staticmethod
    def _ranked(names: Sequence[str], alerts: Iterable[KnownAlert]) -> list[str]:
        troubled = {known.alert.brand for known in alerts}
        return sorted(names, key=lambda name: name not in troubled)

    async def _cards(
        self, names: Sequence[str], end: datetime | None, alerts: Sequence[KnownAlert], shifts: Sequence[Shift]
    ) -> list[BrandCard]:
        states = await self._brands_now(names, end, WEEK, SPARK_MINUTES) if end else {}
        cards = []
        for name in names:
            lately = tuple(s for s in shifts if s.brand == name and end and s.end > end - WEEK)
            cards.append(BrandCard(name, states.get(name), sum(a.alert.brand == name for a in alerts), lately))
        return cards

    async def _brands_now(
        self, names: Sequence[str], end: datetime, length: timedelta, minutes: int
    ) -> Mapping[str, BrandNow]:
        # As much history for every length, so that what is usual is the same on every page.
        rollups = await self._store.rollups(names, end - SPAN - HISTORY, end)
        return await asyncio.to_thread(brands_now, rollups, self._settings, end, end - length, minutes)

    async def _outcomes(
        self, end: datetime, brand: str | None = None, since: timedelta = INCIDENTS_SINCE
    ) -> list[Outcome]:
        """Incidents with what they did, the last first; of one brand only those tested for it."""
        links: dict[str, list[Link]] = {}
        for known in await self._store.links(brand):
            links.setdefault(known.link.id, []).append(known.link)
        outcomes = []
        for incident in reversed(await self._store.incidents(end - since)):
            found: Sequence[Link | None] = links.get(incident.id, [None] if brand is None else [])
            outcomes += [Outcome(incident, link) for link in found]
        return outcomes

    async def _weeks(self, end: datetime | None, now: datetime) -> list[WeekLine]:
        if end is None:
            return []
        kept = {
            report.key: report.made
            for report in await self._store.reports("weekly", REPORTS)
            if report.format == "html"
        }
        week = Week.holding(end, self._settings.zone)
        lines = []
        for _ in range(REPORTS):
            lines.append(WeekLine(week, kept.get(week.name), so_far=week.end > now))
            week = week.previous
        return lines
