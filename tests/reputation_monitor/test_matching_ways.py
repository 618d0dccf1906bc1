"""Other ways to find brands, which the project measured and did not take, find the same ones."""

from benchmarks.matching import WAYS, differences, queries, texts


def test_three_ways_find_the_same_brands():
    brands = queries(40)
    ways = {name: make(brands) for name, make in WAYS.items()}
    some = [text for of_kind in texts(600, 40).values() for text in of_kind]
    assert differences(ways, some) == []
    found = [ways["automaton"](text) for text in some]
    assert sum(map(bool, found)) > 100
    assert len({name for names in found for name in names}) > 30
