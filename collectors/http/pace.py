"""A rate, kept as the server counts it."""

import asyncio

from collectors.http.policy import Rate


class Pace:
    """Lets at most ``requests`` exchanges begin in any ``seconds``: ``async with pace``.

    A place is free again ``seconds`` after its exchange is *over*. Whenever within the exchange the server counted it,
    the one that takes its place comes ``seconds`` later or more, so no window of the server's holds more than the rate.
    A leaky bucket would let through nearly twice as many in the first window.
    """

    def __init__(self, rate: Rate) -> None:
        self._seconds = rate.seconds / min(1.0, rate.requests)
        self._places = max(1, int(rate.requests))
        self._free = asyncio.Semaphore(self._places)
        self._taken = 0

    @property
    def is_idle(self) -> bool:
        """Whether all places are free."""
        return self._taken == 0

    async def __aenter__(self) -> None:
        await self._free.acquire()
        self._taken += 1

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().call_later(self._seconds, self._give_back)

    def _give_back(self) -> None:
        self._taken -= 1
        self._free.release()
