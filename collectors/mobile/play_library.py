"""What google-play-scraper (extra ``play-scraper``) knows of Google Play's pages: how to ask, and where answers lie.

Nothing else of it is used. It would ask by itself, without verifying certificates, and its times are naive local ones.
"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from collectors.base import SourceRefused

PAGE_SIZE = 200
"""Google gives no more at a time, whatever it is asked for."""

_NEWEST_FIRST = 2
_ANY = "null"
_MISSING = (
    "google_play_scraper needs google-play-scraper as of 1.2.7, which is not installed; run pip install "
    "'reputation-monitor[play-scraper]'. It reads an unofficial interface of Google's that may end any day: for your "
    "own apps google_play is the surer source"
)

Places = Mapping[str, Sequence[int]]
"""By the name of a field, the indexes that lead to it from a review, which is a list of lists."""


@dataclass(frozen=True, slots=True)
class PlayLibrary:
    """How reviews are asked for, and where in an answer their fields are."""

    formats: Any
    places: Places

    def address(self, base_url: str, language: str, country: str) -> str:
        """Where the reviews of a language and a storefront are asked for, at the configured server."""
        parts = urlsplit(self.formats.build(lang=language, country=country))
        return f"{base_url.rstrip('/')}{parts.path}?{parts.query}"

    def form(self, app_id: str, token: str) -> dict[str, str]:
        """What is posted for the page that ``token`` names; the first for an empty string."""
        named = quote(token, safe="") if token else None  # the format is encoded already
        body = self.formats.build_body(app_id, _NEWEST_FIRST, PAGE_SIZE, _ANY, _ANY, named)
        return dict(parse_qsl(body.decode(), strict_parsing=True))


def load_library() -> PlayLibrary:
    """The library, without what importing it does to the process: it lets urllib accept any certificate.

    Raises:
        SourceRefused: it is not installed, or not as we know it.
    """
    verifying = ssl._create_default_https_context  # noqa: SLF001 - the library overwrites it
    try:
        formats = import_module("google_play_scraper.constants.request").Formats.Reviews
        specs = import_module("google_play_scraper.constants.element").ElementSpecs.Review
    except (AttributeError, ImportError) as error:
        raise SourceRefused(_MISSING) from error
    finally:
        ssl._create_default_https_context = verifying  # noqa: SLF001
    return PlayLibrary(formats, {name: tuple(spec.data_map) for name, spec in specs.items()})
