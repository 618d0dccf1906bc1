"""How much of a stranger's answer is taken in, however it is packed."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient, Limits, Policy

ZEROS = 100_000_000


def packed(body: bytes, encoding: str) -> Any:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Encoding": encoding})

    return answer


def deflated(wbits: int) -> Callable[[bytes], bytes]:
    def pack(body: bytes) -> bytes:
        packer = zlib.compressobj(wbits=wbits)
        return packer.compress(body) + packer.flush()

    return pack


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", deflated(-15)), ("identity", bytes)],
)
async def test_what_was_asked_for_is_unpacked(site: Any, http: HttpClient, encoding: str, pack: Any):
    site.pages["/a"] = packed(pack(b"hello"), encoding)
    assert (await http.fetch(f"{site.url}/a")).body == b"hello"
    assert site.requests[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(bytes(ZEROS), 1)),
        ("deflate", zlib.compress(bytes(ZEROS), 1)),
        ("gzip", gzip.compress(bytes(200_000)) * 500),
    ],
    ids=["gzip", "deflate", "many gzips in one"],
)
async def test_a_bomb_is_never_unpacked_whole(site: Any, limited_http: HttpClient, encoding: str, bomb: bytes):
    """The answer is packed before memory is counted; it unpacks to a thousand times the limit."""
    site.pages["/bomb"] = packed(bomb, encoding)
    tracemalloc.start()
    with pytest.raises(SourceRefused, match="more than 100,000 bytes"):
        await limited_http.fetch(f"{site.url}/bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "compress", "x" * 5_000])
async def test_what_was_not_asked_for_is_refused(site: Any, http: HttpClient, encoding: str):
    site.pages["/a"] = packed(gzip.compress(gzip.compress(b"hello")), encoding)
    with pytest.raises((SourceRefused, SourceUnavailable)):
        await http.fetch(f"{site.url}/a")


async def test_a_body_packed_twice_is_named_as_such(site: Any, http: HttpClient):
    site.pages["/a"] = packed(gzip.compress(gzip.compress(b"hello")), "gzip, gzip")
    with pytest.raises(SourceRefused, match="packed as 'gzip, gzip', which was not asked for; tell its owner"):
        await http.fetch(f"{site.url}/a")


@pytest.mark.parametrize("headers", [b"X: " + b"x" * 20_000 + b"\r\n", b"X: x\r\n" * 1_000])
async def test_headers_without_end_are_not_read(http: HttpClient, headers: bytes):
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + headers + b"Content-Length: 1\r\nConnection: close\r\n\r\nx")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceUnavailable, match="asked again later"):
            await http.fetch(f"http://127.0.0.1:{port}/?token=sesame")


async def test_an_address_longer_than_servers_read_is_refused_before_it_is_sent(site: Any, http: HttpClient):
    with pytest.raises(SourceRefused, match="more than 8,000 characters") as refusal:
        await http.fetch(f"{site.url}/a?token={'x' * 8_000}")
    assert "xxx" not in str(refusal.value)
    assert site.requests == []


async def test_a_redirect_to_a_longer_one_is_not_followed(site: Any, http: HttpClient):
    async def moved(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/" + "a" * 8_000})

    site.pages["/a"] = moved
    with pytest.raises(SourceRefused, match="more than 8,000 characters"):
        await http.fetch(f"{site.url}/a")
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("frame", "error"),
    [("x" * 100_001, SourceRefused), (b"\xc1\x05hello", SourceUnavailable)],
    ids=["too large", "none"],
)
async def test_a_websocket_says_what_was_wrong_with_its_last_message(
    site: Any, limited_http: HttpClient, frame: str | bytes, error: type[Exception]
):
    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        if isinstance(frame, str):
            await answer.send_str(frame)
        else:
            request.transport.write(frame)
        await answer.receive()
        return answer

    site.pages["/s"] = socket
    with pytest.raises(error, match=";"):
        async with limited_http.websocket(f"{site.url.replace('http', 'ws')}/s") as messages:
            await anext(messages)


async def test_what_goes_wrong_with_who_listens_is_not_charged_to_the_websocket(site: Any, http: HttpClient):
    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.receive()
        return answer

    site.pages["/s"] = socket
    with pytest.raises(ValueError, match="my own"):
        async with http.websocket(f"{site.url.replace('http', 'ws')}/s"):
            raise ValueError("my own")


@pytest.mark.parametrize("url", ["http://example.com/s", "ws://", "wss://[::bad"])
async def test_what_is_no_address_of_a_websocket_is_refused(http: HttpClient, url: str):
    with pytest.raises(SourceRefused, match="web address"):
        async with http.websocket(url):
            pass


async def test_a_websocket_that_falls_silent_may_be_opened_again(site: Any):
    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.receive()
        return answer

    site.pages["/s"] = socket
    impatient = Limits(read_seconds=0.05)
    async with HttpClient("tests@example.com", limits=impatient, policy=Policy(allow_private=True)) as http:
        with pytest.raises(SourceUnavailable, match="asked again later"):
            async with http.websocket(f"{site.url.replace('http', 'ws')}/s") as messages:
                await anext(messages)


async def test_a_kind_with_patience_waits_longer_and_the_others_do_not(site: Any, hasty_http: HttpClient):
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(text="at last")

    site.pages["/a"] = slow
    patient = hasty_http.under(Policy(allow_private=True, obey_robots=False, patience=5))
    assert (await patient.fetch(f"{site.url}/a")).body == b"at last"
    hasty_again = patient.under(Policy(allow_private=True, obey_robots=False))
    for hasty in (hasty_http, hasty_again):
        with pytest.raises(SourceUnavailable, match=r"no full answer in 0\.1 seconds"):
            await hasty.fetch(f"{site.url}/a")


async def test_patience_ends_too_and_says_how_long_it_lasted(site: Any, hasty_http: HttpClient):
    async def never(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    site.pages["/a"] = never
    patient = hasty_http.under(Policy(allow_private=True, obey_robots=False, patience=2))
    with pytest.raises(SourceUnavailable, match=r"no full answer in 0\.2 seconds"):
        await patient.fetch(f"{site.url}/a")


async def test_a_server_that_drips_runs_out_of_time(site: Any, hasty_http: HttpClient):
    async def drips(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(20):
            await answer.write(b"x")
            await asyncio.sleep(0.03)
        return answer

    site.pages["/a"] = drips
    with pytest.raises(SourceUnavailable, match=r"no full answer in 0\.1 seconds"):
        await hasty_http.fetch(f"{site.url}/a")
