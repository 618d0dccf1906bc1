"""What must never come out of the dashboard, and what must never get in."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import pytest
import structlog

from reputation_monitor.application import Application

Ask = Callable[..., Any]

PAGES = [
    *(
        "/",
        "/labels",
        "/brands/Halden",
        "/alerts",
        "/alerts/disturbance:Halden:2026-03-02T08:20Z",
        "/style.css",
        "/nothing",
    ),
    *("/reviews/nothing", "/reports/weekly/nothing", "/healthz", "/api/links", "/api/shifts"),
    *("/api/alerts", "/api/sources", "/api/health", "/api/labels", "/api/nothing"),
]
SECRETS = ("sesame-token", "sesame-hook", "sesame-cursor")


async def test_every_answer_carries_the_safety_headers_and_no_secret(
    filled: Application, aiohttp_client: Ask, app_of: Ask
):
    client = await aiohttp_client(app_of(filled))
    for path in PAGES:
        answer = await client.get(path)
        assert_safe(answer.headers)
        text = await answer.text()
        assert not [secret for secret in SECRETS if secret in text], path


def assert_safe(headers: Mapping[str, str]):
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert policy["form-action"] == "'self'"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "aiohttp" not in headers["Server"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_can_be_changed(filled: Application, aiohttp_client: Ask, app_of: Ask, method: str):
    answer = await (await aiohttp_client(app_of(filled))).request(method, "/alerts")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


async def test_head_is_served(get: Ask):
    assert await get("/healthz", "HEAD") == (200, "")


@pytest.mark.parametrize("path", ["/", "/brands/Halden", "/alerts", "/nothing", "/brands/%3Cscript%3Ealert(1)"])
async def test_hostile_words_stay_words(get: Ask, read: Ask, path: str):
    _, page = await get(path)
    outline = read(page)
    assert not {"script", "img", "b", "iframe"} & set(outline.names)
    assert all(action.startswith("/mentions/") for action in outline.actions)
    assert all(link.startswith(("/", "#", "http://", "https://", "data:image/svg+xml,")) for link in outline.links)
    assert "\u202e" not in page


def test_a_hostile_brand_name_is_shown_as_it_is(seen: dict[str, str], read: Ask, evil_brand: str):
    outline = read(seen["/"])
    assert evil_brand in outline.text
    assert f"/brands/{quote(evil_brand, safe='')}" in outline.links


def test_a_page_loads_nothing_from_elsewhere(seen: dict[str, str]):
    page = seen["/"]
    assert "src=" not in page
    assert page.count('rel="stylesheet"') == 1
    assert 'rel="stylesheet" href="/style.css?' in page


@pytest.mark.parametrize(
    "path",
    [
        "/?page=0",
        "/?page=-1",
        "/?page=1e3",
        "/?page=" + "9" * 5000,
        "/?page=%C2%B2",
        "/brands/Halden?screen=radio",
        "/brands/Halden?order=random",
        "/reviews/pay-481?format=exe",
        "/reports/weekly/2026-W09?format=../../x",
    ],
)
async def test_parameters_that_make_no_sense_are_refused(get: Ask, path: str):
    status, page = await get(path)
    assert status == 400
    assert "expected" in page


@pytest.mark.parametrize(
    "path", ["/brands/" + "x" * 700, "/alerts/%00", "/reviews/a%0Ab", "/..%2f..%2fetc/passwd", "/style.css/"]
)
async def test_paths_that_name_nothing_are_not_found(get: Ask, path: str):
    assert (await get(path))[0] == 404


async def test_a_failure_is_a_plain_page_and_a_line_in_the_log(filled: Application, get_from: Ask):
    get = await get_from(filled)
    await filled.store.close()
    filled.store.open_alerts = _broken
    with structlog.testing.capture_logs() as logs:
        status, page = await get("/alerts")
    assert status == 500
    assert "This page could not be made" in page
    assert "sesame" not in page
    assert "Traceback" not in page
    assert [line["event"] for line in logs] == ["request failed"]


async def test_a_failure_of_the_api_is_json(filled: Application, get_from: Ask):
    get = await get_from(filled)
    filled.store.shifts = _broken
    with structlog.testing.capture_logs():
        status, text = await get("/api/shifts")
    assert status == 500
    assert text == '{"error": "The service\'s log says why. Other pages may still work."}'


async def _broken() -> None:
    raise RuntimeError("sesame: the disk is gone")


async def test_nobody_who_asks_by_another_sites_name_is_told_anything(
    filled: Application, aiohttp_client: Any, app_of: Ask, closed: Application
):
    desk = await aiohttp_client(app_of(filled))
    for path in ("/", "/brands/Halden", "/api/links"):
        answer = await desk.get(path, headers={"Host": "evil.example:8765"})
        assert answer.status == 421
        assert "Halden" not in await answer.text()
        assert (await desk.get(path, headers={"Host": "LOCALHOST:8765"})).status == 200
    everywhere = await aiohttp_client(app_of(closed))
    assert (await everywhere.get("/", headers={"Host": "monitor"})).status == 200
