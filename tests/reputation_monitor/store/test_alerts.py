import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from alerts.base import Alert, Event, Incident, Kind, Notification, Quote
from reputation_monitor.store import AlertChange, AlertState, Delivery, KnownAlert, Store

Notify = Callable[..., Notification]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def alert(noon: datetime) -> Alert:
    return Alert(
        key="shift:Halden:2026-03-02T12:00Z",
        kind=Kind.SHIFT,
        brand="Halden",
        headline="Halden: five times the usual complaints",
        started=noon,
        screens=("web", "mobile"),
        observed=42.0,
        incident=Incident(id="p31", title="Payments fail", started=noon),
        quotes=(Quote(text="card declined 😡", source="forum", published=noon),),
        terms=("declined",),
    )


@pytest.fixture
def notify(alert: Alert, noon: datetime) -> Notify:
    def make(number: int = 1, event: Event = Event.RAISED, of: Alert = alert) -> Notification:
        return Notification(key=f"{of.key}|{event}|{number}", event=event, alert=of, at=noon, reason="it began")

    return make


async def raise_alert(store: Store, notifications: list[Notification], now: datetime) -> None:
    pairs = [("shared", notification) for notification in notifications]
    await store.apply([AlertChange(notification.alert) for notification in notifications], pairs, now)


async def claim(store: Store, now: datetime) -> list[Delivery]:
    return await store.claim(now, limit=10, lease_seconds=60)


async def test_an_alert_and_its_notification_are_kept_together(
    store: Store, alert: Alert, notify: Notify, noon: datetime
):
    await store.apply([AlertChange(alert)], [("shared", notify()), ("console", notify())], noon)
    assert await store.alert(alert.key) == KnownAlert(alert, AlertState.FIRING, noon, None, noon)
    pending = await store.pending()
    assert [(one.channel, one.notification, one.attempts) for one in pending] == [
        ("shared", notify(), 0),
        ("console", notify(), 0),
    ]


async def test_what_cannot_be_told_is_not_raised(store: Store, alert: Alert, notify: Notify, noon: datetime):
    with pytest.raises(StatementError):
        await store.apply([AlertChange(alert)], [("shared", notify()), (None, notify(2))], noon)
    assert await store.alert(alert.key) is None
    assert await store.pending() == []


async def test_deciding_the_same_again_tells_nobody_twice(store: Store, notify: Notify, noon: datetime):
    await raise_alert(store, [notify()], noon)
    await raise_alert(store, [notify()], noon + MINUTE)
    assert len(await store.pending()) == 1


async def test_an_alert_is_raised_once_updated_and_ended(store: Store, alert: Alert, noon: datetime):
    await store.apply([AlertChange(alert)], [], noon)
    grown = replace(alert, observed=80.0)
    await store.apply([AlertChange(grown)], [], noon + MINUTE)
    assert await store.open_alerts() == [KnownAlert(grown, AlertState.FIRING, noon, None, None)]
    for minutes in (2, 3):
        await store.apply([AlertChange(grown, AlertState.ENDED)], [], noon + minutes * MINUTE)
    assert await store.open_alerts() == []
    assert await store.alerts() == [KnownAlert(grown, AlertState.ENDED, noon, noon + 2 * MINUTE, None)]


async def test_an_alert_that_fires_again_is_raised_anew(store: Store, alert: Alert, noon: datetime):
    for minutes, state in enumerate((AlertState.FIRING, AlertState.ENDED, AlertState.FIRING)):
        await store.apply([AlertChange(alert, state)], [], noon + minutes * MINUTE)
    assert await store.open_alerts() == [KnownAlert(alert, AlertState.FIRING, noon + 2 * MINUTE, None, None)]


async def test_alerts_are_listed_last_raised_first(store: Store, alert: Alert, noon: datetime):
    for number in range(3):
        await store.apply([AlertChange(replace(alert, key=str(number)))], [], noon + number * MINUTE)
    assert [known.alert.key for known in await store.alerts(limit=2)] == ["2", "1"]
    assert [known.alert.key for known in await store.open_alerts()] == ["0", "1", "2"]


