"""Many brands' queries over one text, at a cost that hardly grows with their number."""

from collections import Counter, defaultdict
from collections.abc import KeysView, Mapping
from dataclasses import dataclass, field

from reputation_monitor.matching.query import Query, holds, positions_of
from reputation_monitor.matching.syntax import And, Near, Node, Not, Or, Term
from reputation_monitor.matching.words import words_of

_START = 3
"""Letters of a wildcard's start that are looked up: so a word costs at most three look-ups."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """Words, and starts of words, of which a text must hold one to answer a query.

    ``price`` orders keys by how often they may call for a full look at a text in vain.
    """

    words: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()
    price: int = 0

    def __or__(self, other: "_Keys") -> "_Keys":
        return _Keys(self.words | other.words, self.starts | other.starts, self.price + other.price)


@dataclass(slots=True)
class _Index:
    """Which brands, by number, to look at when a word is there."""

    by_word: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_start: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lengths: set[int] = field(default_factory=set)
    always: list[int] = field(default_factory=list)

    def add(self, number: int, keys: _Keys | None) -> None:
        if keys is None:
            self.always.append(number)
            return
        for word in keys.words:
            self.by_word[word].append(number)
        for start in keys.starts:
            self.lengths.add(len(start))
            self.by_start[start].append(number)

    def candidates(self, found: KeysView[str]) -> set[int]:
        """The brands that a text with these words may speak of."""
        numbers = set(self.always)
        for word in self.by_word.keys() & found:
            numbers.update(self.by_word[word])
        for length in self.lengths:
            for start in self.by_start.keys() & {word[:length] for word in found}:
                numbers.update(self.by_start[start])
        return numbers


class Matcher:
    """Tells which brands a text speaks of.

    A text is cut into words once; only brands of which it holds a required word are looked at closely.
    """

    def __init__(self, brands: Mapping[str, Query]) -> None:
        self._brands = tuple(brands)
        self._roots = tuple(query.root for query in brands.values())
        self._index = _Index()
        choice = _Choice(Counter(word for query in brands.values() for word in set(" ".join(query.terms()).split())))
        for number, root in enumerate(self._roots):
            self._index.add(number, choice.keys(root))

    def brands_of(self, text: str) -> list[str]:
        """Names of the brands that the text speaks of, in the order they were given."""
        positions = positions_of(words_of(text))
        candidates = self._index.candidates(positions.keys())
        return [self._brands[number] for number in sorted(candidates) if holds(self._roots[number], positions)]


class _Choice:
    """Chooses each query's keys; None where any text might answer it.

    Words that many queries share (airlines, bank) tell least, so they are the dearest; then short ones.
    """

    def __init__(self, popularity: Counter[str]) -> None:
        self._popularity = popularity

    def keys(self, node: Node) -> _Keys | None:
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

    def _of_term(self, term: Term) -> _Keys | None:
        return _cheapest([self._of_pattern(pattern) for pattern in term.patterns])

    def _of_pattern(self, pattern: str) -> _Keys | None:
        head, wildcard, _ = pattern.partition("*")
        price = 100 * self._popularity[pattern] + max(0, 20 - len(head))
        if not wildcard:
            return _Keys(words=frozenset([pattern]), price=price)
        return _Keys(starts=frozenset([head[:_START]]), price=2 * price) if head else None


def _union(options: list[_Keys | None]) -> _Keys | None:
    keys = _Keys()
    for option in options:
        if option is None:
            return None
        keys |= option
    return keys


def _cheapest(options: list[_Keys | None]) -> _Keys | None:
    return min((option for option in options if option is not None), key=lambda keys: keys.price, default=None)
