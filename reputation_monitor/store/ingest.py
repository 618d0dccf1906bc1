"""Taking in what a source gave: mentions, what could not be read, and the source's cursor, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from collectors.base import Item, Reject
from reputation_monitor.columns import key_text, plain_text
from reputation_monitor.models import MENTION
from reputation_monitor.store.engine import AnyRow, Database, chunks, insert_into
from reputation_monitor.store.history import keep_earlier
from reputation_monitor.store.near_copies import Sketched, forget_old_hashes, join_near_copies
from reputation_monitor.store.quarantine import set_aside
from reputation_monitor.store.records import AddResult, NewMention, ScoreMethod, Standing
from reputation_monitor.store.retractions import brands_of, retract
from reputation_monitor.store.rollups import recount_stories_of
from reputation_monitor.store.sentiment import follow_edits
from reputation_monitor.store.source_history import remember_items
from reputation_monitor.store.sources import advance
from reputation_monitor.store.stories import Story, StoryKey, Telling, join_stories

_Key = tuple[str, str, str]
_Values = dict[str, Any]

_KEYS = ("source", "item_id", "brand")
_CONTENT = ("title", "text", "rating")
_SCORES = ("negative", "neutral", "positive")
_EDITED = (
    *("url", "author", "title", "text", "language", "language_confidence", "rating", "updated", "extra"),
    *("fingerprint", "failing", *_SCORES, "score_method", "model", "scored_at"),
)


class Ingest(Database):
    """The writing side of mentions."""

    _swept_on: date | None = None

    async def add_mentions(self, mentions: Sequence[NewMention], now: datetime) -> AddResult:
        """Store mentions; those already known as they are change nothing.

        A mention whose title, text or rating changed replaces the earlier text and is scored and counted anew, in
        the period in which it was first published; the earlier text and its score go to the history.
        """
        async with self._writing() as connection:
            await _take_turns(connection, _brands_in(mentions))
            return await self._add(connection, mentions, now)

    async def foresee(self, mentions: Sequence[NewMention], now: datetime) -> list[Standing]:
        """What storing each of the mentions would do; nothing is stored."""
        values = [_values(mention, now) for mention in mentions]
        async with self._reading() as connection:
            earlier = await _earlier(connection, {_key(row): row for row in values})
        return [_standing(earlier.get(_key(row)), row) for row in values]

    async def store_batch(
        self,
        source: str,
        mentions: Sequence[NewMention],
        rejects: Sequence[Reject],
        state: Mapping[str, str] | None,
        now: datetime,
        *,
        deleted: Sequence[str] = (),
        items: Sequence[Item] = (),
    ) -> AddResult:
        """Store a batch of a source: its mentions, its rejects and its new state, all or nothing.

        ``state`` is None where there is no cursor to keep, as for an imported file. The mentions of the items in
        ``deleted`` go out of every count, what they said and its history are erased, and an item that comes again
        under such an id is not taken in. ``items`` are all that the batch held, by which the source's own rhythm is
        learned.
        """
        async with self._writing() as connection:
            await _take_turns(connection, _brands_in(mentions) | await brands_of(connection, source, deleted))
            result = await self._add(connection, mentions, now)
            result += AddResult(deleted=await retract(connection, source, deleted, now))
            await set_aside(connection, source, rejects, now)
            await remember_items(connection, source, items, now)
            if state is not None:
                await advance(connection, source, state, result.added, now)
            return result

    async def _add(self, connection: AsyncConnection, mentions: Sequence[NewMention], now: datetime) -> AddResult:
        await self._sweep(connection, now)
        values = {_key(row): row for row in (_values(mention, now) for mention in mentions)}
        sketches = {_key_of(mention): mention.sketch for mention in mentions}
        earlier = await _earlier(connection, values)
        # By item, not by mention: a brand that is watched since does not bring back what was taken back before.
        gone = {key[:2] for key, row in earlier.items() if row.deleted_at is not None}
        living = {key: row for key, row in values.items() if key[:2] not in gone}
        added = await _insert(connection, [row for key, row in living.items() if key not in earlier], sketches, now)
        edits = [_edit(earlier[key], row, now) for key, row in living.items() if _differs(earlier.get(key), row)]
        await _apply_edits(connection, edits, now)
        return AddResult(len(added), len(edits), len(mentions) - len(added) - len(edits))

    async def _sweep(self, connection: AsyncConnection, now: datetime) -> None:
        """Drop old hashes once a day and process: each time the whole table is read, as it has no index of times."""
        if self._swept_on != now.date():
            await forget_old_hashes(connection, now)
            self._swept_on = now.date()


def _values(mention: NewMention, now: datetime) -> _Values:
    """The row to insert; texts are cleaned here already, so that they compare equal to what is stored."""
    negative, neutral, positive = mention.scores or (None, None, None)
    scored = mention.scores is not None
    return {
        "brand": key_text(mention.brand),
        "screen": mention.screen,
        "source": key_text(mention.source),
        "item_id": key_text(mention.item_id),
        "url": mention.url,
        "author": mention.author,
        "title": plain_text(mention.title),
        "text": plain_text(mention.text),
        "language": mention.language,
        "language_confidence": mention.language_confidence,
        "rating": mention.rating,
        "published": mention.published,
        "fetched": now,
        "updated": mention.updated,
        "extra": dict(mention.extra),
        "fingerprint": key_text(mention.fingerprint),
        "failing": mention.failing,
        "revision": 0,
        "negative": negative,
        "neutral": neutral,
        "positive": positive,
        "score_method": mention.score_method if scored else None,
        "model": mention.model if scored else None,
        "scored_at": now if scored else None,
    }


def _key(row: _Values) -> _Key:
    return row["source"], row["item_id"], row["brand"]


def _brands_in(mentions: Iterable[NewMention]) -> set[str]:
    return {key_text(mention.brand) for mention in mentions}


def _key_of(mention: NewMention) -> _Key:
    return key_text(mention.source), key_text(mention.item_id), key_text(mention.brand)


async def _take_turns(connection: AsyncConnection, brands: Iterable[str]) -> None:
    """Let one writer at a time tell the stories of a brand; SQLite has but one writer anyway."""
    if connection.dialect.name == "postgresql":
        for brand in sorted(brands):  # always in one order, or two writers wait for each other
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:brand, 0))"), {"brand": brand}
            )


async def _earlier(connection: AsyncConnection, values: Mapping[_Key, _Values]) -> dict[_Key, AnyRow]:
    """What is stored under the keys of ``values``."""
    ids: dict[str, list[str]] = {}
    for source, item_id, _ in values:
        ids.setdefault(source, []).append(item_id)
    columns = [MENTION.c[name] for name in ("id", "revision", "updated", "deleted_at", *_KEYS, *_CONTENT, *_SCORES)]
    found: dict[_Key, AnyRow] = {}
    for source, item_ids in ids.items():
        for some in chunks(item_ids):
            query = select(*columns).where(MENTION.c.source == source, MENTION.c.item_id.in_(some))
            rows = await connection.execute(query)
            found.update({(row.source, row.item_id, row.brand): row for row in rows})
    return found


async def _insert(
    connection: AsyncConnection, rows: list[_Values], sketches: Mapping[_Key, tuple[int, ...]], now: datetime
) -> list[int]:
    if not rows:
        return []
    insert = insert_into(connection, MENTION).on_conflict_do_nothing(index_elements=_KEYS)
    told = await _known_stories(connection, rows)
    inserted = await connection.execute(insert.returning(MENTION.c.id, *(MENTION.c[name] for name in _KEYS)), rows)
    ids = {(source, item_id, brand): new_id for new_id, source, item_id, brand in inserted}
    fresh = {ids[key]: row | {"sketch": sketches[key]} for row in rows if (key := _key(row)) in ids}
    await _tell(connection, await _join(connection, fresh, told, now))
    return list(fresh)


async def _join(
    connection: AsyncConnection, fresh: Mapping[int, _Values], told: Mapping[StoryKey, list[Story]], now: datetime
) -> dict[int, int]:
    """Which stories the new mentions tell: exact copies first, then those who began a story but retell another."""
    tellings = [
        Telling(number, (row["brand"], row["fingerprint"]), row["published"])
        for number, row in fresh.items()
        if row["fingerprint"]
    ]
    exact = join_stories(tellings, told)
    firsts = [
        Sketched(number, *(row[name] for name in Sketched.TOLD))
        for number, row in fresh.items()
        if row["sketch"] and number not in exact
    ]
    near = await join_near_copies(connection, firsts, now)
    return {mention: near.get(story, story) for mention, story in exact.items()} | near


async def _known_stories(connection: AsyncConnection, rows: Sequence[_Values]) -> dict[StoryKey, list[Story]]:
    story = func.coalesce(MENTION.c.story, MENTION.c.id)
    columns = (MENTION.c.brand, MENTION.c.fingerprint, story, *_published_range())
    query = select(*columns).where(text("fingerprint <> ''")).group_by(*columns[:3]).order_by(story)
    stories: dict[StoryKey, list[Story]] = {}
    for fingerprints in chunks(sorted({row["fingerprint"] for row in rows} - {""})):
        for brand, fingerprint, *known in await connection.execute(
            query.where(MENTION.c.fingerprint.in_(fingerprints))
        ):
            stories.setdefault((brand, fingerprint), []).append(Story(*known))
    return stories


def _published_range() -> tuple[Any, Any]:
    return func.min(MENTION.c.published), func.max(MENTION.c.published)


async def _tell(connection: AsyncConnection, joined: dict[int, int]) -> None:
    """Record who tells which story; a story's first mention is marked when its first copy comes."""
    if not joined:
        return
    pairs = joined | {story: story for story in joined.values()}
    statement = update(MENTION).where(MENTION.c.id == bindparam("mention")).values(story=bindparam("told"))
    await connection.execute(statement, [{"mention": mention, "told": story} for mention, story in pairs.items()])
    await recount_stories_of(connection, list(pairs))


