"""Whose harm was it, where several incidents were open when talk rose.

Counts tell incidents of one time apart only by when the rise began. Harm mostly begins soon after an incident's start
and more rarely before it, so each incident is weighed by a density of that delay that falls off exponentially on both
sides, and faster once the incident is over. Where one of them holds four fifths of the weight the rise is its own;
else all that hold a fifth are named, for they cannot be told apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import exp

from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Link, Verdict
from reputation_monitor.linking.world import Exposure

AFTER, BEFORE, OVER = timedelta(hours=0.75), timedelta(hours=0.5), timedelta(hours=1)
"""Mean delay of a harm after its incident's start, and before it; and how fast it grows unlikely after the end."""
ALONE = 0.8
SAME_ONSET = timedelta(minutes=45)
"""Rises that begin so near each other are one."""


def attribute(tested: Sequence[Tested], now: datetime) -> list[Tested]:
    """The same incidents, in the same order, with each rise given to those that can have brought it."""
    result = list(tested)
    for group in _of_one_rise(tested):
        weights = [weight(tested[i].exposure, _onset(tested[i].link), now) for i in group]
        shares = [w / sum(weights) for w in weights]
        best = max(range(len(group)), key=shares.__getitem__)
        possible = [i for i, share in zip(group, shares, strict=True) if share >= 1 - ALONE]
        for i, share in zip(group, shares, strict=True):
            link = tested[i].link
            if share < 1 - ALONE:
                result[i] = replace(tested[i], link=_of_another(link, tested[group[best]].exposure))
            elif len(possible) > 1:
                others = tuple(tested[j].exposure.incident for j in possible if j != i)
                result[i] = replace(tested[i], link=_shared(link, others, share))
    return result


def weight(exposure: Exposure, onset: datetime, now: datetime) -> float:
    """How likely the harm of this incident is to begin then, as against other moments."""
    delay = onset - exposure.started
    near = exp(-(delay / AFTER)) if delay >= timedelta() else exp(delay / BEFORE)
    late = max(onset - exposure.end(now), timedelta())
    return near * exp(-(late / OVER)) + 1e-12


def _of_one_rise(tested: Sequence[Tested]) -> list[list[int]]:
    """Linked incidents of a brand whose rises began together on a screen: groups of two and more, by place."""
    linked = sorted(
        (i for i, t in enumerate(tested) if t.link.verdict is Verdict.LINKED and t.link.onset is not None),
        key=lambda i: (tested[i].link.brand, _onset(tested[i].link)),
    )
    groups: list[list[int]] = []
    for i in linked:
        joined = next((g for g in reversed(groups) if _is_same_rise(tested[g[-1]].link, tested[i].link)), None)
        if joined:
            joined.append(i)
        else:
            groups.append([i])
    return [group for group in groups if len(group) > 1]


def _is_same_rise(one: Link, other: Link) -> bool:
    near = one.brand == other.brand and _onset(other) - _onset(one) <= SAME_ONSET
    return near and bool(set(one.screens) & set(other.screens))


def _onset(link: Link) -> datetime:
    if link.onset is None:
        raise ValueError(f"incident {link.id} has no onset; only linked ones have")
    return link.onset


def _of_another(link: Link, other: Exposure) -> Link:
    """The link of an incident whose time a rise fell in that began with another."""
    reason = (
        f"What rose in its time began with incident {other.incident} ({other.title}), whose start lies nearer to it; "
        f"nothing rose with this one that could be told from that."
    )
    return replace(link.undated(), verdict=Verdict.NO_EFFECT, reason=reason)


def _shared(link: Link, others: tuple[str, ...], share: float) -> Link:
    named = f"Incident {others[0]}" if len(others) == 1 else f"Incidents {' and '.join(others)}"
    reason = f"{link.reason} {named} may as well have begun it: the counts cannot tell them apart."
    return replace(link, alternatives=others, share=share, reason=reason)
