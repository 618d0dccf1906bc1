"""Which items were read before and what they said, small enough for a collector's state."""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime

from collectors.base import Item
from collectors.reading.identity import content_id

_DIGITS = 10


class Known:
    """A mark for each name, in the order in which they were last set; the oldest are forgotten beyond ``limit``."""

    def __init__(self, kept: str, limit: int) -> None:
        pairs = (one.partition(":") for one in kept.split())
        self._marks: dict[str, str] = {name: mark for name, _, mark in pairs}
        self._limit = limit

    def __contains__(self, name: str) -> bool:
        return short(name) in self._marks

    def says(self, name: str, *told: str) -> bool:
        """Whether it was known to say just this."""
        return self._marks.get(short(name)) == short(*told)

    def learn(self, name: str, *told: str) -> None:
        """From now on it is known to say this."""
        self._marks.pop(short(name), None)
        self._marks[short(name)] = short(*told)
        while len(self._marks) > self._limit:
            del self._marks[next(iter(self._marks))]

    def forget_all_but(self, shorts: Container[str]) -> None:
        """Keep only the names that are these in short."""
        self._marks = {name: mark for name, mark in self._marks.items() if name in shorts}

    def kept(self) -> str:
        """For the state; what the constructor takes."""
        return " ".join(f"{name}:{mark}" for name, mark in self._marks.items())


def news_of(items: Iterable[Item], known: Known, now: datetime) -> tuple[Item, ...]:
    """The items that are new, and those that were edited; an edit that tells no date gets ``now`` as ``updated``."""
    news = []
    for item in items:
        told = (item.title, item.text, str(item.rating))
        if known.says(item.id, *told):
            continue
        news.append(replace(item, updated=now) if item.id in known and item.updated is None else item)
        known.learn(item.id, *told)
    return tuple(news)


def short(*parts: str) -> str:
    """Stands for a name, or for what is told, in a state."""
    return content_id(*parts)[:_DIGITS]
