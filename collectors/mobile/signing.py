"""Signed statements of who we are (JWT, RFC 7519), as stores ask for them."""

from collections.abc import Mapping
from typing import Any

import jwt

from collectors.base import SourceRefused


def sign(claims: Mapping[str, Any], key: str, algorithm: str, key_id: str, option: str) -> str:
    """A signed token.

    Args:
        claims: what it says; times in seconds since 1970.
        key: private key, PEM.
        algorithm: ``ES256`` or ``RS256``.
        key_id: the name by which the store knows the key.
        option: where the key is configured, for the error.

    Raises:
        SourceRefused: the key is none of that kind; the message does not repeat it.
    """
    try:
        return jwt.encode(dict(claims), key, algorithm, headers={"kid": key_id})
    except (jwt.PyJWTError, ValueError, TypeError):
        raise SourceRefused(
            f"{option} holds no private key for {algorithm}; give the whole PEM file, "
            "from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----"
        ) from None
