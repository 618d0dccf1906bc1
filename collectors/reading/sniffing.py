"""What a body is, by its first bytes: servers declare feeds as text/html, captions as octets and errors as feeds."""

import codecs
import re
from enum import Enum

SNIFFED_BYTES = 1024


class Kind(Enum):
    """What a body looks like."""

    EMPTY = "empty"
    HTML = "html"
    XML = "xml"
    JSON = "json"
    CAPTIONS = "captions"
    TEXT = "text"
    BINARY = "binary"


_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\0", "utf-16-le"))
_PICTURES = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x00\x00\x01\x00")
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # mimesniff.spec.whatwg.org calls these binary data bytes
_HTML = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*+-->\s*+)*+"
    r"<(?:!doctype\s+html|html|head|body|script|iframe|div|table|title|style|meta|link|font|h1|p|a|br|b)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_CUE = re.compile(r"WEBVTT(?=\s|\Z)|\d+[ \t]*\r?\n\d+:\d\d:\d\d[,.]\d+[ \t]*-->")


def sniff(body: bytes) -> Kind:
    """What the body looks like; nobody's word is taken for it."""
    head = _text(body[:SNIFFED_BYTES]).lstrip("\ufeff \t\r\n\f")
    if not head:
        return Kind.EMPTY if len(body) <= SNIFFED_BYTES else Kind.TEXT
    if body.startswith(_PICTURES) or _BINARY.search(head):
        return Kind.BINARY
    if head.startswith("<"):
        return Kind.HTML if _HTML.match(head) else Kind.XML
    if head.startswith(("{", "[")):
        return Kind.JSON
    return Kind.CAPTIONS if _CUE.match(head) else Kind.TEXT


def _text(head: bytes) -> str:
    wide = next((codec for start, codec in _WIDE if head.startswith(start)), None)
    return head.decode(wide or "utf-8", "replace")
