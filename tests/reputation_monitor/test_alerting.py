"""One disturbance, one alert: raised, updated, ended; kept with its messages, and delivered though processes die."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.base import Alert, DeliveryError, Event, Kind, Notification
from benchmarks.crashes import crash
from reputation_monitor.alerting import CLAIMED_AT_ONCE, LEASE_SECONDS, Watch, announce, deliver_due
from reputation_monitor.application import Application
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Link, ShiftVerdict
from reputation_monitor.store import AlertState, NewMention

CONFIGURATION = """
brands: [{name: Halden}, {name: Marsk}]
channels:
  - {name: shared, url: "console://"}
  - {name: it, url: "console://"}
alerts:
  - {name: all, send_to: [shared], repeat_every: 4h}
  - {name: strong, when: {verdicts: [linked]}, send_to: [it]}
revenue:
  - {brand: Halden, currency: GBP, customer_value: 100, customers_per_complaint: 10, churn_share: 0.1}
web: {url: "https://reputation.halden.example/"}
"""


@pytest.fixture
async def app(open_app) -> Application:
    return await open_app(CONFIGURATION)


@pytest.fixture
def watch(app: Application) -> Watch:
    return Watch(app.store, app.settings, app.models.scorer)


async def messages(app: Application) -> list[tuple[str, Event]]:
    """Channel and event of every message so far, in the order in which they were decided."""
    found = []
    for known in await app.store.alerts():
        found += await app.store.deliveries(known.alert.key)
    found.sort(key=lambda delivery: delivery.id)
    return [(d.channel, d.notification.event) for d in found]


async def test_a_disturbance_is_raised_named_and_ended_under_one_key(app: Application, watch: Watch, sketch, clock):
    onset = clock.at - timedelta(minutes=40)
    await watch.tell(sketch.look(clock.at, [sketch.shift(onset, 0.6, ongoing=True)]))

    linked = {"verdict": ShiftVerdict.LINKED, "incident": "pay-1"}
    moved = sketch.shift(onset - timedelta(minutes=12), 1.2, ongoing=True, **linked)
    now = clock.move(minutes=30)
    await watch.tell(sketch.look(now, [moved], [sketch.link(moved.onset)]))

    over = sketch.shift(onset - timedelta(minutes=7), 1.5, **linked)
    now = clock.move(hours=5)
    await watch.tell(sketch.look(now, [over], [sketch.link(over.onset)]))
    clock.move(hours=3)
    again = sketch.shift(onset + timedelta(minutes=9), 1.5, **linked)
    await watch.tell(sketch.look(clock.at, [again], [sketch.link(again.onset)]))

    (known,) = await app.store.alerts()
    assert known.alert.key == f"disturbance:Halden:{onset:%Y-%m-%dT%H:%MZ}"
    assert known.state is AlertState.ENDED
    assert await messages(app) == [
        ("shared", Event.RAISED),
        ("shared", Event.UPDATED),
        ("it", Event.RAISED),
        ("shared", Event.ENDED),
        ("it", Event.ENDED),
    ]


async def test_the_same_look_again_tells_nothing(app: Application, watch: Watch, sketch, clock):
    seen = sketch.look(clock.at, [sketch.shift(clock.at - timedelta(hours=1), 1, ongoing=True)])
    await watch.tell(seen)
    decisions = await watch.tell(seen)
    assert [decision.event for decision in decisions] == [None]
    assert await messages(app) == [("shared", Event.RAISED)]


async def test_what_goes_on_is_repeated_after_four_hours(app: Application, watch: Watch, sketch, clock):
    onset = clock.at - timedelta(hours=1)
    for _ in range(10):
        hours = (clock.at - onset) / timedelta(hours=1)
        await watch.tell(sketch.look(clock.at, [sketch.shift(onset, hours, ongoing=True)]))
        clock.move(minutes=30)
    assert await messages(app) == [("shared", Event.RAISED), ("shared", Event.REPEATED)]


async def test_a_shift_that_a_later_look_no_longer_finds_is_ended(app: Application, watch: Watch, sketch, clock):
    await watch.tell(sketch.look(clock.at, [sketch.shift(clock.at - timedelta(hours=1), 1, ongoing=True)]))
    await watch.tell(sketch.look(clock.move(hours=1)))
    (known,) = await app.store.alerts()
    assert (known.state, known.alert.ended) == (AlertState.ENDED, clock.at)
    assert "no longer finds it" in known.alert.reason
    assert (await messages(app))[-1] == ("shared", Event.ENDED)


async def test_an_incident_that_arrives_days_late_is_told_once_under_the_key_that_was_told(
    app: Application, watch: Watch, sketch, clock
):
    onset = clock.at - timedelta(hours=1)
    await watch.tell(sketch.look(clock.at, [sketch.shift(onset, 1, ongoing=True)]))
    await watch.tell(sketch.look(clock.move(hours=9), [sketch.shift(onset, 2)]))
    late = sketch.shift(onset, 2, verdict=ShiftVerdict.LINKED, incident="pay-1")
    for _ in range(3):
        await watch.tell(sketch.look(clock.move(days=3), [late], [sketch.link(onset)]))
    assert await messages(app) == [
        ("shared", Event.RAISED),
        ("shared", Event.ENDED),
        ("shared", Event.UPDATED),
    ]
    (known,) = await app.store.alerts()
    assert (known.alert.verdict, known.alert.incident.id) == ("linked", "pay-1")


async def test_a_correction_that_came_too_soon_after_another_is_told_later(
    app: Application, watch: Watch, sketch, clock
):
    onset = clock.at - timedelta(hours=6)
    alone, linked = sketch.shift(onset), sketch.shift(onset, verdict=ShiftVerdict.LINKED, incident="pay-1")
    await watch.tell(sketch.look(clock.at, [alone]))
    await watch.tell(sketch.look(clock.move(days=3), [linked], [sketch.link(onset)]))
    for hours in (1, 2, 30, 1):
        await watch.tell(sketch.look(clock.move(hours=hours), [alone]))
    shared = [event for channel, event in await messages(app) if channel == "shared"]
    assert shared == [Event.RAISED, Event.UPDATED, Event.UPDATED]
    (known,) = await app.store.alerts()
    assert (known.alert.verdict, known.alert.incident) == ("unexplained", None)


async def test_an_alert_of_an_incident_that_was_taken_back_says_so_once(app: Application, watch: Watch, sketch, clock):
    onset = clock.at - timedelta(hours=5)
    await watch.tell(sketch.look(clock.at, [], [sketch.link(onset)]))
    withdrawn = Incident(id="pay-1", title="", started=onset, status="withdrawn")
    for _ in range(3):
        await watch.tell(replace(sketch.look(clock.move(hours=1)), set_aside={"pay-1": withdrawn}))
    assert [event for channel, event in await messages(app) if channel == "shared"] == [Event.RAISED, Event.UPDATED]
    (known,) = await app.store.alerts()
    assert known.alert.incident is None
    assert known.alert.reason == "IT took the incident back (withdrawn), so no incident explains it."


async def test_an_end_that_came_while_nobody_looked_is_told_for_when_it_was(
    app: Application, watch: Watch, sketch, clock
):
    onset = clock.at - timedelta(hours=1)
    await watch.tell(sketch.look(clock.at, [sketch.shift(onset, 1, ongoing=True)]))
    await watch.tell(sketch.look(clock.move(days=6), [sketch.shift(onset, 3)]))
    (known,) = await app.store.alerts()
    assert known.alert.ended == onset + timedelta(hours=3)
    assert known.alert.reason == "No incident explains it."


async def test_nothing_is_told_of_old_history(app: Application, watch: Watch, sketch, clock):
    old = [sketch.shift(clock.at - timedelta(days=days), 5, ongoing=days == 3) for days in (900, 60, 8, 3)]
    assert await watch.tell(sketch.look(clock.at, old, [sketch.link(clock.at - timedelta(days=900))])) == []
    assert await app.store.alerts() == []


async def test_a_brand_that_is_configured_no_more_raises_nothing_and_its_alerts_end(
    app: Application, watch: Watch, sketch, clock
):
    found = sketch.look(clock.at, [sketch.shift(clock.at - timedelta(hours=1), 1, ongoing=True, brand="Marsk")])
    await watch.tell(found)
    others = [brand for brand in app.settings.brands if brand.name != "Marsk"]
    left = Watch(app.store, app.settings.model_copy(update={"brands": others}), app.models.scorer)
    await left.tell(found)
    (known,) = await app.store.alerts()
    assert known.state is AlertState.ENDED
    assert "no longer among those" in known.alert.reason
    await left.tell(found)
    assert len(await app.store.alerts()) == 1


async def test_two_brands_have_two_alerts(app: Application, watch: Watch, sketch, clock):
    onset = clock.at - timedelta(hours=1)
    both = [sketch.shift(onset, 1, ongoing=True), sketch.shift(onset, 1, ongoing=True, brand="Marsk")]
    await watch.tell(sketch.look(clock.at, both))
    assert sorted(known.alert.brand for known in await app.store.open_alerts()) == ["Halden", "Marsk"]


async def test_an_alert_says_what_customers_say_what_it_may_cost_and_where_to_look(
    app: Application, watch: Watch, sketch, clock
):
    onset = clock.at - timedelta(hours=1)
    said = [
        NewMention(
            brand="Halden",
            screen="web",
            source="forum",
            item_id=str(number),
            text=f"card payments fail in every shop, awful, number {number}" if number < 4 else "lovely shop",
            author="one angry man" if number < 2 else f"customer {number}",
            url=f"https://forum.example/{number}",
            published=onset + timedelta(minutes=number),
        )
        for number in range(8)
    ]
    await app.store.add_mentions(said, clock.at)
    await app.score()
    await watch.tell(sketch.look(clock.at, [sketch.shift(onset, 1, ongoing=True)], [sketch.link(onset)]))
    (alert,) = {known.alert.key: known.alert for known in await app.store.alerts() if known.alert.incident}.values()
    assert len(alert.quotes) == 3
    assert all("card payments" in quote.text for quote in alert.quotes)
    assert len({quote.text for quote in alert.quotes}) == 3
    assert alert.quotes[0].source == "forum (web)"
    assert alert.cost.startswith("GBP 3,100 of yearly revenue at risk")
    assert alert.review_url == "https://reputation.halden.example/reviews/pay-1?brand=Halden"


# --- A suspected outage


@pytest.fixture
async def with_it(open_app) -> Application:
    """Two channels, one of them IT's, and no rules."""
    return await open_app("""
brands: [{name: Halden}]
channels:
  - {name: shared, url: "console://"}
  - {name: it, url: "console://", audience: it}
""")


