"""What the reviews of every store have in common."""

from collections.abc import Mapping
from typing import Any

from collectors.reading.quarantine import storable

_LOWEST_RATING, _HIGHEST_RATING = 1.0, 5.0


def stars(given: object) -> float:
    """The rating, 1 to 5.

    Raises:
        ValueError: it is none.
    """
    try:
        rating = float(given) if isinstance(given, str | int | float) else 0.0
    except ValueError:
        rating = 0.0
    if not _LOWEST_RATING <= rating <= _HIGHEST_RATING:
        raise ValueError(f"the review's rating is {given!r}, not 1 to 5 stars")
    return rating


def known_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """An item's ``extra``: what the store told, as text."""
    return {name: storable(str(value)).strip() for name, value in facts.items() if value not in (None, "")}
