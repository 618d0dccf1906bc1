"""What the reviews of every store have in common."""

from collections.abc import Mapping
from typing import Any

from collectors.reading.quarantine import storable


def known_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """An item's ``extra``: what the store told, as text."""
    return {name: storable(str(value)).strip() for name, value in facts.items() if value not in (None, "")}
