"""Sources of several parts (timelines, subreddits): each has its own state, and one that fails stops no other."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

from collectors.base import Batch, CollectorError, State

_BETWEEN = "/"
"""A part's name may hold it, a key of its state may not."""


async def each_part(
    state: State, names: Sequence[str], collect: Callable[[str, State], AsyncIterator[Batch]]
) -> AsyncIterator[Batch]:
    """Collect the named parts one after the other; what is known of parts that are no longer named is dropped.

    Args:
        state: of the whole source.
        names: the parts, in order.
        collect: a part's batches from its name and its own state.

    Raises:
        CollectorError: the first that a part raised, after all others were read.
    """
    kept = {key: value for key, value in state.items() if key.rpartition(_BETWEEN)[0] in names}
    failures: list[CollectorError] = []
    for name in names:
        try:
            async for batch in collect(name, _of_part(kept, name)):
                kept = _with_part(kept, name, batch.state)
                yield replace(batch, state=kept)
        except CollectorError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def _of_part(state: State, name: str) -> dict[str, str]:
    told = ((key.rpartition(_BETWEEN), value) for key, value in state.items())
    return {key: value for (part, _, key), value in told if part == name}


def _with_part(state: State, name: str, part: State) -> dict[str, str]:
    others = {key: value for key, value in state.items() if key.rpartition(_BETWEEN)[0] != name}
    return others | {f"{name}{_BETWEEN}{key}": value for key, value in part.items()}
