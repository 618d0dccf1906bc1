"""Who sent a body: Standard Webhooks, bearer tokens, and WebSub's X-Hub-Signature. Pure; compared in constant time.

Written here because the clock is an argument: the package ``standardwebhooks`` reads the machine's own.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from collectors.base import SenderUnknown

TOLERANCE = timedelta(minutes=5)
"""How old or how far ahead a signed message may be; an older one may be a replay."""
SHORTEST_KEY_BYTES = 24
"""Standard Webhooks asks for keys of 24 to 64 bytes."""

_PREFIX = "whsec_"
_VERSION = "v1"
_HUB_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


def signing_key(secret: str) -> bytes:
    """The key in a Standard Webhooks secret, ``whsec_`` and base64.

    Raises:
        ValueError: it is no such secret, or too short to be one; the message says how to make one.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST_KEY_BYTES:
        raise ValueError(
            f"expected {_PREFIX} and base64 of at least {SHORTEST_KEY_BYTES} bytes; "
            f'make one by: echo "{_PREFIX}$(openssl rand -base64 32)"'
        )
    return key


def check_signed(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Check a Standard Webhooks signature: HMAC-SHA256 over ``id.timestamp.body``, any of several may fit.

    Raises:
        SenderUnknown: a header is missing, the message is too old or too new, or no signature fits.
    """
    told = [headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
    if not all(told):
        raise SenderUnknown("not signed; send webhook-id, webhook-timestamp and webhook-signature")
    identity, timestamp, signatures = told
    if abs(now - _instant(timestamp)) > TOLERANCE:
        raise SenderUnknown("the webhook-timestamp is more than five minutes off; check the sender's clock")
    content = f"{identity}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    given = (one.partition(",") for one in signatures.split())
    if not any(_same(signature, expected) for version, _, signature in given if version == _VERSION):
        raise SenderUnknown("no webhook-signature fits; check that both sides have the same secret")


def check_token(token: str, headers: Mapping[str, str]) -> None:
    """Check ``Authorization: Bearer TOKEN``.

    Raises:
        SenderUnknown: it is missing or another one.
    """
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _same(given.strip(), token):
        raise SenderUnknown("the token is missing or wrong; send Authorization: Bearer TOKEN")


def is_from_hub(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether ``X-Hub-Signature`` (``METHOD=hex``, WebSub 7) was made over the body with our secret."""
    told, _, given = headers.get("x-hub-signature", "").partition("=")
    method = told.strip().lower()
    return method in _HUB_METHODS and _same(given.strip().lower(), hmac.new(secret.encode(), body, method).hexdigest())


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def _instant(timestamp: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SenderUnknown("the webhook-timestamp is no number of seconds; send the Unix time") from error
