"""Near copies: which new mentions retell, in other words here and there, what a mention of the last days told.

The first mention of each story leaves the hashes of its sketch; a mention whose sketch meets one is compared with its
text, and joins its story or leaves hashes of its own. So a story is looked up by its first telling alone, however many
copies it has, and copies of copies do not drift away from it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import combinations
from typing import ClassVar, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_monitor.copies import is_copy, is_retold, meet, told_words
from reputation_monitor.models import COPY_HASH, MENTION
from reputation_monitor.store.engine import chunks, insert_into
from reputation_monitor.store.stories import STORY_LASTS, Story

KEPT_FOR = STORY_LASTS
HOLDERS = 16
"""Stories that may leave one hash. What more stories than these say is a stock phrase, which tells nobody's copy."""
LOOKED_AT = 4
"""Stories that a mention is compared with: those whose sketches share most with its own."""
NEXT_TO = timedelta(minutes=5)
"""Two pieces of speech that are nearer than that may be heard again as one."""


@dataclass(frozen=True)
class Sketched:
    """A new mention that may be a near copy, or the first of a story."""

    TOLD: ClassVar = ("source", "published", "title", "text", "sketch")

    id: int
    source: str
    published: datetime
    title: str
    text: str
    sketch: tuple[int, ...]

    @cached_property
    def words(self) -> list[str]:
        """What it is compared by."""
        return told_words(self.title, self.text)


async def join_near_copies(connection: AsyncConnection, new: Iterable[Sketched], now: datetime) -> dict[int, int]:
    """Find the stories that new mentions retell: mention id -> story id. The others leave their hashes.

    ``new`` are mentions of which no exact copy is stored. Mentions of one batch can retell each other.
    """
    ordered = sorted(new, key=lambda mention: (mention.published, mention.id))
    known = _Known(await _holders(connection, {value for mention in ordered for value in mention.sketch}))
    ranked = {mention.id: known.ranked(mention) for mention in ordered}
    known.add_tellings(await _tellings(connection, {story for stories in ranked.values() for story in stories}))
    joined: dict[int, int] = {}
    for mention in ordered:
        story = known.story_of(mention)
        if story is None:
            known.begin(mention)
        else:
            joined[mention.id] = story
    await _leave(connection, known.left, now)
    return joined


async def forget_old_hashes(connection: AsyncConnection, now: datetime) -> None:
    """Drop the hashes that were left longer ago than a story lasts."""
    await connection.execute(delete(COPY_HASH).where(COPY_HASH.c.day < _day(now - KEPT_FOR)))


class _Left(NamedTuple):
    """A hash, and the mention that left it."""

    hash: int
    mention: int


@dataclass(slots=True)
class _Telling:
    """The first mention of a story."""

    story: Story
    source: str
    published: datetime
    words: Sequence[str]


@dataclass(slots=True)
class _Known:
    """The stories that new mentions may retell, those of the same batch with them."""

    holders: defaultdict[int, list[int]]
    tellings: dict[int, _Telling] = field(default_factory=dict)
    left: list[_Left] = field(default_factory=list)

    def ranked(self, mention: Sketched) -> list[int]:
        """The stories whose sketches meet the mention's, those that share most first."""
        held = (self.holders.get(value, ()) for value in mention.sketch)
        shared = Counter(story for stories in held if len(stories) < HOLDERS for story in stories)
        return [story for story, count in shared.most_common(LOOKED_AT) if meet(mention.sketch, count)]

    def add_tellings(self, tellings: Mapping[int, _Telling]) -> None:
        """Take in what is stored of stories."""
        self.tellings |= tellings

    def story_of(self, mention: Sketched) -> int | None:
        """The story that a mention retells; it grows by the mention's time."""
        near = [self.tellings[story] for story in self.ranked(mention) if story in self.tellings]
        telling = next(_retold(mention, [one for one in near if one.story.takes(mention.published)]), None)
        if telling is None:
            return None
        telling.story.widen(mention.published)
        return telling.story.id

    def begin(self, mention: Sketched) -> None:
        """Let a mention be the first of a story."""
        story = Story(mention.id, mention.published, mention.published)
        self.tellings[mention.id] = _Telling(story, mention.source, mention.published, mention.words)
        for value in mention.sketch:
            if len(self.holders[value]) < HOLDERS:
                self.holders[value].append(mention.id)
                self.left.append(_Left(value, mention.id))


def _retold(mention: Sketched, near: Sequence[_Telling]) -> Iterator[_Telling]:
    """Those of some stories that the mention retells, or of which it retells one and the next as one."""
    words = mention.words
    yield from (one for one in near if is_copy(words, one.words))
    for one, other in combinations(near, 2):
        first, then = sorted((one, other), key=lambda telling: telling.published)
        follow = first.source == then.source and then.published - first.published <= NEXT_TO
        if follow and is_retold(words, first.words, then.words):
            yield one


async def _holders(connection: AsyncConnection, hashes: Iterable[int]) -> defaultdict[int, list[int]]:
    """Which mentions left each hash."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    query = select(COPY_HASH.c.hash, COPY_HASH.c.mention)
    for some in chunks(sorted(hashes)):
        for value, mention in await connection.execute(query.where(COPY_HASH.c.hash.in_(some))):
            holders[value].append(mention)
    return holders


async def _tellings(connection: AsyncConnection, stories: Iterable[int]) -> dict[int, _Telling]:
    """The first mentions of stories, and how far the stories reach."""
    columns = [MENTION.c[name] for name in ("id", "source", "published", "title", "text")]
    span = select(MENTION.c.story, func.min(MENTION.c.published), func.max(MENTION.c.published))
    tellings: dict[int, _Telling] = {}
    for some in chunks(sorted(stories)):
        for row in await connection.execute(select(*columns).where(MENTION.c.id.in_(some))):
            story = Story(row.id, row.published, row.published)
            tellings[row.id] = _Telling(story, row.source, row.published, told_words(row.title, row.text))
        spans = span.where(MENTION.c.story.is_not(None), MENTION.c.story.in_(some)).group_by(MENTION.c.story)
        for story_id, first, last in await connection.execute(spans):
            tellings[story_id].story = Story(story_id, first, last)
    return tellings


async def _leave(connection: AsyncConnection, left: Sequence[_Left], now: datetime) -> None:
    if left:
        rows = [{"hash": value, "mention": mention, "day": _day(now)} for value, mention in left]
        await connection.execute(insert_into(connection, COPY_HASH), rows)


def _day(moment: datetime) -> int:
    """The number of a UTC day: there are many hashes, and a number is the least to write."""
    return moment.astimezone(UTC).toordinal()
