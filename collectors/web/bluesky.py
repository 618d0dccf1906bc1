"""The collector ``bluesky``: posts from Bluesky's Jetstream, a websocket that needs no account and can be replayed."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from yarl import URL

from collectors.base import Batch, Item, Reject, SourceUnavailable, State
from collectors.http import HttpClient, without_secrets
from collectors.reading.documents import since_only
from collectors.reading.scripts import UNSPACED, stands_alone
from collectors.web.jetstream import POSTS, Event, read_event

REWIND = timedelta(seconds=5)
"""How far before the cursor a run begins: instances of Jetstream differ by seconds, and repeats do no harm."""
QUIET_SECONDS = 10.0
"""A replay comes without pauses, so a stream that is silent for so long has caught up."""
RECONNECTIONS = 3
"""How often a connection that broke without bringing anything is tried again in one run."""
BATCH_KEPT = 500
BATCH_EVENTS = 20_000
"""The cursor moves after so many events even if none was wanted."""

_LETTER = rf"(?![{UNSPACED}])\w"
"""What goes on in the word beside it."""
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]


class BlueskyOptions(BaseModel):
    """What the collector ``bluesky`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[Word, ...] = Field(default=(), description="Words or phrases of which a post must hold at least one.")
    dids: tuple[Annotated[str, StringConstraints(pattern=r"^did:[a-z]+:\S+$")], ...] = Field(
        default=(), max_length=100, description="Accounts (did:plc:...) whose posts are read; empty: everybody's."
    )
    langs: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-\w+)*$")], ...] = Field(
        default=(), description="Languages of which a post must declare one; en also takes en-GB."
    )
    seconds: float = Field(default=240, gt=0, le=3600, description="How long one run reads at most.")
    url: str = Field(
        default="wss://jetstream2.us-east.bsky.network/subscribe",
        pattern=r"^wss?://",
        description="Address of a Jetstream instance.",
    )

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.words or self.dids or self.langs):
            raise ValueError("give words, dids or langs; without them every post of the network would be stored")
        return self


@dataclass(slots=True)
class Gathering:
    """What was read since the last batch."""

    posts: dict[str, Item] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    events: int = 0

    @property
    def full(self) -> bool:
        """Whether it is time for a batch."""
        kept = len(self.posts) + len(self.deleted) + len(self.rejects)
        return kept >= BATCH_KEPT or self.events >= BATCH_EVENTS

    def delete(self, identity: str) -> None:
        """Take back a post, or every post of an account (``/*``), that may have come in this very batch."""
        account = identity.removesuffix("*") if identity.endswith("/*") else None
        for known in [one for one in self.posts if one == identity or (account and one.startswith(account))]:
            del self.posts[known]
        self.deleted[identity] = None

    def batch(self, cursor: int, since: datetime | None) -> Batch:
        """Everything so far, and where the next run goes on."""
        state = {"cursor": str(cursor)}
        return Batch(since_only(self.posts.values(), since), tuple(self.rejects), state, tuple(self.deleted))


class BlueskyCollector:
    """Collects posts as the network tells of them."""

    def __init__(self, options: BlueskyOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http
        self._words = any_word_of(options.words)
        self._langs = tuple(lang.casefold() for lang in options.langs)

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield posts from ``state`` on, or from ``since``, or of the last ``seconds``, until now is reached.

        Raises:
            SourceUnavailable: the stream broke again and again; what had come is yielded before.
            SourceRefused: there is no such stream.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._options.seconds
        cursor, failures = self._start(state, since), 0
        while cursor < self._now_us() and loop.time() < deadline:
            before = cursor
            try:
                async with aclosing(self._read(cursor, since, deadline)) as batches:
                    async for batch in batches:
                        cursor = int(batch.state["cursor"])
                        yield batch
            except SourceUnavailable:
                failures = 0 if cursor > before else failures + 1
                if failures > RECONNECTIONS:
                    raise
            else:
                return
            await asyncio.sleep(self._http.limits.pause_seconds * 2**failures)

    def _start(self, state: State, since: datetime | None) -> int:
        known = state.get("cursor", "")
        if known.isdecimal():
            return int(known) - _microseconds(REWIND)
        earlier = since or self._http.now() - timedelta(seconds=self._options.seconds)
        return int(earlier.timestamp() * 1_000_000)

    async def _read(self, cursor: int, since: datetime | None, deadline: float) -> AsyncGenerator[Batch, None]:
        """The batches of one connection, until it has caught up, the time is up, or it breaks."""
        gathered = Gathering()
        try:
            async with self._http.websocket(self._address(cursor)) as messages:
                async for event in self._events(messages, deadline):
                    # A clock that is ahead of ours must not carry the cursor past what is yet to come.
                    cursor = max(cursor, min(event.time_us or 0, self._now_us()))
                    self._gather(event, gathered)
                    if gathered.full:
                        yield gathered.batch(cursor, since)
                        gathered = Gathering()
        except SourceUnavailable:
            if gathered.events:
                yield gathered.batch(cursor, since)
            raise
        if gathered.events:
            yield gathered.batch(cursor, since)

    async def _events(self, messages: AsyncIterator[str], deadline: float) -> AsyncIterator[Event]:
        """Events until now is reached; each wait has its own time-out, so that storing a batch is not cut off."""
        until, loop = self._now_us(), asyncio.get_running_loop()
        while (left := deadline - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, QUIET_SECONDS)):
                    message = await anext(messages)
            except TimeoutError:
                return
            except StopAsyncIteration:
                place = without_secrets(self._options.url)
                raise SourceUnavailable(f"{place} closed the stream early; it is opened again later") from None
            event = read_event(message, self._http.now())
            yield event
            if event.time_us is not None and event.time_us >= until:
                return

    def _gather(self, event: Event, gathered: Gathering) -> None:
        gathered.events += 1
        if event.reject is not None:
            gathered.rejects.append(event.reject)
        elif event.deleted:
            gathered.delete(event.deleted)
        elif event.post is not None and self._wants(event.post):
            gathered.posts[event.post.id] = event.post
            gathered.deleted.pop(event.post.id, None)
        elif event.post is not None and event.edited:
            gathered.delete(event.post.id)  # what was kept of it is no longer what it says

    def _wants(self, post: Item) -> bool:
        if not post.text and not post.title:
            return False
        if not self._words.search(f"{post.text}\n{post.title}"):
            return False
        return not self._langs or _is_one_of(post.extra.get("langs", post.language), self._langs)

    def _address(self, cursor: int) -> str:
        asked = [("wantedCollections", POSTS), *(("wantedDids", did) for did in self._options.dids)]
        return str(URL(self._options.url).update_query([*asked, ("cursor", str(cursor))]))

    def _now_us(self) -> int:
        return int(self._http.now().timestamp() * 1_000_000)


def any_word_of(words: Iterable[str]) -> re.Pattern[str]:
    """Matches a text that holds one of the words or phrases as a whole, in any case; any text if there are none.

    Where a word begins or ends in a script without spaces, nothing need set it apart.
    """
    return re.compile("|".join(map(_as_a_whole, words)), re.IGNORECASE)


def _as_a_whole(word: str) -> str:
    phrase = r"\s+".join(map(re.escape, word.split()))
    before = "" if stands_alone(word[0]) else rf"(?<!{_LETTER})"
    after = "" if stands_alone(word[-1]) else rf"(?!{_LETTER})"
    return f"{before}{phrase}{after}"


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _is_one_of(declared: str, wanted: tuple[str, ...]) -> bool:
    tags = declared.casefold().split()
    return any(tag == lang or tag.startswith(f"{lang}-") for tag in tags for lang in wanted)