@pytest.fixture
def suspect(with_it: Application, sketch, clock) -> Callable[..., Awaitable[list[tuple[str, Event]]]]:
    """Let so many minutes pass and a look be taken which finds a suspected outage; all that was told so far."""
    watch, onset = Watch(with_it.store, with_it.settings, with_it.models.scorer), clock.at - timedelta(hours=1)

    async def look(minutes: float = 0, links: Sequence[Link] = (), **fields: object) -> list[tuple[str, Event]]:
        now = clock.move(minutes=minutes)
        plain = {"verdict": ShiftVerdict.SUSPECTED_OUTAGE, "ongoing": True}
        await watch.tell(sketch.look(now, [sketch.shift(onset, 1, **plain | fields)], links))
        return await messages(with_it)

    return look


async def test_a_suspected_outage_reaches_it_at_once_and_the_others_when_it_has_had_its_time(suspect):
    assert await suspect() == [("it", Event.RAISED)]
    assert await suspect(minutes=10) == [("it", Event.RAISED)]
    assert await suspect(minutes=5) == [("it", Event.RAISED), ("shared", Event.RAISED)]


async def test_an_incident_that_it_opens_meanwhile_is_told_to_all_at_once(suspect, sketch, clock):
    await suspect()
    linked = {"verdict": ShiftVerdict.LINKED, "incident": "pay-1"}
    told = await suspect(5, [sketch.link(clock.at - timedelta(hours=1))], **linked)
    assert told == [("it", Event.RAISED), ("shared", Event.RAISED)]
    assert await suspect(10, [sketch.link(clock.at - timedelta(hours=1))], **linked) == [*told, ("it", Event.UPDATED)]


