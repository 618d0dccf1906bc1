"""robots.txt is asked once a day, believed, and never asked where it does not count."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient, Limits, Policy

POLITE = Policy(allow_private=True)


@pytest.fixture
async def polite(clock: Any) -> AsyncIterator[HttpClient]:
    async with HttpClient("tests@example.com", limits=Limits(attempts=1), now=clock, policy=POLITE) as client:
        yield client


def asked(site: Any) -> list[str]:
    return [request.path for request in site.requests]


def answers(status: int, body: str = "", **headers: str) -> Any:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers=headers)

    return answer


async def test_what_robots_txt_closes_is_refused_and_the_key_to_it_told(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": "User-agent: *\nDisallow: /closed", "/closed": b"x", "/open": b"x"}
    with pytest.raises(SourceRefused, match="obey_robots: false"):
        await polite.fetch(f"{site.url}/closed?token=sesame")
    assert (await polite.fetch(f"{site.url}/open")).body == b"x"
    assert asked(site) == ["/robots.txt", "/open"]


async def test_the_group_with_our_name_counts_before_the_one_for_all(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": "User-agent: *\nDisallow: /\n\nUser-agent: reputationmonitor\nAllow: /", "/a": b"x"}
    assert (await polite.fetch(f"{site.url}/a")).body == b"x"


async def test_a_byte_order_mark_hides_no_rule(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /", "/a": b"x"}
    with pytest.raises(SourceRefused):
        await polite.fetch(f"{site.url}/a")


async def test_a_policy_without_robots_does_not_ask(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": "User-agent: *\nDisallow: /", "/a": b"x"}
    await polite.under(Policy(allow_private=True, obey_robots=False)).fetch(f"{site.url}/a")
    assert asked(site) == ["/a"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_where_there_is_none_everything_is_open(site: Any, polite: HttpClient, status: int):
    site.pages |= {"/robots.txt": answers(status, "Disallow: /"), "/a": b"x"}
    assert (await polite.fetch(f"{site.url}/a")).body == b"x"


async def test_while_it_cannot_be_had_nothing_is_fetched(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": answers(500), "/a": b"x"}
    with pytest.raises(SourceUnavailable, match=r"robots\.txt answers HTTP 500"):
        await polite.fetch(f"{site.url}/a")
    site.pages["/robots.txt"] = b""
    assert (await polite.fetch(f"{site.url}/a")).body == b"x"
    assert asked(site) == ["/robots.txt", "/robots.txt", "/a"]


async def test_it_is_asked_again_after_a_day(site: Any, polite: HttpClient, clock: Any):
    site.pages |= {"/robots.txt": b"", "/a": b"x"}
    for hours in (0, 23, 1, 23):
        clock.now += timedelta(hours=hours)
        await polite.fetch(f"{site.url}/a")
    assert asked(site).count("/robots.txt") == 2


async def test_those_that_come_together_ask_once(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": b"", "/a": b"x"}
    await asyncio.gather(*(polite.fetch(f"{site.url}/a") for _ in range(5)))
    assert asked(site).count("/robots.txt") == 1


async def test_it_is_followed_where_it_moved_but_not_for_ever(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": answers(301, Location="/rules"), "/rules": "User-agent: *\nDisallow: /a", "/a": b"x"}
    with pytest.raises(SourceRefused, match=r"robots\.txt there"):
        await polite.fetch(f"{site.url}/a")


async def test_a_circle_of_redirects_says_nothing(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": answers(301, Location="/robots.txt"), "/a": b"x"}
    assert (await polite.fetch(f"{site.url}/a")).body == b"x"
    assert asked(site).count("/robots.txt") == 6


async def test_no_more_of_it_is_read_than_the_standard_asks_for(site: Any, polite: HttpClient):
    padding = "# nothing\n" * 52_000
    site.pages |= {"/robots.txt": f"{padding}User-agent: *\nDisallow: /", "/a": b"x"}
    assert (await polite.fetch(f"{site.url}/a")).body == b"x"


async def test_bytes_that_are_no_rules_say_nothing(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": bytes(range(256)) * 20, "/a": b"x"}
    assert (await polite.fetch(f"{site.url}/a")).body == b"x"


async def test_a_redirect_is_judged_by_the_rules_of_where_it_leads(site: Any, polite: HttpClient):
    site.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /closed",
        "/a": answers(302, Location="/closed"),
        "/closed": b"x",
    }
    with pytest.raises(SourceRefused, match="obey_robots"):
        await polite.fetch(f"{site.url}/a")
    assert "/closed" not in asked(site)


async def test_its_crawl_delay_is_kept(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": "User-agent: *\nCrawl-delay: 0.2", "/a": b"x"}
    loop = asyncio.get_running_loop()
    started = loop.time()
    for _ in range(3):
        await polite.fetch(f"{site.url}/a")
    assert loop.time() - started >= 0.4


async def test_a_crawl_delay_of_hours_is_taken_for_a_minute(site: Any, polite: HttpClient):
    site.pages |= {"/robots.txt": "User-agent: *\nCrawl-delay: 36000"}
    (rate,) = [await polite._robots.allow(polite._address(f"{site.url}/a"), polite._robots_txt)]
    assert (rate.requests, rate.seconds) == (1, 60)
