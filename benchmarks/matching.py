"""Microseconds to tell which of many brands a text speaks of, by three ways that must agree.

    python benchmarks/matching.py [--items 100000] [--brands 500] [--repeats 3]

* ``automaton``: the matcher of the project, one automaton over the keys of all brands;
* ``look-up``: each word of the text looked up among the keys;
* ``expressions``: one compiled regular expression a brand.

Each is followed by the exact query of the brands whose keys were found.

Queries hold four terms each: words, phrases, wildcards, NEAR and NOT. Texts are invented, nine in ten as long as a
tweet, one in ten as long as an article; one in three names a brand. Ways take turns, and medians of the processor's
time are printed. Expressions are so slow that they read the first 200 of each kind only.
"""

import argparse
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from reputation_monitor.matching import Matcher, Query
from reputation_monitor.matching.matcher import required_keys
from reputation_monitor.matching.query import Positions, holds, positions_of
from reputation_monitor.matching.words import fold, words_of

Way = Callable[[str], list[str]]

FEW = 200
WORDS_IN = {"tweet": 20, "article": 400}
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa", "ye", "zo")


def _word(number: int) -> str:
    """The same word for the same number; words of near numbers share their ends, not their starts."""
    parts = [SYLLABLES[number // len(SYLLABLES) ** place % len(SYLLABLES)] for place in range(4)]
    return "".join(parts)


def queries(brands: int) -> dict[str, Query]:
    """A query of four terms for each brand, by its name."""
    made = {}
    for number in range(brands):
        own, second, third, fourth = (_word(50_000 + 4 * number + place) for place in range(4))
        common = _word(number % 40)
        forms = (
            f'{own} OR "{second} {third}" OR {fourth}*',
            f'({own} NEAR/5 {common}) OR {second}* OR "{third} {fourth}"',
            f'({own} OR {second} OR "{third} {common}") AND NOT {fourth}',
            f'{own} OR "{second} {common}" OR ({third} NEAR/3 {fourth})',
        )
        made[f"Brand {number}"] = Query.parse(forms[number % len(forms)])
    return made


def texts(count: int, brands: int, seed: int = 1) -> dict[str, list[str]]:
    """Invented texts by their kind."""
    rng = random.Random(seed)
    made: dict[str, list[str]] = {kind: [] for kind in WORDS_IN}
    for number in range(count):
        kind = "article" if number % 10 == 0 else "tweet"
        words = [_word(min(int(20 * rng.paretovariate(0.9)), 40_000)) for _ in range(WORDS_IN[kind])]
        if rng.random() < 1 / 3:
            _name(words, rng.randrange(brands), rng)
        made[kind].append(" ".join(words).capitalize() + ".")
    return made


def _name(words: list[str], brand: int, rng: random.Random) -> None:
    """Let a text hold some of a brand's terms, near each other or not."""
    at = rng.randrange(len(words) - 4)
    terms = [_word(50_000 + 4 * brand + place) for place in range(4)]
    words[at : at + 2] = rng.choice([terms[:1], terms[1:3], [terms[3] + "s"], [terms[0], _word(brand % 40)], terms])


def by_automaton(brands: Mapping[str, Query]) -> Way:
    """The project's own way."""
    return Matcher(brands).brands_of


def by_look_up(brands: Mapping[str, Query]) -> Way:
    """Each word of the text, and its starts as long as those that are asked for, looked up in dictionaries."""
    check = _Exact(brands)
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for number, keys in enumerate(check.required):
        for key in keys:
            numbers[key].add(number)
    lengths = sorted({len(key) for key in numbers})

    def brands_of(text: str) -> list[str]:
        positions = positions_of(words_of(text))
        starts = {word[:length] for word in positions for length in lengths}
        found: set[int] = set().union(*(numbers[start] for start in numbers.keys() & starts))
        return check.brands_of(positions, sorted(found))

    return brands_of


def by_expressions(brands: Mapping[str, Query]) -> Way:
    """A regular expression for each brand, before the exact query."""
    check = _Exact(brands)
    compiled = [re.compile("|".join(rf"\b{re.escape(key)}" for key in keys)) for keys in check.required]

    def brands_of(text: str) -> list[str]:
        folded = fold(text)
        found = [number for number, hits in enumerate(compiled) if hits.search(folded)]
        return check.brands_of(positions_of(words_of(text)) if found else {}, found)

    return brands_of


class _Exact:
    """The exact queries of brands, and the letters of which a text must hold some: the same for all ways."""

    def __init__(self, brands: Mapping[str, Query]) -> None:
        self._names, self._roots = tuple(brands), [query.root for query in brands.values()]
        self.required = [sorted(keys.letters) for keys in required_keys(brands) if keys]

    def brands_of(self, positions: Positions, numbers: Iterable[int]) -> list[str]:
        """Those of some brands that a text speaks of, by the positions of its words."""
        return [self._names[number] for number in numbers if holds(self._roots[number], positions)]


WAYS: Mapping[str, Callable[[Mapping[str, Query]], Way]] = {
    "automaton": by_automaton,
    "look-up": by_look_up,
    "expressions": by_expressions,
}


def differences(ways: Mapping[str, Way], some: Sequence[str]) -> list[str]:
    """Texts in which the ways do not find the same brands."""
    return [text for text in some if len({tuple(way(text)) for way in ways.values()}) > 1]


def microseconds(way: Way, some: Sequence[str]) -> float:
    """Time for each text."""
    before = time.process_time()
    for text in some:
        way(text)
    return (time.process_time() - before) / len(some) * 1e6


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description="Microseconds to find the brands of a text, by three ways.")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--brands", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    brands = queries(options.brands)
    ways = {name: make(brands) for name, make in WAYS.items()}
    by_kind = texts(options.items, options.brands)
    if wrong := differences(ways, [text for some in by_kind.values() for text in some[:FEW]]):
        raise SystemExit(f"matching: the ways differ on {len(wrong)} texts, the first is {wrong[0]!r}")
    print(f"{options.brands} brands, {options.items} items, medians of {options.repeats}")
    for kind, some in by_kind.items():
        taken: defaultdict[str, list[float]] = defaultdict(list)
        for _ in range(options.repeats):
            for name, way in ways.items():
                taken[name].append(microseconds(way, some[:FEW] if name == "expressions" else some))
        for name, times in taken.items():
            print(f"{kind:<8} {name:<12}{statistics.median(times):>8.0f} µs   ({min(times):.0f} to {max(times):.0f})")


if __name__ == "__main__":
    main()
