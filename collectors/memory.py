"""What a source has told already, small enough for a collector's state: it may come again, as it was or edited."""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime

from collectors.base import Item, State
from collectors.reading.identity import content_id

KNOWN = "known"
"""Key of a state under which :class:`Told` is kept."""

_DIGITS = 10


class Known:
    """A mark of what each name was last known to say, in the order in which they were learned.

    Args:
        kept: what :meth:`kept` gave; what is no such text is nothing known.
        limit: how many are kept; beyond it the one learned longest ago is forgotten. None: all.
    """

    def __init__(self, kept: str = "", limit: int | None = None) -> None:
        pairs = (one.partition(":") for one in kept.split())
        self._marks: dict[str, str] = {name: mark for name, _, mark in pairs}
        self._limit = limit

    def __contains__(self, name: str) -> bool:
        return short(name) in self._marks

    def says(self, name: str, *words: str) -> bool:
        """Whether it was known to say just this."""
        return self._marks.get(short(name)) == short(*words)

    def learn(self, name: str, *words: str) -> None:
        """From now on it is known to say this."""
        self._marks.pop(short(name), None)
        self._marks[short(name)] = short(*words)
        while self._limit is not None and len(self._marks) > self._limit:
            del self._marks[next(iter(self._marks))]

    def forget_all_but(self, shorts: Container[str]) -> None:
        """Keep only the names that are these in short."""
        self._marks = {name: mark for name, mark in self._marks.items() if name in shorts}

    def kept(self, names: Iterable[str] | None = None) -> str:
        """For the state: all of it, or what is known of these names."""
        listed = self._marks.keys() if names is None else {short(name) for name in names}
        return " ".join(f"{name}:{mark}" for name, mark in self._marks.items() if name in listed)


class Told:
    """Tells new items, and edited ones, from those that this run or the one before it has told.

    Only the items of this run are kept for the next, so what is kept stays as small as what may come again. Counters
    such as votes make no item another.

    Args:
        state: of the run before.
    """

    def __init__(self, state: State) -> None:
        self._before, self._now = Known(state.get(KNOWN, "")), Known()
        self._dates: dict[str, datetime | None] = {}

    def fresh(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Those of the items that were not told yet, in their order."""
        new = []
        for item in items:
            said = _as_it_is(item)
            if not self._before.says(*said) and not self._now.says(*said):
                new.append(item)
            self._now.learn(*said)
            self._dates[item.id] = item.published
        return tuple(new)

    def knew(self, items: Iterable[Item]) -> bool:
        """Whether the run before has told one of the items, as it is now."""
        return any(self._before.says(*_as_it_is(item)) for item in items)

    def kept(self, since: datetime | None = None) -> str:
        """For the state, under :data:`KNOWN`: this run's items published at ``since`` or later, or undated."""
        dates = self._dates.items()
        return self._now.kept(name for name, when in dates if since is None or when is None or when >= since)


def news_of(items: Iterable[Item], known: Known, now: datetime) -> tuple[Item, ...]:
    """The items that say what they were not known to say; one that was known and tells no date was edited ``now``."""
    news = []
    for item in items:
        if known.says(item.id, *_words(item)):
            continue
        news.append(replace(item, updated=now) if item.id in known and item.updated is None else item)
        known.learn(item.id, *_words(item))
    return tuple(news)


def _as_it_is(item: Item) -> tuple[str, ...]:
    return item.id, str(item.updated), *_words(item)


def _words(item: Item) -> tuple[str, ...]:
    return item.title, item.text, str(item.rating)


def short(*parts: str) -> str:
    """Stands for a name, or for what is told, in a state."""
    return content_id(*parts)[:_DIGITS]
