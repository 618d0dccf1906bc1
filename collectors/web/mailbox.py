"""The collector ``mailbox``: newsletters and forwarded complaints, from a folder of an IMAP account."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import islice
from typing import Self

from pydantic import Field, SecretStr, model_validator

from collectors.base import Batch, Item, State
from collectors.http import HttpClient
from collectors.http.addresses import is_this_machine
from collectors.reading.documents import PARSER_FAILURES, Contents, since_only
from collectors.reading.identity import content_id
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.languages import language_tag
from collectors.reading.mail import Letter, read_letter
from collectors.reading.quarantine import set_aside
from collectors.web.imap import Account, Folder, Raw
from collectors.web.mail_access import AccessOptions, MailAccess

FETCHED_AT_ONCE = 10

_SEALED = "refresh_token"
"""Key of a state: the newest refresh token, sealed."""


class MailboxOptions(AccessOptions):
    """What the collector ``mailbox`` is told."""

    host: str = Field(min_length=1, description="The provider's IMAP server, such as imap.example.com.")
    port: int = Field(default=993, ge=1, le=65535, description="Its port.")
    user: str = Field(min_length=1, description="Name to log in with; mostly the e-mail address.")
    password: SecretStr = Field(
        default=SecretStr(""), description="An app password, made in the account's settings; none with a token_url."
    )
    folder: str = Field(default="INBOX", min_length=1, description="The folder that is read; nothing in it changes.")
    max_messages: int = Field(default=500, ge=1, description="How many e-mails one run reads at most, oldest first.")
    max_bytes: int = Field(
        default=1024 * 1024, ge=1024, description="How much of an e-mail is fetched; attachments come last."
    )
    ca_file: str = Field(
        default="", description="PEM file of the authority behind the server's certificate, if it is your own."
    )
    tls: bool = Field(default=True, description="May be false for a server on this machine only.")

    @model_validator(mode="after")
    def _lets_us_in(self) -> Self:
        if not self.password and not self.token_url:
            raise ValueError(
                "password is missing; make an app password in the security settings of the mail account, or set "
                "token_url where the provider takes none"
            )
        if self.password and self.token_url:
            raise ValueError("password and token_url are two ways in; take one away")
        if not self.tls and not is_this_machine(self.host):
            raise ValueError("tls: false would send the password or token in the clear; only localhost may be read so")
        return self


class MailboxCollector:
    """Collects the e-mails of one folder, and leaves it as it was."""

    def __init__(self, options: MailboxOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._access = MailAccess(options, http) if options.token_url else None

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield the e-mails after the last UID that ``state`` knows, oldest first.

        If the server numbered the folder anew (UIDVALIDITY), it is read from its beginning; ids stay, for they are
        those of the e-mails.

        Raises:
            SourceUnavailable: the server may answer later.
            SourceRefused: it will not: wrong password, folder or certificate.
        """
        token, kept = await self._let_in(state)
        if not kept.items() <= state.items():
            yield Batch(state={**state, **kept})  # at once, for the token that it replaces may end
        folder = await asyncio.to_thread(Folder, self._account(token))
        try:
            fixed = {"mailbox": self._place(), "uidvalidity": folder.validity}
            is_known = fixed.items() <= state.items() and state.get("uid", "").isdecimal()
            uids = folder.uids(int(state["uid"]) if is_known else 0, since)
            left = self._options.max_messages
            while numbers := await asyncio.to_thread(_take, uids, min(FETCHED_AT_ONCE, left)):
                left -= len(numbers)
                contents = await asyncio.to_thread(self._read, folder, numbers)
                yield Batch(
                    since_only(contents.items, since), contents.rejects, {**fixed, **kept, "uid": str(numbers[-1])}
                )
        finally:
            await asyncio.to_thread(folder.close)

    async def _let_in(self, state: State) -> tuple[str, dict[str, str]]:
        """An access token, and what to keep of it for the next run; neither where a password serves."""
        if self._access is None:
            return "", {}
        token, sealed = await self._access.token(state.get(_SEALED, ""))
        return token, {_SEALED: sealed} if sealed else {}

    def _account(self, token: str) -> Account:
        options = self._options
        return Account(
            host=options.host,
            port=options.port,
            tls=options.tls,
            ca_file=options.ca_file,
            user=options.user,
            password=options.password.get_secret_value(),
            access_token=token,
            folder=options.folder,
            timeout_seconds=self._http.limits.total_seconds,
        )

    def _place(self) -> str:
        """Names the folder, for two folders may share their UIDVALIDITY."""
        options = self._options
        return content_id(options.host, str(options.port), options.user, options.folder)

    def _read(self, folder: Folder, uids: list[int]) -> Contents:
        raws = folder.messages(uids, self._options.max_bytes)
        return read_messages(raws, self._options.folder, self._http.now())


def read_messages(raws: list[Raw], folder: str, now: datetime) -> Contents:
    """Items of e-mails; what is none is set aside with its number in the folder."""
    items, rejects = [], []
    for raw in raws:
        try:
            items.append(_item(raw, folder, now))
        except PARSER_FAILURES as error:
            reason = str(error) if type(error) is ValueError else f"the e-mail could not be read: {error!r}"
            rejects.append(set_aside(raw.body, reason, f"UID {raw.uid}"))
    return Contents(tuple(items), tuple(rejects))


def _item(raw: Raw, folder: str, now: datetime) -> Item:
    letter = read_letter(raw.body)
    sent = plausible(instant_or_none(letter.date), now)
    return Item(
        id=letter.id or content_id(letter.sender, letter.date, letter.subject, letter.text),
        text=letter.text,
        title=letter.subject,
        author=letter.sender,
        published=sent or plausible(instant_or_none(raw.received), now),
        language=language_tag(letter.language),
        extra=_extra(letter, raw, folder, sent),
    )


def _extra(letter: Letter, raw: Raw, folder: str, sent: datetime | None) -> dict[str, str]:
    told = {
        "folder": folder,
        "forwarded_by": letter.forwarder,
        "forwarded_from": letter.sender if letter.forwarder else "",
        "comment": letter.comment,
        "published_as_given": letter.date if sent is None else "",
        "cut_at_bytes": str(len(raw.body)) if len(raw.body) < raw.size else "",
    }
    return {key: value for key, value in told.items() if value}


def _take(uids: Iterator[int], number: int) -> list[int]:
    return list(islice(uids, number))
