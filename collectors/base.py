"""The door of the package: what a collector yields and what it is asked."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

State = Mapping[str, str]
"""What a collector needs to go on where it stopped (validators, cursors); opaque to everyone else."""


class CollectorError(Exception):
    """A source could not be read.

    * ``CollectorError``
      * ``SourceUnavailable``: it may work later (time-out, 429, 5xx, reset connection)
      * ``SourceRefused``: it will not work until somebody changes something (401, 404, wrong type, bad options)
        * ``SenderUnknown``: what was sent to us does not show that its sender knows the key
    """


class SourceUnavailable(CollectorError):
    """The source may answer later; ``retry_after_seconds`` is its own wish, if it told one."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SourceRefused(CollectorError):
    """The source will go on failing until its configuration or its owner changes."""


class SenderUnknown(SourceRefused):
    """What was sent to us does not show that its sender knows the key; nothing of it is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One post, article, caption window or review, as its feed gave it.

    Attributes:
        id: the feed's own identity of it, the same each time it is collected.
        text: plain text, without mark-up.
        published: aware UTC; None where the feed does not say.
        language: BCP 47 as the feed says it, or empty.
        rating: stars, 1 to 5.
        extra: what only some feeds know: station, programme, version, storefront.
        brand, screen, source: only where the feed itself says whom it speaks of (imported files).
        scores: (negative, neutral, positive) where the feed brings them; they are kept as given.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    rating: float | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    brand: str = ""
    screen: str = ""
    source: str = ""
    scores: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Something the feed held that is no item: its raw form (at most 10,000 characters), why, and where it was."""

    raw: str
    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items to store together; ``state`` holds once they are stored, not before.

    ``deleted`` are ids of items that their authors took back, as far as the feed tells; one that ends with
    ``/*`` stands for all ids that begin as it does, for an account that is gone takes all its posts along.
    """

    items: tuple[Item, ...] = ()
    rejects: tuple[Reject, ...] = ()
    state: State = field(default_factory=dict)
    deleted: tuple[str, ...] = ()


class Collector(Protocol):
    """One source, ready to be asked."""

    def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield batches of what is new since ``state``, oldest knowledge first.

        Raises:
            SourceUnavailable: it may work later.
            SourceRefused: it will not, until somebody changes something.
        """
        ...


@runtime_checkable
class Receiver(Protocol):
    """One source that is not asked but tells."""

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """What a request holds that was sent to us.

        Args:
            headers: names in lower case.
            body: as it came, before anything was read into it.
            now: aware UTC.

        Raises:
            SenderUnknown: it is not signed by whom we know.
        """
        ...
