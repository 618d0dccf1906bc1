"""What people are told of sources: once, in words, and again when it is over."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from alerts.base import Alert, Event
from collectors.base import Batch, Item, SourceUnavailable, State
from reputation_monitor.application import Application
from reputation_monitor.intake import Place
from reputation_monitor.source_watch import AT_ONCE, who_loses_sight
from reputation_monitor.sources.health import Condition
from reputation_monitor.store import AlertState, Rollup, Subscription

CONFIGURATION = """
brands: [{name: Halden}, {name: Marsk}]
sources: [{name: news, screen: web, collector: feed, url: "https://news.example/feed"}]
channels: [{name: shared, url: "console://"}]
web: {url: "https://reputation.halden.example/"}
"""
NEWS = Place(source="news", screen="web")
HOUR = timedelta(hours=1)


class Feed:
    """A page of the last 20 items, one of which comes every half hour until it stops."""

    def __init__(self, clock) -> None:
        self.clock, self.stopped, self.broken = clock, None, False

    async def collect(self, _state: State, _since: datetime | None = None) -> AsyncIterator[Batch]:
        if self.broken:
            raise SourceUnavailable("news.example answers HTTP 503; try again later")
        yield Batch(self.latest(20), (), {})

    def latest(self, count: int) -> tuple[Item, ...]:
        last = int((self.stopped or self.clock.at).timestamp() // 1800)
        moments = [datetime.fromtimestamp(1800 * n, self.clock.at.tzinfo) for n in range(last - count + 1, last + 1)]
        said = {"text": "Halden is in the news", "author": "ann"}
        return tuple(Item(id=str(moment.timestamp()), published=moment, **said) for moment in moments)


@pytest.fixture
def feed(clock) -> Feed:
    return Feed(clock)


@pytest.fixture
async def app(open_app, feed: Feed, clock) -> Application:
    """An application that knows ten days of the feed, and has watched it for the last."""
    application = await open_app(CONFIGURATION)
    await application.store.store_batch("news", [], [], {}, clock.at, items=feed.latest(9 * 48))
    await watch(application, feed, clock, 24)
    return application


async def watch(app: Application, feed: Feed, clock, hours: int) -> None:
    """Poll every hour, and judge after each."""
    for _ in range(hours):
        clock.move(hours=1)
        await app.pipeline.collect(NEWS, feed)
    await app.watch_sources()


async def told(app: Application) -> list[tuple[Event, Alert]]:
    deliveries = await app.store.deliveries("source:news")
    return [(d.notification.event, d.notification.alert) for d in sorted(deliveries, key=lambda d: d.id)]


async def test_a_source_that_tells_by_itself_is_heard_at_all_times_and_may_go_silent(open_app, clock):
    app = await open_app(
        "brands: [{name: Halden}]\nsources: [{name: desk, screen: web, collector: push, token: an-invented-token}]\n"
    )
    for hour in range(24 * 21):
        clock.move(hours=1)
        if hour % 3 == 0:
            letter = Item(id=str(hour), published=clock.at, text="Halden is awful", author=str(hour))
            await app.pipeline.receive(Place(source="desk", screen="web"), Batch((letter,), (), {}))
            await app.store.poll_succeeded("desk", clock.at)
    clock.move(hours=3)
    (health,) = await app.watch_sources()
    assert (health.condition, health.spells) == (Condition.WELL, ())
    clock.move(days=4)
    (health,) = await app.watch_sources()
    assert health.condition is Condition.SILENT
    assert "answered" not in health.reason


async def test_a_feed_whose_hub_sends_need_not_be_asked(app: Application, feed: Feed, clock):
    promise = Subscription(source="news", hub="h", topic="t", key="k", secret="s", lease_until=clock.at + 9 * 24 * HOUR)
    await app.store.keep_subscription(promise)
    for _ in range(20):
        clock.move(hours=1)
        await app.pipeline.receive(NEWS, Batch(feed.latest(2), (), {}))
    (health,) = await app.watch_sources()
    assert (health.condition, health.spells) == (Condition.WELL, ())


async def test_a_source_that_repeats_its_page_is_told_once_and_its_end_too(app: Application, feed: Feed, clock):
    feed.stopped = clock.at
    for _ in range(12):
        await watch(app, feed, clock, 1)
    ((event, alert),) = await told(app)
    assert (event, alert.headline, alert.verdict) == (Event.RAISED, "The source news has gone silent", "silent")
    assert "They all hold the same 20 items." in alert.reason
    assert "collect news --dry-run" in alert.advice
    assert clock.at - 12 * HOUR <= alert.started + HOUR <= clock.at

    feed.stopped = None
    await watch(app, feed, clock, 1)
    (*_, (event, alert)) = await told(app)
    assert (event, alert.ended) == (Event.ENDED, clock.at)
    assert "It speaks again." in alert.reason
    (known,) = await app.store.alerts()
    assert known.state is AlertState.ENDED


async def test_a_source_that_fails_is_told_otherwise_and_ends_when_it_answers(app: Application, feed: Feed, clock):
    feed.broken = True
    await watch(app, feed, clock, 2)
    assert await told(app) == []
    await watch(app, feed, clock, 10)
    ((_, alert),) = await told(app)
    assert (alert.headline, alert.verdict) == ("The source news cannot be read", "failing")
    assert "HTTP 503" in alert.reason

    feed.broken = False
    await watch(app, feed, clock, 1)
    (*_, (event, alert)) = await told(app)
    assert event is Event.ENDED
    # The page reaches ten hours back: what is older is lost.
    assert "It was not heard for 12 h" in alert.reason
    assert "items of that time came later" in alert.reason


async def test_a_silent_source_that_then_fails_is_one_alert_and_not_over(app: Application, feed: Feed, clock):
    feed.stopped = clock.at
    await watch(app, feed, clock, 12)
    feed.broken = True
    await watch(app, feed, clock, 1)
    assert [event for event, _ in await told(app)] == [Event.RAISED]
    await watch(app, feed, clock, 4)
    assert [event for event, _ in await told(app)] == [Event.RAISED, Event.UPDATED]


async def test_a_source_is_judged_again_when_something_happened_and_else_every_hour(
    app: Application, feed: Feed, clock
):
    clock.move(minutes=5)
    await app.judge_sources()
    clock.move(minutes=5)
    assert await app.judge_sources() == 0
    await app.pipeline.collect(NEWS, feed)
    assert await app.judge_sources() == 1
    (health,) = await app.survey()
    assert health.judged_at == clock.at
    clock.move(minutes=61)
    assert await app.judge_sources() == 1


async def test_a_source_that_is_asked_no_more_is_noticed_without_any_poll(app: Application, clock):
    for _ in range(5):
        clock.move(hours=1)
        await app.watch_sources()
    (health,) = await app.survey()
    assert (health.condition, health.judged_at) == (Condition.UNKNOWN, clock.at)
    assert "was not asked" in health.reason


async def test_a_source_that_nobody_judged_yet_says_so(app: Application, feed: Feed, open_app):
    both = CONFIGURATION.replace("sources: [", "sources: [{name: tv, screen: tv, collector: feed, url: x}, ")
    other = await open_app(both.replace("name: news", "name: press"))
    await other.pipeline.collect(Place(source="press", screen="web"), feed)
    tv, press = await other.survey()
    assert (tv.condition, press.condition) == (Condition.NEVER, Condition.UNKNOWN)
    assert "not judged yet" in press.reason
    assert tv.judged_at is press.judged_at is None


async def test_more_sources_than_are_read_at_once_are_all_judged(open_app, clock):
    names = [f"source {number}" for number in range(2 * AT_ONCE + 1)]
    sources = "".join(f"  - {{name: {name}, screen: web, collector: feed, url: x}}\n" for name in names)
    app = await open_app(f"sources:\n{sources}")
    await app.store.poll_failed(names[-1], "HTTP 503", clock.at)
    assert await app.judge_sources() == len(names)
    healths = await app.survey()
    assert [health.source for health in healths] == names
    assert {health.judged_at for health in healths} == {clock.at}
    assert [health.condition for health in healths[-2:]] == [Condition.NEVER, Condition.FAILING]


async def test_while_all_is_well_nothing_is_told(app: Application):
    (health,) = await app.survey()
    assert health.condition is Condition.WELL
    assert await app.store.alerts() == []


async def test_a_source_that_is_no_longer_configured_ends_its_alert(app: Application, feed: Feed, clock, open_app):
    feed.stopped = clock.at
    await watch(app, feed, clock, 12)
    other = await open_app(CONFIGURATION.replace("name: news, ", "name: press, "))
    await other.watch_sources()
    (known,) = await other.store.alerts()
    assert known.alert.reason == "It is no longer configured."


def test_who_loses_sight_is_said_by_brand_and_screen(clock):
    def rollup(brand: str, screen: str, source: str, mentions: int) -> Rollup:
        return Rollup(brand, screen, clock.at, source, mentions, *([0.0] * (len(Rollup._fields) - 5)))

    rollups = [
        rollup("Halden", "web", "news", 62),
        rollup("Halden", "web", "forum", 38),
        rollup("Halden", "tv", "news", 5),
        rollup("Marsk", "web", "news", 1),
        rollup("Marsk", "web", "forum", 99),
    ]
    assert who_loses_sight("news", rollups) == (
        "It usually brings all of what is said of Halden on TV and 62 % of what is said of Halden on web."
    )
    assert who_loses_sight("other", rollups) == ""
