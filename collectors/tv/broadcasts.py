"""What searches of the Internet Archive's recordings tell: whose broadcast, which second, and a link to it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from collectors.base import Item
from collectors.tv.airing import NAME_PATTERN, airing_of
from collectors.tv.casing import sentence_case

_NAME = re.compile(NAME_PATTERN)
_SPAN = re.compile(r"start/(\d{1,7})(?:\.\d+)?(?:/end/(\d{1,7}))?")
ARCHIVE = "https://archive.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Some seconds of a recording, and what was said in them.

    Attributes:
        show_id: the recording's identifier at the Archive, such as ``CNNW_20261122_140000_The_Show``.
        start, end: seconds from the beginning of the recording.
        aired: aware UTC, when the clip began; None where nothing tells.
    """

    show_id: str
    start: int
    end: int
    text: str
    station: str = ""
    programme: str = ""
    aired: datetime | None = None

    def item(self) -> Item:
        """The clip as an item; its programme is its author, since who speaks is unknown."""
        told = airing_of(self.show_id, _NAME, UTC)
        station, programme = self.station or told.station, self.programme or told.programme
        facts = {"station": station, "programme": programme, "second": str(self.start)}
        return Item(
            id=f"{self.show_id}#{self.start}",
            text=sentence_case(self.text),
            url=f"{ARCHIVE}/details/{self.show_id}/start/{self.start}/end/{self.end}",
            author=" ".join(part for part in (station, programme) if part),
            published=self.aired,
            extra={key: value for key, value in facts.items() if value},
        )


def aired_at(show_id: str, second: int) -> datetime | None:
    """When that second of a recording was on air, as its identifier tells; None where it does not."""
    start = airing_of(show_id, _NAME, UTC).start
    try:
        return start + timedelta(seconds=second) if start else None
    except OverflowError:  # in the year 9999
        return None


def seconds_of(link: str, length: int) -> tuple[int, int]:
    """Start and end in seconds as a link to the Archive tells them; where it has no end, ``length`` after the start.

    Raises:
        ValueError: the link names no second.
    """
    span = _SPAN.search(link)
    if span is None:
        raise ValueError(f"the link {link!r} names no second of the broadcast")
    start = int(span[1])
    return start, int(span[2]) if span[2] else start + length
