"""A killed collection loses nothing and doubles nothing: the short form of benchmarks/collecting_crashes.py."""

import random
from pathlib import Path

from benchmarks.collecting_crashes import Outcome, World, crash


async def test_killed_collections_lose_and_double_nothing(tmp_path: Path, database_url: str):
    outcome = await crash(5, tmp_path, database=database_url)
    assert outcome.clean, outcome
    assert outcome.said == outcome.stored >= 300


def test_what_is_lost_doubled_or_invented_is_noticed():
    fine = Outcome(kills=1, said=1, stored=1, lost=frozenset(), doubled=frozenset(), unknown=frozenset(), again=0)
    assert fine.clean
    one = frozenset({("news", "entry-1")})
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
