"""What goes into the store and comes out of it: plain values, tied to no session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alerts.base import Alert, Notification
from reputation_monitor.linking.types import Link, Shift
from reputation_monitor.relinking.types import Basis

Scores = tuple[float, float, float]
"""(negative, neutral, positive) probabilities; they sum to 1."""


class ScoreMethod(StrEnum):
    """Where a mention's scores come from.

    ``TARGET`` is the model asked about the brand, ``MODEL`` the model on the whole text. ``LANGUAGE`` says that there
    are none, for no model knows the language.
    """

    MODEL = "model"
    TARGET = "target"
    STARS = "stars"
    GIVEN = "given"
    LANGUAGE = "language"
    HAND = "hand"


def words_of(title: str, text: str) -> str:
    """Title and text as one, as models and people read them."""
    return f"{title}. {text}" if title else text


class Standing(StrEnum):
    """What storing a mention would do."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMention:
    """An item matched to a brand, before it is stored. (brand, source, item_id) is its identity.

    Attributes:
        fingerprint: the same for copies of one text; empty where copies must not be grouped.
        sketch: hashes that near copies share; none where they must not be grouped.
        failing: whether it talks of failing service.
        scores: only where they are already known; ``score_method`` and ``model`` then say whence.
    """

    brand: str
    screen: str
    source: str
    item_id: str
    text: str
    published: datetime
    title: str = ""
    url: str = ""
    author: str = ""
    language: str = ""
    language_confidence: float | None = None
    rating: float | None = None
    updated: datetime | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    sketch: tuple[int, ...] = ()
    failing: bool = False
    scores: Scores | None = None
    score_method: ScoreMethod = ScoreMethod.GIVEN
    model: str = ""

    @property
    def words(self) -> str:
        """Title and text as one."""
        return words_of(self.title, self.text)


class Spoken:
    """What speaks of a brand and is kept: how it is named, and what it says."""

    __slots__ = ()

    brand: str
    source: str
    item_id: str
    title: str
    text: str

    @property
    def key(self) -> str:
        """The mention's name for people and other programs; brands may share an item and so a key."""
        return f"{self.source}:{self.item_id}"

    @property
    def words(self) -> str:
        """Title and text as one, as models and people read them."""
        return words_of(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Mention(Spoken):
    """A stored mention. ``story`` is the id of the story it tells: of the first stored of its copies, or its own.

    ``revision`` counts the edits of its text; a score is saved for the revision it was made of.
    """

    id: int
    brand: str
    screen: str
    source: str
    item_id: str
    url: str
    author: str
    title: str
    text: str
    language: str
    language_confidence: float | None
    rating: float | None
    published: datetime
    fetched: datetime
    updated: datetime | None
    extra: Mapping[str, str]
    fingerprint: str
    failing: bool
    story: int
    revision: int
    negative: float | None
    neutral: float | None
    positive: float | None
    score_method: str | None
    model: str | None
    scored_at: datetime | None

    @property
    def valence(self) -> float | None:
        """P(positive) - P(negative), in [-1, 1]; None until scored."""
        if self.positive is None or self.negative is None:
            return None
        return self.positive - self.negative


@dataclass(frozen=True, slots=True)
class AddResult:
    """How many mentions were new, changed an earlier one, were already known as they are, or were taken back.

    A mention that comes again after its author took it back is known.
    """

    added: int = 0
    edited: int = 0
    known: int = 0
    deleted: int = 0

    def __add__(self, other: "AddResult") -> "AddResult":
        return AddResult(
            self.added + other.added,
            self.edited + other.edited,
            self.known + other.known,
            self.deleted + other.deleted,
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """What a mention said before an edit, and how that was scored; scores are None where it never was.

    ``mention`` is the id of the mention, ``revision`` counts from 0.
    """

    mention: int
    revision: int
    title: str
    text: str
    rating: float | None
    negative: float | None
    neutral: float | None
    positive: float | None
    score_method: str | None
    model: str | None
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class ScoredMention:
    """Scores to save for a mention, made of the text it had at ``revision``; None if it was not to be read."""

    id: int
    revision: int
    scores: Scores | None
    method: ScoreMethod = ScoreMethod.MODEL
    model: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """Where a source stands. ``failures`` counts the polls that failed since the last that did not."""

    source: str
    state: Mapping[str, str] = field(default_factory=dict)
    last_success: datetime | None = None
    last_item: datetime | None = None
    last_error: str = ""
    last_error_at: datetime | None = None
    failures: int = 0
    polls: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What a source held that could not be read: its raw form, why, where, and how often it came."""

    id: int
    source: str
    raw: str
    reason: str
    place: str
    first_seen: datetime
    last_seen: datetime
    seen: int


@dataclass(frozen=True, slots=True)
class KnownShift:
    """A shift and when it was first found; a later look may move its onset but keeps ``first_seen``."""

    shift: Shift
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link, when its incident was first judged, and what it rests on, if that was kept."""

    link: Link
    first_seen: datetime
    basis: Basis | None = None


class AlertState(StrEnum):
    """Whether an alert's condition holds."""

    FIRING = "firing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AlertChange:
    """An alert as it is now, to be kept."""

    alert: Alert
    state: AlertState = AlertState.FIRING


@dataclass(frozen=True, slots=True)
class KnownAlert:
    """A kept alert; an alert that fires again after its end is raised anew."""

    alert: Alert
    state: AlertState
    raised_at: datetime
    ended_at: datetime | None
    last_notified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notification for one channel and how its delivery stands.

    Attributes:
        attempts: how often it was claimed, this time included.
        sent_at: when the channel took it.
        failed_at: when it was given up.
    """

    id: int
    channel: str
    notification: Notification
    created: datetime
    attempts: int
    next_attempt: datetime
    claimed_until: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report as it was made; ``key`` is the week or the incident."""

    kind: str
    key: str
    format: str
    body: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a hub was asked to send of a source's feed.

    Attributes:
        hub, topic: who was asked, and for which address.
        key: part of our address that nobody but the hub is told.
        secret: what the hub signs with.
        pending: ``subscribe`` or ``unsubscribe`` until the hub has verified it; else empty.
        attempts: how often it was asked since it last verified.
        renew_at, lease_until: when to ask again, and when the hub stops; None unless it has verified.
    """

    source: str
    hub: str
    topic: str
    key: str
    secret: str
    pending: str = ""
    attempts: int = 0
    asked_at: datetime | None = None
    renew_at: datetime | None = None
    lease_until: datetime | None = None
    last_error: str = ""

    def is_live(self, now: datetime) -> bool:
        """Whether the hub has promised to send."""
        return self.lease_until is not None and self.lease_until > now


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds, and how much of it waits for somebody.

    ``unscored`` mentions wait for their scores, ``unread`` ones for a model that knows their language.
    """

    mentions: int
    unscored: int
    unread: int
    due: int
    rollups: int
    sources: int
    quarantined: int
    incidents: int
    shifts: int
    links: int
    alerts_firing: int
    outbox_waiting: int
    outbox_given_up: int
