"""What customers call a brand, as far as its name and its query tell."""

from collections.abc import Sequence

from reputation_monitor.matching.query import Query

SHORTEST = 3
"""Letters of a word that may stand for a longer name, as SWA does not for Southwest."""


def names_of(name: str, query: Query, more: Sequence[str] = ()) -> tuple[str, ...]:
    """The name, more names that were told, and the terms of the query that are written like one of them.

    ``@larkair`` and ``lark air`` are written like Larkair; ``flight*``, which also finds mentions, is not.
    """
    told = (name, *more)
    bare = {_bare(one) for one in told}
    known = {one.casefold() for one in told}
    terms = (term for term in query.terms() if "*" not in term and term not in known)  # which are folded
    return tuple(dict.fromkeys([*told, *(term for term in terms if any(_alike(_bare(term), one) for one in bare))]))


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _alike(term: str, name: str) -> bool:
    return min(len(term), len(name)) >= SHORTEST and (term in name or name in term)
