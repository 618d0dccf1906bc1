"""The tables. Times are UTC and aware on every database; text holds nothing that a database refuses.

A change here needs a migration beside those in ``migrations/versions``; a test compares the two.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reputation_monitor.columns import (
    BIG_ID,
    Document,
    DocumentOrNone,
    Key,
    PlainJSON,
    PrimaryKey,
    Serial,
    Time,
    TimeOrNone,
    UTCDateTime,
    Words,
    WordsOrNone,
)


def _partial_index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Base(SQLModel):
    """Keeps our tables apart from any other SQLModel in the process, and names constraints alike everywhere."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class MentionRow(Base, table=True):
    """An item that speaks of a brand.

    ``story`` is the id of the story's first stored mention, null while the mention is alone.
    ``revision`` counts edits, so that a score of an older text is not taken for one of the new.
    ``failing`` says whether it talks of failing service.
    ``rolled_at`` is null while the rollup does not yet count the mention as it is now.
    ``deleted_at`` makes the row a tombstone: its author took it back, and nothing that was said is left in it.
    """

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("item_id", "source", "brand"),
        Index(None, "brand", "screen", "published"),
        _partial_index("ix_mention_fingerprint", "fingerprint", "brand", where="fingerprint <> ''"),
        _partial_index("ix_mention_story", "story", where="story IS NOT NULL"),
        _partial_index(
            "ix_mention_unscored", "id", where="negative IS NULL AND score_method IS NULL AND deleted_at IS NULL"
        ),
        _partial_index("ix_mention_unread", "language", where="negative IS NULL AND score_method = 'language'"),
        _partial_index(
            "ix_mention_due",
            *("brand", "screen", "published"),
            where="rolled_at IS NULL AND (negative IS NOT NULL OR deleted_at IS NOT NULL)",
        ),
    )

    id: Serial = None
    brand: Key
    screen: Key
    source: Key
    item_id: Key
    url: Words
    author: Words
    title: Words
    text: Words
    language: Words
    language_confidence: float | None
    rating: float | None
    published: Time
    fetched: Time
    updated: TimeOrNone
    extra: Document
    fingerprint: Key
    failing: bool
    story: int | None = Field(sa_type=BIG_ID)
    revision: int
    negative: float | None
    neutral: float | None
    positive: float | None
    score_method: WordsOrNone
    model: WordsOrNone
    scored_at: TimeOrNone
    rolled_at: TimeOrNone
    deleted_at: TimeOrNone


class MentionHistoryRow(Base, table=True):
    """What a mention said before an edit, with the score of that text; the current revision is in ``mention``."""

    __tablename__ = "mention_history"

    mention: int = Field(sa_type=BIG_ID, primary_key=True)
    revision: int = Field(primary_key=True)
    title: Words
    text: Words
    rating: float | None
    negative: float | None
    neutral: float | None
    positive: float | None
    score_method: WordsOrNone
    model: WordsOrNone
    replaced_at: Time


class CopyHashRow(Base, table=True):
    """A hash of the sketch of a story's first mention, by which near copies of its text are found.

    ``day`` is the UTC day on which it was left, as a number; see ``datetime.toordinal``.
    """

    __tablename__ = "copy_hash"
    __table_args__ = {"sqlite_with_rowid": False}

    hash: int = Field(sa_type=BigInteger, primary_key=True)
    mention: int = Field(sa_type=BigInteger, primary_key=True)
    day: int


class RollupRow(Base, table=True):
    """Sums over a brand's mentions of one source in the five minutes from ``bucket``."""

    __tablename__ = "rollup"
    __table_args__ = {"sqlite_with_rowid": False}

    brand: PrimaryKey
    screen: PrimaryKey
    bucket: datetime = Field(sa_type=UTCDateTime, primary_key=True)
    source: PrimaryKey
    mentions: int
    voices: float
    negative: float
    negative_voices: float
    negative_voices_squared: float
    failing_voices: float
    failing_voices_squared: float
    positive: float
    valence: float


class SourceStateRow(Base, table=True):
    """Where a source stands: its cursor, and how its polls went."""

    __tablename__ = "source_state"

    source: PrimaryKey
    state: Document
    last_success: TimeOrNone
    last_item: TimeOrNone
    last_error: Words
    last_error_at: TimeOrNone
    failures: int
    polls: int
    items: int = Field(sa_type=BigInteger)


class SourceHourRow(Base, table=True):
    """How a source was polled in one hour, and what came: by when it came within sight, and by its date."""

    __tablename__ = "source_hour"

    source: PrimaryKey
    hour: datetime = Field(sa_type=UTCDateTime, primary_key=True)
    polls: int
    failures: int
    appeared: int
    published: int


class SourceDayRow(Base, table=True):
    """The shape of what a source gave on one UTC day (``2015-02-22``)."""

    __tablename__ = "source_day"

    source: PrimaryKey
    day: PrimaryKey
    shape: Document


