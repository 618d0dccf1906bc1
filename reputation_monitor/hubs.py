"""WebSub: hubs are asked to send the news of feeds, are told that it was we who asked, and are asked again in time.

Where a hub has promised to send, its feed is polled once a day only, for a hub may forget. Whatever goes wrong with a
hub, the feed is polled as if there were none.
"""

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import structlog

from collectors.base import CollectorError, SenderUnknown
from collectors.http import API_POLICY, HttpClient
from collectors.web.feed import FeedOptions
from collectors.web.signatures import is_from_hub
from collectors.web.websub import Mode, Topic, request_form, topic_in
from reputation_monitor.clock import Clock
from reputation_monitor.settings import Settings, Source
from reputation_monitor.store import Store, Subscription

FEED = "feed"
LEASE = timedelta(days=10)
SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=5), timedelta(days=30)
RENEWED_AT = 0.75
"""Share of a lease after which it is asked for again: time enough for a few attempts."""
SAFETY_POLL = timedelta(days=1)
FIRST_PAUSE = timedelta(minutes=10)
DENIED_ATTEMPTS = 9
"""Asked that often in vain, or denied at once: then once a day."""
KEY_BYTES = 24
LONGEST_REASON = 200

log = structlog.get_logger()


class NotExpectedError(Exception):
    """Something was sent that nobody here waits for."""


class Step(StrEnum):
    """What is to be done about a feed's hub."""

    WAIT = "wait"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    FORGET = "forget"


def next_step(topic: Topic | None, known: Subscription | None, now: datetime) -> Step:
    """What is to be done, by the hub that the feed names and what was asked before. Pure."""
    if known is None:
        return Step.SUBSCRIBE if topic else Step.WAIT
    due = known.asked_at is None or now >= known.asked_at + pause(known.attempts)
    if topic is None or (topic.hub, topic.address) != (known.hub, known.topic):
        if not known.is_live(now) or known.attempts >= DENIED_ATTEMPTS:
            return Step.FORGET
        return Step.UNSUBSCRIBE if due or known.pending != Step.UNSUBSCRIBE else Step.WAIT
    if known.is_live(now) and known.renew_at is not None and now < known.renew_at:
        return Step.WAIT
    return Step.SUBSCRIBE if due else Step.WAIT


def pause(attempts: int) -> timedelta:
    """How long a hub is left alone that was asked so often and has not verified; at most a day."""
    if attempts == 0:
        return timedelta()
    doublings: int = 2 ** (min(attempts, DENIED_ATTEMPTS) - 1)
    return min(SAFETY_POLL, FIRST_PAUSE * doublings)


def granted(asked: str | None) -> timedelta:
    """The lease that a hub grants, within reason; what it does not say is what was asked for."""
    if asked is None or not (asked.isascii() and asked.isdigit()):
        return LEASE
    return min(max(timedelta(seconds=int(asked[:9])), SHORTEST_LEASE), LONGEST_LEASE)


