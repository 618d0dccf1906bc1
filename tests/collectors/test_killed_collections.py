"""A killed collection loses nothing and doubles nothing: the short form of benchmarks/collecting_crashes.py."""

import random
from pathlib import Path

from benchmarks.collecting_crashes import Outcome, Showing, World, crash, entries_of, owed, reviews_of


async def test_killed_collections_lose_and_double_nothing(tmp_path: Path, database_url: str):
    outcome = await crash(5, tmp_path, database=database_url)
    assert outcome.clean, outcome
    assert outcome.said == outcome.stored >= 300


async def test_what_scrolls_away_before_a_worker_lives_long_enough_is_told_from_what_is_lost(tmp_path: Path):
    outcome = await crash(2, tmp_path, page_size=2, requests=4)
    assert outcome.clean, outcome
    assert outcome.said == outcome.stored + len(outcome.scrolled)
    assert 0 <= outcome.glimpsed < len(outcome.scrolled)
    assert len(outcome.scrolled) >= 3 * 100  # of three storefronts with 120 reviews, all but twenty


def page(number: int, part: str = "de", life: int = 1) -> Showing:
    """A page of two reviews out of six, the newest first."""
    held = range(7 - 2 * number, 5 - 2 * number, -1)
    return Showing(life, "reviews", part, number, reviews_of(part, held), reviews_of(part, range(6)))


def test_a_page_must_be_stored_once_the_next_one_is_asked_for():
    assert owed([page(1), page(2)]) == reviews_of("de", range(4, 6))
    assert owed([page(1), page(2, life=2)]) == set()


def test_a_storefront_must_be_known_once_another_one_or_the_first_page_is_asked_for():
    assert owed([page(1), page(1, "gb")]) == reviews_of("de", range(6))
    assert owed([page(1), page(1)]) == reviews_of("de", range(6))


def test_what_one_source_asks_for_says_nothing_of_another():
    news = Showing(1, "news", "", 1, entries_of(range(3)), entries_of(range(3)))
    assert owed([page(1), news]) == set()
    assert owed([news, page(1), news]) == entries_of(range(3))


def test_what_is_lost_doubled_or_invented_is_noticed():
    none, one = frozenset[tuple[str, str]](), frozenset({("news", "entry-1")})
    fine = Outcome(kills=1, said=2, stored=1, lost=none, scrolled=one, glimpsed=0, doubled=none, unknown=none, again=0)
    assert fine.clean
    for spoilt in ({"lost": one}, {"doubled": one}, {"unknown": one}, {"again": 1}):
        kept = {name: getattr(fine, name) for name in Outcome.__dataclass_fields__}
        assert not Outcome(**kept | spoilt).clean


def test_the_world_is_the_same_each_time(tmp_path: Path):
    told = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        world = World(tmp_path / folder, random.Random(3))
        for _ in range(10):
            world.go_on()
        told.append(world.said())
    assert told[0] == told[1]
