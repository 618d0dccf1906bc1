"""One folder of an IMAP server (RFC 3501), opened so that nothing in it can change.

The standard library's client, to be used in a thread: it reads literals and quotes passwords as servers of all makes
want it, and a folder is read by one exchange after the other anyway.
"""

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.base import SourceRefused, SourceUnavailable
from collectors.reading.documents import PARSER_FAILURES

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEARCHED_AT_ONCE = 20_000
"""UIDs a search spans: the standard library refuses answers of more than a million characters in a line."""
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_PASSING = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|too many", re.IGNORECASE)
"""Refusals that pass (RFC 5530)."""
_NO_LOGIN = (
    "the password; check both: most providers want an app password, made in the security settings of the account"
)
_NO_ACCESS = (
    "the access token; check that the token is for this mailbox, that the app may read it, and that IMAP is switched on"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose folder on which server.

    Attributes:
        ca_file: PEM file of the authority that signed the server's certificate; empty: those of this machine.
        access_token: where there is one, it lets us in, by SASL XOAUTH2; else the password does.
        timeout_seconds: for connecting, and for each answer.
    """

    host: str
    port: int
    tls: bool
    ca_file: str
    user: str
    password: str = field(repr=False)
    access_token: str = field(repr=False)
    folder: str
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Raw:
    """An e-mail as the server keeps it: number in the folder, size in bytes, arrival, and the start of its bytes."""

    uid: int
    size: int
    received: str
    body: bytes


class Folder:
    """An open folder; all methods wait for the network.

    Every method raises:
        SourceUnavailable: the server does not answer, or is busy.
        SourceRefused: it does not let us in, has no such folder, or cannot be trusted.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        with _failures(account.host):
            self._imap = _connect(account)
        try:
            self._log_in()
            self.validity, self.next_uid = self._examine()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Say good-bye, or hang up."""
        with suppress(imaplib.IMAP4.error, OSError, *PARSER_FAILURES):
            self._imap.logout()
        with suppress(OSError):
            self._imap.shutdown()  # a server that hung up leaves our end open

    def uids(self, after: int, since: datetime | None) -> Iterator[int]:
        """UIDs above ``after`` in ascending order; with ``since``, of what arrived on the day before it or later."""
        for low in range(after + 1, self.next_uid, _SEARCHED_AT_ONCE):
            high = min(low + _SEARCHED_AT_ONCE, self.next_uid) - 1
            with _failures(self._account.host):
                status, data = self._imap.uid("SEARCH", "UID", f"{low}:{high}", *_since(since))
                self._expect(status, "SEARCH")
                found = sorted(map(int, b" ".join(line for line in data if line).split()))
            yield from found

    def messages(self, uids: Sequence[int], limit_bytes: int) -> list[Raw]:
        """The e-mails of those UIDs that are still there, each up to ``limit_bytes``; no flag is touched (PEEK)."""
        wanted = f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{limit_bytes}>)"
        with _failures(self._account.host):
            status, data = self._imap.uid("FETCH", ",".join(map(str, uids)), wanted)
            self._expect(status, "FETCH")
            return sorted(_raws(data), key=lambda raw: raw.uid)

    def _log_in(self) -> None:
        account = self._account
        with _failures(account.host):
            try:
                if account.access_token:
                    self._imap.authenticate("XOAUTH2", _xoauth2(account))
                else:
                    self._imap.login(account.user, account.password)
            except imaplib.IMAP4.abort:
                raise
            except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
                if _PASSING.search(str(error)):
                    raise SourceUnavailable(
                        f"{account.host} lets nobody in just now; it is asked again later"
                    ) from None
                why = _NO_ACCESS if account.access_token else _NO_LOGIN
                raise SourceRefused(f"{account.host} refuses the user {account.user!r} or {why}") from None

    def _examine(self) -> tuple[str, int]:
        """UIDVALIDITY and UIDNEXT of the folder, which EXAMINE opens for reading only."""
        account = self._account
        with _failures(account.host):
            status, _ = self._imap.select(quoted_name(account.folder), readonly=True)
            if status != "OK":
                raise SourceRefused(f"{account.host} opens no folder {account.folder!r}; check its name, such as INBOX")
            told = [self._imap.response(name)[1] for name in ("UIDVALIDITY", "UIDNEXT")]
            validity, following = (int(values[-1]) if values and values[-1] else 0 for values in told)
        if not validity or not following:
            raise SourceRefused(f"{account.host} tells no UIDVALIDITY or UIDNEXT; read this mailbox on another server")
        return str(validity), following

    def _expect(self, status: str, command: str) -> None:
        if status != "OK":
            raise SourceUnavailable(f"{self._account.host} answers {command} with {status}; it is asked again later")


def quoted_name(folder: str) -> str:
    """The folder's name as IMAP wants it: quoted, and in modified UTF-7 (RFC 3501, 5.1.3)."""
    pieces = re.split(r"([^\x20-\x7e]+)", folder)
    coded = (_shifted(piece) if number % 2 else piece.replace("&", "&-") for number, piece in enumerate(pieces))
    return '"{}"'.format("".join(coded).replace("\\", "\\\\").replace('"', '\\"'))


def _shifted(piece: str) -> str:
    return f"&{base64.b64encode(piece.encode('utf-16-be')).decode().rstrip('=').replace('/', ',')}-"


def _xoauth2(account: Account) -> Callable[[bytes], bytes]:
    """Answers what the server says: first who we are, then nothing, for what comes after that is why it refuses us.

    Source: developers.google.com/workspace/gmail/imap/xoauth2-protocol; Microsoft's servers do the same.
    """
    told = iter([f"user={account.user}\1auth=Bearer {account.access_token}\1\1".encode()])
    return lambda _: next(told, b"")


def _connect(account: Account) -> imaplib.IMAP4:
    if not account.tls:
        return imaplib.IMAP4(account.host, account.port, timeout=account.timeout_seconds)
    try:
        context = ssl.create_default_context(cafile=account.ca_file or None)
    except (OSError, ValueError) as error:
        raise SourceRefused(f"ca_file {account.ca_file} cannot be read; name a PEM file") from error
    return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=account.timeout_seconds)


