"""The pages. What is read and drawn is kept for a minute; drawing happens in a thread, so that no job waits for it."""

import asyncio
from collections.abc import Mapping
from functools import partial

from aiohttp import web

from reputation_monitor.application import Application
from reputation_monitor.places import brand_path, review_path, week_path
from reputation_monitor.reporting.weeks import Week, WeekError
from reputation_monitor.reports.charts import Chart, Span
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.rendering import Format, Report, render
from reputation_monitor.web import refusals
from reputation_monitor.web.answers import page
from reputation_monitor.web.cache import Cache
from reputation_monitor.web.charts import weeks_chart
from reputation_monitor.web.facts import MENTIONS, BrandFacts, Facts
from reputation_monitor.web.refusals import ORDERS, Place, Refusal
from reputation_monitor.web.templating import render_page, stylesheet

KEPT_SECONDS = 60.0
REFRESH_SECONDS = "60"
PLACES_TOLD = 30


class Pages:
    """Answers people."""

    def __init__(self, application: Application) -> None:
        self._application, self._facts = application, Facts(application)
        self._zone = application.settings.time_zone
        self._takes_labels = application.settings.web.takes_labels
        self._kept: Cache[str] = Cache(KEPT_SECONDS)
        self._reports: Cache[Report] = Cache(KEPT_SECONDS, size=8)
        self._analysing = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """Every address it answers at."""
        return [
            web.get("/", self.overview),
            web.get("/style.css", self.style),
            web.get("/brands/{name}", self.brand),
            web.get("/alerts", self.alerts),
            web.get("/labels", self.labels),
            web.get("/alerts/{key}", self.alert),
            web.get("/reviews/{incident}", self.review),
            web.get("/reports/weekly/{week}", self.weekly),
        ]

    def forget(self) -> None:
        """Draw every page anew: something that they show was changed."""
        self._kept.forget()
        self._reports.forget()

    async def close(self, _app: web.Application) -> None:
        """Give up what is still being drawn."""
        await self._kept.close()
        await self._reports.close()

    async def style(self, _request: web.Request) -> web.Response:
        """The style of every page; its address changes when it does."""
        keep = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(text=stylesheet(), content_type="text/css", charset="utf-8", headers=keep)

    async def overview(self, request: web.Request) -> web.Response:
        """How everything is."""
        number, refresh = refusals.page_number(request.query), request.query.get("refresh") == REFRESH_SECONDS
        body = await self._kept.get(f"overview {number} {refresh}", partial(self._overview, number, refresh))
        answer = page(body)
        if refresh:
            answer.headers["Refresh"] = REFRESH_SECONDS
        return answer

    async def _overview(self, number: int, refresh: bool) -> str:
        facts = await self._facts.overview(number)
        if number > facts.pages:
            raise Refusal(404, "There is no such page", f"There are {facts.pages}.", [Place("/", "The first page")])
        return await self._drawn("overview", {"facts": facts, "refresh": refresh, "here": "overview"})

    async def brand(self, request: web.Request) -> web.Response:
        """Four weeks of a brand."""
        name = refusals.told_name(request.match_info["name"])
        screen, order = refusals.chosen_screen(request.query), refusals.chosen_order(request.query)
        return page(await self._kept.get(f"brand {screen} {order} {name}", partial(self._brand, name, screen, order)))

    async def _brand(self, name: str, screen: str | None, order: str) -> str:
        facts = await self._facts.brand(name, screen, ORDERS[order])
        if facts is None:
            places = [Place(brand_path(known), known) for known in await self._facts.brand_names()]
            raise Refusal(404, f"No brand is called {name}", "Known brands:", places[:PLACES_TOLD])
        chart = await asyncio.to_thread(_brand_chart, facts, Clock(self._zone))
        shown: Mapping[str, object] = {"facts": facts, "chart": chart, "screen": screen, "order": order}
        return await self._drawn(
            "brand", {**shown, "limit": MENTIONS, "takes_labels": self._takes_labels, "here": "brand"}
        )

    async def alerts(self, _request: web.Request) -> web.Response:
        """Every alert."""
        return page(await self._kept.get("alerts", self._alerts))

    async def _alerts(self) -> str:
        alerts = await self._facts.alerts()
        return await self._drawn("alerts", {"alerts": alerts, "now": self._application.now(), "here": "alerts"})

    async def alert(self, request: web.Request) -> web.Response:
        """One alert, and who was told of it."""
        key = refusals.told_name(request.match_info["key"])
        known = await self._application.store.alert(key)
        if known is None:
            raise Refusal(404, "There is no such alert", places=[Place("/alerts", "All alerts")])
        deliveries = await self._application.store.deliveries(key)
        return page(await self._drawn("alert", {"known": known, "deliveries": deliveries, "here": "alerts"}))

    async def labels(self, _request: web.Request) -> web.Response:
        """What waits to be labelled, and the labels set last."""
        return page(await self._kept.get("labels", self._labels))

    async def _labels(self) -> str:
        shown: Mapping[str, object] = {"facts": await self._facts.labels(), "takes_labels": self._takes_labels}
        return await self._drawn("labels", {**shown, "here": "labels"})

    async def review(self, request: web.Request) -> web.Response:
        """The review of an incident."""
        incident, output = refusals.told_name(request.match_info["incident"]), refusals.chosen_format(request.query)
        brand = refusals.told_name(request.query.get("brand", ""))
        make = partial(self._review, incident, brand, output)
        return page(await self._kept.get(f"review {output} {len(brand)} {brand} {incident}", make), output=output)

    async def _review(self, incident: str, brand: str, output: Format) -> str:
        if await self._application.store.incident(incident) is None:
            known = [Place(review_path(i.id), f"{i.title} ({i.id})") for i in await self._facts.incidents()]
            message = "Known incidents, the last first:" if known else "No incident is known yet."
            raise Refusal(404, f"No incident has the id {incident}", message, known[:PLACES_TOLD])
        make = partial(self._review_of, incident, brand)
        report = await self._reports.get(f"review {len(brand)} {brand} {incident}", make)
        return await asyncio.to_thread(render, report, output)

    async def _review_of(self, incident: str, brand: str) -> Report:
        try:
            async with self._analysing:
                return await self._application.review(incident, brand or None)
        except LookupError as error:
            if isinstance(error, KeyError | IndexError):
                raise
            advice = "Whom an incident can hurt is said under services: in the configuration."
            raise Refusal(404, "There is no review of this incident", f"{error}. {advice}") from None

    async def weekly(self, request: web.Request) -> web.Response:
        """The report of a week: as it was sent, or written now."""
        output = refusals.chosen_format(request.query)
        name = refusals.told_name(request.match_info["week"])
        week = await self._week(name)
        return page(
            await self._kept.get(f"week {output} {week.name}", partial(self._weekly, week, output)), output=output
        )

    async def _week(self, text: str) -> Week:
        zone, store = self._application.settings.zone, self._application.store
        try:
            week = Week.parse(text, zone)
        except (WeekError, OverflowError):
            raise Refusal(
                404, f"{text} is no week", "A year and its ISO week are expected, such as 2015-W08."
            ) from None
        if await store.report("weekly", week.name, Format.HTML):
            return week
        span = await store.span()
        if span is None:
            raise Refusal(404, "There is no report yet", "Nothing has been counted so far.")
        first, last = (Week.holding(moment, zone) for moment in (span[0], max(span[1], self._application.now())))
        if not first.start <= week.start <= last.start:
            place = Place(week_path(last.name), f"Week {last.name}")
            raise Refusal(404, f"Nothing is known of week {week.name}", f"Mentions begin in {first.name}.", [place])
        return week

    async def _weekly(self, week: Week, output: Format) -> str:
        kept = await self._application.store.report("weekly", week.name, output)
        if kept is not None:
            return kept.body
        report = await self._reports.get(f"week {week.name}", partial(self._weekly_of, week))
        return await asyncio.to_thread(render, report, output)

    async def _weekly_of(self, week: Week) -> Report:
        async with self._analysing:
            return await self._application.weekly(week.name)

    async def _drawn(self, name: str, facts: Mapping[str, object]) -> str:
        return await asyncio.to_thread(render_page, name, self._zone, facts)


def _brand_chart(facts: BrandFacts, clock: Clock) -> Chart | None:
    if facts.state is None:
        return None
    span = Span(facts.start, facts.end)
    incidents = [outcome.incident for outcome in facts.outcomes]
    return weeks_chart(facts.state.curve, span, clock, facts.shifts, incidents)
