"""Who really spoke: copies of one text are one story, and one customer is one voice a day."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)

_Author = tuple[str, str, date]
"""On one day: source, name and day."""

_NOBODY = frozenset(
    {
        *("", "[deleted]", "[removed]", "deleted", "guest", "n/a", "none", "null", "unknown", "user"),
        *("anonym", "anonyme", "anonymous", "anonymous user", "an\u00f3nimo", "google user", "a google user"),
        *("ein google-nutzer", "un usuario de google", "un utilisateur de google", "utilisateur google"),
    }
)
"""What feeds write in the place of a name: many people, not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is needed of a scored mention to weigh its voice. All rows of a sequence are of one brand and screen.

    Attributes:
        id: unique in the sequence.
        story: shared by copies of one text.
        failing: whether it talks of failing service.
        copy: whether the story has an earlier member, by time of publication, that is not in the sequence.
        published: aware UTC.
        negative, positive: probabilities.
        score_method, model: where they come from.
    """

    id: int
    source: str
    author: str
    story: int
    published: datetime
    negative: float
    positive: float = 0.0
    failing: bool = False
    copy: bool = False
    score_method: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What a mention adds to the counts of voices: 0 or 1; 0 to P(negative); 0 to P(not positive) if service fails."""

    voices: float
    negative: float
    failing: float = 0.0


_SILENT = Voice(0.0, 0.0)


def voices(rows: Sequence[Said]) -> list[Voice]:
    """What each mention adds to the counts of distinct voices, aligned with ``rows``, which may come in any order.

    * A copy of an earlier member of its story adds nothing.
    * A mention adds 1 to voices when it is its author's first of the UTC day, else 0.
    * A mention adds to negative voices what its P(negative) exceeds of the worst its author said before it that day. So
      an author's sum over a day is the worst they said in it: 22 tweets in an hour weigh as much as the angriest of
      them, and a customer who complains all week counts once a day.
    * A mention without an author, or by "A Google user", is a voice of its own. A name is one author within a source.

    Voices that talk of failing service are weighed in the same way by P(not positive): a question whether the site is
    down is no complaint, but it tells.

    A day that is part of the calendar, not of each author's own past, gives the same counts whether mentions come one
    by one or all at once, as long as whole days are given. At the same instant the more negative mention comes first,
    then the lower id. Time is that of sorting.
    """
    added: list[Voice] = [_SILENT] * len(rows)
    authors: defaultdict[_Author, _AuthorsDay] = defaultdict(_AuthorsDay)
    for at, author in _tellings(rows):
        if author is None:
            added[at] = Voice(1.0, rows[at].negative, _failing(rows[at]))
        else:
            added[at] = authors[author].speak(rows[at])
    return added


def shares_of_voices(rows: Sequence[Said]) -> list[tuple[Said, float]]:
    """The mentions that are no copies, each with its share of a voice: what an author said in a day shares one evenly.

    Unlike the most negative of a day, which ``voices`` counts, what is taken here does not depend on the scores; where
    several scores err by chance, the most negative of them errs most.
    """
    told = list(_tellings(rows))
    times = Counter(author for _, author in told)
    return [(rows[at], 1.0 if author is None else 1 / times[author]) for at, author in told]


def _tellings(rows: Sequence[Said]) -> Iterator[tuple[int, _Author | None]]:
    """The places of mentions that are no copies, in their order, with the author's day; None for one without a name."""
    stories: set[int] = set()
    for at in sorted(range(len(rows)), key=lambda number: _order(rows[number])):
        row = rows[at]
        if row.copy or row.story in stories:
            continue
        stories.add(row.story)
        name = row.author.strip().casefold()
        yield at, None if name in _NOBODY else (row.source, name, day_of(row.published).date())


def day_of(moment: datetime) -> datetime:
    """Start of the UTC day that holds the moment: authors count once in it."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _order(row: Said) -> tuple[datetime, float, int]:
    return row.published, -row.negative, row.id


def _failing(row: Said) -> float:
    return max(0.0, 1.0 - row.positive) if row.failing else 0.0


class _AuthorsDay:
    """What one author has said on one day: the most of each kind."""

    __slots__ = ("_failing", "_heard", "_negative")

    def __init__(self) -> None:
        self._heard, self._negative, self._failing = False, 0.0, 0.0

    def speak(self, row: Said) -> Voice:
        """What the author adds by a mention that is not before the last one."""
        first, self._heard = not self._heard, True
        negative, failing = max(self._negative, row.negative), max(self._failing, _failing(row))
        added = Voice(float(first), negative - self._negative, failing - self._failing)
        self._negative, self._failing = negative, failing
        return added
