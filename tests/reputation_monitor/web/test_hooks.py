"""What others send: who is let in, what they are answered, and that nothing of it stops the service."""

import asyncio
import gzip
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from reputation_monitor.application import Application
from reputation_monitor.web import hooks
from reputation_monitor.web.server import make_app

TOKEN = "an-invented-token-of-the-tests"
SENT = {"Authorization": f"Bearer {TOKEN}"}
HERE = "/hooks/push/desk"
CONFIGURATION = f"""
brands: [{{name: Halden}}]
sources:
  - {{name: desk, screen: web, collector: push, token: {TOKEN}}}
  - {{name: news, screen: web, collector: feed, url: "https://news.example/feed"}}
"""


@pytest.fixture
async def application(open_app: Callable[..., Awaitable[Application]]) -> Application:
    return await open_app(CONFIGURATION)


@pytest.fixture
async def desk(application: Application, aiohttp_client: Any) -> TestClient:
    return await aiohttp_client(make_app(application))


def said(*numbers: int) -> list[dict[str, str]]:
    return [{"id": str(number), "text": f"Halden is awful, number {number}"} for number in numbers]


async def test_what_is_sent_is_stored_before_it_is_answered(application: Application, desk: TestClient):
    answer = await desk.post(HERE, json=said(1, 2), headers=SENT)
    assert answer.status == 202
    assert await answer.json() == {
        "added": 2,
        "edited": 0,
        "known": 0,
        "unmatched": 0,
        "rejected": 0,
        "rejects": [],
    }
    assert (await application.store.counts()).mentions == 2
    state = await application.store.source_state("desk")
    assert (state.items, state.last_item, state.failures) == (2, application.now(), 0)


async def test_sending_again_changes_nothing(application: Application, desk: TestClient):
    for _ in range(2):
        answer = await desk.post(HERE, json=said(1), headers=SENT)
    assert (await answer.json())["known"] == 1
    assert (await application.store.counts()).mentions == 1


async def test_what_speaks_of_no_brand_is_counted(desk: TestClient):
    answer = await desk.post(HERE, json={"id": "1", "text": "Nice weather."}, headers=SENT)
    assert (answer.status, (await answer.json())["unmatched"]) == (202, 1)


async def test_what_is_no_item_is_set_aside_and_told(application: Application, desk: TestClient):
    answer = await desk.post(HERE, json=[*said(1), {"id": "2"}], headers=SENT)
    told = await answer.json()
    assert (answer.status, told["added"], told["rejected"]) == (202, 1, 1)
    assert told["rejects"] == [{"where": "item 2", "reason": "the text is missing"}]
    assert [kept.reason for kept in await application.store.quarantined("desk")] == ["the text is missing"]


async def test_a_body_of_which_nothing_can_be_read_is_refused_with_the_reason(
    application: Application, desk: TestClient
):
    answer = await desk.post(HERE, data=b"{", headers=SENT)
    assert answer.status == 422
    assert "malformed JSON" in (await answer.json())["error"]
    assert len(await application.store.quarantined("desk")) == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer guess"}, {"webhook-signature": "v1,x"}])
async def test_a_stranger_is_turned_away(application: Application, desk: TestClient, headers: dict[str, str]):
    answer = await desk.post(HERE, json=said(1), headers=headers)
    assert answer.status == 401
    assert ";" in (await answer.json())["error"]
    assert (await application.store.counts()).mentions == 0


@pytest.mark.parametrize("name", ["news", "nobody", "%00", "x" * 700])
async def test_only_pushed_sources_take_what_is_sent(desk: TestClient, name: str):
    answer = await desk.post(f"/hooks/push/{name}", json=said(1), headers=SENT)
    assert answer.status == 404
    assert "error" in await answer.json()


async def test_a_body_that_is_too_large_is_refused(desk: TestClient):
    bomb = gzip.compress(b"[" + b" " * (hooks.LARGEST_BODY_BYTES + 1) + b"]")
    for body, coding in ((b" " * (hooks.LARGEST_BODY_BYTES + 1), "identity"), (bomb, "gzip")):
        answer = await desk.post(HERE, data=io.BytesIO(body), headers=SENT | {"Content-Encoding": coding})
        assert answer.status == 413, coding
        assert "error" in await answer.json()


async def test_a_body_that_is_not_what_it_says_is_refused(desk: TestClient):
    answer = await desk.post(HERE, data=b"no gzip at all", headers=SENT | {"Content-Encoding": "gzip"})
    assert answer.status == 400


async def test_a_body_that_never_ends_is_given_up(desk: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hooks, "BODY_SECONDS", 0.05)

    async def dripping() -> Any:
        yield b"["
        await asyncio.sleep(5)

    answer = await desk.post(HERE, data=dripping(), headers=SENT)
    assert answer.status == 408


async def test_nothing_is_read_by_asking(desk: TestClient):
    answer = await desk.get(HERE)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert "error" in await answer.json()


async def test_many_senders_at_once_lose_nothing(application: Application, desk: TestClient):
    answers = await asyncio.gather(*(desk.post(HERE, json=said(n, n + 1), headers=SENT) for n in range(20)))
    assert {answer.status for answer in answers} == {202}
    assert (await application.store.counts()).mentions == 21


async def test_json_lines_are_taken_too(desk: TestClient):
    lines = "\n".join(map(json.dumps, said(1, 2, 3)))
    answer = await desk.post(HERE, data=lines.encode(), headers=SENT)
    assert (await answer.json())["added"] == 3
