"""The dashboard as an aiohttp application, and its server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from reputation_monitor.application import Application
from reputation_monitor.settings.addresses import is_loopback
from reputation_monitor.web.answers import add_headers, failures_told_in, only_by_our_name
from reputation_monitor.web.api import Api
from reputation_monitor.web.forms import Forms
from reputation_monitor.web.hooks import LARGEST_BODY_BYTES, Hooks
from reputation_monitor.web.label_api import LabelApi
from reputation_monitor.web.pages import Pages

LAST_WORDS_SECONDS = 3.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not chosen


class CannotListenError(OSError):
    """The dashboard's place is taken or not this machine's; the message says what to do."""


def make_app(application: Application) -> web.Application:
    """The dashboard of an application."""
    settings = application.settings
    middlewares = [failures_told_in(settings.time_zone)]
    if is_loopback(settings.web.host):  # elsewhere people come by names that nobody told us
        middlewares.append(only_by_our_name(settings.web.address))
    app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY_BYTES)
    pages = Pages(application)
    writers = (Forms(application, pages.forget), LabelApi(application, pages.forget), Hooks(application))
    app.add_routes([*pages.routes(), *Api(application).routes()])
    app.add_routes([route for writer in writers for route in writer.routes()])
    app.on_response_prepare.append(add_headers)
    app.on_cleanup.append(pages.close)
    return app


@asynccontextmanager
async def serve(application: Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve the dashboard; gives the address that a browser on this machine opens.

    Args:
        application: whose findings are shown.
        host: address to listen on.
        port: port to listen on; 0 for any that is free.

    Raises:
        CannotListenError: somebody else listens there, or the address is not this machine's.
    """
    runner = web.AppRunner(make_app(application), access_log=None, shutdown_timeout=LAST_WORDS_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise CannotListenError(
                f"the dashboard cannot listen on {host}:{port} ({error.strerror or error}); "
                "set another host or port under web: in the configuration"
            ) from error
        yield _address(host, int(runner.addresses[0][1]))
    finally:
        await runner.cleanup()


def _address(host: str, port: int) -> str:
    reachable = EVERYWHERE.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
