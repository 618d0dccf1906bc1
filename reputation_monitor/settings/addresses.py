"""Values that hold secrets, and what may be shown of them.

Their ``repr``, ``str`` and JSON form show the safe part only; ``get_secret_value()`` gives the whole.
"""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import Secret

HIDDEN = "…"

_SECRET_KEY = re.compile(
    r"token|secret|passw|(?:api|private)_?key|service_?account|auth|cookie|credential|header|param", re.IGNORECASE
)
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@")


class FeedAddress(Secret[str]):
    """Where a feed or status page is: shown without user, password and query, which may hold a token."""

    def _display(self) -> str:
        return show_address(self.get_secret_value())


class ChannelAddress(Secret[str]):
    """Where a channel is: of a webhook the host is shown, of other addresses the scheme; the rest is the key to it."""

    def _display(self) -> str:
        address = self.get_secret_value()
        scheme, separator, rest = address.partition("://")
        if not separator:
            return HIDDEN
        host = _host(address) if scheme in ("http", "https") else ""
        return f"{scheme}://{host}/{HIDDEN}" if host else f"{scheme}://{HIDDEN if rest else ''}"


class DatabaseAddress(Secret[str]):
    """Where the data are: shown without password and query."""

    def _display(self) -> str:
        shown = _PASSWORD.sub(rf"\1:{HIDDEN}@", self.get_secret_value())
        return shown.partition("?")[0]


class CollectorOptions(Secret[dict[str, Any]]):
    """What a source's collector is told: shown with addresses shortened and what sounds like a secret hidden."""

    def _display(self) -> str:
        return str(self.shown())

    def shown(self) -> dict[str, Any]:
        """The options as people may see them."""
        return {name: _shown_option(name, value) for name, value in self.get_secret_value().items()}


def is_secret_key(name: object) -> bool:
    """Whether a key sounds like that of a secret."""
    return isinstance(name, str) and _SECRET_KEY.search(name) is not None


def show_address(address: str) -> str:
    """An address without what may be secret in it."""
    if "://" not in address:
        return address
    parts = urlsplit(address)
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{_host(address)}{parts.path}{query}"


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2]


def _shown_option(name: str, value: object) -> object:
    if is_secret_key(name):
        return HIDDEN
    return show_address(value) if isinstance(value, str) else value


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
