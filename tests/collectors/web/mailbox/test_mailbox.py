"""A folder of an IMAP account, served on loopback."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http import HttpClient
from collectors.registry import build
from collectors.web.imap import Raw, quoted_name
from collectors.web.mailbox import MailboxCollector, MailboxOptions, read_messages


def mail(number: int = 1, body: str = "Acme is down.", **headers: str) -> str:
    told = {
        "From": "Ann Example <ann@example.com>",
        "Subject": f"Letter {number}",
        "Date": "Fri, 20 Nov 2026 09:30:00 +0100",
        "Message-ID": f"<{number}@example.com>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\n" for name, value in told.items() if value) + f"\n{body}\n"


APP = {"token_url": "https://login.example.com/token", "client_id": "c", "client_secret": "hunter2"}


@pytest.fixture
def mailbox(server: Any, http: HttpClient) -> Any:
    def open_mailbox(**options: Any) -> MailboxCollector:
        told = {"host": "127.0.0.1", "port": server.port, "user": "watch@example.com", "tls": False}
        return MailboxCollector(MailboxOptions.model_validate(told | {"password": "app-password"} | options), http)

    return open_mailbox


async def test_an_email_has_subject_sender_date_and_text(server: Any, mailbox: Any, collected: Any):
    server.add(mail(Content_Language="en-GB"))
    (item,) = (await collected(mailbox())).items
    assert (item.id, item.title, item.text) == ("<1@example.com>", "Letter 1", "Acme is down.")
    assert (item.author, item.language) == ("Ann Example", "en-GB")
    assert item.published == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert item.extra == {"folder": "INBOX"}


async def test_the_next_run_begins_after_the_last_uid(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1), mail(2))
    first = await collected(mailbox())
    assert [item.title for item in first.items] == ["Letter 1", "Letter 2"]
    assert first.state["uid"] == "2"
    assert (await collected(mailbox(), first.state)).batches == []
    server.add(mail(3))
    assert [item.title for item in (await collected(mailbox(), first.state)).items] == ["Letter 3"]


async def test_a_folder_that_was_numbered_anew_is_read_anew(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1), mail(2))
    first = await collected(mailbox())
    server.validity = 8
    again = await collected(mailbox(), first.state)
    assert [item.id for item in again.items] == [item.id for item in first.items]
    assert again.state["uidvalidity"] == "8"


async def test_the_cursor_of_another_folder_does_not_count(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1))
    first = await collected(mailbox())
    server.folder = '"Complaints"'
    assert len((await collected(mailbox(folder="Complaints"), first.state)).items) == 1


async def test_nothing_in_the_mailbox_changes(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1))
    await collected(mailbox())
    allowed = ("CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT")
    assert [command for command in server.commands if not command.startswith(allowed)] == []
    assert [command for command in server.commands if "BODY" in command and "BODY.PEEK[]" not in command] == []
    assert server.commands[-1] == "LOGOUT"


async def test_a_long_folder_is_read_in_batches_oldest_first_up_to_a_limit(server: Any, mailbox: Any, collected: Any):
    server.add(*(mail(number) for number in range(1, 31)))
    got = await collected(mailbox(max_messages=15))
    assert [len(batch.items) for batch in got.batches] == [10, 5]
    assert [batch.state["uid"] for batch in got.batches] == ["10", "15"]
    rest = await collected(mailbox(max_messages=15), got.state)
    assert [item.title for item in rest.items] == [f"Letter {number}" for number in range(16, 31)]


async def test_uids_far_apart_are_found_in_several_searches(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1), uid=3)
    server.add(mail(2), uid=45_000)
    got = await collected(mailbox())
    assert [item.title for item in got.items] == ["Letter 1", "Letter 2"]
    assert sum(command.startswith("UID SEARCH") for command in server.commands) == 3


async def test_since_asks_the_server_and_leaves_out_what_was_written_before(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1, Date="Sun, 1 Nov 2026 09:00:00 +0000"), mail(2))
    got = await collected(mailbox(), since=datetime(2026, 11, 10, tzinfo=UTC))
    assert [item.title for item in got.items] == ["Letter 2"]
    assert any(command.endswith("SINCE 9-Nov-2026") for command in server.commands)


async def test_only_the_start_of_a_large_email_is_fetched(server: Any, mailbox: Any, collected: Any):
    text = "--x\nContent-Type: text/plain\n\nAcme is down.\n"
    picture = "--x\nContent-Type: image/png\nContent-Disposition: attachment\n\n" + "A" * 5000
    server.add(mail(1, text + picture, Content_Type="multipart/mixed; boundary=x"))
    (item,) = (await collected(mailbox(max_bytes=1024))).items
    assert (item.text, item.extra["cut_at_bytes"]) == ("Acme is down.", "1024")


async def test_a_server_may_tell_the_uid_after_the_body(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1))
    server.uid_after_literal = True
    assert len((await collected(mailbox())).items) == 1


async def test_a_wrong_password_is_told_without_it(mailbox: Any, collected: Any):
    with pytest.raises(SourceRefused, match="want an app password") as failure:
        await collected(mailbox(password="hunter2"))
    assert "hunter2" not in str(failure.value)


async def test_a_server_that_is_busy_is_asked_later(server: Any, mailbox: Any, collected: Any):
    server.refusal = "[UNAVAILABLE] later"
    with pytest.raises(SourceUnavailable, match="lets nobody in just now; it is asked again later"):
        await collected(mailbox(password="x"))


async def test_a_folder_that_is_not_there_is_named(mailbox: Any, collected: Any):
    with pytest.raises(SourceRefused, match="opens no folder 'Klachten'; check its name"):
        await collected(mailbox(folder="Klachten"))


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
async def test_a_connection_that_breaks_is_taken_up_later(server: Any, mailbox: Any, collected: Any, command: str):
    server.add(mail(1))
    server.hangs_up_at = command
    with pytest.raises(SourceUnavailable, match=r"connection broke.*; it is asked again later"):
        await collected(mailbox())


async def test_what_is_no_imap_server_is_told(server: Any, mailbox: Any, collected: Any):
    server.greeting = "HTTP/1.1 400 Bad Request"
    with pytest.raises(SourceUnavailable, match="is not IMAP"):
        await collected(mailbox())


async def test_a_port_where_nobody_listens_is_told(server: Any, mailbox: Any, collected: Any):
    await server.stop()
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1"):
        await collected(mailbox())


async def test_a_poisoned_email_keeps_no_other_from_being_read(server: Any, mailbox: Any, collected: Any):
    server.add(mail(1), "", mail(3))
    got = await collected(mailbox())
    assert [item.title for item in got.items] == ["Letter 1", "Letter 3"]
    assert [(reject.where, "neither subject nor text" in reject.reason) for reject in got.rejects] == [("UID 2", True)]


# --- TLS ---------------------------------------------------------------------------------------------------------


async def test_tls_with_a_certificate_of_ones_own(tls_server: Any, certificate: Path, http: HttpClient, collected: Any):
    tls_server.add(mail(1))
    told = {"host": "localhost", "port": tls_server.port, "user": "w", "password": "app-password"}
    got = await collected(build("mailbox", told | {"ca_file": str(certificate)}, http))
    assert len(got.items) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_is_sent(
    tls_server: Any, http: HttpClient, collected: Any
):
    told = {"host": "localhost", "port": tls_server.port, "user": "w", "password": "app-password"}
    with pytest.raises(SourceRefused, match=r"localhost: its certificate is not valid.*; check the host name"):
        await collected(build("mailbox", told, http))
    assert tls_server.commands == []


async def test_a_port_without_tls_is_told(server: Any, mailbox: Any, collected: Any):
    with pytest.raises(SourceUnavailable, match=r"no TLS connection.*check the port"):
        await collected(mailbox(tls=True))


async def test_an_authority_that_cannot_be_read_is_refused(mailbox: Any, collected: Any, tmp_path: Path):
    with pytest.raises(SourceRefused, match="name a PEM file"):
        await collected(mailbox(tls=True, ca_file=str(tmp_path / "none.pem")))


# --- Options and names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({}, "password is missing; make an app password .* or set token_url"),
        ({"password": "x", "tls": False}, "would send the password or token in the clear"),
        ({"password": "x", "folder": ""}, "folder"),
        ({"password": "x", "port": 0}, "port"),
        ({"password": "x", "flags": True}, "flags"),
        ({"password": "x", **APP}, "password and token_url are two ways in; take one away"),
        ({"password": "x", "client_id": "c"}, "token_url is missing"),
        (APP | {"client_id": ""}, "client_id is missing"),
        (APP | {"client_secret": ""}, "client_secret or refresh_token is missing"),
        (APP | {"token_url": "http://login.example.com/token"}, "token_url would send secrets in the clear"),
        (APP | {"token_url": "login.example.com"}, "it begins with https://"),
    ],
)
def test_options_that_cannot_work_are_answered_with_the_reason(http: HttpClient, told: Any, reason: str):
    with pytest.raises(SourceRefused, match=reason) as refusal:
        build("mailbox", {"host": "imap.example.com", "user": "w"} | told, http)
    assert "hunter2" not in str(refusal.value)


def test_the_password_is_never_shown():
    options = MailboxOptions.model_validate({"host": "h", "user": "w", "password": "hunter2"})
    assert "hunter2" not in repr(options) + options.model_dump_json()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_may_do_without_tls(host: str):
    MailboxOptions.model_validate({"host": host, "user": "w", "password": "x", "tls": False})
    with pytest.raises(ValidationError):
        MailboxOptions.model_validate({"host": "192.168.0.1", "user": "w", "password": "x", "tls": False})


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("INBOX", '"INBOX"'),
        ("Tom & Jerry", '"Tom &- Jerry"'),
        ("Entwürfe", '"Entw&APw-rfe"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("台北", '"&U,BTFw-"'),
    ],
)
def test_folder_names_are_sent_as_imap_wants_them(name: str, sent: str):
    assert quoted_name(name) == sent


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Fri, 20 Nov 2026 09:30:00 +0100", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        ("Fri, 20 Nov 2036 09:30:00 +0100", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        ("", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_date_that_cannot_be_believed_gives_way_to_that_of_arrival(date: str, published: datetime, now: datetime):
    body = mail(Date=date).encode()
    (item,) = read_messages([Raw(1, len(body), " 20-Nov-2026 08:00:00 +0000", body)], "INBOX", now).items
    assert item.published == published


def test_an_email_without_id_gets_the_same_one_each_time(now: datetime):
    body = mail(Message_ID="").encode()
    raws = [Raw(1, len(body), "", body), Raw(2, len(body), "", body)]
    first, second = read_messages(raws, "INBOX", now).items
    assert first.id == second.id != ""
