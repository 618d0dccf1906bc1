"""One table of failures that every network channel must survive, and what each channel does beyond it."""

import asyncio
import io
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_string, policy
from importlib.metadata import EntryPoint
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from alerts.base import Channel, DeliveryError, Notification
from alerts.channels import Place, check_channel, kinds, open_channel, registry
from alerts.channels.console import ConsoleChannel
from alerts.channels.slack import SlackChannel
from alerts.delivery import Delivered, Failed, deliver

SECRET = "B7tokenQ9x"

TITLE = "Fernvale Bank: negative talk, associated in time with “Card payments fail”"


@dataclass
class Receiver:
    """A loopback server that answers as it is told and remembers what it got."""

    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    act: str = "answer"
    got: list[dict[str, Any]] = field(default_factory=list)
    got_headers: list[dict[str, str]] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""

    def behave(self, behaviour: dict[str, Any]) -> None:
        for name, value in behaviour.items():
            setattr(self, name, value)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.got.append(await request.json())
        self.got_headers.append(dict(request.headers))
        assert request.transport is not None
        match self.act:
            case "reset":
                request.transport.abort()
            case "hang":
                await self.closing.wait()
            case "truncate":
                answer = web.StreamResponse(status=self.status, headers={"Content-Length": "500"})
                await answer.prepare(request)
                await answer.write(b"o")
                request.transport.close()
                return answer
        return web.Response(status=self.status, text=self.body.replace("{path}", request.path), headers=self.headers)


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/{path:.*}", receiver.handle)
    server = TestServer(application)
    await server.start_server()
    receiver.address = f"127.0.0.1:{server.port}/hooks/{SECRET}"
    yield receiver
    receiver.closing.set()
    await server.close()


@dataclass
class PostOffice:
    """As much of an SMTP server as it takes to get one letter."""

    port: int = 0
    letter: str = ""
    refuses: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 loopback\r\n")
        while line := (await reader.readline()).decode().upper():
            if line.startswith("DATA"):
                writer.write(b"354 go on\r\n")
                self.letter = (await reader.readuntil(b"\r\n.\r\n")).decode()
            writer.write(b"550 no such mailbox\r\n" if self.refuses and line.startswith("RCPT") else b"250 fine\r\n")
            if line.startswith("QUIT"):
                break
        writer.close()


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    yield office
    server.close()
    await server.wait_closed()


