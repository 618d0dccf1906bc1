import random
from pathlib import Path

import pytest

from sentiment.datasets import Labelled
from sentiment.training import variants as module
from sentiment.training.variants import NEAREST, neighbours, variant, variants

NEAR = {"good": ["great"], "slow": ["fast"], "train": ["trains"]}


@pytest.fixture(autouse=True)
def all_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPLACED", 1.0)


def test_words_are_replaced_and_targets_handles_and_links_are_not():
    text = "[good] @slow http Good trains: slow, so slow. A slow-train"
    assert variant(text, NEAR, random.Random(1)) == "[good] @slow http Great trains: fast, so fast. A fast-trains"


def test_each_text_has_its_variants_and_asks_about_its_target(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "OF", {"NewsMTSC": 2, "SST-2": 1.0, "TweetEval": 0.5})
    parts = {
        "NewsMTSC": [Labelled("Ash is slow", "negative", ("Ash",))],
        "SST-2": [Labelled("a good film", "positive")],
        "TweetEval": [Labelled("good", "positive")] * 100,
        "others": [Labelled("good", "positive")],
    }
    made = list(variants(parts, {"NewsMTSC": 1.0}, NEAR, random.Random(1)))
    assert made[:3] == ["[unused1] is fast", "[unused1] is fast", "a great film"]
    assert {*made[3:]} == {"great"}
    assert 30 < len(made[3:]) < 70


def test_neighbours_are_words_of_the_vocabulary_and_never_the_word_itself(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "COMMONEST", 1)
    monkeypatch.setattr(module, "NEAREST", 3)
    near = neighbours(tiny_base)
    assert "love" not in near  # the first word of more than one letter stays
    assert near["hate"]
    assert all(word not in others and len(others) == 3 and {*others} <= {*near} for word, others in near.items())
    assert NEAREST > 3
