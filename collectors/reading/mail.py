"""E-mails (RFC 5322, MIME): bytes in, the words that somebody wrote out."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from collectors.reading.charset import decode_letter
from collectors.reading.markup import strip_html
from collectors.reading.quarantine import storable
from collectors.reading.quoting import forwarded, without_quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail as its reader understands it.

    Attributes:
        id: its Message-ID, or empty.
        sender: whose words they are: of a forwarded e-mail, its first writer.
        date: as written; when a forwarded e-mail was first sent is not in a form to rely on, so it is the forwarder's.
        text: without quoted e-mails and signatures.
        forwarder: who passed it on, or empty.
        comment: what the forwarder put before it.
        language: as the header Content-Language says it, or empty.
    """

    id: str
    subject: str
    sender: str
    date: str
    text: str
    forwarder: str = ""
    comment: str = ""
    language: str = ""


def read_letter(body: bytes) -> Letter:
    """The e-mail in ``body``, of which the end may be missing.

    Raises:
        ValueError: it holds nothing that a person wrote; the message says why.
    """
    message = message_from_bytes(body, policy=policy.default)
    _refuse_machines(message)
    subject, sender = _header(message, "subject"), _header(message, "from")
    text, attached = _text(message), _attached(message)
    passed_on = forwarded(text, subject)
    if passed_on is not None:
        words, writer, comment = passed_on.text, passed_on.sender, passed_on.comment
    elif attached is not None:
        words, writer, comment = _text(attached), _header(attached, "from"), text
    else:
        words, writer, comment = text, "", ""
    if not words and not subject:
        raise ValueError("the e-mail has neither subject nor text")
    return Letter(
        id=_header(message, "message-id"),
        subject=subject,
        sender=name_of(writer or sender),
        date=_header(message, "date"),
        text=without_quotes(words),
        forwarder=name_of(sender) if writer else "",
        comment=comment,
        language=_header(message, "content-language"),
    )


def name_of(sender: str) -> str:
    """The name in ``Ann Example <ann@example.com>``, else the address, else what was written."""
    name, address = parseaddr(sender)
    return name or address or sender


def _refuse_machines(message: EmailMessage) -> None:
    if message.get_content_type() == "multipart/report":
        raise ValueError("a report on the delivery of an e-mail, not an e-mail")
    if _header(message, "auto-submitted").casefold().startswith("auto-replied"):
        raise ValueError("an automatic reply (Auto-Submitted), such as of somebody on holiday")


def _text(message: EmailMessage) -> str:
    """Its text/plain, else its text/html without mark-up; attachments are no text of the writer's."""
    parts = [part for part in _parts(message) if not _is_attachment(part)]
    plain = (_decoded(part) for part in parts if part.get_content_type() == "text/plain")
    html = (strip_html(_decoded(part)) for part in parts if part.get_content_type() == "text/html")
    found = next((text for texts in (plain, html) for text in texts if text.strip()), "")
    return storable(found.replace("\r\n", "\n")).strip()


def _attached(message: EmailMessage) -> EmailMessage | None:
    """The first e-mail that is forwarded as an attachment."""
    for part in _parts(message):
        if part.get_content_type() == "message/rfc822":
            held = part.get_payload()
            if isinstance(held, list) and held and isinstance(held[0], EmailMessage):
                return held[0]
    return None


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The leaves of the tree; an e-mail within the e-mail is a leaf."""
    held = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(held, list):
        yield message
        return
    for part in held:
        if isinstance(part, EmailMessage):
            yield from _parts(part)


def _is_attachment(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _decoded(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    return decode_letter(content, part.get_content_charset() or "") if isinstance(content, bytes) else ""


def _header(message: EmailMessage, name: str) -> str:
    return storable(" ".join(str(message.get(name, "")).split()))
