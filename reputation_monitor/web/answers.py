"""What every answer has in common: its headers, and how a request that fails is told."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from reputation_monitor.reports.rendering import Format
from reputation_monitor.web.origin import is_known
from reputation_monitor.web.refusals import Place, Refusal
from reputation_monitor.web.templating import render_page

HEADERS = {
    # Charts carry their colours in style attributes; nothing here needs a script, so none may run.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing; our own forms say where they come from, which "no-referrer" would keep from us too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "Reputation Monitor",
}
CONTENT_TYPES = {
    Format.HTML: "text/html",
    Format.MARKDOWN: "text/markdown",
    Format.JSON: "application/json",
}
FOR_PROGRAMS = ("/api/", "/hooks/")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger()


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the safety headers on every answer; a page is never kept by anybody but us."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def page(body: str, *, status: int = 200, output: Format = Format.HTML) -> web.Response:
    """An answer for people."""
    return web.Response(text=body, status=status, content_type=CONTENT_TYPES[output], charset="utf-8")


def failures_told_in(time_zone: str) -> Any:
    """A middleware by which every failure becomes a plain page (or plain JSON), never a traceback."""

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return _told(request, refusal, time_zone)
        except web.HTTPMethodNotAllowed as error:
            allowed = ", ".join(sorted(error.allowed_methods))
            why = Refusal(error.status, "Nothing can be changed here", f"Only {allowed} is served.")
            answer = _told(request, why, time_zone)
            answer.headers["Allow"] = allowed
            return answer
        except web.HTTPException as error:
            return _told(request, Refusal(error.status, _title(error.status)), time_zone)
        except Exception:  # the edge of a request: its reader gets a page, the log the reason
            log.exception("request failed", path=request.path)
            return _told(request, _sorry(), time_zone)

    return tell


def only_by_our_name(own_address: str) -> Any:
    """A middleware that answers nobody who asks by another site's name.

    A page that a user of this machine has open may have its own name led here (DNS rebinding), and would then be told
    everything.
    """

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_known(request.headers.get("Host", ""), own_address):
            raise Refusal(
                HTTPStatus.MISDIRECTED_REQUEST,
                "This is not the address of the dashboard",
                f"It is {own_address}. If people reach it by another name, set that address as url: under web:.",
            )
        return await handler(request)

    return refuse


def _title(status: int) -> str:
    return "There is no such page" if status == HTTPStatus.NOT_FOUND else HTTPStatus(status).phrase


def _sorry() -> Refusal:
    return Refusal(500, "This page could not be made", "The service's log says why. Other pages may still work.")


def _told(request: web.Request, refusal: Refusal, time_zone: str) -> web.Response:
    if request.path.startswith(FOR_PROGRAMS):
        return web.json_response({"error": str(refusal)}, status=refusal.status)
    facts: dict[str, object] = {"title": refusal.title, "message": refusal.message, "here": ""}
    places: Sequence[Place] = refusal.places
    return page(render_page("refusal", time_zone, facts | {"places_to_go": places}), status=refusal.status)
