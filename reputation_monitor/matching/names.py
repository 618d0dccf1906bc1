"""What customers call a brand, as far as its name and its query tell."""

from collections.abc import Sequence

from reputation_monitor.matching.query import Query
from reputation_monitor.matching.words import SIGILS

SHORTEST = 3
"""Letters of a word that may stand for a longer name, as SWA does not for Southwest."""


def names_of(name: str, query: Query, more: Sequence[str] = ()) -> tuple[str, ...]:
    """The name, more names that were told, and the terms of the query that are written like one of them.

    ``@larkair`` and ``lark air`` are written like Larkair; ``flight*``, which also finds mentions, is not. Of terms
    that find a mention only beside others, those alone are names with which the name begins: in
    ``american AND (airlines OR flight)`` that is ``american``, for all airlines are airlines.
    """
    told = (name, *more)
    bare = {_bare(one) for one in told}
    known = {one.casefold() for one in told}
    alone = set(query.terms_alone())
    terms = [term for term in query.terms() if "*" not in term and term not in known]  # which are folded
    names = [t for t in terms if any(_alike(_bare(t), one, within=t in alone or t[0] in SIGILS) for one in bare)]
    return tuple(dict.fromkeys([*told, *names]))


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _alike(term: str, name: str, *, within: bool) -> bool:
    """Whether the one holds the other; where not ``within``, as its beginning."""
    if min(len(term), len(name)) < SHORTEST:
        return False
    return term in name or name in term if within else name.startswith(term) or term.startswith(name)
