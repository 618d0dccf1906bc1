import io

import aiohttp
from rich.console import Console

from reputation_monitor.demo.receiver import Received, as_panel
from reputation_monitor.demo.server import DemoServer, serve
from reputation_monitor.demo.world import World

MESSAGE = {
    "text": "Quarrowby: angry customers",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Quarrowby: angry customers"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*42* an hour, &lt;9&gt; are usual [red] <http://a.invalid|more>"},
        },
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Since*\n12:20"}]},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "as sure as can be"}]},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open the review"}}],
        },
    ],
}


def shown(message: Received) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(as_panel(message))
    return console.file.getvalue()


async def post(client: aiohttp.ClientSession, server: DemoServer, key: str = "", **kwargs: object) -> tuple[int, str]:
    headers = {"Idempotency-Key": key} if key else {}
    async with client.post(f"{server.url}/slack", headers=headers, **kwargs) as answer:
        return answer.status, await answer.text()


async def test_it_refuses_the_first_message_and_takes_the_second(server: DemoServer, client: aiohttp.ClientSession):
    async with client.post(f"{server.url}/slack", json=MESSAGE) as refused:
        assert refused.status == 429
        assert refused.headers["Retry-After"] == "1"
    assert server.received == []
    assert await post(client, server, json=MESSAGE) == (200, "ok")
    assert [message.text for message in server.received] == ["Quarrowby: angry customers"]
    assert server.receiver.attempts == 2


async def test_it_drops_a_repeat_by_its_key_and_says_ok(world: World, client: aiohttp.ClientSession):
    async with serve(world, refusals=0) as server:
        answers = [await post(client, server, key, json=MESSAGE) for key in ("a", "a", "b", "", "")]
        assert answers == [(200, "ok")] * 5
        assert [message.key for message in server.received] == ["a", "b", "", ""]
        assert server.receiver.repeats == 1


async def test_it_refuses_what_is_no_message_as_slack_does(world: World, client: aiohttp.ClientSession):
    async with serve(world, refusals=0) as server:
        assert await post(client, server, data=b"\xff not json") == (400, "invalid_payload")
        assert await post(client, server, json=["a", "list"]) == (400, "invalid_payload")
        assert await post(client, server, json={"blocks": []}) == (400, "no_text")
        assert server.received == []


async def test_it_shows_what_it_takes(world: World, client: aiohttp.ClientSession):
    console = Console(file=io.StringIO(), width=80)
    async with serve(world, refusals=0, console=console) as server:
        await post(client, server, json=MESSAGE)
    assert "angry customers" in console.file.getvalue()


def test_a_message_is_shown_as_a_reader_sees_it():
    text = shown(Received(MESSAGE))
    for words in (
        "42 an hour, <9> are usual [red] more (http://a.invalid)",
        "Since",
        "as sure as can be",
        "Open the review",
    ):
        assert words in text
    assert "*" not in text


def test_a_message_without_blocks_is_shown_by_its_text():
    assert "plain words" in shown(Received({"text": "plain words"}))
    assert Received({"text": "plain words"}).words == "plain words"


def test_odd_blocks_do_not_stop_it():
    assert "1 * 2" in shown(Received({"blocks": [None, {"type": "section", "text": "1 * 2"}, {"fields": [3]}]}))


def test_words_are_all_texts_in_reading_order():
    words = Received(MESSAGE).words
    assert words.index("angry customers") < words.index("12:20") < words.index("Open the review")
