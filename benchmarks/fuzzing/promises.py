"""What must hold of whatever a parser gives: an end in time, items or reasons, and nothing that a database refuses."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

from collectors.base import Item, Reject
from collectors.reading.documents import Contents
from collectors.reading.quarantine import RAW_CHARACTERS

NOW = datetime(2026, 11, 24, tzinfo=UTC)
"""The clock of every parser that is asked."""


class TooSlow(BaseException):
    """Rung by the alarm clock, so no parser may take it for an error of its own."""


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Break off what takes longer, by the processor's clock: how busy the machine is, is no fault of a parser."""
    rung = False

    def ring(_number: int, _frame: FrameType | None) -> None:
        nonlocal rung
        rung = True
        raise TooSlow(f"over {seconds:g} seconds")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    if rung:  # in a destructor, where Python drops what is raised
        raise TooSlow(f"over {seconds:g} seconds")


def broken_promise(contents: Contents, *, calm: bool) -> str:
    """Which promise of ``collectors.base`` the contents break; empty if none.

    Args:
        contents: what a parser gave.
        calm: whether nothing at all is a sound answer.
    """
    if not calm and not contents.items and not contents.rejects:
        return "neither items nor rejects"
    return next(filter(None, (*map(_of_item, contents.items), *map(_of_reject, contents.rejects))), "")


def _of_item(item: Item) -> str:
    if not item.id:
        return "an item without id"
    if not item.text.strip() and not item.title.strip():
        return "an item without text and title"
    for moment in (item.published, item.updated):
        if moment is not None and not (
            moment.tzinfo is UTC and moment.year >= 1990 and moment <= NOW + timedelta(days=2)
        ):
            return f"a date that is none: {moment!r}"
    texts = (item.id, item.text, item.title, item.url, item.author, item.language, item.brand, *item.extra.values())
    if item.rating is not None and not 1 <= item.rating <= 5:
        return f"a rating of {item.rating!r}"
    return "" if all(map(_storable, texts)) else "a text that no database takes"


def _of_reject(reject: Reject) -> str:
    if not reject.reason or len(reject.raw) > RAW_CHARACTERS:
        return "a reject without reason, or too long"
    return "" if all(map(_storable, (reject.raw, reject.reason, reject.where))) else "a reject that no database takes"


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text if letter > "\x7f")
