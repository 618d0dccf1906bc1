import random
import re
from collections import Counter

import pytest

from sentiment.evaluate.pairs import SUITES, load_pairs
from sentiment.scores import LABELS
from sentiment.text import TARGET, mark, names_any
from sentiment.training.contrasts import Contrast
from sentiment.training.rivals.constructions import CELLS, constructions, draw, draw_alone
from sentiment.training.rivals.grammar import ALONE, rivals
from sentiment.training.rivals.names import name, two_names, words_of, written
from sentiment.training.rivals.sayings import all_sayings, industries, plural
from sentiment.training.rivals.styles import capitalised, hurried, mistyped, styled


@pytest.fixture(scope="module")
def made() -> list[Contrast]:
    return list(rivals(6000, random.Random(4)))


def test_every_label_is_asked_for_as_often(made: list[Contrast]):
    assert max(Counter(one.label for one in made).values()) < 1.01 * len(made) / 3


def test_every_text_names_whom_it_is_asked_about_and_never_once_marked(made: list[Contrast]):
    for one in made:
        marked = mark(one.text, [one.target])
        assert marked is not None
        assert TARGET in marked
        assert not names_any(marked, [one.target])


def test_the_texts_are_many_and_the_same_for_a_seed(made: list[Contrast]):
    assert len({one.text for one in made}) > 0.97 * len(made)
    assert list(rivals(300, random.Random(4))) == made[:300]
    assert list(rivals(300, random.Random(5))) != made[:300]


def test_no_brace_or_sign_is_left_in_a_text(made: list[Contrast]):
    assert not [one.text for one in made if re.search(r"[{}\ue000-\uf8ff]|  |\.\.\.\.|^[ ,.]", one.text)]


def test_there_is_a_construction_of_several_kinds_for_every_cell():
    rng = random.Random(2)
    for cell in CELLS:
        found = [draw(cell, rng) for _ in range(60)]
        assert len({construction.kind for construction, _ in found}) >= 8
        for construction, x_asked in found:
            assert construction.starts_with_x == (cell.first == x_asked)
            pair = (cell.asked, cell.other) if x_asked else (cell.other, cell.asked)
            assert pair in construction.labels


def test_constructions_name_two_brands_or_one():
    for one in constructions():
        names = {found[1] for found in re.finditer(r"\{(x|a says|y|b says)\}", one.template)}
        whose = {found.replace("a says", "x").replace("b says", "y") for found in names}
        alone = {len(labels) for labels in one.labels} == {1}
        assert whose == ({"x"} if alone else {"x", "y"}), one.template


def test_every_brace_is_known():
    known = {"x", "y", *(f"{a}{form}" for a in "ab" for form in ("", " they", " is", " says", " then", " mood"))}
    lines = [one.template for one in constructions()] + [said for some in all_sayings().values() for said in some]
    slots = {found for line in lines for found in re.findall(r"\{([^{}]*)\}", line)}
    assert all(words_of(slot) for slot in slots - known)
    assert not any("{y}" in said for some in all_sayings().values() for said in some)


def test_every_tenth_text_is_of_one_brand_and_those_are_balanced_too():
    alone = [one for i, one in enumerate(rivals(900, random.Random(1))) if i % ALONE == 0]
    assert Counter(one.label for one in alone) == dict.fromkeys(LABELS, 30)
    assert {draw_alone(label, random.Random(3)).kind for label in LABELS} == {"alone"}


def test_there_are_hundreds_of_sayings_of_each_label_and_some_of_every_industry():
    sizes = Counter[str]()
    for (_, label, _), some in all_sayings().items():
        sizes[label] += len(some)
        assert len(set(some)) == len(some)
    assert min(sizes[label] for label in LABELS) > 200
    assert len(industries()) >= 11
    assert all((industry, label, "does") in all_sayings() for industry in industries() for label in LABELS)


@pytest.mark.parametrize(
    ("does", "do"),
    [
        ("has no signal", "have no signal"),
        ("is a joke", "are a joke"),
        ("wasn't there", "weren't there"),
        ("never answers the phone", "never answer the phone"),
        ("crashes daily", "crash daily"),
        ("carries the match", "carry the match"),
        ("lies to me", "lie to me"),
        ("won't pay", "won't pay"),
        ("lost my bag", "lost my bag"),
    ],
)
def test_sayings_are_put_into_the_plural(does: str, do: str):
    assert plural(does) == do


def test_two_names_share_no_word():
    rng = random.Random(8)
    for _ in range(500):
        x, y = two_names(rng.choice(industries()), rng)
        assert not set(x.lower().split()) & set(y.lower().split())


def test_names_are_many_and_written_so_that_they_are_found():
    rng = random.Random(8)
    names = {name(rng.choice(industries()), rng) for _ in range(3000)}
    assert len(names) > 500
    for one in sorted(names):
        assert names_any(f"so {written(one, rng, post=True)} is it", [one])


@pytest.mark.parametrize("suite", SUITES)
def test_nothing_of_the_pairs_that_measure_is_in_the_grammar(made: list[Contrast], suite: str):
    pairs = load_pairs(suite)
    names = {name.lower().lstrip("@#") for pair in pairs for name in pair.of}
    shared = names & {one.lower() for kind in ("names", "common") for one in words_of(kind)}
    assert shared <= {"guardian"}  # a newspaper in the one, a word that names somebody invented in the other
    measured = set().union(*(_runs(pair.text) for pair in pairs))
    assert sum(bool(_runs(one.text) & measured) for one in made) == 0


def _runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", text.lower())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_styles_change_case_stops_and_single_letters_only():
    rng = random.Random(3)
    assert capitalised('so it is. and "that" was it? yes.') == 'So it is. And "that" was it? Yes.'
    assert {hurried("It's Late.", rng).lower().replace("'", "") for _ in range(40)} == {"its late", "its late."}
    for _ in range(200):
        slipped = mistyped("nobody answered @northgale", rng)
        assert slipped.endswith(" @northgale")
        assert abs(len(slipped) - len("nobody answered @northgale")) <= 1
    assert mistyped("it is so", rng) == "it is so"
    assert any(styled("a caption", "!", rng).isupper() for _ in range(20))