async def test_what_is_gone_before_the_others_were_told_is_told_to_it_alone(
    with_it: Application, suspect, sketch, clock
):
    await suspect()
    watch = Watch(with_it.store, with_it.settings, with_it.models.scorer)
    for _ in range(4):
        await watch.tell(sketch.look(clock.move(minutes=10)))
    assert await messages(with_it) == [("it", Event.RAISED), ("it", Event.ENDED)]


async def test_a_suspected_outage_is_told_in_the_words_of_those_who_cannot_go_on(with_it: Application, suspect, clock):
    said = ["three hours in the queue, awful"] * 9 + ["awful, I can't log in"] * 3 + ["the app is down, awful"] * 2
    await with_it.store.add_mentions(
        [
            NewMention(
                brand="Halden",
                screen="web",
                source="forum",
                item_id=str(number),
                text=f"{text} at Halden, said customer {number}",
                author=f"customer {number}",
                published=clock.at - timedelta(minutes=50 - number),
                scores=(0.9, 0.1, 0.0),
            )
            for number, text in enumerate(said)
        ],
        clock.at,
    )
    await suspect()
    (known,) = await with_it.store.open_alerts()
    assert known.alert.terms == ("can't log in", "app is down")
    assert ["log in" in quote.text for quote in known.alert.quotes] == [True, False, True]
    assert "app is down" in known.alert.quotes[1].text


# --- State and messages are one transaction


