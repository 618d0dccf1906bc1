"""What a server answered, and what to hand back to it the next time."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import aiohttp

from collectors.base import State

NO_STATE: State = MappingProxyType({})
_VALIDATORS = {"etag": "ETag", "last_modified": "Last-Modified"}
_CONDITIONS = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer worth reading: 2xx, or 304 when nothing has changed.

    Attributes:
        headers: names in lower case; of a repeated one, the last, but every Link.
        final_url: where the redirects ended.
        validators: what to hand back as ``state`` to ask "anything new since?".
    """

    status: int
    body: bytes
    final_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: State = field(default_factory=dict)

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing has changed."""
        return self.status == 304

    @property
    def digest(self) -> str:
        """Names the body: many servers know no validators, yet an unchanged body is no news either."""
        return hashlib.blake2b(self.body, digest_size=16).hexdigest()

    def is_news(self, state: State) -> bool:
        """Whether the body differs from the one that ``state`` was made of."""
        return not self.not_modified and self.digest != state.get("digest")

    def state(self) -> dict[str, str]:
        """What to keep, once the body's items are stored."""
        return {**self.validators, "digest": self.digest}


def conditions(url: str, state: State) -> dict[str, str]:
    """The headers that ask for ``url`` only if it changed; none if ``state`` was made at another address."""
    if state.get("address", fingerprint(url)) != fingerprint(url):
        return {}
    return {header: state[key] for key, header in _CONDITIONS.items() if state.get(key)}


def conditional_only(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of the headers that may go to any host: the conditions, not the keys."""
    return {name: value for name, value in headers.items() if name in _CONDITIONS.values()}


def validators(response: aiohttp.ClientResponse) -> dict[str, str]:
    """ETag and Last-Modified byte for byte, quotes included.

    One that is no UTF-8 is left out, because it could not be sent back as it came.
    """
    present = {key: response.headers.get(header, "") for key, header in _VALIDATORS.items()}
    return {key: value for key, value in present.items() if value and _is_utf8(value)}


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def fingerprint(url: str) -> str:
    """Names an address without giving away the keys that it may carry."""
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def headers_of(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Headers by name; feeds repeat Link, whose values may be joined by a comma (RFC 9110, 5.2)."""
    named = {name.lower(): value for name, value in response.headers.items()}
    return named | {"link": ", ".join(response.headers.getall("Link"))} if "link" in named else named