def _since(since: datetime | None) -> tuple[str, ...]:
    """A day earlier, for the server compares days of its own zone; the name of the month is English everywhere."""
    if since is None:
        return ()
    day = since.astimezone(UTC) - timedelta(days=1)
    return ("SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}")


def _raws(data: Sequence[Any]) -> Iterator[Raw]:
    """What FETCH answered: pairs of attributes and literal, each followed by the attributes after the literal."""
    for number, entry in enumerate(data):
        if not isinstance(entry, tuple):
            continue
        after = data[number + 1] if number + 1 < len(data) and isinstance(data[number + 1], bytes) else b""
        told = entry[0] + after
        uid, size, received = _UID.search(told), _SIZE.search(told), _RECEIVED.search(told)
        if uid is not None:
            body = bytes(entry[1])
            yield Raw(int(uid[1]), int(size[1]) if size else len(body), received[1].decode() if received else "", body)


@contextmanager
def _failures(host: str) -> Iterator[None]:
    """Tell what failed to the person who configured the mailbox; the server's own words may hold secrets."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = f"{host}: its certificate is not valid ({error.verify_message})"
        raise SourceRefused(f"{why}; check the host name, or name the authority in ca_file") from error
    except ssl.SSLError as error:
        raise SourceUnavailable(f"{host}: no TLS connection ({error.reason}); check the port") from error
    except socket.gaierror as error:
        raise SourceUnavailable(f"{host}: the host name is unknown; check it and this machine's DNS") from error
    except TimeoutError as error:
        raise SourceUnavailable(f"{host}: no answer in time; it is asked again later") from error
    except (OSError, imaplib.IMAP4.error, *PARSER_FAILURES) as error:
        trouble = f"{host}: the connection broke or is not IMAP ({type(error).__name__})"
        raise SourceUnavailable(f"{trouble}; it is asked again later") from error
