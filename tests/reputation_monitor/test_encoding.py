from collections.abc import Sequence

import numpy as np

from reputation_monitor.encoding import RememberingEncoder


class Counting:
    def __init__(self):
        self.read: list[str] = []

    def embed(self, texts: Sequence[str]):
        self.read += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


def test_a_text_is_read_once():
    counting = Counting()
    encoder = RememberingEncoder(counting)
    assert encoder.embed(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert encoder.embed(["bb", "ccc"])[:, 0].tolist() == [2, 3]
    assert counting.read == ["a", "bb", "ccc"]


def test_the_least_lately_asked_are_forgotten_first():
    counting = Counting()
    encoder = RememberingEncoder(counting, most=2)
    encoder.embed(["a", "bb"])
    encoder.embed(["a"])
    encoder.embed(["ccc"])
    encoder.embed(["a"])
    encoder.embed(["bb"])
    assert counting.read == ["a", "bb", "ccc", "bb"]


def test_more_texts_than_it_remembers_are_all_answered():
    assert RememberingEncoder(Counting(), most=1).embed(["a", "bb", "ccc"])[:, 0].tolist() == [1, 2, 3]
