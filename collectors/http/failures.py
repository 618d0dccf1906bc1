"""What went wrong with an exchange, as the person who configured the source is told it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from collectors.base import CollectorError, SourceRefused, SourceUnavailable
from collectors.http.addresses import PrivateAddress
from collectors.http.limits import Limits

_PASSING = frozenset({408, 425, 429})
_LONGEST_WISH_SECONDS = 86_400.0


def without_secrets(url: str) -> str:
    """The address as it may show in messages: feed tokens live in the query, passwords before the ``@``."""
    try:
        parts = URL(url)
        bare = str(parts.with_user(None).with_query(None).with_fragment(None)) if parts.host else parts.path
    except ValueError:
        return url.partition("?")[0]
    return f"{bare}?…" if parts.query_string else bare


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header in both its forms, seconds and HTTP date (RFC 9110, 10.2.3).

    Returns:
        Seconds from ``now``, never negative and no more than a day; None where the header is missing or says nothing
        readable.
    """
    wish = (value or "").strip()
    if wish.isascii() and wish.isdigit():
        return min(float(wish), _LONGEST_WISH_SECONDS)
    try:
        when = parsedate_to_datetime(wish)
    except (ValueError, OverflowError):  # the year may have any number of digits
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), _LONGEST_WISH_SECONDS)


def status_failure(url: str, status: int, retry_after: float | None) -> CollectorError:
    """What a status that is neither 2xx nor 304 means to the person who configured the source."""
    asked = f"{without_secrets(url)} answers HTTP {status}"
    if status == 429 or (status == 503 and retry_after is not None):
        wish = "later" if retry_after is None else f"in {retry_after:.0f} seconds"
        return SourceUnavailable(f"{asked}: it asks us to come back {wish}; poll it less often", retry_after)
    if status in _PASSING or status >= 500:
        return SourceUnavailable(f"{asked}: the server has trouble; it is asked again later", retry_after)
    if status in {401, 403}:
        return SourceRefused(f"{asked}: it wants credentials or refuses robots; check the key and the permission")
    if status in {404, 410}:
        return SourceRefused(f"{asked}: nothing is there; correct the address or remove the source")
    return SourceRefused(f"{asked}: it does not take this request; check the address and the options")


def transport_failure(url: str, error: Exception, limits: Limits) -> CollectorError:
    """What a failed exchange means to the person who configured the source."""
    place = without_secrets(url)
    match error:
        case aiohttp.ClientConnectorError(os_error=PrivateAddress() as private):
            return SourceRefused(
                f"{place} leads to {private}, an address of this machine or of a private network; "
                "if that is meant, set allow_private: true for this source"
            )
        case aiohttp.ClientConnectorCertificateError():
            return SourceRefused(f"{place}: its certificate is not valid; check the address, or tell its owner")
        case ValueError():  # aiohttp's InvalidURL is one
            return SourceRefused(f"{place} is no valid web address ({error}); correct it")
        case _:
            return SourceUnavailable(f"{place}: {_passing_trouble(error, limits)}")


def _passing_trouble(error: Exception, limits: Limits) -> str:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return f"no connection in {limits.connect_seconds:g} seconds; it is asked again later"
        case TimeoutError():
            return f"no full answer in {limits.total_seconds:g} seconds; it is asked again later"
        case aiohttp.ClientConnectorDNSError():
            return "the host name is unknown; check the address and this machine's DNS"
        case aiohttp.ClientConnectorError():
            return f"no connection ({error.strerror}); check that the server is up"
        case aiohttp.ClientPayloadError():
            return "the answer was cut off or damaged; it is asked again later"
        case _:
            return f"the connection broke ({type(error).__name__}); it is asked again later"
