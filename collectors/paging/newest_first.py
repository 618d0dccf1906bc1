"""Listings that begin with the newest: from the first page back to what is known."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.base import Batch, Item, State
from collectors.memory import KNOWN, Told
from collectors.reading.documents import Contents, since_only

EMPTY = "empty"
"""Key of a state: the listing held nothing, and that was told."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing.

    Attributes:
        contents: its items, newest first, and its rejects.
        following: what to ask for the next page with; empty after the last.
        sound: whether it could be read; a page that could not says nothing about where the listing ends.
    """

    contents: Contents
    following: str = ""
    sound: bool = True


Ask = Callable[[str], Awaitable[Page]]
"""Gets the page that ``following`` named; the first for an empty string."""


async def newest_first(ask: Ask, state: State, since: datetime | None, pages: int) -> AsyncIterator[Batch]:
    """Yield a batch a page, back to a page that holds something known, begins before ``since``, or is the last.

    The state moves with the last page only: stopped in between, the listing is read from its first page again, for the
    pages behind it would never be asked for otherwise.

    Args:
        ask: gets a page.
        state: of the run before.
        since: older items are left out.
        pages: how many are read at most.
    """
    told, known, following = Told(state), "", ""
    for number in range(1, pages + 1):
        page = await ask(following)
        if not page.sound:
            yield Batch(rejects=page.contents.rejects, state=state)
            return
        items = page.contents.items
        fresh = told.fresh(items)
        if number == 1:
            known = told.kept()
        met_known = told.knew(items) or not fresh  # not any repeated one: pages shift while they are read
        done = met_known or _all_before(since, items) or not page.following or number == pages
        rejects = page.contents.rejects if items or (number == 1 and EMPTY not in state) else ()
        yield Batch(since_only(fresh, since), rejects, _moved(state, known) if done else state)
        if done:
            return
        following = page.following


def _all_before(since: datetime | None, items: Sequence[Item]) -> bool:
    return since is not None and all(item.published and item.published < since for item in items)


def _moved(state: State, known: str) -> State:
    """A listing that is empty for once may not mean it: what was known stays known."""
    return {KNOWN: known} if known else {**state, EMPTY: "1"}
