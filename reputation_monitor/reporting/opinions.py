"""What was said of a brand, and its shares of opinion, from the mentions in the store."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from reputation_monitor.copies import Said
from reputation_monitor.opinion import KnownErrors, Opinion, opinions
from reputation_monitor.settings.schema import SCREENS
from reputation_monitor.store import Store


async def read_said(store: Store, brand: str, start: datetime, end: datetime) -> Mapping[str, Sequence[Said]]:
    """The scored mentions of [start, end) on each screen."""
    return {screen: await store.voices(brand, screen, start, end) for screen in SCREENS}


async def read_opinions(
    store: Store, errors: KnownErrors, brand: str, start: datetime, end: datetime
) -> tuple[Opinion, ...]:
    """Of each screen on which somebody spoke in [start, end), and of all."""
    return await asyncio.to_thread(opinions, await read_said(store, brand, start, end), errors)