async def test_state_and_messages_are_kept_together_or_not_at_all(
    app: Application, watch: Watch, sketch, clock, monkeypatch
):
    def broken(*_: object) -> None:
        raise RuntimeError("the power went off")

    monkeypatch.setattr("reputation_monitor.store.alerts.put_in_outbox", broken)
    with pytest.raises(RuntimeError):
        await watch.tell(sketch.look(clock.at, [sketch.shift(clock.at - timedelta(hours=1), 1, ongoing=True)]))
    assert await app.store.alerts() == []
    assert await app.store.pending() == []


async def test_what_is_announced_twice_is_told_once(app: Application, clock):
    ready = Alert(key="report:2026-W09", kind=Kind.REPORT, brand="", headline="ready", started=clock.at)
    await announce(app.store, "shared", ready, clock.at)
    await announce(app.store, "shared", ready, clock.move(minutes=1))
    assert await messages(app) == [("shared", Event.RAISED)]
    assert await app.store.open_alerts() == []


# --- Delivering


class Recorder:
    """A channel that takes messages, or fails as it is told."""

    name = "shared"

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.taken = list(errors), []

    async def send(self, notification: Notification) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(notification.key)


async def raise_alerts(watch: Watch, sketch, clock, brands: Sequence[str] = ("Halden",)) -> None:
    onset = clock.at - timedelta(hours=1)
    await watch.tell(sketch.look(clock.at, [sketch.shift(onset, 1, ongoing=True, brand=brand) for brand in brands]))


async def test_what_a_channel_took_is_not_sent_again(app: Application, watch: Watch, sketch, clock):
    await raise_alerts(watch, sketch, clock, ["Halden", "Marsk"])
    shared = Recorder()
    assert await deliver_due(app.store, {"shared": shared}, clock.at) == 2
    assert await deliver_due(app.store, {"shared": shared}, clock.move(days=1)) == 0
    assert len(shared.taken) == 2


async def test_what_failed_is_tried_again_later_under_the_same_key(app: Application, watch: Watch, sketch, clock):
    await raise_alerts(watch, sketch, clock)
    shared = Recorder(DeliveryError("HTTP 503"))
    assert await deliver_due(app.store, {"shared": shared}, clock.at) == 0
    (waiting,) = await app.store.pending()
    assert (waiting.attempts, waiting.last_error) == (1, "HTTP 503")
    assert await deliver_due(app.store, {"shared": shared}, clock.move(seconds=5)) == 0
    assert await deliver_due(app.store, {"shared": shared}, clock.move(seconds=30)) == 1
    assert shared.taken == [waiting.notification.key]


async def test_many_that_take_long_wait_from_the_end_of_their_own_attempt(app: Application, clock):
    class Slow:
        name = "shared"

        async def send(self, notification: Notification) -> None:
            clock.move(seconds=1)
            raise DeliveryError("HTTP 429", retry_after_seconds=60)

    began = clock.at
    for number in range(CLAIMED_AT_ONCE + 1):
        alert = Alert(key=f"report:{number}", kind=Kind.REPORT, brand="", headline="Ready", started=began)
        await announce(app.store, "shared", alert, began)
    await deliver_due(app.store, {"shared": Slow()}, began, clock)
    last = max(delivery.next_attempt for delivery in await app.store.pending())
    assert last == clock.at + timedelta(seconds=60)


async def test_what_can_never_succeed_is_given_up_with_its_reason(app: Application, watch: Watch, sketch, clock):
    await raise_alerts(watch, sketch, clock)
    await deliver_due(app.store, {"shared": Recorder(DeliveryError("HTTP 404", permanent=True))}, clock.at)
    assert await app.store.pending() == []
    assert (await app.store.counts()).outbox_given_up == 1


async def test_a_channel_that_is_configured_no_more_is_given_up(app: Application, watch: Watch, sketch, clock):
    await raise_alerts(watch, sketch, clock)
    assert await deliver_due(app.store, {}, clock.at) == 0
    (known,) = await app.store.alerts()
    (delivery,) = await app.store.deliveries(known.alert.key)
    assert delivery.failed_at
    assert "no channel 'shared' is configured any more" in delivery.last_error


async def test_what_a_dead_worker_had_claimed_is_delivered_when_its_lease_is_over(
    app: Application, watch: Watch, sketch, clock
):
    await raise_alerts(watch, sketch, clock)
    await app.store.claim(clock.at, 10, LEASE_SECONDS)
    shared = Recorder()
    assert await deliver_due(app.store, {"shared": shared}, clock.move(seconds=LEASE_SECONDS - 1)) == 0
    assert await deliver_due(app.store, {"shared": shared}, clock.move(seconds=1)) == 1


async def test_no_alert_is_lost_though_workers_are_killed(database_folder: Path):
    outcome = await crash(kills=5, folder=database_folder, seed=3)
    assert outcome.clean, outcome
    assert outcome.alerts > 5