class Hubs:
    """The hubs of all feeds.

    Args:
        settings: which sources are feeds, and by which address hubs reach us.
        store: where subscriptions are kept.
        http: the client that hubs are asked by.
        now: the clock.
    """

    def __init__(self, settings: Settings, store: Store, http: HttpClient, now: Clock) -> None:
        self._settings, self._store, self._http, self._now = settings, store, http, now

    @property
    def wanted(self) -> bool:
        """Whether hubs can be asked: they must know where to send."""
        return self._settings.web.url is not None

    async def tend(self) -> int:
        """Do what is due about every hub; one that fails stops no other. Returns how many were asked."""
        topics = await self._topics()
        known = {one.source: one for one in await self._store.subscriptions()}
        names = sorted({*topics, *known})
        return sum(await asyncio.gather(*(self._tend(name, topics.get(name), known.get(name)) for name in names)))

    async def spares(self, source: Source) -> bool:
        """Whether a source need not be polled now, because its hub sends."""
        known = await self._store.subscription(source.name) if self.wanted and source.collector == FEED else None
        if known is None or not known.is_live(self._now()):
            return False
        polled = (await self._store.source_state(source.name)).last_success
        return polled is not None and self._now() - polled < SAFETY_POLL

    async def verify(self, source: str, key: str, query: Mapping[str, str]) -> str:
        """Tell a hub that it was we who asked, by the challenge to send back (WebSub 5.3).

        Raises:
            NotExpectedError: nobody asked for that.
        """
        known, mode = await self._known(source, key), query.get("hub.mode", "")
        if query.get("hub.topic") != known.topic:
            raise NotExpectedError("no such topic was asked for")
        if mode == "denied":
            await self._deny(known, query.get("hub.reason", ""))
            return ""
        if not mode or mode != known.pending or not query.get("hub.challenge"):
            raise NotExpectedError("that was not asked for")
        if mode == Step.UNSUBSCRIBE:
            await self._store.drop_subscription(source, key)
        else:
            await self._promised(known, granted(query.get("hub.lease_seconds")))
        return query["hub.challenge"]

    async def check(self, source: str, key: str, headers: Mapping[str, str], body: bytes) -> Source:
        """The source that a hub sent news of.

        Raises:
            NotExpectedError: the hub was not asked, or no longer.
            SenderUnknown: the signature does not fit.
        """
        known = await self._known(source, key)
        told = next((one for one in self._settings.sources if one.name == source), None)
        if told is None or not known.is_live(self._now()):
            raise NotExpectedError("nobody waits for that any more")
        if not is_from_hub(known.secret, headers, body):
            raise SenderUnknown("no X-Hub-Signature fits; the hub signs with the hub.secret that it was given")
        return told

    async def _known(self, source: str, key: str) -> Subscription:
        known = await self._store.subscription(source)
        if known is None or not hmac.compare_digest(known.key.encode(), key.encode("utf-8", "replace")):
            raise NotExpectedError("no hub was asked for that")
        return known

    async def _topics(self) -> dict[str, Topic]:
        """The topics of the feeds whose hubs are to be asked, by source."""
        topics = {}
        for source in self._settings.sources:
            if source.collector == FEED and FeedOptions.model_validate(source.options.get_secret_value()).websub:
                state = (await self._store.source_state(source.name)).state
                if topic := topic_in(state):
                    topics[source.name] = topic
        return topics

    async def _tend(self, source: str, topic: Topic | None, known: Subscription | None) -> bool:
        step = next_step(topic, known, self._now())
        if step is Step.FORGET and known is not None:
            await self._store.drop_subscription(source, known.key)
        elif step is Step.UNSUBSCRIBE and known is not None:
            await self._ask("unsubscribe", known)
        elif step is Step.SUBSCRIBE and topic is not None:
            await self._ask("subscribe", known or _new(source, topic))
        return step in (Step.SUBSCRIBE, Step.UNSUBSCRIBE)

    async def _ask(self, mode: Mode, known: Subscription) -> None:
        # Kept before it is asked: a hub may verify before it answers, and a crash must not make it a stranger.
        asked = replace(known, pending=mode, attempts=known.attempts + 1, asked_at=self._now())
        await self._store.keep_subscription(asked)
        callback = f"{self._settings.web.address}/hooks/websub/{quote(known.source, safe='')}?key={known.key}"
        form = request_form(mode, Topic(known.hub, known.topic), callback, known.secret, int(LEASE.total_seconds()))
        try:
            await self._client_of(known.source).post(known.hub, form=form)
        except CollectorError as error:
            log.warning("hub failed", source=known.source, error=str(error))
            await self._change(known, {"last_error": str(error)})

    def _client_of(self, source: str) -> HttpClient:
        """The client under the rules of a feed that names a hub: its hub may be as near as the feed, and no nearer."""
        told = next((one for one in self._settings.sources if one.name == source), None)
        reaches = self._http.policy.allow_private or (told is not None and told.allow_private)
        return self._http.under(replace(API_POLICY, allow_private=reaches))

    async def _promised(self, known: Subscription, lease: timedelta) -> None:
        now = self._now()
        until = {"renew_at": now + lease * RENEWED_AT, "lease_until": now + lease}
        await self._change(known, {"pending": "", "attempts": 0, "last_error": "", **until})

    async def _deny(self, known: Subscription, reason: str) -> None:
        log.warning("hub denied", source=known.source, reason=reason[:LONGEST_REASON])
        told = f"the hub denies: {reason[:LONGEST_REASON] or 'no reason told'}"
        values = {"pending": "", "attempts": DENIED_ATTEMPTS, "asked_at": self._now(), "last_error": told}
        await self._change(known, {**values, "renew_at": None, "lease_until": None})

    async def _change(self, known: Subscription, values: Mapping[str, Any]) -> None:
        await self._store.change_subscription(known.source, known.key, values)


def _new(source: str, topic: Topic) -> Subscription:
    return Subscription(
        source=source,
        hub=topic.hub,
        topic=topic.address,
        key=secrets.token_urlsafe(KEY_BYTES),
        secret=secrets.token_urlsafe(KEY_BYTES),
    )
