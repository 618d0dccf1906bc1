"""The grammar of queries: their tree, and the parser that reads it from text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from collectors.reading.scripts import stands_alone
from reputation_monitor.matching.words import SIGILS, patterns_of

MAX_DEPTH = 50

_LEXEME = re.compile(r'(?P<bracket>[()])|"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s()"]+)')
_OPERATOR = re.compile(r"AND|OR|NOT|NEAR(?:/.*)?")
_QUOTES = str.maketrans("“”„«»", '"""""')
_UNIT = 'a word, a "phrase" or "("'


class QueryError(ValueError):
    """A query that does not parse; ``column`` (from 1) is where."""

    def __init__(self, column: int, problem: str) -> None:
        super().__init__(f"column {column}: {problem}")
        self.column = column


@dataclass(frozen=True, slots=True)
class Term:
    """A word (one pattern), or a phrase (several that follow each other)."""

    patterns: tuple[str, ...]

    def __str__(self) -> str:
        return self.patterns[0] if len(self.patterns) == 1 else f'"{" ".join(self.patterns)}"'


@dataclass(frozen=True, slots=True)
class Near:
    """One of the left terms and one of the right at most ``distance`` words apart, in either order."""

    left: tuple[Term, ...]
    right: tuple[Term, ...]
    distance: int

    def __str__(self) -> str:
        return f"{_side(self.left)} NEAR/{self.distance} {_side(self.right)}"


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    item: "Node"

    def __str__(self) -> str:
        return f"NOT {_grouped(self.item)}"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more that must all be there; none of them is itself an ``And``."""

    items: tuple["Node", ...]

    def __str__(self) -> str:
        return " AND ".join(map(_grouped, self.items))


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more of which one must be there; none of them is itself an ``Or``."""

    items: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(map(_grouped, self.items))


Node: TypeAlias = Term | Near | Not | And | Or


def all_of(items: list[Node]) -> Node:
    """The conjunction, flat; one item stands for itself."""
    flat = [part for item in items for part in (item.items if isinstance(item, And) else (item,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(items: list[Node]) -> Node:
    """The disjunction, flat; one item stands for itself."""
    flat = [part for item in items for part in (item.items if isinstance(item, Or) else (item,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def parse(text: str) -> Node:
    """The tree of a query.

    Raises:
        QueryError: the text is no query; the message says where, what was expected and what was found.
    """
    return _Parser(text).parse()


def _grouped(node: Node) -> str:
    return str(node) if isinstance(node, Term) else f"({node})"


def _side(terms: tuple[Term, ...]) -> str:
    return str(terms[0]) if len(terms) == 1 else f"({' OR '.join(map(str, terms))})"


class _Lexeme(NamedTuple):
    """An operator or bracket, or a term."""

    mark: str
    term: Term | None
    column: int


class _Parser:
    """Recursive descent over the lexemes of one query."""

    def __init__(self, text: str) -> None:
        self._end = _Lexeme("", None, len(text) + 1)
        self._lexemes = list(_lexemes(text))
        self._next = 0
        self._depth = 0

    @property
    def _seen(self) -> _Lexeme:
        return self._lexemes[self._next] if self._next < len(self._lexemes) else self._end

    def parse(self) -> Node:
        node = self._any()
        if self._seen is not self._end:
            raise _unexpected("AND, OR, NEAR/n or the end", self._seen)
        return node

    def _take(self) -> _Lexeme:
        lexeme = self._seen
        self._next += 1
        return lexeme

    def _any(self) -> Node:
        items = [self._all()]
        while self._seen.mark == "OR":
            self._take()
            items.append(self._all())
        return any_of(items)

    def _all(self) -> Node:
        items = [self._near()]
        while self._seen is not self._end and self._seen.mark not in ("OR", ")"):
            if self._seen.mark == "AND":
                self._take()
            items.append(self._near())
        return all_of(items)

    def _near(self) -> Node:
        left = self._unit()
        if not self._seen.mark.startswith("NEAR"):
            return left
        operator = self._take()
        distance = _distance(operator)
        node = Near(_alternatives(left, operator), _alternatives(self._unit(), operator), distance)
        if self._seen.mark.startswith("NEAR"):
            raise QueryError(self._seen.column, "NEAR joins two terms; write (a NEAR/3 b) AND (b NEAR/3 c)")
        return node

    def _unit(self) -> Node:
        lexeme = self._take()
        if lexeme.term is not None:
            return lexeme.term
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(lexeme.column, f"brackets and NOTs are nested more than {MAX_DEPTH} deep")
        node = Not(self._unit()) if lexeme.mark == "NOT" else self._group(lexeme)
        self._depth -= 1
        return node

    def _group(self, opening: _Lexeme) -> Node:
        if opening.mark != "(":
            raise _unexpected(_UNIT, opening)
        node = self._any()
        if self._seen.mark != ")":
            raise _unexpected(f'")" for the "(" in column {opening.column}', self._seen)
        self._take()
        return node


def _unexpected(expected: str, found: _Lexeme) -> QueryError:
    what = f'"{found.term or found.mark}"' if found.term or found.mark else "the end"
    return QueryError(found.column, f"expected {expected}, found {what}")


def _lexemes(text: str) -> Iterator[_Lexeme]:
    for match in _LEXEME.finditer(text.translate(_QUOTES)):
        column = match.start() + 1
        if match["bracket"]:
            yield _Lexeme(match["bracket"], None, column)
        elif match["phrase"] is not None:
            if not match["closed"]:
                raise QueryError(column, "the phrase that starts here has no closing quotation mark")
            yield _Lexeme("", _term(match["phrase"], column), column)
        elif _OPERATOR.fullmatch(match["word"]):
            yield _Lexeme(match["word"], None, column)
        else:
            yield _Lexeme("", _term(match["word"], column), column)


def _term(written: str, column: int) -> Term:
    patterns = patterns_of(written)
    if not patterns:
        raise QueryError(column, f'expected letters or digits, found "{written}"')
    for pattern in patterns:
        letters = pattern.strip(SIGILS).replace("*", "")
        if "*" in pattern and len(letters) < 2 and not (letters and stands_alone(letters)):
            raise QueryError(column, f'"{pattern}" would find nearly every text; a wildcard needs two letters beside *')
    return Term(patterns)


def _distance(operator: _Lexeme) -> int:
    distance = operator.mark.removeprefix("NEAR").removeprefix("/")
    if not re.fullmatch(r"[1-9][0-9]{0,3}", distance):
        raise QueryError(operator.column, f'expected NEAR/n, such as NEAR/5 for five words, found "{operator.mark}"')
    return int(distance)


def _alternatives(node: Node, operator: _Lexeme) -> tuple[Term, ...]:
    items = node.items if isinstance(node, Or) else (node,)
    terms = tuple(item for item in items if isinstance(item, Term))
    if len(terms) < len(items):
        problem = f"NEAR needs a word, a phrase or an OR group of them on each side, found ({node})"
        raise QueryError(operator.column, problem)
    return terms
