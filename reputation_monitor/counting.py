"""From the store's counts to the series that the linking reads. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from reputation_monitor.gaps import find_gaps
from reputation_monitor.linking.series import HOUR, Array, Series
from reputation_monitor.linking.world import BrandCounts, Unheard
from reputation_monitor.rollups import BUCKET_SECONDS
from reputation_monitor.settings import Settings
from reputation_monitor.source_exposure import LEAST_HEARD, heard_share
from reputation_monitor.sources.spells import Spell
from reputation_monitor.tallies import Tallies, Tally

STALE = timedelta(days=7)


def end_of_data(last_bucket: datetime, now: datetime) -> datetime:
    """Where the series end: now, unless the data are of the past, whose silence since says nothing."""
    last = last_bucket + timedelta(seconds=BUCKET_SECONDS)
    return min(last, now) if now - last > STALE else now


def count_brands(
    tallies: Tallies, settings: Settings, end: datetime, spells: Sequence[Spell] = ()
) -> dict[str, BrandCounts]:
    """Series of every brand and screen over the same buckets, from the first count to ``end``.

    ``spells`` are the times in which sources were not heard, and nothing made up for it.
    """
    start = start_of(tallies)
    buckets = -(-int((end - start).total_seconds()) // HOUR) * (HOUR // BUCKET_SECONDS)
    names = list(dict.fromkeys(brand for brand, _, _ in tallies))
    rivals = {b.name: b.rivals for b in settings.brands}
    grouped: dict[str, dict[str, dict[str, Tally]]] = {name: {} for name in names}
    for (brand, screen, source), tally in tallies.items():
        grouped[brand].setdefault(screen, {})[source] = tally
    counted = {
        name: _brand_counts(
            name,
            # A first look without configuration compares each brand with all others.
            rivals.get(name, tuple(n for n in names if n != name)),
            by_screen,
            [spell for spell in spells if spell.end > start],
            (start, buckets),
        )
        for name, by_screen in grouped.items()
    }
    return {name: replace(counts, until=end) for name, counts in counted.items()}


def start_of(tallies: Tallies) -> datetime:
    """The whole hour that holds the first bucket of any."""
    first = min(int(tally.bucket[0]) for tally in tallies.values())
    return datetime.fromtimestamp(first * BUCKET_SECONDS // HOUR * HOUR, UTC)


def _brand_counts(
    name: str,
    rivals: tuple[str, ...],
    by_screen: Mapping[str, Mapping[str, Tally]],
    spells: Sequence[Spell],
    grid: tuple[datetime, int],
) -> BrandCounts:
    unheard = [
        Unheard(source=spell.source, screen=screen, why=str(spell.kind), start=spell.start, end=spell.end)
        for screen, by_source in by_screen.items()
        for spell in spells
        if spell.source in by_source
    ]
    negative = {
        screen: replace(_series(by_source.values(), *grid), heard=heard_share(by_source, spells, *grid))
        for screen, by_source in by_screen.items()
    }
    gaps = find_gaps(sum((series.mentions for series in negative.values()), np.zeros(grid[1])))
    if gaps:
        negative = {screen: _without(series, gaps) for screen, series in negative.items()}
        unheard += [_gap(screen, series, span) for screen, series in negative.items() for span in gaps]
    failing = {screen: _failing(by_screen[screen].values(), series) for screen, series in negative.items()}
    return BrandCounts(name=name, negative=negative, failing=failing, rivals=rivals, unheard=tuple(unheard))


def _without(series: Series, gaps: Sequence[tuple[int, int]]) -> Series:
    """The same counts, next to nothing being heard in the gaps."""
    heard = series.exposure.copy()
    for first, last in gaps:
        heard[first:last] = LEAST_HEARD
    return replace(series, heard=heard)


def _gap(screen: str, series: Series, span: tuple[int, int]) -> Unheard:
    return Unheard(source="", screen=screen, why="", start=series.time(span[0]), end=series.time(span[1]))


def _series(tallies: Collection[Tally], start: datetime, buckets: int) -> Series:
    names = ("negative_voices", "negative_voices_squared", "voices", "valence", "mentions")
    return Series(start, BUCKET_SECONDS, *(_summed(tallies, name, start, buckets) for name in names))


def _failing(tallies: Collection[Tally], among: Series) -> Series:
    """The voices that talk of failing service, among all that were counted."""
    names = ("failing_voices", "failing_voices_squared")
    negative, squared = (_summed(tallies, name, among.start, len(among)) for name in names)
    return replace(among, negative=negative, negative_squared=squared)


def _summed(tallies: Collection[Tally], name: str, start: datetime, buckets: int) -> Array:
    return sum((tally.series(name, start, buckets) for tally in tallies), np.zeros(buckets))