@pytest.fixture(params=["slack", "apprise"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def open_kind(kind: str, receiver: Receiver, seconds: float = 5.0) -> Channel:
    urls = {"slack": f"http://{receiver.address}", "apprise": f"json://{receiver.address}?rto={seconds}"}
    return open_channel("shared", urls[kind], timeout_seconds=seconds if kind == "slack" else 5.0)


@dataclass(frozen=True)
class Failure:
    """How a receiver fails, and what must be known of it."""

    name: str
    behaviour: dict[str, Any]
    permanent: bool = False
    words: str = ""

    @property
    def patience_seconds(self) -> float:
        return 0.05 if self.behaviour.get("act") == "hang" else 5.0


FAILURES = [
    Failure("bad request", {"status": 400, "body": "no_text"}, permanent=True, words="HTTP 400"),
    Failure("unauthorised", {"status": 401}, permanent=True, words="HTTP 401"),
    Failure("forbidden", {"status": 403, "body": "action_prohibited"}, permanent=True, words="HTTP 403"),
    Failure("not found", {"status": 404, "body": "no_service"}, permanent=True, words="HTTP 404"),
    Failure("gone", {"status": 410, "body": "channel_is_archived"}, permanent=True, words="HTTP 410"),
    Failure("too many", {"status": 429, "headers": {"Retry-After": "30"}}, words="HTTP 429"),
    Failure("server error", {"status": 500, "body": "rollup_error"}, words="HTTP 500"),
    Failure("bad gateway", {"status": 502, "body": "<html>Bad gateway</html>"}, words="HTTP 502"),
    Failure("overloaded", {"status": 503, "headers": {"Retry-After": "30"}}, words="HTTP 503"),
    Failure("a mirror of our address", {"status": 400, "body": "not here: {path}"}, permanent=True, words="HTTP 400"),
    Failure("a book of errors", {"status": 500, "body": "x" * 1_000_000}, words="HTTP 500"),
    Failure("a redirect", {"status": 302, "headers": {"Location": "/other"}}, permanent=True, words="HTTP 302"),
    Failure("silence", {"act": "hang"}),
    Failure("reset", {"act": "reset"}),
    Failure("truncated", {"act": "truncate"}),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
async def test_every_channel_survives_every_failure(
    kind: str, receiver: Receiver, linked: Notification, failure: Failure
):
    receiver.behave(failure.behaviour)
    outcome = await deliver(linked, open_kind(kind, receiver, failure.patience_seconds))
    assert isinstance(outcome, Failed)
    assert outcome.permanent is failure.permanent
    assert failure.words in outcome.error
    assert len(outcome.error) <= 500
    assert len(receiver.got) == 1


async def test_no_failure_shows_a_secret(
    kind: str, receiver: Receiver, linked: Notification, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    for failure in FAILURES:
        receiver.behave({"act": "answer", "body": "ok", "headers": {}, "status": 200, **failure.behaviour})
        channel = open_kind(kind, receiver, failure.patience_seconds)
        assert SECRET not in repr(channel) + str(channel)
        with pytest.raises(DeliveryError) as failed:
            await channel.send(linked)
        assert SECRET not in str(failed.value) + repr(failed.value)
    # The access log is the receiver's own, which knows its address.
    assert not [
        record for record in caplog.records if SECRET in record.getMessage() and record.name != "aiohttp.access"
    ]


async def test_nobody_there_is_a_failure_that_may_pass(linked: Notification):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        for scheme in ("http", "json"):
            outcome = await deliver(linked, open_channel("shared", f"{scheme}://127.0.0.1:{port}/{SECRET}"))
            assert isinstance(outcome, Failed)
            assert not outcome.permanent
            assert "cannot be reached" in outcome.error
            assert SECRET not in outcome.error


async def test_what_is_taken_is_delivered_once_with_its_key(kind: str, receiver: Receiver, linked: Notification):
    assert await deliver(linked, open_kind(kind, receiver)) == Delivered()
    assert len(receiver.got) == 1
    assert receiver.got_headers[0]["Idempotency-Key"] == linked.key


async def test_the_webhook_gets_block_kit(receiver: Receiver, linked: Notification):
    async with aiohttp.ClientSession() as session:
        channel = open_channel("shared", f"http://{receiver.address}", session=session)
        await channel.send(linked)
        await channel.send(linked)
    [message, again] = receiver.got
    assert message == again
    assert message["blocks"][0]["text"]["text"] == TITLE
    assert message["metadata"]["event_payload"]["key"] == linked.key


async def test_apprise_gets_title_and_markdown_or_text_as_the_address_asks(receiver: Receiver, linked: Notification):
    await open_channel("shared", f"json://{receiver.address}").send(linked)
    await open_channel("shared", f"json://{receiver.address}?format=text").send(linked)
    rich, plain = receiver.got
    assert rich["title"] == plain["title"] == TITLE
    assert "- **IT incident:** Card payments fail" in rich["message"]
    assert "IT incident:      Card payments fail" in plain["message"]
    assert rich["type"] == "warning"


async def test_apprise_sends_mail_as_html_and_text_with_its_key(post_office: PostOffice, linked: Notification):
    url = f"mailto://127.0.0.1:{post_office.port}?from=monitor@example.com&to=team@example.com"
    assert await deliver(linked, open_channel("shared", url)) == Delivered()
    mail = message_from_string(post_office.letter, policy=policy.default)
    assert mail["Subject"] == TITLE
    assert mail["To"] == "team@example.com"
    assert mail["Idempotency-Key"] == linked.key
    page = mail.get_body(("html",)).get_content()
    assert "<strong>IT incident:</strong> Card payments fail" in page
    assert "&lt;Fernvale" not in page
    assert '<a href="https://monitor.example.com/reviews/INC-207">Open the review</a>' in page


async def test_a_mailbox_that_is_not_there_is_a_failure(post_office: PostOffice, linked: Notification):
    post_office.refuses = True
    url = f"mailto://monitor:{SECRET}@127.0.0.1:{post_office.port}?from=monitor@example.com&to=team@example.com"
    outcome = await deliver(linked, open_channel("shared", url))
    assert isinstance(outcome, Failed)
    assert SECRET not in outcome.error


async def test_the_receivers_wish_is_heard(receiver: Receiver, linked: Notification):
    receiver.status, receiver.headers = 429, {"Retry-After": "30"}
    outcome = await deliver(linked, open_channel("shared", f"http://{receiver.address}"))
    assert isinstance(outcome, Failed)
    assert outcome.retry_after_seconds == 30.0


async def test_a_refusal_under_status_200_is_a_failure(receiver: Receiver, linked: Notification):
    receiver.body = "invalid_payload"
    outcome = await deliver(linked, open_channel("shared", f"http://{receiver.address}"))
    assert outcome == Failed(error="the webhook refused the message: invalid_payload", permanent=True)


@pytest.mark.parametrize("body", ["", "<html>thanks</html>", '{"ok":true}'])
async def test_other_receivers_of_slacks_shape_may_answer_what_they_like(
    receiver: Receiver, linked: Notification, body: str
):
    receiver.body = body
    assert await deliver(linked, open_channel("shared", f"http://{receiver.address}")) == Delivered()


class Loopback(AbstractResolver):
    """Finds every host on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0),
        ]

    async def close(self) -> None:
        """Nothing is held open."""


async def test_slack_itself_must_say_ok(receiver: Receiver, linked: Notification):
    url = "http://" + receiver.address.replace("127.0.0.1", "hooks.slack.com")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Loopback())) as session:
        channel = SlackChannel(Place(name="shared", url=url, session=session))
        assert await deliver(linked, channel) == Delivered()
        receiver.body = f"<html>Sign in to the proxy {SECRET}</html>"
        outcome = await deliver(linked, channel)
    assert outcome == Failed(error="Slack did not say ok but: <html>Sign in to the proxy ***</html>")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("console://", "ConsoleChannel"),
        ("console", "ConsoleChannel"),
        ("console://stdout", "ConsoleChannel"),
        ("https://hooks.slack.com/services/T000/B000/abcdefgh", "SlackChannel"),
        ("https://chat.example.com/hooks/abcdefgh", "SlackChannel"),
        ("https://mattermost.example.com/hooks/abcdefghijklmnopqrstuvwxyz", "AppriseChannel"),
        ("http://127.0.0.1:8765/slack", "SlackChannel"),
        ("https://discord.com/api/webhooks/123456789/abcdefgh", "AppriseChannel"),
        ("discord://123456789/abcdefgh", "AppriseChannel"),
        ("mailto://alerts:password@example.com?to=team@example.com", "AppriseChannel"),
        ("workflows://prod-1.westeurope.logic.azure.com:443/abcdefgh/ijklmnop", "AppriseChannel"),
        ("json://127.0.0.1:9/x", "AppriseChannel"),
    ],
)
def test_an_address_tells_its_kind(url: str, name: str):
    channel = open_channel("shared", url)
    assert type(channel).__name__ == name
    assert channel.name == "shared"
    assert repr(channel) == f"{name}('shared')"


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("", None, "expected console://"),
        (SECRET, None, "expected console://"),
        (f"ftp://{SECRET}", None, "expected console://"),
        (f"nosuch://{SECRET}", None, "expected console://"),
        ("console://nowhere", None, "console://stdout"),
        (f"https://hooks.slack.com/{SECRET}", None, "hooks.slack.com/services/"),
        (f"http://hooks.slack.com/services/a/b/{SECRET}", None, "https://hooks.slack.com/services/"),
        (f"https://example.com:99999/{SECRET}", None, "no valid address"),
        (f"https://[{SECRET}", None, "no valid address"),
        (f"https://discord.com/{SECRET}", None, "https://discord.com/api/webhooks/ID/TOKEN"),
        (f"https://x.webhook.office.com/webhookb2/{SECRET}", None, "Teams workflow"),
        (f"mailto://{SECRET}", None, "an address for E-Mail"),
        ("tgram://short", None, "tgram://{bot_token}"),
        (f"mailto://a:{SECRET}@example.com", "slack", "the address of a webhook"),
        (f"nosuch://{SECRET}", "apprise", "an address that Apprise knows"),
        (f"https://example.com/{SECRET}", "slak", "expected one of the kinds apprise, console, slack"),
        (f"https://example.com/{SECRET}", "console", "expected console://"),
    ],
)
def test_a_wrong_address_is_refused_with_what_was_expected(url: str, kind: str | None, expected: str):
    with pytest.raises(ValueError, match="expected") as refused:
        check_channel(url, kind)
    assert expected in str(refused.value)
    assert SECRET not in str(refused.value)
    with pytest.raises(ValueError, match="expected"):
        open_channel("shared", url, kind)


def test_a_place_never_shows_its_address():
    assert SECRET not in repr(Place(name="shared", url=f"https://example.com/{SECRET}"))


async def test_the_console_shows_the_message_as_it_is(any_notification: Notification):
    stream = io.StringIO()
    outcome = await deliver(any_notification, ConsoleChannel(Place(name="console", url="console://"), stream))
    assert outcome == Delivered()
    assert any_notification.alert.headline[:20] in stream.getvalue().replace("\n", " ")
    assert "\x1b" not in stream.getvalue()


async def test_the_console_keeps_standard_output_clean(linked: Notification, capsys: pytest.CaptureFixture[str]):
    await open_channel("console", "console://").send(linked)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Card payments fail" in captured.err
    await open_channel("console", "console://stdout").send(linked)
    assert "Card payments fail" in capsys.readouterr().out


async def test_a_closed_console_is_a_failure_and_no_crash(linked: Notification):
    stream = io.StringIO()
    stream.close()
    outcome = await deliver(linked, ConsoleChannel(Place(name="console", url="console://"), stream))
    assert outcome == Failed(error="the console takes no text: ValueError")


def test_another_package_may_bring_a_kind_but_not_replace_one(monkeypatch: pytest.MonkeyPatch):
    brought = [
        EntryPoint("pager", "alerts.channels.console:KIND", registry.GROUP),
        EntryPoint("slack", "elsewhere:KIND", registry.GROUP),
        EntryPoint("broken", "alerts.channels.console:claims", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: brought)
    assert kinds()["pager"].value == "alerts.channels.console:KIND"
    assert kinds()["slack"].value == "alerts.channels.slack:KIND"
    assert open_channel("p", "console://", "pager").name == "p"
    with pytest.raises(TypeError, match="expected a ChannelKind"):
        open_channel("p", "console://", "broken")
