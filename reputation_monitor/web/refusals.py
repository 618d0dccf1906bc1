"""A request that cannot be served, and what its reader is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reputation_monitor.reports.rendering import Format
from reputation_monitor.settings.schema import SCREENS
from reputation_monitor.store import Order

LONGEST_NAME = 600
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """A page to go to instead."""

    path: str
    title: str


class Refusal(Exception):
    """Answered by a plain page: what is wrong, and where to go instead."""

    def __init__(self, status: int, title: str, message: str = "", places: Sequence[Place] = ()) -> None:
        super().__init__(message or title)
        self.status, self.title, self.message, self.places = status, title, message, tuple(places)


def page_number(query: Mapping[str, str]) -> int:
    """The number of a page, from 1.

    Raises:
        Refusal: it is none.
    """
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_PAGES):
        raise Refusal(400, "There is no such page", "page: a number from 1 is expected.")
    return int(text[:6])


def chosen_screen(query: Mapping[str, str]) -> str | None:
    """The screen that mentions are narrowed to; None for all.

    Raises:
        Refusal: there is no such screen.
    """
    screen = query.get("screen", "")
    if screen and screen not in SCREENS:
        raise Refusal(400, "There is no such screen", f"screen: {', '.join(SCREENS)} or nothing is expected.")
    return screen or None


ORDERS = {"newest": Order.NEWEST, "most-negative": Order.MOST_NEGATIVE}


def chosen_order(query: Mapping[str, str]) -> str:
    """Which mentions come first, a key of ``ORDERS``.

    Raises:
        Refusal: there is no such order.
    """
    order = query.get("order", "newest")
    if order not in ORDERS:
        raise Refusal(400, "There is no such order", f"order: {' or '.join(ORDERS)} is expected.")
    return order


def chosen_format(query: Mapping[str, str]) -> Format:
    """What a report is rendered to.

    Raises:
        Refusal: there is no such format.
    """
    try:
        return Format(query.get("format", Format.HTML))
    except ValueError:
        raise Refusal(400, "There is no such format", f"format: {', '.join(Format)} is expected.") from None


def told_name(text: str) -> str:
    """A name from an address, as it is looked up.

    Raises:
        Refusal: it is longer than any name that is kept, or no text.
    """
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise Refusal(404, "There is no such page", "The address holds no name that anything here could have.")
    return text
