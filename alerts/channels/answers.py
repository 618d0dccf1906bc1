"""What a receiver's answer means: taken, try again, or never again. One table for every channel."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from alerts.base import DeliveryError

TEMPORARY_CLIENT_ERRORS = frozenset({408, 425, 429})
MEANINGS = {
    400: "the message was not understood",
    401: "the credentials were not accepted",
    403: "posting there is forbidden",
    404: "there is nothing at this address",
    410: "the place is gone or archived",
    413: "the message was too large",
    429: "too many messages",
}


def failure(service: str, status: int, excerpt: str = "", retry_after_seconds: float | None = None) -> DeliveryError:
    """Make the error for an HTTP status that is not 2xx.

    A redirect is permanent: following it would hand the message to somebody whom nobody configured.
    """
    permanent = status < 500 and status not in TEMPORARY_CLIENT_ERRORS
    meaning = MEANINGS.get(status, "it sends us elsewhere" if 300 <= status < 400 else "")
    told = "".join([f" ({meaning})" if meaning else "", f": {excerpt}" if excerpt else ""])
    return DeliveryError(
        f"{service} answered HTTP {status}{told}",
        permanent=permanent,
        retry_after_seconds=None if permanent else retry_after_seconds,
    )


def retry_after(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3) in either form, as seconds from ``now``; None where it is none."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        return _seconds_until(header, now)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _seconds_until(header: str, now: datetime) -> float | None:
    try:
        time = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return max((aware - now).total_seconds(), 0.0)
