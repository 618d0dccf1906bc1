"""Many brands' queries over one text, at a cost that hardly grows with their number."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import ahocorasick

from reputation_monitor.matching.query import Query, holds, positions_of
from reputation_monitor.matching.syntax import And, Near, Node, Not, Or, Term
from reputation_monitor.matching.words import fold, words_of


@dataclass(frozen=True, slots=True)
class Keys:
    """Letters that follow each other, of which a text must hold one to answer a query.

    ``price`` orders keys by how often they may call for a full look at a text in vain.
    """

    letters: frozenset[str] = frozenset()
    price: int = 0

    def __or__(self, other: "Keys") -> "Keys":
        return Keys(self.letters | other.letters, self.price + other.price)


class Matcher:
    """Tells which brands a text speaks of.

    One automaton over the keys of all brands (Aho and Corasick 1975) reads the text once; it is cut into words only if
    it holds a key, and only the brands whose key it holds are looked at closely.
    """

    def __init__(self, brands: Mapping[str, Query]) -> None:
        self._brands = tuple(brands)
        self._roots = tuple(query.root for query in brands.values())
        keys = required_keys(brands)
        self._always = frozenset(number for number, of_brand in enumerate(keys) if of_brand is None)
        self._automaton = _automaton(keys)

    def brands_of(self, text: str) -> list[str]:
        """Names of the brands that the text speaks of, in the order they were given."""
        candidates = self._candidates(text)
        if not candidates:
            return []
        positions = positions_of(words_of(text))
        return [self._brands[number] for number in sorted(candidates) if holds(self._roots[number], positions)]

    def _candidates(self, text: str) -> frozenset[int]:
        """The brands, by number, that the text may speak of."""
        if not self._automaton:
            return self._always
        letters = fold(text).replace("'", "")  # for apostrophes join, in keys as in words
        return self._always.union(*(numbers for _, numbers in self._automaton.iter(letters)))


def required_keys(brands: Mapping[str, Query]) -> list[Keys | None]:
    """What a text must hold one of, for each brand; None where any text might speak of it."""
    choice = _Choice(Counter(word for query in brands.values() for word in set(" ".join(query.terms()).split())))
    return [choice.keys(query.root) for query in brands.values()]


def _automaton(keys: list[Keys | None]) -> ahocorasick.Automaton:
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for number, of_brand in enumerate(keys):
        for letters in of_brand.letters if of_brand else ():
            numbers[letters].add(number)
    automaton = ahocorasick.Automaton()
    for letters, of_letters in numbers.items():
        automaton.add_word(letters, of_letters)
    automaton.make_automaton()
    return automaton


class _Choice:
    """Chooses each query's keys; None where any text might answer it.

    Words that many queries share (airlines, bank) tell least, so they are the dearest; then short ones.
    """

    def __init__(self, popularity: Counter[str]) -> None:
        self._popularity = popularity

    def keys(self, node: Node) -> Keys | None:
        match node:
            case Term():
                return self._of_term(node)
            case Or():
                return _union([self.keys(item) for item in node.items])
            case And():
                return _cheapest([self.keys(item) for item in node.items])
            case Near():
                sides = (node.left, node.right)
                return _cheapest([_union([self._of_term(term) for term in side]) for side in sides])
            case Not():
                return None

    def _of_term(self, term: Term) -> Keys | None:
        return _cheapest([self._of_pattern(pattern) for pattern in term.patterns])

    def _of_pattern(self, pattern: str) -> Keys | None:
        letters = max(pattern.split("*"), key=len)
        price = 100 * self._popularity[pattern] + max(0, 20 - len(letters))
        return Keys(frozenset([letters]), price if letters == pattern else 2 * price) if letters else None


def _union(options: list[Keys | None]) -> Keys | None:
    keys = Keys()
    for option in options:
        if option is None:
            return None
        keys |= option
    return keys


def _cheapest(options: list[Keys | None]) -> Keys | None:
    return min((option for option in options if option is not None), key=lambda keys: keys.price, default=None)
