"""Mailboxes that take no password: access tokens from a server on loopback, shown to an IMAP server there."""

import json
from typing import Any

import pytest
from aiohttp import web

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.web.mailbox import MailboxCollector, MailboxOptions

APP = {"client_id": "c1", "client_secret": "hunter2"}
OWNER = {"client_id": "c1", "refresh_token": "first-0ne"}
SECRETS = ("hunter2", "first-0ne", "second-0ne", "granted")
MAIL = "From: Ann <ann@example.com>\nSubject: Acme {}\nMessage-ID: <{}@example.com>\n\nAcme is down.\n"


class TokenServer:
    """Grants what it is told to, and keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {"access_token": "granted", "expires_in": "3599", "token_type": "Bearer"}
        self.status = 200

    async def __call__(self, request: web.Request) -> web.Response:
        self.shown.append(dict(await request.post()))
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
def tokens(site: Any) -> TokenServer:
    here = site.pages["/token"] = TokenServer()
    return here


@pytest.fixture
def mailbox(site: Any, server: Any, http: HttpClient) -> Any:
    def open_mailbox(**options: Any) -> MailboxCollector:
        told = {"host": "127.0.0.1", "port": server.port, "user": "watch@example.com", "tls": False}
        told |= {"token_url": f"{site.url}/token"}
        return MailboxCollector(MailboxOptions.model_validate(told | options), http)

    return open_mailbox


async def test_an_app_is_let_in_by_its_own_credentials(tokens: TokenServer, server: Any, mailbox: Any, collected: Any):
    server.add(MAIL.format(1, 1))
    scope = "https://outlook.office365.com/.default"
    got = await collected(mailbox(**APP, scope=scope))
    assert [item.title for item in got.items] == ["Acme 1"]
    assert tokens.shown == [{"grant_type": "client_credentials", **APP, "scope": scope}]
    assert not any(command.startswith("LOGIN") for command in server.commands)


async def test_an_owner_lets_an_app_in_by_a_refresh_token(
    tokens: TokenServer, server: Any, mailbox: Any, collected: Any
):
    server.add(MAIL.format(1, 1))
    got = await collected(mailbox(**OWNER, client_secret="hunter2"))
    assert len(got.items) == 1
    assert tokens.shown == [{"grant_type": "refresh_token", **OWNER, "client_secret": "hunter2"}]
    assert set(got.state) == {"mailbox", "uidvalidity", "uid"}


async def test_a_refresh_token_that_is_replaced_is_kept_at_once_and_sealed(
    tokens: TokenServer, server: Any, mailbox: Any, collected: Any, interrupted: Any
):
    tokens.answer["refresh_token"] = "second-0ne"
    server.hangs_up_at = "EXAMINE"
    first = await interrupted(mailbox(**OWNER), {"uid": "7"})
    assert first.state["uid"] == "7"
    assert not any(secret in json.dumps(dict(first.state)) for secret in SECRETS)
    server.hangs_up_at = ""
    server.add(MAIL.format(1, 1))
    second = await collected(mailbox(**OWNER), first.state)
    assert [shown["refresh_token"] for shown in tokens.shown] == ["first-0ne", "second-0ne"]
    assert second.state["refresh_token"] == first.state["refresh_token"]
    assert [len(batch.items) for batch in second.batches] == [1]


async def test_another_refresh_token_in_the_configuration_counts_at_once(
    tokens: TokenServer, mailbox: Any, collected: Any
):
    tokens.answer["refresh_token"] = "second-0ne"
    first = await collected(mailbox(**OWNER))
    await collected(mailbox(**OWNER | {"refresh_token": "third-0ne"}), first.state)
    assert [shown["refresh_token"] for shown in tokens.shown] == ["first-0ne", "third-0ne"]


async def test_an_app_without_owner_keeps_no_refresh_token(tokens: TokenServer, mailbox: Any, collected: Any):
    tokens.answer["refresh_token"] = "second-0ne"
    assert (await collected(mailbox(**APP))).batches == []


async def test_a_token_that_the_mailbox_refuses_is_told_without_it(
    tokens: TokenServer, server: Any, mailbox: Any, collected: Any
):
    server.access_token = "another"
    with pytest.raises(
        SourceRefused, match=r"refuses the user 'watch@example.com' or the access token; .*IMAP"
    ) as told:
        await collected(mailbox(**APP))
    assert not any(secret in str(told.value) for secret in SECRETS)


async def test_a_mailbox_that_is_busy_is_asked_later(tokens: TokenServer, server: Any, mailbox: Any, collected: Any):
    server.access_token, server.refusal = "another", "[UNAVAILABLE] later"
    with pytest.raises(SourceUnavailable, match="lets nobody in just now"):
        await collected(mailbox(**APP))


@pytest.mark.parametrize("status", [400, 401])
async def test_credentials_that_are_refused_are_told_without_them(
    tokens: TokenServer, server: Any, mailbox: Any, collected: Any, status: int
):
    tokens.status, tokens.answer = status, {"error": "invalid_grant", "error_description": "hunter2"}
    with pytest.raises(SourceRefused, match=rf"HTTP {status}.*a refresh_token ends when it is revoked") as told:
        await collected(mailbox(**APP, refresh_token="first-0ne"))
    assert not any(secret in str(told.value) for secret in SECRETS)
    assert server.commands == []


@pytest.mark.parametrize(
    "answer", [{"error": "slow_down"}, {"access_token": ""}, {"access_token": "x", "expires_in": -1}]
)
async def test_an_answer_without_token_is_asked_for_again(
    tokens: TokenServer, mailbox: Any, collected: Any, answer: dict[str, Any]
):
    tokens.answer = answer
    with pytest.raises(SourceUnavailable, match="answers without an access token"):
        await collected(mailbox(**APP))


async def test_a_server_of_tokens_that_fails_is_asked_later(tokens: TokenServer, mailbox: Any, collected: Any):
    tokens.status = 503
    with pytest.raises(SourceUnavailable, match="HTTP 503"):
        await collected(mailbox(**APP))


def test_no_secret_is_ever_shown(mailbox: Any):
    collector = mailbox(**APP, refresh_token="first-0ne")
    account = collector._account("granted")
    options = collector._options
    shown = repr(options) + options.model_dump_json() + repr(account) + repr(collector._access._tokens)
    assert not any(secret in shown for secret in SECRETS)
