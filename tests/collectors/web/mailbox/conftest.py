"""A small IMAP server on loopback: enough of RFC 3501 to log in, examine a folder, search and fetch."""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mail:
    """One e-mail in the folder."""

    body: bytes
    uid: int
    received: str = "20-Nov-2026 08:00:00 +0000"


@dataclass
class ImapServer:
    """What it holds, how it behaves, and what it was told."""

    mails: list[Mail] = field(default_factory=list)
    folder: str = '"INBOX"'
    validity: int = 7
    password: str = "app-password"
    access_token: str = "granted"
    refusal: str = "[AUTHENTICATIONFAILED] Invalid credentials"
    hangs_up_at: str = ""
    uid_after_literal: bool = False
    greeting: str = "* OK ready"
    commands: list[str] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self, tls: ssl.SSLContext | None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def add(self, *bodies: str, uid: int = 0) -> None:
        for body in bodies:
            self.mails.append(Mail(body.encode(), uid or self.next_uid))

    @property
    def next_uid(self) -> int:
        return max((mail.uid for mail in self.mails), default=0) + 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{self.greeting}\r\n".encode())
        try:
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                self.commands.append(command)
                if self.hangs_up_at and command.startswith(self.hangs_up_at):
                    return
                if command == "AUTHENTICATE XOAUTH2":
                    writer.write(f"{tag} {await self._let_in(reader, writer)}\r\n".encode())
                    continue
                writer.write(self._answer(command) + f"{tag} {self._verdict(command)}\r\n".encode())
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """SASL XOAUTH2, as Google and Microsoft have it: of a wrong token the reason is told before the verdict."""
        writer.write(b"+ \r\n")
        said = base64.b64decode(await reader.readline()).decode()
        if said == f"user=watch@example.com\1auth=Bearer {self.access_token}\1\1":
            return "OK done"
        writer.write(b"+ " + base64.b64encode(b'{"status":"401","schemes":"bearer"}') + b"\r\n")
        assert await reader.readline() == b"\r\n"
        return f"NO {self.refusal}"

    def _answer(self, command: str) -> bytes:
        match command.split(maxsplit=2):
            case ["CAPABILITY"]:
                return b"* CAPABILITY IMAP4rev1\r\n"
            case ["EXAMINE", _]:
                told = f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n"
                return f"{told}* OK [UIDNEXT {self.next_uid}] ok\r\n".encode()
            case ["UID", "SEARCH", asked]:
                return f"* SEARCH {' '.join(str(mail.uid) for mail in self._among(asked))}\r\n".encode()
            case ["UID", "FETCH", asked]:
                return b"".join(map(self._fetched, self._among(f"UID {asked}"))) + b"* 1 EXISTS\r\n"
        return b""

    def _verdict(self, command: str) -> str:
        if command.startswith("LOGIN") and f'"{self.password}"' not in command:
            return f"NO {self.refusal}"
        if command.startswith(("EXAMINE", "SELECT")) and not command.endswith(self.folder):
            return "NO no such folder"
        return "OK [READ-ONLY] done" if command.startswith("EXAMINE") else "OK done"

    def _among(self, asked: str) -> list[Mail]:
        span = re.search(r"UID (\d+):(\d+)", asked)
        chosen = set(range(int(span[1]), int(span[2]) + 1)) if span else set(map(int, asked.split()[1].split(",")))
        return [mail for mail in self.mails if mail.uid in chosen]

    def _fetched(self, mail: Mail) -> bytes:
        limit = int(re.search(r"<0\.(\d+)>", self.commands[-1])[1])
        body, uid = mail.body[:limit], f"UID {mail.uid}"
        before, after = ("", f" {uid}") if self.uid_after_literal else (f"{uid} ", "")
        told = (
            f'* 1 FETCH ({before}INTERNALDATE "{mail.received}" RFC822.SIZE {len(mail.body)} BODY[]<0> {{{len(body)}}}'
        )
        return f"{told}\r\n".encode() + body + f"{after})\r\n".encode()


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    here = ImapServer()
    await here.start(tls=None)
    yield here
    await here.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-made certificate for localhost with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "server.pem"
    file.write_bytes(
        signed.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, encryption_algorithm=plain)
    )
    return file


@pytest.fixture
async def tls_server(certificate: Path) -> AsyncIterator[ImapServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    here = ImapServer()
    await here.start(tls=context)
    yield here
    await here.stop()