class TestOutbox:
    async def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(
        self, store: Store, notify: Notify, noon: datetime
    ):
        await raise_alert(store, [notify()], noon)
        [first] = await claim(store, noon)
        assert (first.notification, first.attempts, first.claimed_until) == (notify(), 1, noon + MINUTE)
        assert await claim(store, noon + 0.9 * MINUTE) == []
        [again] = await claim(store, noon + MINUTE)
        assert (again.id, again.attempts) == (first.id, 2)

    async def test_what_was_sent_is_settled(self, store: Store, alert: Alert, notify: Notify, noon: datetime):
        await raise_alert(store, [notify()], noon)
        [delivery] = await claim(store, noon)
        await store.sent(delivery.id, noon + MINUTE)
        assert await store.pending() == []
        await store.failed(delivery.id, "the first worker was late", None, noon + 2 * MINUTE)
        [settled] = await store.deliveries(alert.key)
        assert (settled.sent_at, settled.failed_at, settled.last_error) == (noon + MINUTE, None, "")

    async def test_what_failed_waits_for_its_next_attempt(self, store: Store, notify: Notify, noon: datetime):
        await raise_alert(store, [notify()], noon)
        [delivery] = await claim(store, noon)
        await store.failed(delivery.id, "429", noon + 10 * MINUTE, noon)
        assert await claim(store, noon + 9 * MINUTE) == []
        [again] = await claim(store, noon + 10 * MINUTE)
        assert (again.last_error, again.attempts) == ("429", 2)

    async def test_what_was_given_up_is_not_tried_again(self, store: Store, notify: Notify, noon: datetime):
        await raise_alert(store, [notify()], noon)
        [delivery] = await claim(store, noon)
        await store.failed(delivery.id, "404", None, noon)
        assert await claim(store, noon + 100 * MINUTE) == []
        counts = await store.counts()
        assert (counts.outbox_waiting, counts.outbox_given_up, counts.alerts_firing) == (0, 1, 1)

    async def test_a_channel_hears_of_an_alert_in_order(self, store: Store, notify: Notify, noon: datetime):
        await raise_alert(store, [notify(), notify(event=Event.ENDED)], noon)
        [raised] = await claim(store, noon)
        assert raised.notification.event == Event.RAISED
        await store.failed(raised.id, "503", noon + MINUTE, noon)
        [raised] = await claim(store, noon + MINUTE)
        await store.sent(raised.id, noon + MINUTE)
        [ended] = await claim(store, noon + MINUTE)
        assert ended.notification.event == Event.ENDED

    async def test_one_alert_does_not_hold_up_another(self, store: Store, alert: Alert, notify: Notify, noon: datetime):
        other = replace(alert, key="other")
        await raise_alert(store, [notify(), notify(of=other)], noon)
        assert len(await claim(store, noon)) == 2

    async def test_workers_that_claim_at_once_share_the_work(
        self, store_url: str, alert: Alert, notify: Notify, noon: datetime
    ):
        alerts = [replace(alert, key=str(number)) for number in range(20)]
        async with await Store.open(store_url) as one, await Store.open(store_url) as other:
            await raise_alert(one, [notify(of=of) for of in alerts], noon)
            claims = await asyncio.gather(*(worker.claim(noon, 4, 60) for worker in (one, other) * 5))
        claimed = [delivery.id for deliveries in claims for delivery in deliveries]
        assert len(claimed) == len(set(claimed))
        assert {len(deliveries) for deliveries in claims} <= {0, 1, 2, 3, 4}
        assert len(claimed) >= 16

    async def test_the_last_word_to_each_channel_is_known(
        self, store: Store, alert: Alert, notify: Notify, noon: datetime
    ):
        await raise_alert(store, [notify(), notify(event=Event.UPDATED)], noon)
        await store.apply([], [("console", notify())], noon)
        last = await store.last_deliveries([alert.key, "missing"])
        assert {one.channel: one.notification.event for one in last} == {
            "shared": Event.UPDATED,
            "console": Event.RAISED,
        }
        assert await store.last_deliveries([]) == []
