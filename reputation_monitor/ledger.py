"""What was counted, kept from one look to the next: of the store only the last days are read again."""

from datetime import datetime, timedelta

from reputation_monitor.store import RollupMark, Store
from reputation_monitor.tallies import Tallies, tallies_of, together

READ_AGAIN, MOST_READ_AGAIN = timedelta(days=8), timedelta(days=16)
"""How much is read at each look: the last days, until they have grown to twice as many."""


class Ledger:
    """All counts of a store. What is older than the last days is read again only where it is not as it was."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: tuple[datetime, RollupMark, Tallies] | None = None

    async def read(self, start: datetime, end: datetime) -> Tallies:
        """The counts of all brands with a bucket in [start, end)."""
        earlier = await self._earlier(start, end)
        if earlier is None:
            return tallies_of(await self._store.rollups(None, start, end))
        cut, tallies = earlier
        return together(tallies, tallies_of(await self._store.rollups(None, cut, end)))

    async def _earlier(self, start: datetime, end: datetime) -> tuple[datetime, Tallies] | None:
        """What is kept of the time before some moment, which lies days before ``end``; None where nothing is."""
        if self._kept:
            cut, mark, tallies = self._kept
            if cut <= end <= cut + MOST_READ_AGAIN and mark == await self._store.rollup_mark(cut):
                return cut, tallies
        cut = (end - READ_AGAIN).replace(minute=0, second=0, microsecond=0)
        if cut <= start:
            return None
        mark = await self._store.rollup_mark(cut)  # before they are read: what changes in between is read again
        tallies = tallies_of(await self._store.rollups(None, start, cut))
        self._kept = (cut, mark, tallies)
        return cut, tallies
