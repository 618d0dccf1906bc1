"""The way of the data: collect -> match -> drop copies -> store -> score -> roll up."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from collectors.base import Batch, Collector, CollectorError, Item, Reject
from reputation_monitor.clock import Clock
from reputation_monitor.copies import DAY, day_of
from reputation_monitor.intake import Place, admit, name_languages
from reputation_monitor.matching import Matcher
from reputation_monitor.rollups import rollup
from reputation_monitor.scoring import Models, by_language, primary, score_mentions
from reputation_monitor.settings import Stars
from reputation_monitor.sources.glimpses import Page
from reputation_monitor.store import Mention, NewMention, Span, Standing, Store

SCORED_AT_ONCE = 256
"""A batch under way cannot be broken off, and a service that stops waits for it."""

Progress = Callable[[int], None]
"""Told how many more were done."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a source gave: mentions new, edited, known and taken back, items that spoke of no brand, and rejects.

    ``undated`` of a file's items told no date, and count as of their import.
    """

    added: int = 0
    edited: int = 0
    known: int = 0
    unmatched: int = 0
    rejected: int = 0
    deleted: int = 0
    undated: int = 0
    error: str = ""

    def __add__(self, other: "Intake") -> "Intake":
        return Intake(
            self.added + other.added,
            self.edited + other.edited,
            self.known + other.known,
            self.unmatched + other.unmatched,
            self.rejected + other.rejected,
            self.deleted + other.deleted,
            self.undated + other.undated,
            "; ".join(e for e in (self.error, other.error) if e),
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What collecting from a source would store now; nothing of it is stored.

    Attributes:
        mentions: each with what storing it would do.
        strangers: items that speak of no brand.
        rejects: what would be set aside.
        error: what went wrong, if anything; what came before it stands.
    """

    mentions: tuple[tuple[Standing, NewMention], ...] = ()
    strangers: tuple[Item, ...] = ()
    rejects: tuple[Reject, ...] = ()
    error: str = ""


class Pipeline:
    """Brings mentions into the store and makes them count.

    Args:
        store: where they are kept.
        matcher: knows whom a text speaks of.
        stars: when star ratings serve in the place of the model.
        now: the clock.
        names: what each brand is called in texts; its name alone if not given.
    """

    def __init__(
        self, store: Store, matcher: Matcher, stars: Stars, now: Clock, names: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._store, self._matcher, self._stars, self._now = store, matcher, stars, now
        self._names = names or {}

    async def collect(self, place: Place, collector: Collector, since: datetime | None = None) -> Intake:
        """Collect from one source; what goes wrong with it is told and kept, and stops nothing else.

        But for a first run, the cursor stays where it is with ``since``: what is left out then is still to be read.
        """
        total, page = Intake(), Page()
        before = await self._store.source_state(place.source)
        moves = since is None or not before.state
        try:
            async for batch in collector.collect(before.state, since):
                page = page.followed_by(batch.items)
                total += await self._keep(
                    batch if moves else replace(batch, state=before.state), place, with_state=True
                )
        except CollectorError as error:
            await self._store.poll_failed(place.source, str(error), self._now())
            return total + Intake(error=str(error))
        await self._store.poll_succeeded(place.source, self._now(), page)
        return total

    async def receive(self, place: Place, batch: Batch) -> Intake:
        """Store what a source sent; its cursor stays, for a push says nothing of what a poll has covered."""
        before = await self._store.source_state(place.source)
        return await self._keep(replace(batch, state=before.state), place, with_state=True)

    async def preview(self, place: Place, collector: Collector, since: datetime | None = None) -> Preview:
        """What ``collect`` would store. Nothing is stored, no cursor moves, and a failure is not counted."""
        mentions: list[tuple[Standing, NewMention]] = []
        strangers: list[Item] = []
        rejects: list[Reject] = []
        error = ""
        before = await self._store.source_state(place.source)
        try:
            async for batch in collector.collect(before.state, since):
                now = self._now()
                admitted = admit(batch.items, place, self._matcher, now)
                named = await asyncio.to_thread(name_languages, admitted.mentions)
                standings = await self._store.foresee(named, now)
                mentions += zip(standings, named, strict=True)
                strangers += admitted.strangers
                rejects += (*batch.rejects, *admitted.rejects)
        except CollectorError as problem:
            error = str(problem)
        return Preview(tuple(mentions), tuple(strangers), tuple(rejects), error)

    async def import_batches(self, batches: Iterable[Batch], place: Place, progress: Progress) -> Intake:
        """Store the mentions of a file; the same file again changes nothing."""
        total = Intake()
        reading = iter(batches)
        while (batch := await asyncio.to_thread(next, reading, None)) is not None:
            undated = sum(item.published is None and item.updated is None for item in batch.items)
            total += replace(await self._keep(batch, place, with_state=False), undated=undated)
            progress(len(batch.items) + len(batch.rejects))
        return total

    async def _keep(self, batch: Batch, place: Place, *, with_state: bool) -> Intake:
        now = self._now()
        admitted = admit(batch.items, place, self._matcher, now)
        mentions = await asyncio.to_thread(name_languages, admitted.mentions)
        rejects = (*batch.rejects, *admitted.rejects)
        # An imported file is no source that speaks: it has neither cursor nor rhythm.
        state, items = (batch.state, batch.items) if with_state else (None, ())
        result = await self._store.store_batch(
            place.source, mentions, rejects, state, now, deleted=batch.deleted, items=items
        )
        return Intake(
            added=result.added,
            edited=result.edited,
            known=result.known,
            unmatched=admitted.unmatched,
            rejected=len(rejects),
            deleted=result.deleted,
        )

    async def score(self, models: Models, progress: Progress = lambda _: None) -> int:
        """Score what is unscored; a model is loaded only if it is needed. Returns how many mentions were done."""
        done = 0
        while mentions := await self._store.unscored(SCORED_AT_ONCE):
            await self._score(mentions, models)
            done += len(mentions)
            progress(len(mentions))
        return done

    async def score_again(self, models: Models, progress: Progress = lambda _: None) -> int:
        """Score anew what another model scored than reads its language now, so that one scale holds for each.

        Returns how many mentions were.
        """
        done = 0
        for language, model in sorted(await self._store.languages_by_model()):
            now = await models.model_for(primary(language))
            if now is None or now.identity != model:
                done += await self._score_anew(language, model, models, progress)
        return done

    async def _score_anew(self, language: str, model: str, models: Models, progress: Progress) -> int:
        done = last = 0
        while mentions := await self._store.scored_by(model, language, last, SCORED_AT_ONCE):
            await self._score(mentions, models)
            done, last = done + len(mentions), mentions[-1].id
            progress(len(mentions))
        return done

    async def _score(self, mentions: Sequence[Mention], models: Models) -> None:
        for language, some in by_language(mentions).items():
            scorer = await models.model_for(language)
            scored = await asyncio.to_thread(score_mentions, some, scorer, self._stars, self._names)
            await self._store.save_scores(scored, self._now())

    async def roll_up(self) -> int:
        """Count anew wherever scored mentions are not counted yet. Returns how many spans were."""
        spans = await self._store.stale_spans()
        for span in spans:
            await self._roll_up(span)
        return len(spans)

    async def _roll_up(self, span: Span) -> None:
        now = self._now()
        # Whole days, for what an author adds depends on what they said before on the same day.
        start, end = day_of(span.first), day_of(span.last) + DAY
        said, marks = await self._store.read_voices(span.brand, span.screen, start, end)
        await self._store.replace_rollups(span.brand, span.screen, start, end, rollup(said), marks=marks, now=now)
