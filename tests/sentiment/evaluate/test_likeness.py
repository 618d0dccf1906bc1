import numpy as np
import pytest

from sentiment.evaluate.judges import Judge, of_model
from sentiment.evaluate.likeness import (
    base_is_installed,
    correlation,
    measure_likeness,
    near_pairs,
    random_pairs,
    vectors_of_base,
)

TEXTS = [
    f"{subject} is {state}" for subject in ("app", "site", "shop", "flight") for state in ("bad", "late", "good", "new")
]


def turned(count: int) -> np.ndarray:
    angles = np.linspace(0, 3, count)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def test_who_has_the_bases_own_vectors_agrees_with_it_wholly(judge: Judge):
    found = measure_likeness(judge, TEXTS, judge.embed(TEXTS), pairs=200)
    assert (found.texts, found.pairs) == (16, 200)
    assert found.random.value == pytest.approx(1)
    assert found.near.value == pytest.approx(1)


def test_who_has_no_vectors_is_not_compared(deaf: Judge, judge: Judge):
    assert measure_likeness(deaf, TEXTS, judge.embed(TEXTS)) is None


def test_unlike_vectors_rank_differently(judge: Judge):
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(16, 8)).astype(np.float32)
    found = measure_likeness(judge, TEXTS, noise / np.linalg.norm(noise, axis=1, keepdims=True), pairs=500)
    assert abs(found.random.value) < 0.4


def test_random_pairs_are_of_two_texts():
    pairs = random_pairs(3, 500, np.random.default_rng(0))
    assert pairs.shape == (500, 2)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    assert set(pairs.ravel().tolist()) == {0, 1, 2}


def test_near_pairs_are_of_neighbours():
    pairs = near_pairs(turned(100), 300, np.random.default_rng(0))
    apart = np.abs(pairs[:, 0] - pairs[:, 1])
    assert apart.min() == 1
    assert apart.max() <= 10


def test_near_pairs_need_more_texts_than_neighbours():
    with pytest.raises(ValueError, match="more than 10 texts, got 5"):
        near_pairs(turned(5), 10, np.random.default_rng(0))


def test_ranks_are_compared_not_values():
    values = np.linspace(0.1, 1, 103)
    found = correlation(values, values**3)
    assert found.value == pytest.approx(1)
    assert correlation(values, -values).value == pytest.approx(-1)


def test_an_interval_narrows_with_more_pairs():
    rng = np.random.default_rng(0)
    values, noise = rng.normal(size=1000), rng.normal(size=1000)
    few, many = (correlation(values[:n], values[:n] + noise[:n]) for n in (50, 1000))
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 3


@pytest.mark.skipif(not base_is_installed(), reason="the extra is not installed")
def test_the_base_finds_texts_on_one_subject_alike(target_aware_model):
    base = vectors_of_base(["The site is down", "The website does not load", "Lovely crew on board", *TEXTS])
    assert base[0] @ base[1] > base[0] @ base[2] + 0.2
    found = measure_likeness(of_model(str(target_aware_model)), TEXTS, base[3:], pairs=50)
    assert found.base == "all-MiniLM-L6-v2"
