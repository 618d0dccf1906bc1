"""Labels set in the dashboard and by programs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from aiohttp.test_utils import TestClient

from reputation_monitor.application import Application
from reputation_monitor.settings import read_settings
from reputation_monitor.store import Correction, Mention

Ask = Callable[..., Any]

TOKEN = "an-invented-token-of-the-tests"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
KEY = "forum:post-0"


@pytest.fixture
async def desk(filled: Application, aiohttp_client: Ask, app_of: Ask) -> TestClient:
    """A dashboard in which people may set labels, behind a proxy that says who they are; programs may, too."""
    text = f"web: {{labels: true, person: X-Forwarded-User, token: {TOKEN}}}\nbrands: [{{name: Halden}}]\n"
    filled.settings = read_settings(text, "the test", Path("/"), {})
    return await aiohttp_client(app_of(filled))


@pytest.fixture
async def mention(filled: Application) -> Mention:
    [found] = await filled.store.mentions_by_key([KEY])
    return found


async def label_of(application: Application) -> Correction | None:
    return next(iter(await application.store.labels()), None)


def path_of(mention: Mention, query: str = "") -> str:
    return f"/mentions/{mention.id}/label{query}"


async def send(desk: TestClient, path: str, label: str, revision: int = 0, **headers: str) -> Any:
    return await desk.post(path, data={"label": label, "revision": revision}, headers=headers, allow_redirects=False)


async def test_a_label_is_set_on_the_page_and_seen_there_at_once(
    filled: Application, desk: TestClient, mention: Mention, read: Ask
):
    before = await (await desk.get("/brands/Halden")).text()
    assert path_of(mention, "?order=newest") in read(before).actions
    assert "set by hand" not in before

    answer = await send(desk, path_of(mention, "?screen=web&order=most-negative"), "neutral")
    assert answer.status == 303
    assert answer.headers["Location"] == f"/brands/Halden?screen=web&order=most-negative#m{mention.id}"
    label = await label_of(filled)
    assert label is not None
    assert (label.label, label.person, label.mention) == ("neutral", "dashboard", mention.id)

    page = await (await desk.get("/brands/Halden")).text()
    assert "set by hand" in read(page).text
    assert 'class="neutral" aria-pressed="true"' in page

    await send(desk, path_of(mention), "")
    assert await label_of(filled) is None
    assert "set by hand" not in await (await desk.get("/brands/Halden")).text()


async def test_a_label_is_by_whoever_signed_in_at_the_proxy(filled: Application, desk: TestClient, mention: Mention):
    await send(desk, path_of(mention), "neutral", **{"X-Forwarded-User": "ada@halden.example"})
    label = await label_of(filled)
    assert label is not None
    assert label.person == "ada@halden.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
    ],
)
async def test_a_form_of_another_site_sets_nothing(
    filled: Application, desk: TestClient, mention: Mention, headers: dict[str, str], status: int
):
    answer = await send(desk, path_of(mention), "neutral", **headers)
    assert answer.status == status
    assert await label_of(filled) is None


async def test_what_was_edited_meanwhile_is_to_be_read_again(filled: Application, desk: TestClient, mention: Mention):
    answer = await send(desk, path_of(mention), "neutral", revision=7)
    assert answer.status == 409
    page = await answer.text()
    assert "read it again" in page
    assert f"#m{mention.id}" in page
    assert await label_of(filled) is None


@pytest.mark.parametrize(("label", "revision"), [("angry", "0"), ("neutral", "x"), ("neutral", "9" * 99)])
async def test_a_form_that_makes_no_sense_is_refused(desk: TestClient, mention: Mention, label: str, revision: str):
    assert (await send(desk, path_of(mention), label, revision)).status == 400


async def test_a_mention_that_is_gone_is_not_found(desk: TestClient):
    assert (await send(desk, "/mentions/99999/label", "neutral")).status == 404


async def test_where_others_reach_it_nobody_sets_labels_unless_the_configuration_says_so(
    closed: Application, aiohttp_client: Ask, app_of: Ask, mention: Mention
):
    client = await aiohttp_client(app_of(closed))
    assert "<form" not in await (await client.get("/brands/Halden")).text()
    assert (await send(client, path_of(mention), "neutral")).status == 403


# --- The page of all labels


async def test_what_was_drawn_is_labelled_on_one_page_without_what_the_model_says(
    filled: Application, desk: TestClient, read: Ask
):
    [drawn] = await filled.store.draw({"tv": 1}, filled.now())
    page = await (await desk.get("/labels")).text()
    assert "1 mention waits" in read(page).text
    assert "Valence" not in page
    [action] = read(page).actions
    assert action == f"/mentions/{drawn}/label?page=labels"

    answer = await send(desk, action, "negative")
    assert answer.headers["Location"] == "/labels"
    text = read(await (await desk.get("/labels")).text()).text
    assert "None waits" in text
    assert "dashboard Halden Negative undo" in text


async def test_a_label_of_a_text_that_changed_since_says_so(
    filled: Application, desk: TestClient, mention: Mention, mention_of: Ask, read: Ask
):
    await send(desk, path_of(mention), "neutral")
    await filled.store.add_mentions([replace(mention_of(0), text="Halden <b>mended</b> it")], filled.now())
    text = read(await (await desk.get("/labels")).text()).text
    assert "text changed since: counts no more" in text
    assert "Halden <b>mended</b> it" in text


# --- Programs


async def test_a_program_sets_reads_and_takes_back_a_label(filled: Application, desk: TestClient, mention: Mention):
    wanted = {"mention": KEY, "label": "neutral", "note": "irony", "by": "survey"}
    answer = await desk.post("/api/labels", json=wanted, headers=WITH_TOKEN)
    assert answer.status == 200
    told = await answer.json()
    assert (told["mention"], told["number"], told["label"], told["by"]) == (KEY, mention.id, "neutral", "survey")
    assert await (await desk.get("/api/labels")).json() == [told]

    path = f"/api/labels/{quote(KEY, safe='')}"
    assert (await desk.delete(path, headers=WITH_TOKEN)).status == 204
    assert await label_of(filled) is None
    assert (await desk.delete(path, headers=WITH_TOKEN)).status == 404


async def test_a_program_may_name_a_mention_by_its_number(desk: TestClient, mention: Mention):
    wanted = {"mention": mention.id, "label": "positive"}
    told = await (await desk.post("/api/labels", json=wanted, headers=WITH_TOKEN)).json()
    assert (told["mention"], told["by"]) == (KEY, "API")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another-token-of-the-tests"}])
async def test_without_the_token_nothing_is_set(filled: Application, desk: TestClient, headers: dict[str, str]):
    with structlog.testing.capture_logs():
        answer = await desk.post("/api/labels", json={"mention": KEY, "label": "neutral"}, headers=headers)
        gone = await desk.delete(f"/api/labels/{quote(KEY, safe='')}", headers=headers)
    assert (answer.status, gone.status) == (401, 401)
    assert await label_of(filled) is None


async def test_without_a_configured_token_no_program_sets_anything(
    filled: Application, aiohttp_client: Ask, app_of: Ask
):
    client = await aiohttp_client(app_of(filled))
    answer = await client.post("/api/labels", json={"mention": KEY, "label": "neutral"}, headers=WITH_TOKEN)
    assert answer.status == 403
    assert "web: token:" in (await answer.json())["error"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("nonsense", 400, "body"),
        ('{"label": "neutral"}', 400, "mention"),
        ('{"mention": "forum:post-0", "label": "neutral", "colour": 1}', 400, "colour"),
        ('{"mention": "forum:post-0", "label": "angry"}', 422, "expected negative, neutral, positive"),
        ('{"mention": "forum:nothing", "label": "neutral"}', 422, "no mention is called"),
    ],
)
async def test_what_a_program_gets_wrong_is_said(desk: TestClient, body: str, status: int, said: str):
    answer = await desk.post("/api/labels", data=body, headers=WITH_TOKEN)
    assert answer.status == status
    assert said in (await answer.json())["error"]
