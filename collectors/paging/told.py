"""What was told already: it may come again when windows overlap or a listing is read again."""

from collections.abc import Iterable
from datetime import datetime

from collectors.base import Item, State
from collectors.reading.identity import content_id

KNOWN = "known"
"""Key of a state under which the marks of earlier runs are kept, with spaces between."""

_MARK_DIGITS = 12


class Told:
    """Tells new items, and edited ones, from those that this run or the one before it has told.

    Only marks of items seen in this run are kept for the next, so what is kept stays as small as what may come again.
    """

    def __init__(self, state: State) -> None:
        self._before = frozenset(state.get(KNOWN, "").split())
        self._seen: dict[str, datetime | None] = {}

    def fresh(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Those of the items that were not told yet, in their order."""
        new = []
        for item in items:
            token = mark(item)
            if token not in self._before and token not in self._seen:
                new.append(item)
            self._seen[token] = item.published
        return tuple(new)

    def knew(self, items: Iterable[Item]) -> bool:
        """Whether an earlier run has told one of the items, as it is now."""
        return any(mark(item) in self._before for item in items)

    def marks(self, since: datetime | None = None) -> str:
        """What to keep as :data:`KNOWN`: the marks of this run's items published at ``since`` or later, or undated."""
        kept = (token for token, when in self._seen.items() if since is None or when is None or when >= since)
        return " ".join(sorted(kept))


def mark(item: Item) -> str:
    """Changes when the item is edited, while its id stays; counters such as votes do not change it."""
    words = (item.id, str(item.updated), item.title, item.text, str(item.rating))
    return content_id(*words)[:_MARK_DIGITS]
