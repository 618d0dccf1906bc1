"""Filling the incident review."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.curves import Curve, draw_curve
from reputation_monitor.linking.impact import Impact
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Shift
from reputation_monitor.reporting.visible import visible_rises
from reputation_monitor.reporting.weekly import money, quote, terms_of
from reputation_monitor.reports.review import Event, IncidentReview, Placebo, ScreenSeries, Side
from reputation_monitor.reports.types import Series
from reputation_monitor.settings import Settings
from reputation_monitor.store import Mention, Store
from reputation_monitor.surveillance import Encoder, Look, find_witnesses

BEFORE, AFTER = timedelta(hours=12), timedelta(hours=12)
QUOTES, TERMS = 8, 8
PLACEBOS_DRAWN = 5000


class ReviewError(LookupError):
    """There is nothing to review; the message says why, and what there is."""


class ReviewFacts:
    """Reads what an incident review needs."""

    def __init__(self, store: Store, settings: Settings, encoder: Encoder, found: Look) -> None:
        self._store, self._settings, self._encoder, self._found = store, settings, encoder, found

    async def review(
        self, incident_id: str, now: datetime, brand: str | None = None, notice: str = ""
    ) -> IncidentReview:
        """The review of an incident for the brand it hurt most, or for the one named.

        Raises:
            ReviewError: no such incident, or it could have hurt no watched brand.
        """
        tested = await self._pick(incident_id, brand)
        incident = self._found.incidents[incident_id]
        start, end = self._span(tested)
        subject = f"{incident.title}. {incident.words}"
        screens = tested.link.screens or self._found.findings.models.screens(tested.link.brand)
        ranked, grown = await find_witnesses(
            self._store, self._encoder, tested.link.brand, screens=screens, span=(start, end), subject=subject
        )
        visible, with_more = visible_rises(tested, self._found.findings.models)
        tests, tests_ever = await self._tests()
        return IncidentReview(
            brand=tested.link.brand,
            time_zone=self._settings.time_zone,
            made=now,
            incident=incident,
            link=tested.link,
            shift=self._shift(tested),
            revenue=money(self._settings, tested.link),
            series=self._series(tested, screens),
            screens=tuple(ScreenSeries(screen=s, series=self._series(tested, (s,))) for s in screens),
            baseline_expected=tested.impact.counted.baseline if tested.impact else None,
            placebo=_placebo(tested),
            quotes=tuple(quote(m) for m in ranked[:QUOTES]),
            terms=terms_of(grown[:TERMS], ranked),
            events=tuple(_first_words(ranked)) if tested.link.onset else (),
            tests=tests,
            tests_ever=tests_ever,
            q_bound=self._settings.linking.q,
            history_days=_history_days(tested.impact),
            mentions=_sum(tested.impact, "mentions"),
            texts=await self._texts(tested.link.brand, tested.impact),
            voices=_sum(tested.impact, "voices"),
            visible=visible,
            with_more=with_more,
            history=tuple(await self._store.verdict_changes(incident_id, tested.link.brand)),
            notice=notice,
        )

    async def _tests(self) -> tuple[int, int]:
        """How many tests are made together, and how many were ever made."""
        now = {t.link.key for t in self._found.findings.tested if t.placebo is not None}
        changes = await self._store.verdict_changes()
        once = {(change.incident, change.brand) for change in changes if change.before.p_value is not None}
        return len(now), len(now | once)

    async def _texts(self, brand: str, impact: Impact | None) -> int | None:
        if impact is None:
            return None
        series = impact.channel.series
        return await self._store.count_texts(brand, series.time(impact.start), series.time(impact.end), impact.screens)

    async def _pick(self, incident_id: str, brand: str | None) -> Tested:
        found = [t for t in self._found.findings.tested if t.link.id == incident_id and brand in (None, t.link.brand)]
        if not found and incident_id in self._found.set_aside:
            raise ReviewError(await self._why_untested(self._found.set_aside[incident_id]))
        others = sorted(t.link.brand for t in self._found.findings.tested if t.link.id == incident_id)
        if not found and others:
            raise ReviewError(f"{incident_id!r} could not have hurt {brand!r}; it was tested for: {', '.join(others)}")
        if not found:
            known = ", ".join(sorted(self._found.incidents)[:10]) or "none"
            raise ReviewError(
                f"no incident {incident_id!r} that could have hurt a watched brand; known incidents: {known}"
            )
        return min(found, key=lambda t: t.link.p_value if t.link.p_value is not None else 2.0)

    async def _why_untested(self, incident: Incident) -> str:
        if not incident.called_off:
            return f"{incident.kind} {incident.id!r} is still to come, so there is nothing to review yet"
        told = f"{incident.kind} {incident.id!r} was {incident.status.casefold()}, so it is not tested any more"
        last = [change for change in await self._store.verdict_changes(incident.id) if change.after is None]
        verdicts = [f"{change.brand}: {change.before.verdict} until {change.at:%Y-%m-%d %H:%M} UTC" for change in last]
        return f"{told}; its verdict was, of {', '.join(verdicts)}" if verdicts else told

    def _span(self, tested: Tested) -> tuple[datetime, datetime]:
        link, exposure = tested.link, tested.exposure
        start = link.onset or exposure.started
        return start, min(max(link.effect_end or exposure.end(self._found.now), start), self._found.now)

    def _shift(self, tested: Tested) -> Shift | None:
        mine = [s for s in self._found.shifts if s.incident == tested.link.id and s.brand == tested.link.brand]
        return mine[0] if mine else None

    def _series(self, tested: Tested, screens: Sequence[str]) -> Series:
        models = self._found.findings.models
        brand = tested.link.brand
        if brand not in models.brands:
            return Series()
        channel = models.channel(brand, tuple(screens), Voice.NEGATIVE, models.bucket_seconds(brand))
        start, end = self._span(tested)
        first, last = min(start, tested.exposure.started) - BEFORE, max(end, tested.exposure.end(end)) + AFTER
        factor = tested.impact.factor if tested.impact else 1.0
        return as_series(draw_curve(channel, first, last, factor))


def as_series(curve: Curve) -> Series:
    """A curve as the reports draw it."""
    return Series.of(curve.times, curve.observed, curve.expected, curve.low, curve.high, minutes=curve.minutes)


def _placebo(tested: Tested) -> Placebo | None:
    if tested.placebo is None or tested.impact is None or not tested.placebo.placebos:
        return None
    step = -(-tested.placebo.placebos // PLACEBOS_DRAWN)
    return Placebo(statistic=tested.impact.peak.height, values=tuple(map(float, tested.placebo.heights[::step])))


def _first_words(ranked: Sequence[Mention]) -> list[Event]:
    telling = [m for m in ranked[: QUOTES * 4] if m.failing or (m.negative or 0.0) >= 0.5]
    if not telling:
        return []
    first = min(telling, key=lambda m: m.published)
    text = " ".join((first.text or first.title).split())
    short = text if len(text) <= 90 else text[:89].rsplit(" ", 1)[0] + "…"
    return [Event(at=first.published, side=Side.CUSTOMERS, text=f"First telling complaint ({first.source}): “{short}”")]


def _history_days(impact: Impact | None) -> float | None:
    if impact is None:
        return None
    baseline = impact.channel.baseline
    return float(baseline.days[baseline.block[min(impact.start, len(baseline.block) - 1)]])


def _sum(impact: Impact | None, name: str) -> int | None:
    if impact is None:
        return None
    values = getattr(impact.channel.series, name)
    return round(float(values[impact.start : impact.end].sum()))
