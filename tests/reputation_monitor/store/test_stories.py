from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.store.stories import STORY_LASTS, Story, Telling, join_stories

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = ("Halden", "fingerprint")


def told(day: float) -> datetime:
    return NOON + timedelta(days=day)


def test_tellings_join_the_first_that_was_published():
    assert join_stories([Telling(7, KEY, told(1)), Telling(8, KEY, told(0))], {}) == {7: 8}


def test_tellings_join_a_story_that_is_known():
    known = {KEY: [Story(3, told(0), told(5))]}
    assert join_stories([Telling(7, KEY, told(14)), Telling(8, KEY, told(14.1))], known) == {7: 3}
    assert known[KEY][0].last == told(14)


def test_a_text_posted_every_week_is_a_new_story_every_third_time():
    weekly = [Telling(number, KEY, told(7 * number)) for number in range(6)]
    assert join_stories(weekly, {}) == {1: 0, 2: 0, 4: 3, 5: 3}


@given(st.lists(st.floats(0, 100), max_size=30))
def test_no_story_lasts_longer_than_it_may(days: list[float]):
    tellings = [Telling(number, KEY, told(day)) for number, day in enumerate(days)]
    joined = join_stories(tellings, {})
    stories: dict[int, list[datetime]] = {}
    for telling in tellings:
        stories.setdefault(joined.get(telling.id, telling.id), []).append(telling.published)
    assert all(max(times) - min(times) <= STORY_LASTS for times in stories.values())
    assert not joined.keys() & set(joined.values())
