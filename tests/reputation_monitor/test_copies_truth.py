"""Copies are told from look-alikes on pairs of real texts that were read and labelled; the texts lie elsewhere."""

import csv
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.copies import EDITS, PAIRS, Told, edit, invented, judge, labelled_pairs

FLOOR = {"choose": (0.97, 0.94), "report": (0.95, 0.87), "called": (0.87, 0.99)}
"""Precision and recall that each part reached, a little less; what is called a copy holds none that were missed."""
FEWEST = {"choose": (101, 141), "report": (101, 141), "called": (71, 0)}
"""Copies found and look-alikes kept apart, without which the shares say little."""
FIRST_PAIRS = 825
"""Those labelled first. Harder ones were added since, which must not hide it if these are told less well."""
FIRST_FLOOR = {"choose": (0.96, 0.96), "report": (0.95, 0.97)}


@pytest.mark.parametrize("half", FLOOR)
def test_copies_are_found_and_look_alikes_kept_apart(shared_data: Path, half: str):
    figures = judge(pair for pair in labelled_pairs(shared_data) if pair.half == half)
    assert figures.precision > FLOOR[half][0]
    assert figures.recall > FLOOR[half][1]
    copies, others = FEWEST[half]
    assert figures.right >= copies
    assert figures.apart >= others


@pytest.mark.parametrize("half", FIRST_FLOOR)
def test_the_pairs_that_were_labelled_first_are_told_as_well_as_ever(shared_data: Path, half: str):
    first = islice(labelled_pairs(shared_data), FIRST_PAIRS)
    figures = judge(pair for pair in first if pair.half == half)
    assert figures.precision > FIRST_FLOOR[half][0]
    assert figures.recall > FIRST_FLOOR[half][1]
    assert figures.right > 100
    assert figures.apart > 140


def test_the_truth_names_texts_and_holds_none():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 1300
    assert {row["copy"] for row in rows} == {"0", "1"}
    assert not [row for row in rows for value in row.values() if " " in value or len(value) > 60]


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_the_same_for_the_same_seed(kind: str):
    told = Told("Larkair fails", " ".join(f"word {number}" for number in range(60)))
    filler = [f"other{number}" for number in range(300)]
    assert edit(told, kind, 7, filler) == edit(told, kind, 7, filler)
    assert edit(told, kind, 7, filler) != edit(told, kind, 8, filler)


def test_invented_mentions_are_the_same_at_every_run_and_hold_near_copies():
    assert invented(100, 50) == invented(100, 50)
    assert sum("mended" in mention.text for mention in invented(0, 500)) > 30
