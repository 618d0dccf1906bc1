from dataclasses import replace
from datetime import datetime, timedelta

from reputation_monitor.store import Store, Subscription

ASKED = Subscription(source="news", hub="https://hub.example", topic="https://a.example", key="k", secret="s")


async def test_a_source_has_one_subscription(store: Store, noon: datetime):
    assert await store.subscription("news") is None
    await store.keep_subscription(ASKED)
    again = replace(ASKED, pending="subscribe", attempts=1, asked_at=noon)
    await store.keep_subscription(again)
    assert await store.subscriptions() == [again] == [await store.subscription("news")]


async def test_what_is_promised_is_kept_under_its_key_alone(store: Store, noon: datetime):
    await store.keep_subscription(ASKED)
    until = noon + timedelta(days=1)
    assert not await store.change_subscription("news", "another", {"lease_until": until})
    assert await store.change_subscription("news", "k", {"lease_until": until})
    known = await store.subscription("news")
    assert known is not None
    assert known.is_live(noon)
    assert not known.is_live(until)


async def test_it_is_forgotten_under_its_key_alone(store: Store):
    await store.keep_subscription(ASKED)
    await store.drop_subscription("news", "another")
    assert await store.subscriptions() == [ASKED]
    await store.drop_subscription("news", "k")
    assert await store.subscriptions() == []
