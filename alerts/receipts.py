"""The key by which a receiver can drop a message that it already has."""

import hashlib

KEY_LIMIT = 255


def receiver_key(key: str) -> str:
    """Give a notification's key in a form that HTTP headers and Slack's ``block_id`` take.

    A short key of printable ASCII stays as it is; any other becomes its SHA-256 in hexadecimal.
    """
    if 0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable() and key == key.strip():
        return key
    return hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()
