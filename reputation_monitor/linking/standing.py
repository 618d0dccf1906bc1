"""Looking again and again, at the cost of what changed.

What was found of a brand is kept. At the next look a brand is passed over whose counts and incidents are the same, or
in which nothing rises and nothing is under way; of the others the last days are looked at again. A brand is looked at
as a whole when it is new, when its past was told anew, and when its history has grown by a quarter; and once a day, so
that what is settled is compared with the placebo times that came since, but only one brand every half hour.

Verdicts are made anew at every look, for q-values depend on all that was tested.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.alarms import alarm_heights, scan_screens, shifts_above
from reputation_monitor.linking.explaining import Found, explain
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.guard import LONGEST_HOURS, Guard, rising
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.recent import RecentModels
from reputation_monitor.linking.series import Array, Series
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.testing import Measured, judge_together, measure_incident
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

SETTLED = timedelta(hours=24)
"""A shift that ended so long ago does not grow any more: what rises then is another."""
LONGEST = timedelta(hours=LONGEST_HOURS)
RECENT, EDGE = timedelta(days=3), timedelta(days=1)
"""How long before what is under way the last days begin, and what of them only leads in."""
FRESH = timedelta(days=1)
GUARDS_AT_ONCE = 8
RENEWAL = timedelta(minutes=30)
GROWN = 1.25
ROOM_BUCKETS = 12 * 365 * 288
"""Brands of so many buckets share what is worked out in a look; of more, that for one is dropped before the next."""
CHANGED_HOURS = (2, 26, 7 * 24)
"""Counts that changed in the last hours, in classes: each is guarded together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of a brand.

    Attributes:
        counts: as they were at the last look.
        exposures: its incidents, as they were told at the last look.
        shifts: all that were found.
        measured: by incident.
        heights: at which each screen alarms.
        guard: of the time since ``guarded``; None while there is too little to guard.
        first: when it was first mentioned; None if never.
        looked: the end of the data when it was last looked at as a whole.
        past: where placebo times are taken from while an incident is under way.
    """

    counts: BrandCounts
    exposures: tuple[Exposure, ...]
    shifts: tuple[Found, ...]
    measured: Mapping[str, Measured]
    heights: dict[str, float]
    guard: Guard | None
    guarded: datetime
    first: datetime | None
    looked: datetime
    past: Models | None

    @property
    def until(self) -> datetime:
        """The end of the data at the last look, up to when what was under way is known."""
        return self.counts.grid.end

    def is_outgrown(self, now: datetime) -> bool:
        """Whether there is a quarter more history by now than when it was looked at as a whole."""
        return self.first is None or now - self.first > GROWN * (self.looked - self.first)


class Standing:
    """Findings that are kept up to date.

    Args:
        options: of the linking.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self._kept: dict[str, Kept] = {}
        self._looked: datetime | None = None
        self._turns = 0.0

    def look(self, brands: Mapping[str, BrandCounts], exposures: Sequence[Exposure]) -> Findings:
        """Everything found by now.

        Args:
            brands: counts by name, all over the same buckets.
            exposures: all incidents, seen from the brands that they may have hurt.
        """
        models = Models(brands, exposures, self.options)
        self._kept = {brand: kept for brand, kept in self._kept.items() if brand in brands}
        changes = {brand: self._change(brand, models) for brand in brands}
        changes |= self._outdated(models.end())
        risen = self._risen(changes, models)
        for brand, change in changes.items():
            kept = self._kept.get(brand)
            if kept is None or change.anew:
                self._kept[brand] = self._whole(brand, models)
            elif change.under_way or brand in risen:
                self._kept[brand] = self._recent(brand, kept, change, models)
            else:
                self._kept[brand] = replace(kept, counts=brands[brand], past=None)
        self._renew_guards(models)
        return self._findings(models)

    def _change(self, brand: str, models: Models) -> "_Change":
        kept, now = self._kept.get(brand), models.end()
        if kept is None or not _is_continued(kept.counts, models.brands[brand]):
            return _Change(anew=True)
        told = _of(brand, models)
        first = first_change(kept.counts, models.brands[brand])
        begun = [e.begin(self.options.lead) for e in told if _is_live(e, self.options, kept.until)]
        begun += [f.shift.onset_low for f in kept.shifts if f.shift.end > kept.until - SETTLED]
        moved = set(told) ^ set(kept.exposures)
        settled = any(not _is_live(e, self.options, kept.until) for e in moved)
        since = first if first is None or not begun else min(first, *begun)
        old = first is not None and first < now - timedelta(hours=max(CHANGED_HOURS))
        anew = settled or old or not kept.heights or kept.is_outgrown(now)
        return _Change(anew=anew, first=first, since=since or min(begun, default=None), under_way=bool(begun or moved))

    def _outdated(self, now: datetime) -> dict[str, "_Change"]:
        """The brands whose last look as a whole is the oldest, of those over a day ago: as many as have their turn."""
        passed = max((now - (self._looked or now)) / RENEWAL, 0.0)
        self._looked = now
        # Turns do not pile up while none is needed, or all brands would have theirs at once.
        self._turns = min(self._turns + passed, max(passed, 1.0))
        old = sorted((kept.looked, brand) for brand, kept in self._kept.items() if now - kept.looked > FRESH)
        chosen = [brand for _, brand in old[: int(self._turns)]]
        self._turns -= len(chosen)
        return {brand: _Change(anew=True) for brand in chosen}

    def _risen(self, changes: Mapping[str, "_Change"], models: Models) -> set[str]:
        """Brands in which nothing was under way and something may be now."""
        risen: set[str] = set()
        asked: dict[int, list[tuple[str, Guard]]] = {hours: [] for hours in CHANGED_HOURS}
        for brand, change in changes.items():
            guard = self._kept[brand].guard if change.first and not change.anew and not change.under_way else None
            if guard and change.first:
                age = (models.end() - change.first) / timedelta(hours=1)
                asked[next(hours for hours in CHANGED_HOURS if age <= hours)].append((brand, guard))
        for hours, guards in asked.items():
            watched = [(guard, models.brands[brand]) for brand, guard in guards]
            found = rising(watched, hours, self.options.zone)
            risen |= {brand for (brand, _), rises in zip(guards, found, strict=True) if rises}
        return risen

    def _whole(self, brand: str, models: Models) -> Kept:
        used = models if _buckets(models) <= ROOM_BUCKETS else _alone(models, brand)
        told = _of(brand, used)
        scanned = scan_screens(used, brand)
        heights = alarm_heights(used, brand, scanned)
        shifts = [Found.of(shift, used) for shift in shifts_above(used, brand, scanned, heights)]
        live = any(_is_live(e, self.options, used.end()) for e in told)
        return Kept(
            counts=used.brands[brand],
            exposures=told,
            shifts=tuple(shifts),
            measured={e.incident: measure_incident(used, e) for e in told},
            heights=heights,
            guard=Guard.of(used, brand, heights) if heights else None,
            guarded=used.end(),
            first=used.volume(brand).first,
            looked=used.end(),
            past=used if live else None,
        )

    def _recent(self, brand: str, kept: Kept, change: "_Change", models: Models) -> Kept:
        told = _of(brand, models)
        since = (change.since or models.end()) - RECENT
        recent = RecentModels(models, brand, since.replace(minute=0, second=0, microsecond=0))
        found = shifts_above(recent, brand, scan_screens(recent, brand), kept.heights)
        edge = since + EDGE
        shifts = [f for f in kept.shifts if f.shift.onset < edge]
        shifts += [Found.of(shift, recent) for shift in found if shift.onset >= edge]
        live = [e for e in told if _is_live(e, self.options, kept.until)]
        past = kept.past if _same_times(kept.exposures, told) else None
        past = (past or _alone(models, brand)) if live else None
        measured = {e.incident: kept.measured[e.incident] for e in told if e not in live}
        measured |= {e.incident: measure_incident(recent, e, past) for e in live}
        return replace(
            kept, counts=models.brands[brand], exposures=told, shifts=tuple(shifts), measured=measured, past=past
        )

    def _renew_guards(self, models: Models) -> None:
        """Fit the oldest guards anew: a few at each look, so that no look pays for all."""
        now = models.end()
        old = sorted((k.guarded, brand) for brand, k in self._kept.items() if k.guard and now - k.guarded > FRESH)
        for _, brand in old[:GUARDS_AT_ONCE]:
            kept = self._kept[brand]
            self._kept[brand] = replace(kept, guard=Guard.of(models, brand, kept.heights), guarded=now)

    def _findings(self, models: Models) -> Findings:
        measured = [
            self._kept[e.brand].measured[e.incident] if e.brand in self._kept else measure_incident(models, e)
            for e in models.exposures
        ]
        tested = judge_together(measured, models)
        by_brand: dict[str, list[Tested]] = {brand: [] for brand in models.brands}
        for one in tested:
            by_brand.setdefault(one.exposure.brand, []).append(one)
        shifts = [
            explain(found, by_brand[brand], self.options, models.now())
            for brand in models.brands
            for found in self._kept[brand].shifts
        ]
        return Findings(tuple(shifts), tuple(tested), models)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What happened to a brand since the last look.

    Attributes:
        anew: it must be looked at as a whole.
        first: when the first of its counts that changed is of; None if none did.
        since: when what is under way, or what changed, began.
        under_way: an incident is open, or a shift not settled, so that every look counts.
    """

    anew: bool
    first: datetime | None = None
    since: datetime | None = None
    under_way: bool = False


def _is_continued(old: BrandCounts, new: BrandCounts) -> bool:
    """Whether counts are those of the last look and what came since, on the same screens."""
    if old.negative.keys() != new.negative.keys():
        return False
    one, other = old.grid, new.grid
    return (one.start, one.bucket_seconds) == (other.start, other.bucket_seconds) and len(one) <= len(other)


def first_change(old: BrandCounts, new: BrandCounts) -> datetime | None:
    """When the first counts are of that are not the same; None where nothing but empty time was added.

    Args:
        old: counts of the last look.
        new: of the same screens, from the same time on, and as long or longer.
    """
    pairs = [(old.negative[s], new.negative[s]) for s in new.negative]
    pairs += [(old.failing[s], new.failing[s]) for s in new.failing]
    return min((moment for one, other in pairs if (moment := _first_difference(one, other))), default=None)


def _first_difference(old: Series, new: Series) -> datetime | None:
    pairs = [(old.negative, new.negative)]
    if old.heard is not None or new.heard is not None:
        pairs.append((old.exposure, new.exposure))
    places = [place for one, other in pairs if (place := _first_place(one, other)) is not None]
    added = np.flatnonzero(new.negative[len(old) :])
    places += [len(old) + int(added[0])] if len(added) else []
    return new.time(min(places)) if places else None


def _first_place(old: Array, new: Array) -> int | None:
    differs: NDArray[np.bool_] = old != new[: len(old)]
    return int(differs.argmax()) if differs.any() else None


def _of(brand: str, models: Models) -> tuple[Exposure, ...]:
    return tuple(e for e in models.exposures if e.brand == brand)


def _is_live(exposure: Exposure, options: Options, until: datetime) -> bool:
    """Whether a rise that may be its own could still grow at the end of the data."""
    return exposure.end(until) + options.follow + LONGEST > until


def _same_times(old: Sequence[Exposure], new: Sequence[Exposure]) -> bool:
    """Whether the same times were without an incident: an end that is told by now is as good as an open one."""
    return {(e.incident, e.started, e.screens) for e in old} == {(e.incident, e.started, e.screens) for e in new}


def _buckets(models: Models) -> int:
    return sum(len(counts.grid) for counts in models.brands.values())


def _alone(models: Models, brand: str) -> Models:
    """Models of a brand and its rivals, to be dropped with all that they worked out."""
    names = (brand, *models.rivals(brand))
    return Models({name: models.brands[name] for name in names}, models.exposures, models.options)
