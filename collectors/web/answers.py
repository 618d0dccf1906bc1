"""From an answer of the client to the document that a reader takes."""

from datetime import datetime

from collectors.http import Fetched
from collectors.reading.documents import Document


def document_of(fetched: Fetched, now: datetime, language: str = "") -> Document:
    """The body as it came, with where it came from and what was said of it; ``language`` is of silent items."""
    return Document(fetched.body, fetched.final_url, now, fetched.headers.get("content-type", ""), language)
