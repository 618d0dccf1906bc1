"""Where a form was sent from: a browser sends for its user whatever another site's page tells it to. Pure.

The rules are those of Go's ``http.CrossOriginProtection`` (Filippo Valsorda 2025), and one against DNS rebinding, by
which another site's name comes to lead here. They need no token in the page, so pages can be kept for all readers.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
FROM_HERE = frozenset({"same-origin", "none"})
"""``Sec-Fetch-Site`` of our own pages, and of what the user did without a page."""


def is_ours(headers: Mapping[str, str], own_address: str) -> bool:
    """Whether a form comes from a page of ours, or of no browser at all.

    Args:
        headers: by their names in lower case.
        own_address: the configured address of the dashboard; behind a proxy, that of the proxy.
    """
    host = headers.get("host", "")
    if not is_known(host, own_address):
        return False
    if site := headers.get("sec-fetch-site"):
        return site in FROM_HERE
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == host.lower() or _place(origin) == _place(own_address)


def is_known(host: str, own_address: str) -> bool:
    """Whether a name is ours: no other site's name can be made to look like it. Numbers are nobody's name."""
    own = urlsplit(own_address)
    asked = _place(f"{own.scheme}://{host}")
    if asked is None:
        return False
    try:
        ip_address(asked[0])
    except ValueError:
        return asked[0] == "localhost" or asked == _place(own_address)
    return True


def _place(address: str) -> tuple[str, int] | None:
    """Host and port of an address, as every spelling of it has them; None where it has none."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None
