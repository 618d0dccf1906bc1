import random
from collections import Counter
from pathlib import Path

import pytest

from sentiment.scores import LABELS
from sentiment.text import TARGET, mark
from sentiment.training.contrasts import composite, contrast
from sentiment.training.corpus import calibration_part, schedule
from sentiment.training.examples import Example, digest_of
from sentiment.training.recipe import Recipe
from sentiment.training.unlabelled import KIND

RECIPE = Recipe(composites=20, contrasts=30)


@pytest.fixture(scope="module")
def found(data: Path) -> list[Example]:
    return schedule(data, RECIPE)


def test_every_data_set_takes_part_as_often_as_its_share_says(found: list[Example]):
    counts = Counter(example.kind for example in found)
    assert set(counts) == {*RECIPE.shares, "composites", "contrasts"}
    assert counts["NewsMTSC"] == 20 * RECIPE.shares["NewsMTSC"].passes
    assert counts["composites"] == RECIPE.composites


def test_the_schedule_is_the_same_each_time(data: Path, found: list[Example]):
    assert schedule(data, RECIPE) == found
    assert schedule(data, RECIPE, limit=7) == found[:7]


def test_texts_about_two_and_texts_without_labels_take_part_where_the_recipe_asks(data: Path):
    recipe = Recipe(composites=10, contrasts=10, halves=30, rivals=50, unlabelled=1.5)
    found = schedule(data, recipe)
    counts = Counter(example.kind for example in found)
    assert set(counts) == {*recipe.shares, "composites", "contrasts", "halves", "rivals", KIND}
    assert (counts["halves"], counts["rivals"]) == (30, 50)
    assert all(e.targeted for e in found if e.kind in {"halves", "rivals"})
    assert all((e.label is None) == (e.kind == KIND) for e in found)
    assert set(Counter(e.text for e in found if e.kind == KIND).values()) == {1, 2}


def test_the_digest_tells_schedules_apart(found: list[Example]):
    assert digest_of(found) == digest_of(list(found))
    assert digest_of(found) != digest_of(found[::-1])


def test_targets_are_marked_and_handles_hidden(found: list[Example]):
    news = [example for example in found if example.kind == "NewsMTSC"]
    assert all(example.targeted for example in news)
    assert {LABELS[e.label] for e in news if e.text.endswith(f"praised {TARGET} .")} == {"positive"}
    assert not any("@ann" in example.text for example in found)
    marked = Counter(example.targeted for example in found if example.kind == "airline")
    assert marked[True] > 0 < marked[False]


def test_nothing_that_measures_or_calibrates_is_trained_on(data: Path, found: list[Example]):
    trained = {example.text for example in found if example.kind in {"TweetEval", "airline"}}
    assert not trained & {e.text for e in calibration_part(data)}


def test_other_languages_are_left_out(found: list[Example]):
    assert not any("mots" in example.text for example in found)


def test_a_composite_says_two_things_and_asks_about_one(found: list[Example]):
    for example in found:
        if example.kind == "composites":
            assert example.text.count(TARGET) == 1
            assert example.text.count("hello") == 2


def test_contrasts_always_name_their_target():
    rng = random.Random(1)
    made = [contrast(rng) for _ in range(500)]
    assert all(mark(one.text, [one.target]) for one in made)
    assert {one.label for one in made} == set(LABELS)
    assert len({one.text for one in made}) > 400


def test_composites_come_in_either_order():
    rng = random.Random(1)
    assert len({composite("a", "b", rng)[0] for _ in range(50)}) == 2
