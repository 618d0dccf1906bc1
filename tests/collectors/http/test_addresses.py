"""No source reaches this machine or its network unless it is told to, however the address is written or changes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from ipaddress import IPv4Network
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient, Limits, Policy, addresses
from collectors.http.addresses import is_public

PLAIN = Policy(obey_robots=False)
OPEN = Policy(obey_robots=False, allow_private=True)


class Names(AbstractResolver):
    """A name server that gives each of its answers once, and the last again and again."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        addresses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        return


@pytest.fixture
async def guarded() -> AsyncIterator[Callable[..., HttpClient]]:
    opened = []

    def make(*answers: list[str], policy: Policy = PLAIN) -> HttpClient:
        names = Names(*answers) if answers else None
        limits = Limits(attempts=1, connect_seconds=0.2)
        given = {} if names is None else {"resolver": lambda: names}
        opened.append(HttpClient("tests@example.com", limits=limits, policy=policy, **given))
        return opened[-1]

    yield make
    for client in opened:
        await client.close()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "localhost",
        "",
    ],
)
def test_an_address_of_this_machine_of_a_network_or_of_nobody_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "172.32.0.1", "192.0.1.1", "223.255.255.254", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_an_address_of_a_host_of_the_internet_is_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f.1", "0x7f000001"],  # noqa: S104
)
async def test_a_private_host_is_refused_and_the_key_to_it_told(site: Any, guarded: Any, host: str):
    port = site.url.rpartition(":")[2]
    site.pages["/a"] = b"secret"
    with pytest.raises(SourceRefused, match="allow_private: true"):
        await guarded().fetch(f"http://{host}:{port}/a")
    assert site.requests == []


@pytest.mark.parametrize(
    "host", ["2130706433", "127.1", "017700000001", "0177.0.0.1", "１２７.0.0.1", "⑫⑦.0.0.1", "127.0.0.1."]
)
async def test_an_address_written_oddly_reaches_nothing(site: Any, guarded: Any, host: str):
    port = site.url.rpartition(":")[2]
    site.pages["/a"] = b"secret"
    with pytest.raises((SourceRefused, SourceUnavailable)):
        await guarded().fetch(f"http://{host}:{port}/a")
    assert site.requests == []


async def test_a_name_that_means_loopback_is_refused(site: Any, guarded: Any):
    port = site.url.rpartition(":")[2]
    with pytest.raises(SourceRefused, match=r"leads to 127\.0\.0\.1, an address of this machine"):
        await guarded(["127.0.0.1"]).fetch(f"http://inside.example:{port}/a")
    assert site.requests == []


async def test_of_a_names_addresses_only_the_public_ones_are_tried(site: Any, guarded: Any):
    port = site.url.rpartition(":")[2]
    with pytest.raises(SourceUnavailable):  # 1.1.1.1 is out of reach here, and 127.0.0.1 is not tried in its place
        await guarded(["1.1.1.1", "127.0.0.1"]).fetch(f"http://both.example:{port}/a")
    assert site.requests == []


async def test_a_name_that_changes_its_mind_is_judged_by_where_the_connection_goes(site: Any, guarded: Any):
    port = site.url.rpartition(":")[2]
    http = guarded(["1.1.1.1"], ["127.0.0.1"])
    with pytest.raises(SourceUnavailable):
        await http.fetch(f"http://rebinding.example:{port}/a")
    await http.close()  # and with it what was remembered of the name
    with pytest.raises(SourceRefused, match="allow_private"):
        await http.fetch(f"http://rebinding.example:{port}/a")
    assert site.requests == []


async def test_a_redirect_cannot_lead_inside(site: Any, guarded: Any, monkeypatch: pytest.MonkeyPatch):
    """For this test the site's own address counts as public, and the next one as private."""
    monkeypatch.setattr(addresses, "_SPECIAL", (IPv4Network("127.0.0.2/32"),))

    async def moved(_: web.Request) -> Any:
        raise web.HTTPFound(f"{site.url.replace('127.0.0.1', '127.0.0.2')}/secret")

    site.pages |= {"/a": moved, "/secret": b"secret"}
    with pytest.raises(SourceRefused, match="allow_private"):
        await guarded().fetch(f"{site.url}/a")
    assert [request.path for request in site.requests] == ["/a"]


async def test_a_websocket_cannot_lead_inside(site: Any, guarded: Any):
    with pytest.raises(SourceRefused, match="allow_private"):
        async with guarded().websocket(f"{site.url.replace('http', 'ws')}/stream") as messages:
            await anext(messages)
    assert site.requests == []


async def test_a_connection_that_one_source_may_use_does_not_serve_another(site: Any, guarded: Any):
    site.pages["/a"] = b"inside"
    http = guarded(policy=OPEN)
    assert (await http.fetch(f"{site.url}/a")).body == b"inside"
    results = await asyncio.gather(
        *(http.under(policy).fetch(f"{site.url}/a") for policy in (PLAIN, OPEN, PLAIN)), return_exceptions=True
    )
    assert [type(result).__name__ for result in results] == ["SourceRefused", "Fetched", "SourceRefused"]
