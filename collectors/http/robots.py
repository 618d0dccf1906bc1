"""robots.txt by RFC 9309: whether we may, and how often."""

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from protego import Protego
from yarl import URL

from collectors.base import SourceRefused
from collectors.http.failures import without_secrets
from collectors.http.identity import PRODUCT
from collectors.http.policy import Rate

KEPT = timedelta(hours=24)
READ_BYTES = 500 * 1024
"""As much as RFC 9309 asks to read at least; what comes after it is not read."""

REMEMBERED = 20_000
LONGEST_DELAY = 60.0

Get = Callable[[URL], Awaitable[bytes]]
"""Gets what robots.txt at an address says, empty where there is none, or raises SourceUnavailable."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What an origin said, packed, since there may be thousands of them."""

    packed: bytes
    until: datetime


class Robots:
    """The rules of every origin that was asked for them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: OrderedDict[URL, _Rules] = OrderedDict()
        self._asking: WeakValueDictionary[URL, asyncio.Lock] = WeakValueDictionary()

    async def allow(self, url: URL, get: Get) -> Rate | None:
        """The pace that robots.txt asks for, at an address that it leaves open to us.

        Raises:
            SourceRefused: it does not leave it open.
            SourceUnavailable: robots.txt cannot be had now; until it can, nothing may.
        """
        text = await self._text(url.origin(), get)
        if not text:
            return None
        rules = Protego.parse(text.decode("utf-8-sig", "replace"))
        if not rules.can_fetch(str(url), PRODUCT):
            raise SourceRefused(
                f"{without_secrets(str(url))}: robots.txt there asks programs to stay away; ask its owner, or set "
                "obey_robots: false for this source if you have leave, or if the address is offered to programs"
            )
        delay = rules.crawl_delay(PRODUCT)
        return Rate(requests=1, seconds=min(float(delay), LONGEST_DELAY)) if delay and delay > 0 else None

    async def _text(self, origin: URL, get: Get) -> bytes:
        lock = self._asking.setdefault(origin, asyncio.Lock())
        async with lock:  # those that come together ask once
            rules = self._known.get(origin)
            if rules is None or rules.until <= self._now():
                text = await get(origin / "robots.txt")
                rules = self._known[origin] = _Rules(zlib.compress(text) if text else b"", self._now() + KEPT)
            self._known.move_to_end(origin)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return zlib.decompress(rules.packed) if rules.packed else b""