def _differs(earlier: AnyRow | None, row: _Values) -> bool:
    if earlier is None or _is_older(row["updated"], earlier.updated):
        return False
    compared = (*_CONTENT, *_SCORES) if row["score_method"] == ScoreMethod.GIVEN else _CONTENT
    return any(getattr(earlier, name) != row[name] for name in compared)


def _standing(earlier: AnyRow | None, row: _Values) -> Standing:
    if earlier is None:
        return Standing.NEW
    taken_back = earlier.deleted_at is not None  # it stays so, whatever it says now
    return Standing.CHANGED if _differs(earlier, row) and not taken_back else Standing.KNOWN


def _is_older(told: datetime | None, known: datetime | None) -> bool:
    """Whether it is an earlier text that comes late, as from an export of last month: it undoes no edit."""
    return told is not None and known is not None and told < known


def _edit(earlier: AnyRow, row: _Values, now: datetime) -> _Values:
    values = {f"new_{name}": row[name] for name in _EDITED}
    return values | {"mention": earlier.id, "new_updated": row["updated"] or now}


async def _apply_edits(connection: AsyncConnection, edits: list[_Values], now: datetime) -> None:
    """Replace texts and scores; an edited mention stays in its story, as a corrected article does."""
    if not edits:
        return
    await keep_earlier(connection, [edit["mention"] for edit in edits], now)
    values: _Values = {name: bindparam(f"new_{name}") for name in _EDITED}
    statement = update(MENTION).where(MENTION.c.id == bindparam("mention"))
    await connection.execute(statement.values(**values, revision=MENTION.c.revision + 1, rolled_at=None), edits)
    await follow_edits(connection, [edit["mention"] for edit in edits])
    await recount_stories_of(connection, [edit["mention"] for edit in edits])