class SourcePageRow(Base, table=True):
    """What a source showed last: the items that are known again, its page, and when its newest item came."""

    __tablename__ = "source_page"

    source: PrimaryKey
    memory: Words
    digest: Words
    items: int
    since: TimeOrNone
    latest: TimeOrNone


class SourceHealthRow(Base, table=True):
    """How a source was when it was last judged; ``payload`` is all of it."""

    __tablename__ = "source_health"

    source: PrimaryKey
    judged_at: Time
    payload: Document


class QuarantineRow(Base, table=True):
    """What a source held that could not be read, and why."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("source", "digest"),)

    id: Serial = None
    source: Key
    digest: Key
    raw: Words
    reason: Words
    place: Words
    first_seen: Time
    last_seen: Time
    seen: int


class IncidentRow(Base, table=True):
    """An IT incident; ``id`` is the incident tool's own."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "id"), Index(None, "started"))

    source: PrimaryKey
    id: PrimaryKey
    title: Words
    services: list[str] = Field(sa_type=PlainJSON)
    impact: Words
    status: Words
    started: Time
    start_basis: Words
    detected: TimeOrNone
    acknowledged: TimeOrNone
    resolved: TimeOrNone
    url: Words
    words: Words
    raw: Document
    seen: Time
    updated: Time


class ShiftRow(Base, table=True):
    """A shift as the last look at the rollups found it; ``payload`` is all of it."""

    __tablename__ = "shift"
    __table_args__ = (Index(None, "brand", "onset"),)

    id: Serial = None
    brand: Key
    onset: Time
    end: Time
    verdict: Words
    incident: WordsOrNone
    payload: Document
    first_seen: Time


class LinkRow(Base, table=True):
    """What an incident did to one brand; ``payload`` is all of it, ``basis`` what it rests on, null if not kept."""

    __tablename__ = "link"

    incident: PrimaryKey
    brand: PrimaryKey
    verdict: Words
    payload: Document
    basis: DocumentOrNone
    first_seen: Time


class VerdictChangeRow(Base, table=True):
    """That an incident and a brand were judged otherwise than before; ``after`` is null if they no longer are."""

    __tablename__ = "verdict_change"
    __table_args__ = (Index(None, "incident", "brand"),)

    id: Serial = None
    incident: Key
    brand: Key
    at: Time
    before: Words
    after: WordsOrNone
    payload: Document


class AlertRow(Base, table=True):
    """A condition that holds or has ended; ``payload`` is the alert as last told."""

    __tablename__ = "alert"
    __table_args__ = (Index(None, "state"), Index(None, "raised_at"))

    key: PrimaryKey
    kind: Words
    brand: Words
    state: Key
    raised_at: Time
    ended_at: TimeOrNone
    last_notified_at: TimeOrNone
    payload: Document


class OutboxRow(Base, table=True):
    """A notification to deliver; committed with the alert state that caused it."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("channel", "key"),
        Index(None, "alert_key", "channel"),
        _partial_index("ix_outbox_waiting", "next_attempt", where="sent_at IS NULL AND failed_at IS NULL"),
    )

    id: Serial = None
    key: Key
    alert_key: Key
    channel: Key
    event: Words
    payload: Document
    created: Time
    attempts: int
    next_attempt: Time
    claimed_until: TimeOrNone
    sent_at: TimeOrNone
    failed_at: TimeOrNone
    last_error: Words


class ReportRow(Base, table=True):
    """A report as it was made; ``key`` is the week or the incident."""

    __tablename__ = "report"

    kind: PrimaryKey
    key: PrimaryKey
    format: PrimaryKey
    body: Words
    made: Time


class SubscriptionRow(Base, table=True):
    """What a hub was asked to send; ``pending`` is the mode that it has not verified yet, or empty."""

    __tablename__ = "subscription"

    source: PrimaryKey
    hub: Words
    topic: Words
    key: Words
    secret: Words
    pending: Words
    attempts: int
    asked_at: TimeOrNone
    renew_at: TimeOrNone
    lease_until: TimeOrNone
    last_error: Words


_TABLES = Base.metadata.tables
MENTION = _TABLES["mention"]
MENTION_HISTORY = _TABLES["mention_history"]
COPY_HASH = _TABLES["copy_hash"]
ROLLUP = _TABLES["rollup"]
SOURCE_STATE = _TABLES["source_state"]
SOURCE_HOUR = _TABLES["source_hour"]
SOURCE_DAY = _TABLES["source_day"]
SOURCE_PAGE = _TABLES["source_page"]
SOURCE_HEALTH = _TABLES["source_health"]
QUARANTINE = _TABLES["quarantine"]
INCIDENT = _TABLES["incident"]
SHIFT = _TABLES["shift"]
LINK = _TABLES["link"]
VERDICT_CHANGE = _TABLES["verdict_change"]
ALERT = _TABLES["alert"]
OUTBOX = _TABLES["outbox"]
REPORT = _TABLES["report"]
SUBSCRIPTION = _TABLES["subscription"]
