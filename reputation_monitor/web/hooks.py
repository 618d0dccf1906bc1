"""What others send to the service: bodies go to the application as they came, its answer goes back as JSON."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from aiohttp import web

from collectors.base import Batch, SenderUnknown
from reputation_monitor.application import Application
from reputation_monitor.hubs import NotExpectedError
from reputation_monitor.pipeline import Intake
from reputation_monitor.web.refusals import Refusal, told_name

LARGEST_BODY_BYTES = 5 * 1024 * 1024
"""After decompression; a sender with more sends it in parts."""
BODY_SECONDS = 30.0
"""For the whole body; who takes longer sends it again."""
REASONS_TOLD = 20

log = structlog.get_logger()


class Hooks:
    """Answers those who tell instead of being asked."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def routes(self) -> list[web.RouteDef]:
        """Every address it answers at."""
        return [
            web.post("/hooks/push/{source}", self.push),
            web.get("/hooks/websub/{source}", self.verify, allow_head=False),
            web.post("/hooks/websub/{source}", self.news),
        ]

    async def push(self, request: web.Request) -> web.Response:
        """Store what was sent to a source of the collector ``push``: 202 once it is on disk."""
        source = told_name(request.match_info["source"])
        body = await read_body(request)
        try:
            batch, intake = await self._application.receive(source, lower_case(request.headers), body)
        except NotExpectedError:
            raise Refusal(404, "There is no such source", "sources: names none with collector: push here.") from None
        except SenderUnknown as unknown:
            log.warning("push refused", source=source, error=str(unknown))
            return web.json_response({"error": str(unknown)}, status=401, headers={"WWW-Authenticate": "Bearer"})
        return _receipt(batch, intake)

    async def verify(self, request: web.Request) -> web.Response:
        """Send a hub its challenge back, if it was asked for what it says; 404 tells it that it was not."""
        source = told_name(request.match_info["source"])
        try:
            challenge = await self._application.hubs.verify(source, request.query.get("key", ""), request.query)
        except NotExpectedError:
            raise Refusal(404, "Nobody asked for that") from None
        return web.Response(text=challenge)

    async def news(self, request: web.Request) -> web.Response:
        """Store what a hub sent: 202 once it is on disk; 410 tells it to stop."""
        source, key = told_name(request.match_info["source"]), request.query.get("key", "")
        body = await read_body(request)
        try:
            intake = await self._application.receive_from_hub(source, key, lower_case(request.headers), body)
        except NotExpectedError:
            raise Refusal(410, "Nobody waits for that") from None
        except SenderUnknown as unknown:
            log.warning("hub's news refused", source=source, error=str(unknown))
            raise Refusal(401, str(unknown)) from None
        return web.json_response({"added": intake.added, "edited": intake.edited}, status=HTTPStatus.ACCEPTED)


async def read_body(request: web.Request) -> bytes:
    """The body, neither too large nor too slow.

    Raises:
        aiohttp.web.HTTPRequestEntityTooLarge: it is larger than ``LARGEST_BODY_BYTES``.
        Refusal: it does not arrive, or not as its headers say.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Refusal(408, f"The body took more than {BODY_SECONDS:g} seconds; send it again") from None
    except web.RequestPayloadError:
        raise Refusal(400, "The body is not what its headers say; send it again") from None


def lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


def _receipt(batch: Batch, intake: Intake) -> web.Response:
    """Counts of mentions, and why something was set aside; 422 where nothing of it could be read."""
    counts = {
        "added": intake.added,
        "edited": intake.edited,
        "known": intake.known,
        "unmatched": intake.unmatched,
        "rejected": intake.rejected,
    }
    reasons = [{"where": reject.where, "reason": reject.reason} for reject in batch.rejects[:REASONS_TOLD]]
    if batch.rejects and not batch.items:
        told = {"error": batch.rejects[0].reason, **counts, "rejects": reasons}
        return web.json_response(told, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return web.json_response(counts | {"rejects": reasons}, status=HTTPStatus.ACCEPTED)
