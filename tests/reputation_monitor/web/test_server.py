"""The server itself, and the page that documents it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from reputation_monitor.application import Application
from reputation_monitor.places import alert_path, brand_path, review_path, week_path
from reputation_monitor.web.server import CannotListenError, serve


async def test_it_serves_at_the_address_it_gives_and_no_longer(filled: Application):
    async with aiohttp.ClientSession() as session:
        async with serve(filled, "127.0.0.1", 0) as address, session.get(f"{address}/healthz") as answer:
            assert await answer.text() == "ok\n"
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{address}/healthz")


async def test_everywhere_is_reached_by_loopback(filled: Application):
    async with serve(filled, "0.0.0.0", 0) as address:  # noqa: S104 - the very case
        assert address.startswith("http://127.0.0.1:")


async def test_a_taken_port_tells_what_to_do(filled: Application):
    async with serve(filled, "127.0.0.1", 0) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(CannotListenError, match=r"cannot listen on 127.0.0.1:\d+ .*web: in the configuration"):
            async with serve(filled, "127.0.0.1", port):
                pass


async def test_every_address_is_documented(filled: Application, app_of: Callable[..., Any]):
    told = (Path(__file__).parents[3] / "docs" / "dashboard.md").read_text(encoding="utf-8")
    routes = {resource.canonical for resource in app_of(filled).router.resources()}
    assert not [route for route in routes - {"/style.css"} if f"`{route}`" not in told]
    assert not [path for path in re.findall(r"^\| `(/[^`?]*)", told, re.MULTILINE) if path not in routes]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (brand_path("AC/DC & Söhne"), "/brands/AC%2FDC%20%26%20S%C3%B6hne"),
        (brand_path("A", screen="tv", order=""), "/brands/A?screen=tv"),
        (brand_path("\ud800"), "/brands/%3F"),
        (alert_path("a:b"), "/alerts/a%3Ab"),
        (review_path("x?y#z", "a&b"), "/reviews/x%3Fy%23z?brand=a%26b"),
        (week_path("2026-W09"), "/reports/weekly/2026-W09"),
    ],
)
def test_names_are_quoted_in_addresses(path: str, expected: str):
    assert path == expected
