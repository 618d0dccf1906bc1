import re
from collections import Counter

import pytest

from sentiment.evaluate.judges import Judge, of_model
from sentiment.evaluate.pairs import ALL, Pair, PairFigures, load_pairs, measure_pairs
from sentiment.scores import LABELS
from sentiment.text import TARGET, mark

OURS = load_pairs()


def pair(text: str, kind: str = "contrast", **of: str) -> Pair:
    return Pair(text, of, kind, "tweet", "shops")


def figures_of(judge: Judge, *pairs: Pair) -> dict[str, PairFigures]:
    return {figures.group: figures for figures in measure_pairs(judge, pairs).figures}


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
    assert measure_pairs(aware, OURS[:20]).figures[0].pairs == 20


def test_there_are_many_pairs_of_many_kinds_forms_and_industries():
    assert len(OURS) >= 320
    kinds, forms = Counter(p.kind for p in OURS), Counter(p.form for p in OURS)
    assert len(kinds) >= 15
    assert set(forms) == {"tweet", "review", "forum", "news", "caption"}
    assert min(forms.values()) >= 40
    assert len({p.industry for p in OURS}) >= 10
    assert len({name for p in OURS for name in p.of}) > 500


def test_a_fifth_of_the_pairs_has_a_neutral_side_and_either_order_is_common():
    assert sum("neutral" in p.of.values() for p in OURS) >= len(OURS) / 5
    orders = Counter(tuple(sorted(p.of, key=lambda name: places_of(p, name)[0])) == tuple(praised(p)) for p in OURS)
    assert min(orders.values()) > 0.3 * len(OURS)


def praised(p: Pair) -> list[str]:
    return sorted(p.of, key=lambda name: -LABELS.index(p.of[name]))


def places_of(p: Pair, name: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(mark_of(p, name)), p.text)]


def mark_of(p: Pair, name: str) -> str:
    (found, *_) = re.findall(re.escape(name).replace(r"\ ", r"\s*"), p.text, re.IGNORECASE)
    return found


@pytest.mark.parametrize("p", OURS, ids=lambda p: p.text[:40])
def test_both_brands_can_be_asked_about(p: Pair):
    first, second = (mark(p.text, [name]) for name in p.of)
    assert set(p.of.values()) <= set(LABELS)
    assert TARGET in first
    assert TARGET in second
    assert first != second
    assert 6 <= len(p.text.split()) <= 60


def test_no_two_pairs_are_built_from_one_mould():
    moulds = Counter(mould for p in OURS for mould in {*moulds_of(p)})
    assert [mould for mould, times in moulds.items() if times > 1] == []


def moulds_of(p: Pair) -> list[tuple[str, ...]]:
    """Each six words in a row, the brands left out of account."""
    text = p.text.lower()
    for name in p.of:
        text = text.replace(name.lower(), "brand")
    words = re.findall(r"[\w']+", text)
    return [tuple(words[i : i + 6]) for i in range(len(words) - 5)]
