import pytest

from sentiment.labels import LabelError, class_of_each


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["negative", "neutral", "positive"], [0, 1, 2]),
        (["positive", "negative", "neutral"], [2, 0, 1]),
        (["NEG", "NEU", "POS"], [0, 1, 2]),
        (["NEGATIVE", "POSITIVE"], [0, 2]),
        (["LABEL_0", "LABEL_1", "LABEL_2"], [0, 1, 2]),
        (["LABEL_0", "LABEL_1"], [0, 2]),
        (["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"], [0, 0, 1, 2, 2]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [0, 0, 1, 2, 2]),
        (["5_stars", "4_stars", "3_stars", "2_stars", "1_star"], [2, 2, 1, 0, 0]),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"], [0, 0, 1, 2, 2]),
        (["very-negative", "positive"], [0, 2]),
    ],
)
def test_names_in_use_are_understood(names: list[str], classes: list[int]):
    assert class_of_each(names).tolist() == classes


@pytest.mark.parametrize(
    "names",
    [
        ["joy", "anger", "fear"],
        ["negative", "neutral", "joy"],
        ["LABEL_0"],
        ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"],
        ["neutral", "positive"],
        ["6 stars", "1 star"],
    ],
)
def test_other_names_are_refused_by_name(names: list[str]):
    with pytest.raises(LabelError, match=f"its labels are '{names[0]}'.*expected negative, neutral and positive"):
        class_of_each(names)
