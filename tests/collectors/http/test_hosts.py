"""How often and how many at a time a host is asked, and when it is left alone, over real connections."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceUnavailable
from collectors.http import HttpClient, Limits, Policy, Rate, hosts
from collectors.http.hosts import Hosts
from collectors.http.pace import Pace

LOOPBACK = Policy(allow_private=True, obey_robots=False)


def at_rate(requests: float, seconds: float) -> Policy:
    return Policy(allow_private=True, obey_robots=False, rate=Rate(requests=requests, seconds=seconds))


@pytest.fixture
async def client(clock: Any) -> AsyncIterator[Callable[..., HttpClient]]:
    opened = []

    def make(policy: Policy = LOOPBACK, **limits: float) -> HttpClient:
        opened.append(HttpClient("tests@example.com", limits=Limits(**limits), policy=policy, now=clock))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


class Counter:
    """Answers, and notes when each request came."""

    def __init__(self, *statuses: int, **headers: str) -> None:
        self.statuses, self.headers = list(statuses), headers
        self.arrivals: list[float] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.arrivals.append(asyncio.get_running_loop().time())
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            request.transport.abort()  # type: ignore[union-attr]
            return web.Response()
        return web.Response(status=status, headers={k.replace("_", "-"): v for k, v in self.headers.items()})

    def most_within(self, seconds: float) -> int:
        return max(sum(start <= other < start + seconds for other in self.arrivals) for start in self.arrivals)


async def test_a_rate_holds_in_every_window_of_the_server(site: Any, client: Any):
    site.pages["/a"] = page = Counter(200)
    http = client(at_rate(4, 0.3))
    await asyncio.gather(*(http.fetch(f"{site.url}/a") for _ in range(11)))
    assert len(page.arrivals) == 11
    assert page.most_within(0.3) <= 4


async def test_the_strictest_rate_of_a_host_holds_for_all_its_sources(site: Any, client: Any):
    site.pages["/a"] = page = Counter(200)
    http = client(at_rate(1, 0.15))
    await http.fetch(f"{site.url}/a")
    for policy in (LOOPBACK, at_rate(100, 0.1)):
        await http.under(policy).fetch(f"{site.url}/a")
    assert all(later - earlier >= 0.15 for earlier, later in pairwise(page.arrivals))


async def test_waiting_for_ones_turn_is_no_time_out(site: Any, client: Any):
    site.pages["/a"] = Counter(200)
    http = client(at_rate(1, 0.2), total_seconds=0.15)
    fetched = await asyncio.gather(*(http.fetch(f"{site.url}/a") for _ in range(4)))
    assert [answer.status for answer in fetched] == [200] * 4


async def test_no_more_exchanges_than_allowed_are_under_way_in_all(site: Any, client: Any):
    running = peak = 0

    async def page(_: web.Request) -> web.Response:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0.01)
        running -= 1
        return web.Response()

    site.pages["/a"] = page
    http = client(in_all=3, per_host=10)
    await asyncio.gather(*(http.fetch(f"{site.url}/a") for _ in range(9)))
    assert peak == 3


async def test_rates_are_not_kept_where_every_server_is_ones_own(site: Any, client: Any):
    site.pages["/a"] = page = Counter(200)
    http = client(at_rate(1, 3600), keep_rates=False)
    for _ in range(3):
        await http.fetch(f"{site.url}/a")
    assert len(page.arrivals) == 3


async def test_less_than_one_request_a_period_is_one_in_a_longer_one():
    pace, loop = Pace(Rate(requests=0.5, seconds=0.1)), asyncio.get_running_loop()
    started = loop.time()
    for _ in range(2):
        async with pace:
            pass
    assert loop.time() - started >= 0.2
    assert not pace.is_idle


async def test_tens_of_thousands_of_hosts_leave_nothing_behind(now: datetime):
    here = Hosts(Limits(), lambda: now)
    for number in range(20_000):
        async with here.turn(f"{number}.example", None):
            pass
    assert len(here) <= hosts.CROWD


async def test_a_host_with_a_rate_or_a_pause_is_not_forgotten(now: datetime):
    here = Hosts(Limits(), lambda: now)
    async with here.turn("paced.example", Rate(requests=1, seconds=60)):
        pass
    async with here.turn("tired.example", None) as health:
        health.told(60, now)
    for number in range(hosts.CROWD + 1):
        async with here.turn(f"{number}.example", None):
            pass
    with pytest.raises(SourceUnavailable, match="asked to be left alone"):
        async with here.turn("tired.example", None):
            pass
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), here.turn("paced.example", None):
            pass


# --- Retry-After


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wish", ["120", "Mon, 23 Nov 2026 12:02:00 GMT"])
async def test_until_a_host_wants_to_be_asked_again_it_is_not(
    site: Any, client: Any, clock: Any, status: int, wish: str
):
    site.pages["/a"] = page = Counter(status, 200, Retry_After=wish)
    http = client()
    with pytest.raises(SourceUnavailable, match="in 120 seconds"):
        await http.fetch(f"{site.url}/a")
    clock.now += timedelta(seconds=30)
    with pytest.raises(SourceUnavailable, match="left alone for 90 seconds") as refusal:
        await http.fetch(f"{site.url}/b")
    assert refusal.value.retry_after_seconds == 90
    assert len(page.arrivals) == len(site.requests) == 1
    clock.now += timedelta(seconds=90)
    assert (await http.fetch(f"{site.url}/a")).status == 200


async def test_a_wish_for_years_is_taken_for_a_day(site: Any, client: Any):
    site.pages["/a"] = Counter(429, Retry_After="9" * 400)
    with pytest.raises(SourceUnavailable) as refusal:
        await client().fetch(f"{site.url}/a")
    assert refusal.value.retry_after_seconds == 86_400


async def test_those_that_stood_in_the_queue_are_refused_too(site: Any, client: Any):
    site.pages["/a"] = page = Counter(429, Retry_After="60")
    http = client(per_host=1)
    outcomes = await asyncio.gather(*(http.fetch(f"{site.url}/a") for _ in range(4)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [SourceUnavailable] * 4
    assert len(page.arrivals) == 1


# --- Trying again


@pytest.mark.parametrize("trouble", [0, 500, 502, 503])
async def test_what_may_be_over_in_a_moment_is_tried_again(site: Any, client: Any, trouble: int):
    site.pages["/a"] = page = Counter(trouble, trouble, 200)
    assert (await client(pause_seconds=0.01).fetch(f"{site.url}/a")).status == 200
    assert len(page.arrivals) == 3


async def test_it_is_tried_three_times_and_no_more(site: Any, client: Any):
    site.pages["/a"] = page = Counter(500)
    with pytest.raises(SourceUnavailable, match="answers HTTP 500: the server has trouble; it is asked again later"):
        await client(pause_seconds=0.01).fetch(f"{site.url}/a")
    assert len(page.arrivals) == 3


async def test_pauses_before_further_attempts_are_as_long_as_agreed(site: Any, client: Any):
    site.pages["/a"] = page = Counter(500, 500, 200)
    await client(pause_seconds=0.1).fetch(f"{site.url}/a")
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(page.arrivals))


@pytest.mark.parametrize("status", [404, 408, 429])
async def test_an_answer_that_a_moment_does_not_change_is_not_asked_for_again(site: Any, client: Any, status: int):
    site.pages["/a"] = page = Counter(status)
    with pytest.raises(Exception, match=str(status)):
        await client().fetch(f"{site.url}/a")
    assert len(page.arrivals) == 1


async def test_who_tells_us_when_to_come_is_not_asked_before(site: Any, client: Any):
    site.pages["/a"] = page = Counter(503, Retry_After="1")
    with pytest.raises(SourceUnavailable):
        await client().fetch(f"{site.url}/a")
    assert len(page.arrivals) == 1


async def test_a_post_is_sent_once(site: Any, client: Any):
    site.pages["/a"] = page = Counter(500)
    with pytest.raises(SourceUnavailable):
        await client().post(f"{site.url}/a", form={"a": "b"})
    assert len(page.arrivals) == 1


async def test_trying_again_can_be_switched_off(site: Any, client: Any):
    site.pages["/a"] = page = Counter(500)
    with pytest.raises(SourceUnavailable):
        await client(attempts=1).fetch(f"{site.url}/a")
    assert len(page.arrivals) == 1


# --- Pauses


async def test_a_host_that_fails_five_times_is_left_alone_and_tried_once_more(site: Any, client: Any, clock: Any):
    site.pages["/a"] = page = Counter(500, 502, 503, 500, 500, 500, 200)
    http = client(attempts=1)

    async def outcome() -> str:
        try:
            return str((await http.fetch(f"{site.url}/a")).status)
        except SourceUnavailable as error:
            return str(error)

    for _ in range(5):
        await outcome()
    assert "failed 5 times in a row" in await outcome()
    assert len(page.arrivals) == 5
    clock.now += timedelta(minutes=1)
    assert "answers HTTP 500" in await outcome()
    clock.now += timedelta(minutes=1)
    assert "tried again in 60 seconds" in await outcome()
    clock.now += timedelta(minutes=1)
    assert await outcome() == "200"
    assert await outcome() == "200"
    assert len(page.arrivals) == 8


async def test_a_host_that_cannot_be_reached_is_left_alone_too(client: Any, unused_tcp_port: int):
    http = client(attempts=1)
    for _ in range(5):
        with pytest.raises(SourceUnavailable, match="no connection"):
            await http.fetch(f"http://127.0.0.1:{unused_tcp_port}/")
    with pytest.raises(SourceUnavailable, match=r"failed 5 times in a row \(.*no connection"):
        await http.fetch(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_a_host_that_answers_with_refusals_is_not_ill(site: Any, client: Any):
    http = client()
    for _ in range(7):
        with pytest.raises(Exception, match="nothing is there"):
            await http.fetch(f"{site.url}/nothing")
    assert len(site.requests) == 7


async def test_a_websocket_waits_for_its_turn_and_is_refused_like_the_rest(site: Any, client: Any, clock: Any):
    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.send_str("hello")
        await answer.close()
        return answer

    site.pages |= {"/s": socket, "/a": Counter(429, Retry_After="60")}
    http, address = client(), f"{site.url.replace('http', 'ws')}/s"
    async with http.websocket(address) as messages:
        assert [message async for message in messages] == ["hello"]
    with pytest.raises(SourceUnavailable):
        await http.fetch(f"{site.url}/a")
    with pytest.raises(SourceUnavailable, match="left alone"):
        async with http.websocket(address) as messages:
            await anext(messages)


async def test_a_websocket_that_is_asked_to_come_later_does(site: Any, client: Any):
    site.pages["/s"] = page = Counter(503, Retry_After="60")
    http, address = client(), f"{site.url.replace('http', 'ws')}/s"
    for message in ("answers HTTP 503", "left alone for 60 seconds"):
        with pytest.raises(SourceUnavailable, match=message) as refusal:
            async with http.websocket(address):
                pass
        assert refusal.value.retry_after_seconds == 60
    assert len(page.arrivals) == 1
