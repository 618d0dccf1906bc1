"""Keeps the secret parts of a channel's address out of everything that is shown."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

MARK = "***"
SHORTEST_SECRET = 6


def conceal(text: str, url: str) -> str:
    """Replace the address, and every part of it that may be a secret, wherever it stands in the text.

    Webhook addresses carry their secret in the path, others in the user, the password, the query, or even in the
    place of the host; a part shorter than six characters is too common a word to be told from the rest, save a
    password.
    """
    for secret in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(secret, MARK)
    return text


def _secrets(url: str) -> set[str]:
    if not url:
        return set()
    scheme, _, rest = url.partition("://")
    pieces = {piece for piece in re.split(r"[/?&#@:;,=]", rest) if len(piece) >= SHORTEST_SECRET}
    found = {url, rest} | pieces | {unquote(piece) for piece in pieces} | _credentials(url)
    return {secret for secret in found if secret and secret != scheme}


def _credentials(url: str) -> set[str]:
    try:
        parts = urlsplit(url)
        values = [value for _, value in parse_qsl(parts.query)]
        return {part for part in (parts.password, *values) if part and len(part) >= 3}
    except ValueError:
        return set()
