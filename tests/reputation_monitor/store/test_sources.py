from collections.abc import Callable
from datetime import datetime, timedelta

from collectors.base import Reject
from reputation_monitor.store import NewMention, SourceState, Store

Make = Callable[..., NewMention]

HOUR = timedelta(hours=1)


async def test_a_source_never_polled_has_an_empty_state(store: Store):
    assert await store.source_state("forum") == SourceState("forum")


async def test_failures_are_counted_until_a_poll_succeeds(store: Store, noon: datetime):
    await store.poll_failed("forum", "time-out", noon)
    await store.poll_failed("forum", "429", noon + HOUR)
    failing = await store.source_state("forum")
    assert (failing.failures, failing.polls, failing.last_error, failing.last_error_at) == (2, 2, "429", noon + HOUR)
    await store.poll_succeeded("forum", noon + 2 * HOUR)
    mended = await store.source_state("forum")
    assert (mended.failures, mended.polls, mended.last_success) == (0, 3, noon + 2 * HOUR)
    assert mended.last_error == "429"


async def test_a_failed_poll_leaves_the_cursor_where_it_was(store: Store, mention: Make, noon: datetime):
    await store.store_batch("forum", [mention()], [], {"etag": "a"}, noon)
    await store.poll_failed("forum", "time-out", noon + HOUR)
    assert (await store.source_state("forum")).state == {"etag": "a"}


async def test_only_new_items_count_as_items(store: Store, mention: Make, noon: datetime):
    await store.store_batch("forum", [mention("1"), mention("2")], [], {}, noon)
    await store.store_batch("forum", [mention("2")], [], {"etag": "b"}, noon + HOUR)
    state = await store.source_state("forum")
    assert (state.items, state.last_item, state.state) == (2, noon, {"etag": "b"})


async def test_states_are_listed_by_name(store: Store, noon: datetime):
    for name in ("tv", "news"):
        await store.poll_succeeded(name, noon)
    assert [state.source for state in await store.source_states()] == ["news", "tv"]


async def test_what_comes_again_is_counted_not_kept_twice(store: Store, noon: datetime):
    await store.store_batch("forum", [], [Reject("{", "not JSON", "line 1")], None, noon)
    await store.store_batch("forum", [], [Reject("{", "cut off", "line 4"), Reject("}", "cut off")], None, noon + HOUR)
    await store.store_batch("news", [], [Reject("{", "not JSON")], None, noon)
    kept = {(one.source, one.raw): one for one in await store.quarantined()}
    again = kept["forum", "{"]
    assert (again.reason, again.place, again.seen, again.first_seen, again.last_seen) == (
        "cut off",
        "line 4",
        2,
        noon,
        noon + HOUR,
    )
    assert await store.quarantine_counts() == {"forum": 2, "news": 1}
    assert [one.source for one in await store.quarantined("news")] == ["news"]
    assert len(await store.quarantined(limit=1)) == 1


async def test_what_was_replayed_is_released(store: Store, noon: datetime):
    await store.store_batch("forum", [], [Reject("{", "a"), Reject("}", "b")], None, noon)
    first, second = await store.quarantined()
    await store.release([first.id])
    assert await store.quarantined() == [second]


async def test_a_huge_reject_is_kept_in_part_and_told_apart_by_all_of_it(store: Store, noon: datetime):
    rejects = [Reject("\x00\ud800" + "x" * 100_000 + end, "no feed") for end in "ab"]
    await store.store_batch("forum", [], rejects, None, noon)
    assert [len(one.raw) for one in await store.quarantined()] == [10_000, 10_000]
