"""The door of every channel module: what it is given, and what it must offer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

import aiohttp

from alerts.base import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One configured channel.

    Attributes:
        name: the name rules call it by.
        url: its address; often a secret as a whole, and so never shown.
        session: the HTTP session to share; without one a channel opens its own for each message.
        time_zone: the zone of its readers.
    """

    name: str
    url: str = field(repr=False)
    session: aiohttp.ClientSession | None = field(default=None, repr=False)
    time_zone: tzinfo = UTC
    timeout_seconds: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """A kind of channel, as the registry holds it.

    Attributes:
        claims: whether an address whose kind is not configured belongs to this kind.
        check: raises ValueError saying what was expected, without repeating the address.
        open: makes the channel; the address has passed ``check``.
    """

    claims: Callable[[str], bool]
    check: Callable[[str], None]
    open: Callable[[Place], Channel]
