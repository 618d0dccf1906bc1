"""Where a form was sent from: a browser sends for its user whatever another site's page tells it to. Pure.

The rules are those of Go's ``http.CrossOriginProtection`` (Filippo Valsorda 2025), and one against DNS rebinding, by
which another site's name comes to lead here. They need no token in the page, so pages can be kept for all readers.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

FROM_HERE = frozenset({"same-origin", "none"})
"""``Sec-Fetch-Site`` of our own pages, and of what the user did without a page."""


def is_ours(headers: Mapping[str, str], own_address: str) -> bool:
    """Whether a form comes from a page of ours, or of no browser at all.

    Args:
        headers: by their names in lower case.
        own_address: the configured address of the dashboard; behind a proxy, that of the proxy.
    """
    host, own = headers.get("host", ""), urlsplit(own_address).netloc
    if not _is_known(host, own):
        return False
    if site := headers.get("sec-fetch-site"):
        return site in FROM_HERE
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc in {host, own}


def _is_known(host: str, own: str) -> bool:
    """Whether a name is ours: no other site's name can be made to look like it. Numbers are nobody's name."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost" or host == own
    return True
