import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pysubs2
import pytest
import webvtt

from reputation_monitor.demo.broadcasts import PROGRAMMES, STATION, WINDOW_SECONDS, Airing, Passage, Programme
from reputation_monitor.demo.captions import LINE_WIDTH, cues, render_captions
from reputation_monitor.demo.scenario import NOTICE
from reputation_monitor.demo.world import World


def editions(world: World, programme: Programme) -> list[Airing]:
    return [airing for airing in world.airings if airing.programme is programme]


def spoken(texts: list[str]) -> str:
    """What is said when each cue's lines are read once, in upper case without speaker marks."""
    new_lines = [text.split("\n")[-1] for text in texts]
    return re.sub(r"\s+", " ", " ".join(new_lines).replace(">>", " ")).strip()


def expected(airing: Airing) -> str:
    return " ".join(passage.text for passage in airing.passages).upper()


def test_every_programme_is_on_every_day(world: World):
    days = {airing.start.date() for airing in world.airings}
    assert len(days) == 43
    for programme in PROGRAMMES:
        assert len(editions(world, programme)) >= 42


def test_captions_come_only_after_the_programme_is_over(world: World):
    assert max(airing.end for airing in world.airings) <= world.plan.now


def test_a_file_is_named_after_station_start_and_programme(world: World):
    first = world.airings[0]
    assert first.file_name == f"{STATION}_{first.start:%Y%m%d}_070000_Morning_Ledger.srt"


def test_a_cue_repeats_the_line_before_and_never_overruns_its_window():
    passages = [Passage(0, "one two three " * 30), Passage(30, "the end.")]
    found = list(cues(passages))
    for before, after in pairwise(found):
        assert after.text.split("\n")[0] == before.text.split("\n")[-1]
        assert before.end <= after.start
    assert all(len(line) <= LINE_WIDTH for cue in found for line in cue.text.split("\n"))
    assert max(cue.end for cue in found[:-1]) <= WINDOW_SECONDS
    assert found[-1].start == 30


@pytest.mark.parametrize("programme", [each for each in PROGRAMMES if each.format == "vtt"], ids=lambda each: each.slug)
def test_webvtt_py_reads_all_that_is_said(programme: Programme, world: World):
    airing = editions(world, programme)[3]
    captions = webvtt.from_string(render_captions([airing])).captions
    assert spoken([caption.text.replace("&gt;", ">") for caption in captions]) == expected(airing)


@pytest.mark.parametrize("programme", [each for each in PROGRAMMES if each.format == "srt"], ids=lambda each: each.slug)
def test_pysubs2_reads_all_that_is_said(programme: Programme, world: World):
    airing = editions(world, programme)[3]
    events = pysubs2.SSAFile.from_string(render_captions([airing]), format_="srt").events
    assert spoken([event.text.replace("\\N", "\n") for event in events]) == expected(airing)


def test_an_archive_runs_on_one_clock_from_the_first_edition(world: World):
    two = editions(world, PROGRAMMES[0])[:2]
    assert two[1].start - two[0].start == timedelta(days=1)
    assert "\n24:00:00,000 --> " in render_captions(two)


def test_the_clock_of_an_archive_goes_beyond_a_hundred_hours(world: World):
    week = editions(world, PROGRAMMES[1])[:7]
    assert "\n144:00:00.000 --> " in render_captions(week)


def test_webvtt_says_that_it_is_invented(world: World):
    assert f"NOTE {NOTICE}" in render_captions(editions(world, PROGRAMMES[1])[:1])


def test_one_day_has_a_cue_with_a_time_that_nobody_can_read(world: World):
    airing = editions(world, PROGRAMMES[1])[5]
    damaged = render_captions([airing], airing.start.date())
    assert damaged.count("half past --> ") == 1
    assert "half past" not in render_captions([airing], datetime(2000, 1, 1, tzinfo=UTC).date())
