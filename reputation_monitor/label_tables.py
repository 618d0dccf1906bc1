"""The tables of what people said of mentions by hand, and of what was learned from it.

Apart from ``models``, as labels are kept apart from scores: no table there knows of these.
"""

from sqlalchemy import Index, text
from sqlmodel import Field

from reputation_monitor.columns import BIG_ID, Document, Key, Serial, Time, TimeOrNone, Words, WordsOrNone
from reputation_monitor.models import Base

_STANDS = text("ended_at IS NULL")


class CorrectionRow(Base, table=True):
    """A label that a person set for a mention, which speaks of one brand; ``ended_at`` is null while it stands.

    ``revision`` is that of the mention whose words were judged, ``digest`` the SHA-256 of those words: a label counts
    while the mention is at that revision, and an edit that leaves or brings back the words takes the label along.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index(None, "mention"),
        Index("uq_correction_stands", "mention", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Serial = None
    mention: int = Field(sa_type=BIG_ID)
    revision: int
    digest: Key
    label: Key
    person: Words
    note: Words
    made_at: Time
    ended_at: TimeOrNone
    ended_by: WordsOrNone


class DrawnRow(Base, table=True):
    """A mention that was drawn at random to be labelled."""

    __tablename__ = "drawn"

    mention: int = Field(sa_type=BIG_ID, primary_key=True)
    drawn_at: Time


class TuningRow(Base, table=True):
    """What a model was tuned to; ``base`` is the digest of that model's weights, ``ended_at`` null while it is used."""

    __tablename__ = "tuning"

    id: Serial = None
    base: Key
    payload: Document
    made_at: Time
    ended_at: TimeOrNone


_TABLES = Base.metadata.tables
CORRECTION = _TABLES["correction"]
DRAWN = _TABLES["drawn"]
TUNING = _TABLES["tuning"]
