"""What share of a brand's usual negative voices the sources bring that were heard. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.sources.spells import Spell
from reputation_monitor.tallies import BUCKET, Tally

SHARES_OF = timedelta(days=91)
LEAST_HEARD = 0.01
"""However little is heard, something is to be expected: a rise over nothing has no measure."""


def heard_share(
    by_source: Mapping[str, Tally], spells: Sequence[Spell], start: datetime, buckets: int
) -> NDArray[np.float64] | None:
    """Share heard in each bucket, shape ``(buckets,)``; None where every source was heard all the time.

    Args:
        by_source: what each brought of one brand and screen.
        spells: when sources were not heard.
        start: of the first bucket.
        buckets: how many there are.
    """
    unheard: dict[str, NDArray[np.bool_]] = {}
    for spell in spells:
        if spell.source in by_source:
            mask = unheard.setdefault(spell.source, np.zeros(buckets, dtype=bool))
            # A bucket of which any part was heard counts as heard.
            mask[max(-(-(spell.start - start) // BUCKET), 0) : max((spell.end - start) // BUCKET, 0)] = True
    if not any(mask.any() for mask in unheard.values()):
        return None
    shares = _shares(by_source, unheard, start, buckets)
    missing = sum((shares[source] * mask for source, mask in unheard.items()), np.zeros(buckets))
    return np.clip(1 - missing, LEAST_HEARD, 1.0)


def _shares(
    by_source: Mapping[str, Tally], unheard: dict[str, NDArray[np.bool_]], start: datetime, buckets: int
) -> dict[str, float]:
    """What part of the negative voices each source brings while all are heard, by the last weeks."""
    first = max(buckets - int(SHARES_OF / BUCKET), 0)
    last = (start + first * BUCKET, buckets - first)
    rates = {name: 1e-9 + float(tally.series("negative_voices", *last).sum()) for name, tally in by_source.items()}
    for source, mask in unheard.items():
        rates[source] /= max(1 - float(mask[first:].mean()), 0.05)
    total = sum(rates.values())
    return {source: rate / total for source, rate in rates.items()}
