"""The main text of a page, by trafilatura, in its mode that would rather miss a paragraph than take a menu for one."""

from dataclasses import dataclass
from typing import Any

from collectors.base import SourceRefused
from collectors.reading.quarantine import storable

_DATE = {"original_date": True, "extensive_search": False}
"""The extensive search would take any number in the text for a date, and asks a parser of 200 languages, which holds
the processor for seconds when it is first asked."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What trafilatura found.

    Attributes:
        day: of publication, as YYYY-MM-DD, from the page or its address; or empty.
    """

    text: str
    title: str = ""
    author: str = ""
    day: str = ""


def extract(tree: Any, address: str) -> Extract:
    """The main text of lxml's ``tree`` with what trafilatura found beside it; empty where there is none.

    Raises:
        SourceRefused: trafilatura, or something it needs, is not installed.
    """
    try:
        import trafilatura  # noqa: PLC0415 - a slow import that most commands never need
    except ImportError as error:
        raise SourceRefused(
            f"trafilatura cannot be loaded ({error.name or error}); install the project again"
        ) from error
    found: Any = trafilatura.bare_extraction(
        tree,
        url=address,
        favor_precision=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params=_DATE,
    )
    if found is None:
        return Extract("")
    told = (found.text, found.title, found.author, found.date)
    text, title, author, day = (storable(str(one or "")).strip() for one in told)
    return Extract(text if any(map(str.isalnum, text)) else "", title, author, day)
