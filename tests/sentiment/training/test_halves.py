import random
from collections import Counter

from sentiment.datasets import Labelled
from sentiment.scores import LABELS, Label
from sentiment.text import TARGET, mark
from sentiment.training.halves import Half, halves, halves_of

SAID: dict[Label, str] = {"negative": "this is dreadful", "neutral": "this is at noon", "positive": "this is lovely"}
SOURCES = {
    "whole": [Half(said, label) for label, said in SAID.items()],
    "asked": [Half(f"{TARGET} says {said}", label) for label, said in SAID.items()],
    "two": [Half("what a film", "positive"), Half("such a bore", "negative")],
}


def test_the_asked_label_is_that_of_the_half_about_the_one_asked():
    for one in halves({"asked": SOURCES["asked"]}, 300, random.Random(1)):
        marked = mark(one.text, [one.target])
        assert marked is not None
        assert marked.count(TARGET) == 1
        assert marked.partition(TARGET)[2].lstrip().startswith(f"says {SAID[one.label]}")


def test_labels_are_balanced_and_either_half_is_asked_about():
    made = list(halves(SOURCES, 600, random.Random(1)))
    assert Counter(one.label for one in made) == dict.fromkeys(LABELS, 200)
    firsts = sum((mark(one.text, [one.target]) or "").index(TARGET) < 25 for one in made)
    assert 0.35 < firsts / len(made) < 0.75
    assert made == list(halves(SOURCES, 600, random.Random(1)))


def test_every_text_has_two_halves_and_names_its_target():
    for one in halves(SOURCES, 300, random.Random(2)):
        assert mark(one.text, [one.target]) is not None
        assert sum(one.text.count(half.text.removeprefix(TARGET)) for some in SOURCES.values() for half in some) >= 2


def test_short_texts_that_name_their_target_become_halves():
    found = halves_of(
        [
            Labelled("@United my bag is gone", "negative", ("United",)),
            Labelled("my bag is gone again", "negative", ("United",)),
            Labelled("a fine film it is", "positive"),
            Labelled("short", "positive"),
            Labelled("long " * 60, "positive"),
        ]
    )
    assert found == [Half(f"{TARGET} my bag is gone", "negative"), Half("a fine film it is", "positive")]


def test_without_all_labels_there_are_none():
    assert not list(halves({"two": SOURCES["two"]}, 10, random.Random(1)))
