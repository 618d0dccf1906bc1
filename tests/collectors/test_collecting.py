"""The short form of benchmarks/collecting.py: every way gives every entry, and the bytes are the same each time."""

from pathlib import Path

import pytest

from benchmarks.collecting import FLOOR, ONE_BY_ONE, OURS, _timed, make_feed, measure, show


async def test_every_way_is_timed_as_often(database_folder: Path, capsys: pytest.CaptureFixture[str]):
    seconds = await measure(10, 2, database_folder)
    assert {name: len(taken) for name, taken in seconds.items()} == {OURS: 2, ONE_BY_ONE: 2, FLOOR: 2}
    show(10, seconds)
    first, *others = capsys.readouterr().out.splitlines()
    assert "x 1.00" in first
    assert len(others) == 2


def test_the_feed_is_the_same_each_time():
    assert make_feed(5) == make_feed(5)


async def test_a_way_that_loses_entries_is_not_timed():
    async def loses() -> int:
        return 9

    with pytest.raises(SystemExit, match="9 of 10 entries"):
        await _timed("a way", 10, loses)
