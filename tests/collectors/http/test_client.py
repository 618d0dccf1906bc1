"""The shared client against a real loopback server."""

import asyncio
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient, Limits, Policy, retry_after_seconds, user_agent, without_secrets

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOPBACK = Policy(allow_private=True, obey_robots=False)


async def test_it_says_who_it_is_and_whom_to_write_to(site: Any, http: HttpClient):
    site.pages["/a"] = b"x"
    await http.fetch(f"{site.url}/a")
    assert site.requests[0].headers["User-Agent"].startswith("ReputationMonitor/")
    assert site.requests[0].headers["User-Agent"].endswith("(+tests@example.com)")


@pytest.mark.parametrize("contact", ["", "  ", "a\nb"])
def test_a_client_without_contact_is_refused(contact: str):
    with pytest.raises(ValueError, match="contact"):
        user_agent(contact)


async def test_validators_come_back_byte_for_byte(site: Any, http: HttpClient):
    etag, modified = 'W/"a b\'c--gzip"', "Mon, 01 Jan 2024 00:00:00 +0000"

    async def page(request: web.Request) -> Any:
        if request.headers.get("If-None-Match") == etag and request.headers.get("If-Modified-Since") == modified:
            return web.Response(status=304)
        return web.Response(body=b"new", headers={"ETag": etag, "Last-Modified": modified})

    site.pages["/a"] = page
    first = await http.fetch(f"{site.url}/a")
    assert (first.body, first.validators["etag"], first.validators["last_modified"]) == (b"new", etag, modified)
    second = await http.fetch(f"{site.url}/a", first.state())
    assert second.not_modified
    assert not second.is_news(first.state())


async def test_validators_of_another_address_are_not_sent(site: Any, http: HttpClient):
    async def page(_: web.Request) -> Any:
        return web.Response(body=b"new", headers={"ETag": '"1"'})

    site.pages["/a"] = site.pages["/b"] = page
    first = await http.fetch(f"{site.url}/a")
    await http.fetch(f"{site.url}/b", first.state())
    assert "If-None-Match" not in site.requests[1].headers


async def test_a_validator_that_cannot_be_sent_back_as_it_came_is_dropped(http: HttpClient):
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 3\r\nConnection: close\r\n\r\nnew')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        fetched = await http.fetch(f"http://127.0.0.1:{port}/")
    assert fetched.body == b"new"
    assert "etag" not in fetched.validators


async def test_an_unchanged_body_is_no_news_even_without_validators(site: Any, http: HttpClient):
    site.pages["/a"] = b"same"
    first = await http.fetch(f"{site.url}/a")
    second = await http.fetch(f"{site.url}/a", first.state())
    assert first.is_news({})
    assert not second.is_news(first.state())


async def test_it_follows_redirects_and_tells_where_it_ended(site: Any, http: HttpClient):
    async def moved(_: web.Request) -> Any:
        raise web.HTTPMovedPermanently("b?x=1")

    site.pages |= {"/a": moved, "/b": b"here"}
    fetched = await http.fetch(f"{site.url}/a")
    assert (fetched.body, fetched.final_url) == (b"here", f"{site.url}/b?x=1")


async def test_it_gives_up_on_a_circle_of_redirects(site: Any, limited_http: HttpClient):
    async def moved(_: web.Request) -> Any:
        raise web.HTTPFound("/a")

    site.pages["/a"] = moved
    with pytest.raises(SourceRefused, match="redirects more than 2 times"):
        await limited_http.fetch(f"{site.url}/a")
    assert len(site.requests) == 3


async def test_a_redirect_cannot_reach_a_file(site: Any, http: HttpClient):
    async def moved(_: web.Request) -> Any:
        return web.Response(status=302, headers={"Location": "file:///etc/hostname"})

    site.pages["/a"] = moved
    with pytest.raises(SourceRefused, match="no web address"):
        await http.fetch(f"{site.url}/a")


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_the_size_limit_counts_what_comes_out_of_the_compression(
    site: Any, limited_http: HttpClient, encoding: str
):
    async def page(_: web.Request) -> Any:
        body = b"0" * 5_000_000
        sent = gzip.compress(body) if encoding == "gzip" else body
        return web.Response(body=sent, headers={"Content-Encoding": encoding} if encoding == "gzip" else {})

    site.pages["/bomb"] = page
    with pytest.raises(SourceRefused, match="more than 100,000 bytes"):
        await limited_http.fetch(f"{site.url}/bomb")


