import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scores import LABELS, Score, from_shares, from_stars


def test_the_label_is_the_most_likely_class():
    assert Score(0.7, 0.2, 0.1).label == "negative"
    assert Score(0.1, 0.2, 0.7).label == "positive"
    assert Score(0.3, 0.4, 0.3).label == "neutral"


def test_of_equals_neutral_is_named_first():
    assert Score(0.4, 0.4, 0.2).label == "neutral"
    assert Score(0.4, 0.2, 0.4).label == "negative"


def test_valence_runs_from_minus_one_to_one():
    assert Score(1.0, 0.0, 0.0).valence == -1
    assert Score(0.0, 0.0, 1.0).valence == 1
    assert Score(0.25, 0.5, 0.25).valence == 0


@pytest.mark.parametrize("shares", [(1.1, 0.0, -0.1), (math.nan, 0.5, 0.5), (-0.1, 0.6, 0.5)])
def test_probabilities_outside_zero_to_one_are_refused(shares: tuple[float, float, float]):
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        Score(*shares)


def test_probabilities_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="add up to 1"):
        Score(0.5, 0.5, 0.5)


def test_rounded_probabilities_are_accepted():
    assert Score(0.333, 0.333, 0.333).label == "neutral"


@given(st.tuples(*[st.floats(0, 1e6)] * 3).filter(lambda shares: sum(shares) > 1e-6))
def test_any_shares_become_a_score(shares: tuple[float, float, float]):
    assert math.fsum(from_shares(shares).probabilities) == pytest.approx(1)


@pytest.mark.parametrize(
    ("stars", "label"), [(1, "negative"), (2, "negative"), (3, "neutral"), (4, "positive"), (5, "positive")]
)
def test_stars_have_their_usual_meaning(stars: float, label: str):
    assert from_stars(stars).label == label


@given(st.floats(1, 5))
def test_more_stars_never_mean_less(stars: float):
    assert from_stars(min(5, stars + 0.1)).valence >= from_stars(stars).valence - 1e-9


def test_stars_mean_the_same_both_ways():
    for stars in (1, 1.5, 2, 2.75, 3):
        assert from_stars(stars).probabilities == pytest.approx(from_stars(6 - stars).probabilities[::-1])


def test_half_stars_lie_half_way():
    assert from_stars(4.5).positive == pytest.approx((0.75 + 0.93) / 2)


@pytest.mark.parametrize("rating", [0, 0.9, 5.1, -1, math.nan, math.inf])
def test_other_ratings_are_refused(rating: float):
    with pytest.raises(ValueError, match="1 to 5 stars"):
        from_stars(rating)


def test_labels_are_in_the_order_of_the_fields():
    assert LABELS == ("negative", "neutral", "positive")
    assert Score(0.1, 0.2, 0.7).probabilities == (0.1, 0.2, 0.7)
