"""A brand's shares of opinion, from the mentions in the store."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from reputation_monitor.copies import Said
from reputation_monitor.opinion import KnownErrors, Opinion, opinions
from reputation_monitor.settings.schema import SCREENS
from reputation_monitor.store import Store


async def read_opinions(
    store: Store, errors: KnownErrors, brand: str, start: datetime, end: datetime
) -> tuple[Opinion, ...]:
    """Of each screen on which somebody spoke in [start, end), and of all."""
    said: dict[str, Sequence[Said]] = {s: await store.voices(brand, s, start, end) for s in SCREENS}
    return await asyncio.to_thread(opinions, said, errors)
