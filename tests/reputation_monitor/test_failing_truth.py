"""Talk of failing service is told from other complaints on real texts that were labelled; they lie elsewhere."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.failing import DRAWN, Labelled, all_read, half_of, judge, label_rows, labelled, microseconds, stratum_of

FLOOR = {
    ("choose", "tweets"): (0.90, 0.55),
    ("choose", "English reviews"): (0.91, 0.74),
    ("choose", "French reviews"): (0.91, 0.90),
    ("report", "tweets"): (0.84, 0.64),
    ("report", "English reviews"): (0.83, 0.52),
    ("report", "French reviews"): (0.95, 0.80),
}
"""Precision and recall that each half reached, a little less."""


WHOLE_FLOOR = {"tweets": (0.84, 0.59), "English reviews": (0.89, 0.62)}
"""The same of all that was read, half of it when the detector had been changed."""


@pytest.mark.parametrize(("half", "corpus"), FLOOR)
def test_failing_service_is_told_from_other_complaints(shared_data: Path, half: str, corpus: str):
    rows = [row for row in labelled(shared_data) if (row.half, row.corpus) == (half, corpus)]
    found = judge(rows, resamples=1)
    precision, recall = FLOOR[half, corpus]
    assert found.precision.value > precision
    assert found.recall.value > recall
    assert sum(row.failing for row in rows) > 60


@pytest.mark.parametrize("corpus", WHOLE_FLOOR)
def test_what_nobody_had_read_bears_the_figures_out(shared_data: Path, corpus: str):
    found = judge(all_read([row for row in labelled(shared_data) if row.corpus == corpus]), resamples=1)
    precision, recall = WHOLE_FLOOR[corpus]
    assert found.precision.value > precision
    assert found.recall.value > recall


def test_the_truth_names_texts_and_holds_none():
    rows = label_rows()
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["failing"] for row in rows} == {"0", "1"}
    first = [row for row in rows if row["half"] != "after"]
    assert Counter((row["corpus"], row["stratum"]) for row in first) == {
        (corpus, stratum): size for corpus, sizes in DRAWN.items() for stratum, size in sizes.items()
    }
    assert all(row["half"] == half_of(row["id"]) for row in first)
    assert not [row for row in rows if " " in row["id"] or len(row["id"]) > 40]


def test_what_was_read_first_stands_for_itself_and_what_came_after_for_the_rest():
    first = Labelled("choose", "tweets", "rest", 100, "three hours late", failing=False)
    after = Labelled("after", "tweets", "rest", 98, "three days late", failing=True)
    assert [row.among for row in all_read([first, first, after])] == [2, 2, 98]


def test_each_text_stands_for_its_share_of_its_stratum():
    drawn = [
        *[
            Labelled("choose", "tweets", "called", 4, "the app crashed", failing)
            for failing in (True, True, True, False)
        ],
        *[Labelled("choose", "tweets", "rest", 60, "three hours late", failing) for failing in (True, False, False)],
    ]
    found = judge(drawn, resamples=50)
    assert found.precision.value == pytest.approx(3 / 4)
    assert found.recall.value == pytest.approx(3 / 23)
    assert found.f1.value == pytest.approx(6 / 27)
    assert found.recall.low < found.recall.value < found.recall.high


@pytest.mark.parametrize(
    ("text", "stratum"),
    [
        ("the app crashed", "called"),
        ("no seat for my bags, and the app is fine", "likely"),
        ("your app is lovely", "possible"),
        ("thanks, Jo", "rest"),
    ],
)
def test_texts_are_drawn_by_how_near_they_are_to_being_called(text: str, stratum: str):
    assert stratum_of(text) == stratum


def test_the_cost_is_that_of_texts_which_are_read_to_their_end():
    assert microseconds(20, number=20) < microseconds(200, number=20)
