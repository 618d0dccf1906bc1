"""The findings as JSON, and the service's health."""

from aiohttp import web

from reputation_monitor import outputs
from reputation_monitor.application import Application
from reputation_monitor.outputs import Json
from reputation_monitor.web.facts import ALERTS, Facts
from reputation_monitor.web.health import check
from reputation_monitor.web.sources import SourceRow


class Api:
    """Answers programs."""

    def __init__(self, application: Application) -> None:
        self._application, self._store = application, application.store
        self._started = application.now()

    def routes(self) -> list[web.RouteDef]:
        """Every address it answers at."""
        return [
            web.get("/api/shifts", self.shifts),
            web.get("/api/links", self.links),
            web.get("/api/alerts", self.alerts),
            web.get("/api/sources", self.sources),
            web.get("/api/health", self.health),
            web.get("/healthz", self.healthz),
        ]

    async def shifts(self, _request: web.Request) -> web.Response:
        """Every shift of the last look."""
        return web.json_response([outputs.shift_json(known.shift) for known in await self._store.shifts()])

    async def links(self, _request: web.Request) -> web.Response:
        """What every incident did, by the last look."""
        links = [known.link for known in await self._store.links()]
        return web.json_response(await outputs.links_json(links, self._store))

    async def alerts(self, _request: web.Request) -> web.Response:
        """Alerts, the last raised first."""
        return web.json_response([outputs.alert_json(known) for known in await self._store.alerts(ALERTS)])

    async def sources(self, _request: web.Request) -> web.Response:
        """Every source, the troubled first."""
        rows = await Facts(self._application).sources()
        return web.json_response([_source_json(row) for row in rows])

    async def health(self, _request: web.Request) -> web.Response:
        """200 where all is well, else 503 with the reason."""
        found = await check(self._application, self._started, self._application.now())
        document = {
            "status": "ok" if found.well else "trouble",
            "reason": found.reason,
            "database": found.database,
            "last_look": outputs.instant(found.looked_at),
            "last_look_age_seconds": outputs.decimal(found.look_age_seconds),
        }
        return web.json_response(document, status=200 if found.well else 503)

    async def healthz(self, _request: web.Request) -> web.Response:
        """The same in a word."""
        found = await check(self._application, self._started, self._application.now())
        return web.Response(text=f"{found.reason or 'ok'}\n", status=200 if found.well else 503)


def _source_json(row: SourceRow) -> Json:
    own = {"source": row.name, "screen": row.screen or None, "health": row.health, "reason": row.reason}
    judged = {"judged_at": outputs.instant(row.judged_at)}
    return own | judged | outputs.source_json(row.state, row.quarantined)
