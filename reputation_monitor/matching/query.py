"""A query, and whether a text answers it."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeAlias

from reputation_monitor.matching.syntax import And, Near, Node, Not, Or, Term, parse
from reputation_monitor.matching.words import LETTERS, forms, words_of

Positions: TypeAlias = Mapping[str, list[int]]
"""Every word of a text, in each form by which it may be asked for, and where it stands, ascending."""

Span: TypeAlias = tuple[int, int]
"""First and last position of a term in a text."""


@dataclass(frozen=True, slots=True)
class Query:
    """A boolean query over texts; ``str(query)`` parses to an equal query."""

    root: Node

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a query.

        Raises:
            QueryError: the text is no query; the message says where, what was expected and what was found.
        """
        return cls(parse(text))

    @classmethod
    def of_name(cls, name: str) -> Self:
        """The query for a name as it is written.

        Raises:
            QueryError: the name has neither letters nor digits.
        """
        return cls.parse(f'"{name.replace(chr(34), " ")}"')

    def __str__(self) -> str:
        return str(self.root)

    def matches(self, text: str) -> bool:
        """Whether the text answers the query."""
        return holds(self.root, positions_of(words_of(text)))

    def terms(self) -> tuple[str, ...]:
        """The words and phrases that the query looks for, folded, without those it excludes."""
        return _told(_wanted(self.root))

    def terms_alone(self) -> tuple[str, ...]:
        """Those of them by each of which alone a text answers the query, but for what it excludes."""
        return _told(_sufficient(self.root))


def _told(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(term.patterns) for term in terms))


def positions_of(found: list[str]) -> Positions:
    """Where each form of each word of a text stands."""
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(found):
        for form in forms(word):
            positions[form].append(at)
    return positions


def holds(node: Node, positions: Positions) -> bool:
    """Whether a text, known by the positions of its words, answers the node."""
    match node:
        case Term():
            return _stands(node, positions)
        case And():
            return all(holds(item, positions) for item in node.items)
        case Or():
            return any(holds(item, positions) for item in node.items)
        case Not():
            return not holds(node.item, positions)
        case Near():
            return _are_near(node, positions)


def _wanted(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case Near():
            yield from node.left
            yield from node.right
        case And() | Or():
            for item in node.items:
                yield from _wanted(item)


def _sufficient(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case Or():
            for item in node.items:
                yield from _sufficient(item)
        case And():
            wanted = [item for item in node.items if not isinstance(item, Not)]
            if len(wanted) == 1:
                yield from _sufficient(wanted[0])
        case Not() | Near():
            pass


def _stands(term: Term, positions: Positions) -> bool:
    if len(term.patterns) > 1:
        return bool(_spans(term, positions))
    return any(True for _ in _places(term.patterns[0], positions))


def _places(pattern: str, positions: Positions) -> Iterator[int]:
    """Where the pattern stands; with a wildcard in no order, perhaps twice."""
    if "*" not in pattern:
        yield from positions.get(pattern, ())
        return
    fits = _expression(pattern).fullmatch
    for form, places in positions.items():
        if fits(form):
            yield from places


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{LETTERS}*".join(re.escape(part) for part in re.split(r"\*+", pattern)))


def _spans(term: Term, positions: Positions) -> list[Span]:
    first, *rest = (set(_places(pattern, positions)) for pattern in term.patterns)
    return [
        (start, start + len(rest))
        for start in first
        if all(start + offset in places for offset, places in enumerate(rest, start=1))
    ]


def _are_near(node: Near, positions: Positions) -> bool:
    left = [span for term in node.left for span in _spans(term, positions)]
    right = [span for term in node.right for span in _spans(term, positions)]
    return _follows(left, right, node.distance) or _follows(right, left, node.distance)


def _follows(first: list[Span], then: list[Span], distance: int) -> bool:
    """Whether a span of ``then`` starts at most ``distance`` words after the end of one of ``first``."""
    starts = sorted(start for start, _ in then)
    for _, end in first:
        nearest = bisect_right(starts, end)
        if nearest < len(starts) and starts[nearest] - end <= distance:
            return True
    return False