async def test_gzip_is_unpacked(site: Any, http: HttpClient):
    async def page(_: web.Request) -> Any:
        return web.Response(body=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})

    site.pages["/a"] = page
    assert (await http.fetch(f"{site.url}/a")).body == b"hello"


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (400, SourceRefused, "check the address and the options"),
        (401, SourceRefused, "credentials"),
        (403, SourceRefused, "credentials"),
        (404, SourceRefused, "nothing is there"),
        (410, SourceRefused, "nothing is there"),
        (408, SourceUnavailable, "asked again later"),
        (429, SourceUnavailable, "poll it less often"),
        (500, SourceUnavailable, "asked again later"),
        (503, SourceUnavailable, "asked again later"),
    ],
)
async def test_a_status_tells_whether_waiting_helps_and_what_to_do(
    site: Any, http: HttpClient, status: int, error: type[Exception], message: str
):
    async def page(_: web.Request) -> Any:
        return web.Response(status=status)

    site.pages["/a"] = page
    with pytest.raises(error, match=message):
        await http.fetch(f"{site.url}/a")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wish", ["120", "Mon, 23 Nov 2026 12:02:00 GMT"])
async def test_it_hands_on_when_the_server_wants_to_be_asked_again(site: Any, http: HttpClient, status: int, wish: str):
    async def page(_: web.Request) -> Any:
        return web.Response(status=status, headers={"Retry-After": wish})

    site.pages["/a"] = page
    with pytest.raises(SourceUnavailable, match="in 120 seconds") as failure:
        await http.fetch(f"{site.url}/a")
    assert failure.value.retry_after_seconds == 120


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        (" 7 ", 7.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("Monday, 23-Nov-26 12:00:30 GMT", 30.0),
        ("Mon Nov 23 12:00:30 2026", 30.0),
        ("Mon, 23 Nov 99999999999 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_the_forms_of_http(value: str | None, seconds: float | None):
    assert retry_after_seconds(value, NOON) == seconds


async def test_a_host_never_gets_more_than_its_share_at_a_time(site: Any):
    running, peak = 0, 0

    async def page(_: web.Request) -> Any:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0.01)
        running -= 1
        return web.Response(body=b"x")

    site.pages["/a"] = page
    async with HttpClient("tests@example.com", limits=Limits(per_host=2), policy=LOOPBACK) as http:
        await asyncio.gather(*(http.fetch(f"{site.url}/a") for _ in range(8)))
    assert peak == 2


@pytest.mark.parametrize("url", ["ftp://example.com/a", "http://", "https://[::bad"])
async def test_what_is_no_web_address_is_refused(http: HttpClient, url: str):
    with pytest.raises(SourceRefused, match="web address"):
        await http.fetch(url)


async def test_a_closed_port_may_open_later(http: HttpClient, unused_tcp_port: int):
    with pytest.raises(SourceUnavailable, match="no connection"):
        await http.fetch(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_a_file_is_read_once_and_again_when_it_changes(http: HttpClient, tmp_path: Path):
    path = tmp_path / "a b.xml"
    path.write_bytes(b"one")
    first = await http.fetch(path.as_uri())
    assert (first.status, first.body) == (200, b"one")
    assert (await http.fetch(str(path), first.state())).not_modified
    path.write_bytes(b"three")
    assert (await http.fetch(str(path), first.state())).body == b"three"


async def test_a_missing_file_a_folder_and_a_huge_file_are_refused(limited_http: HttpClient, tmp_path: Path):
    (tmp_path / "huge").write_bytes(b"0" * 100_001)
    for path, message in (
        (tmp_path / "none", "no such file"),
        (tmp_path, "cannot be read"),
        (tmp_path / "huge", "larger"),
    ):
        with pytest.raises(SourceRefused, match=message):
            await limited_http.fetch(str(path))


def test_messages_show_no_password_and_no_token():
    assert without_secrets("https://me:secret@example.com/a?feed=token#x") == "https://example.com/a?…"
    assert without_secrets("https://example.com/a") == "https://example.com/a"
    assert "token" not in without_secrets("https://[bad?feed=token")
