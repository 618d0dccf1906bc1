import re
from collections import Counter

import pytest

from sentiment.evaluate.judges import Judge, of_model
from sentiment.evaluate.pairs import ALL, SUITES, Pair, PairFigures, load_pairs, measure_pairs
from sentiment.scores import LABELS
from sentiment.text import TARGET, mark

OURS = {suite: load_pairs(suite) for suite in SUITES}


def pair(text: str, kind: str = "contrast", **of: str) -> Pair:
    return Pair(text, of, kind, "tweet", "shops")


def figures_of(judge: Judge, *pairs: Pair) -> dict[str, PairFigures]:
    return {figures.group: figures for figures in measure_pairs(judge, "hard", pairs).figures}


CLEAR = pair("Acme is good; Bolt is bad", Acme="positive", Bolt="negative")
MISTAKEN = pair("Acme is good; Bolt is not bad at all", Acme="positive", Bolt="positive", kind="negation")
HALF = pair("Acme is good; Bolt was never late", Acme="positive", Bolt="positive", kind="negation")


def test_a_judge_that_hears_targets_gets_both_sides(judge: Judge):
    found = figures_of(judge, CLEAR)[ALL]
    assert (found.sides.value, found.both.value, found.apart.value) == (1, 1, 1)


def test_a_judge_that_hears_none_tells_nobody_apart(deaf: Judge):
    found = figures_of(deaf, CLEAR)[ALL]
    assert (found.both.value, found.apart.value) == (0, 0)


def test_one_side_right_is_half(judge: Judge):
    found = figures_of(judge, CLEAR, MISTAKEN, HALF)[ALL]
    assert found.pairs == 3
    assert found.sides.value == pytest.approx(4 / 6)
    assert found.both.value == pytest.approx(1 / 3)


def test_only_brands_that_fare_differently_can_be_told_apart(judge: Judge):
    found = figures_of(judge, CLEAR, MISTAKEN)
    assert found[ALL].apart.value == 1
    assert found["negation"].apart is None


def test_the_wrong_way_round_is_not_told_apart(judge: Judge):
    swapped = pair(CLEAR.text, Acme="negative", Bolt="positive")
    assert figures_of(judge, swapped)[ALL].apart.value == 0


def test_figures_are_given_by_kind_and_by_form(judge: Judge):
    found = figures_of(judge, CLEAR, MISTAKEN)
    assert list(found) == [ALL, "contrast", "negation", "tweet"]
    assert found["contrast"].both.value == 1
    assert found["negation"].both.value == 0


def test_a_network_that_is_aware_of_targets_is_asked_about_each(target_aware_model):
    aware = of_model(str(target_aware_model))
    first, second = aware.score(["acme was good but bolt was bad"] * 2, ["Acme", "Bolt"])
    assert first != second
    assert measure_pairs(aware, "plain", OURS["plain"][:20]).figures[0].pairs == 20


@pytest.fixture(params=SUITES)
def suite(request: pytest.FixtureRequest) -> list[Pair]:
    return OURS[request.param]


def test_there_are_more_than_three_hundred_pairs_and_no_text_twice():
    texts = [p.text for pairs in OURS.values() for p in pairs]
    assert len(OURS["hard"]) >= 320
    assert len(OURS["plain"]) >= 200
    assert len({*texts}) == len(texts)


def test_they_are_of_many_kinds_forms_and_industries(suite: list[Pair]):
    kinds, forms = Counter(p.kind for p in suite), Counter(p.form for p in suite)
    assert len(kinds) >= 8
    assert set(forms) == {"tweet", "review", "forum", "news", "caption"}
    assert min(forms.values()) >= len(suite) / 10
    assert len({p.industry for p in suite}) >= 10
    assert len({name for p in suite for name in p.of}) > 1.3 * len(suite)


def test_a_fifth_of_the_pairs_has_a_neutral_side(suite: list[Pair]):
    assert sum("neutral" in p.of.values() for p in suite) >= len(suite) / 5


def test_plain_pairs_are_of_all_labels_alike():
    labels = Counter(label for p in OURS["plain"] for label in p.of.values())
    assert min(labels.values()) > 0.3 * labels.total()


def test_the_brand_that_fares_better_comes_first_about_as_often_as_last(suite: list[Pair]):
    different = [p for p in suite if len({*p.of.values()}) == 2]
    first = sum(place_of(p, better(p)) < place_of(p, worse(p)) for p in different)
    assert 0.4 < first / len(different) < 0.6


def better(p: Pair) -> str:
    return max(p.of, key=lambda name: LABELS.index(p.of[name]))


def worse(p: Pair) -> str:
    return min(p.of, key=lambda name: LABELS.index(p.of[name]))


def place_of(p: Pair, name: str) -> int:
    return mark(p.text, [name]).index(TARGET)


def test_both_brands_of_every_pair_can_be_asked_about(suite: list[Pair]):
    marked = [[mark(p.text, [name]) for name in p.of] for p in suite]
    assert [p.text for p, texts in zip(suite, marked, strict=True) if None in texts or len({*texts}) != 2] == []


def test_every_pair_is_a_sentence_or_a_few_with_labels_that_there_are(suite: list[Pair]):
    assert [p.text for p in suite if not 6 <= len(p.text.split()) <= 60] == []
    assert {label for p in suite for label in p.of.values()} == set(LABELS)


def test_no_two_pairs_are_built_from_one_mould(suite: list[Pair]):
    moulds = Counter(mould for p in suite for mould in set(moulds_of(p)))
    assert [mould for mould, times in moulds.items() if times > 1] == []


def moulds_of(p: Pair) -> list[tuple[str, ...]]:
    """Each six words in a row, the brands left out of account."""
    text = p.text.lower()
    for name in p.of:
        text = text.replace(name.lower(), "brand")
    words = re.findall(r"[\w']+", text)
    return [tuple(words[i : i + 6]) for i in range(len(words) - 5)]
