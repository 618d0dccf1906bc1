"""The collector ``push``: mentions that others send, signed, in the fields of ``import``."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from collectors.base import Batch, Item, Reject, SenderUnknown, State
from collectors.files.file import FieldMapping, ZoneName
from collectors.files.mention_rows import RowReader
from collectors.files.tables import Row
from collectors.reading.documents import Contents
from collectors.reading.instants import zone_of
from collectors.reading.quarantine import set_aside, shown
from collectors.web.signatures import check_signed, check_token, signing_key

SHORTEST_TOKEN = 16


def _checked_secret(secret: SecretStr) -> SecretStr:
    signing_key(secret.get_secret_value())
    return secret


def _checked_token(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(f"expected at least {SHORTEST_TOKEN} characters; make one by: openssl rand -hex 32")
    return token


class PushOptions(BaseModel):
    """What the collector ``push`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    secret: Annotated[SecretStr, AfterValidator(_checked_secret)] | None = Field(
        default=None, description="Standard Webhooks secret that senders sign with: whsec_ and base64."
    )
    token: Annotated[SecretStr, AfterValidator(_checked_token)] | None = Field(
        default=None, description="Bearer token, for senders that cannot sign."
    )
    mapping: FieldMapping = Field(
        default_factory=dict,
        description="Which key holds a field, as FIELD: KEY; FIELD: =VALUE gives every item the same value.",
    )
    zone: ZoneName = Field(default="UTC", description="IANA time zone of dates that name none.")

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if self.secret is None and self.token is None:
            raise ValueError(
                "expected secret or token, without which anybody could send; "
                'make a secret by: echo "whsec_$(openssl rand -base64 32)"'
            )
        return self


class PushCollector:
    """Reads what is sent to one source."""

    def __init__(self, options: PushOptions) -> None:
        self._options = options

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield nothing: this source is not asked, it tells."""
        del state, since
        nothing: tuple[Batch, ...] = ()
        for batch in nothing:
            yield batch

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """The items of a request; what is none is among the rejects, with its number.

        Raises:
            SenderUnknown: neither signature nor token shows that the sender is known.
        """
        self._check_sender(headers, body, now)
        reader = RowReader(self._options.mapping, zone_of(self._options.zone), now)
        contents = read_pushed(body, reader)
        return Batch(contents.items, contents.rejects)

    def _check_sender(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        secret, token = self._options.secret, self._options.token
        if secret is not None:
            try:
                check_signed(signing_key(secret.get_secret_value()), headers, body, now)
            except SenderUnknown:
                if token is None or "authorization" not in headers:
                    raise
            else:
                return
        if token is not None:
            check_token(token.get_secret_value(), headers)


def read_pushed(body: bytes, reader: RowReader) -> Contents:
    """Items of a JSON object, of a list of them, or of JSON lines; never raises."""
    items: list[Item] = []
    rejects: list[Reject] = []
    for row in _rows(body):
        read = row if isinstance(row, Reject) else reader.read(row)
        if isinstance(read, Reject):
            rejects.append(read if isinstance(row, Reject) else replace(read, where=f"item {row.line}"))
        else:
            # What is stored is known by the source it was sent to, so that no sender writes over another's.
            items.append(replace(read, source=""))
    return Contents(tuple(items), tuple(rejects))


def _rows(body: bytes) -> list[Row | Reject]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [set_aside(body, "the body is not UTF-8")]
    if not text.strip():
        return [set_aside("", "the body is empty; a JSON object, a list of them or JSON lines were expected")]
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.split("\n") if line.strip()]  # others may stand within a text
        if len(lines) > 1 and isinstance(_loaded(lines[0]), dict):
            return [_row(_loaded(line), number, line) for number, line in enumerate(lines, start=1)]
        return [set_aside(text, f"malformed JSON: {error}")]
    listed = entries if isinstance(entries, list) else [entries]
    return [_row(entry, number) for number, entry in enumerate(listed, start=1)]


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _row(entry: Any, number: int, raw: str = "") -> Row | Reject:
    if isinstance(entry, dict):
        return Row(entry, number, raw)
    return set_aside(raw or shown(entry), "no JSON object", f"item {number}")
