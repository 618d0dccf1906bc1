"""Which brands may have begun to rise, asked of hundreds at once.

A guard knows what is usual on a brand's screens in the days to come. It never says that there is a shift: who rises
above a part of the height at which a screen alarms is looked at with care.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.models import Models
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.scan import WINDOW_HOURS, likelihood_ratio, window_lengths
from reputation_monitor.linking.series import HOUR, Array, Series, hours_of_week
from reputation_monitor.linking.world import BrandCounts

MARGIN = 0.85
"""Share of an alarm's height from which a brand is looked at: what a guard holds for usual is up to days old."""
LONGEST_HOURS = int(max(WINDOW_HOURS))


@dataclass(frozen=True, slots=True)
class Guard:
    """What is usual on a brand's screens, and what would be too much.

    Attributes:
        bucket_seconds: in which its counts are looked at.
        rates: of each screen, negative voices in each hour of the week, shape ``(168,)``.
        noises: of each screen.
        heights: likelihood ratio at which each screen alarms.
        fewest: voices above the usual that a window needs.
    """

    bucket_seconds: int
    rates: dict[str, Array]
    noises: dict[str, Noise]
    heights: dict[str, float]
    fewest: float

    @classmethod
    def of(cls, models: Models, brand: str, heights: dict[str, float]) -> "Guard":
        """A guard of the time after the end of the data."""
        usual = {screen: models.usual_after(brand, screen) for screen in heights}
        rates = {screen: rate for screen, (rate, _) in usual.items()}
        noises = {screen: noise for screen, (_, noise) in usual.items()}
        return cls(models.bucket_seconds(brand), rates, noises, heights, models.options.min_voices)


def rising(watched: Sequence[tuple[Guard, BrandCounts]], last_hours: int, zone: tzinfo) -> NDArray[np.bool_]:
    """Whether a window that ends in the last hours comes near an alarm, for each brand: shape ``(brands,)``.

    Args:
        watched: guards with their brands' counts, all over the same buckets.
        last_hours: how much of the counts may be new.
        zone: of the rhythm.
    """
    found = np.zeros(len(watched), dtype=bool)
    for seconds in {guard.bucket_seconds for guard, _ in watched}:
        rows = [
            (place, guard, screen, counts.negative[screen])
            for place, (guard, counts) in enumerate(watched)
            if guard.bucket_seconds == seconds
            for screen in guard.rates
        ]
        if rows:
            owners = np.array([place for place, *_ in rows])
            risen = _risen([(g, screen, series) for _, g, screen, series in rows], seconds, last_hours, zone)
            found[owners[risen]] = True
    return found


def _risen(rows: Sequence[tuple[Guard, str, Series]], seconds: int, last_hours: int, zone: tzinfo) -> NDArray[np.bool_]:
    """Of each screen whether it comes near its alarm: shape ``(rows,)``."""
    hours = LONGEST_HOURS + last_hours
    tails = [_tail(series, hours).coarser(seconds) for _, _, series in rows]
    per_hour, buckets = tails[0].per_hour, len(tails[0])
    clock = hours_of_week(tails[0].start, -(-buckets // per_hour), zone)
    rates = np.stack([guard.rates[screen] for guard, screen, _ in rows])[:, clock] / per_hour
    heard = np.stack([tail.exposure for tail in tails])
    usual = _summed(np.repeat(rates, per_hour, axis=1)[:, :buckets] * heard)
    seen = _summed(np.stack([tail.negative for tail in tails]))
    noises = [guard.noises[screen] for guard, screen, _ in rows]
    phi = np.array([noise.phi for noise in noises])
    alarm = MARGIN * np.array([guard.heights[screen] for guard, screen, _ in rows])
    fewest = MARGIN * np.array([guard.fewest for guard, _, _ in rows])[:, None]
    lengths = window_lengths(seconds)
    spread = np.stack([noise.spread(lengths * seconds / HOUR) for noise in noises])
    risen = np.zeros(len(rows), dtype=bool)
    for i, length in enumerate(lengths[lengths <= buckets]):
        ends = np.arange(max(buckets - last_hours * per_hour, int(length)), buckets + 1)
        count, mu = (sums[:, ends] - sums[:, ends - int(length)] for sums in (seen, usual))
        row, end = np.nonzero(count - mu >= fewest)  # elsewhere there is nothing to weigh, which is the costly part
        height = likelihood_ratio(count[row, end], mu[row, end], spread[row, i], phi[row])
        risen[row[height > alarm[row]]] = True
    return risen


def _tail(series: Series, hours: int) -> Series:
    return series.since(max(len(series) // series.per_hour - hours, 0) * series.per_hour)


def _summed(values: Array) -> Array:
    """Sums up to each bucket, with a zero before the first: shape ``(rows, buckets + 1)``."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
