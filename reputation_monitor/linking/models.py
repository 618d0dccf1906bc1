"""A brand ready to be asked: its counts in buckets that suit it, with fitted baselines and rise fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.baseline import History, fit_baselines, usual_after
from reputation_monitor.linking.calibration import Calibration
from reputation_monitor.linking.channels import ALL_SCREENS, Channel, Comparison, Voice
from reputation_monitor.linking.effects import RiseField, rise_field
from reputation_monitor.linking.fitting import HEARD_ENOUGH
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.prediction import Predictor
from reputation_monitor.linking.scan import Sums
from reputation_monitor.linking.series import HOUR, Array, Series, bucket_length, total
from reputation_monitor.linking.world import BrandCounts, Exposure, Options


@dataclass(frozen=True, slots=True)
class Volume:
    """How much is said of a brand.

    Attributes:
        bucket_seconds: the bucket in which its counts say something.
        first: when it was first mentioned; None if never.
    """

    bucket_seconds: int
    first: datetime | None

    @classmethod
    def of(cls, series: Series) -> "Volume":
        """As the counts of all its screens tell it; the bucket is never shorter than theirs."""
        seen = np.flatnonzero(series.mentions > 0)
        hours = max((len(series) - int(seen[0])) * series.bucket_seconds / HOUR, 1.0) if len(seen) else 1.0
        seconds = max(bucket_length(float(series.negative.sum()) / hours), series.bucket_seconds)
        return cls(seconds, series.time(int(seen[0])) if len(seen) else None)


class Models:
    """Fits what is asked for, and each thing once.

    Args:
        brands: counts by name, all over the same buckets.
        exposures: all incidents, so that each brand's own can be kept out of placebos and controls.
        options: see there.
        since_hour: from when on baselines are wanted, in hours from the start of the counts.
        volumes: by brand, where longer counts than these tell them.
    """

    def __init__(
        self,
        brands: Mapping[str, BrandCounts],
        exposures: Sequence[Exposure],
        options: Options,
        *,
        since_hour: int = 0,
        volumes: Mapping[str, Volume] | None = None,
    ) -> None:
        self.brands, self.exposures, self.options, self._since_hour = brands, exposures, options, since_hour
        self._volumes = dict(volumes or {})
        self._grids: dict[str, Series] = {}
        self._channels: dict[tuple[str, tuple[str, ...], Voice, int], Channel] = {}
        self._comparisons: dict[tuple[str, tuple[str, ...], Voice, int], list[Comparison]] = {}
        self._predictors: dict[tuple[str, tuple[str, ...], tuple[str, ...], Voice], Predictor] = {}
        self._calibrations: dict[tuple[str, tuple[str, ...], Voice, int], Calibration] = {}
        self._fields: dict[tuple[str, tuple[str, ...], Voice], RiseField] = {}

    def screens(self, brand: str, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The brand's screens, of the wanted ones if any are named."""
        return tuple(s for s in self.brands[brand].negative if not wanted or s in wanted)

    def rivals(self, brand: str) -> tuple[str, ...]:
        """Those of the brand's rivals that are watched too."""
        return tuple(rival for rival in self.brands[brand].rivals if rival in self.brands)

    def bucket_seconds(self, brand: str) -> int:
        """The bucket that suits the brand's volume; never shorter than that of the counts."""
        return self.volume(brand).bucket_seconds

    def grid(self, brand: str) -> Series:
        """One of the brand's series in the bucket that suits it: start, end and buckets are those of all."""
        if brand not in self._grids:
            self._grids[brand] = self.brands[brand].grid.coarser(self.bucket_seconds(brand))
        return self._grids[brand]

    def coverage(self, brand: str, bucket_seconds: int) -> tuple[int, int]:
        """Buckets from the brand's first mention to the end of the data."""
        series = self.brands[brand].grid
        buckets = -(-len(series) * series.bucket_seconds // bucket_seconds)
        first = self.volume(brand).first
        before = buckets if first is None else int((first - series.start).total_seconds() // bucket_seconds)
        return min(max(before, 0), buckets), buckets

    def volume(self, brand: str) -> Volume:
        """How much is said of the brand, and since when."""
        if brand not in self._volumes:
            self._volumes[brand] = Volume.of(total(list(self.brands[brand].negative.values())))
        return self._volumes[brand]

    def channel(self, brand: str, screens: tuple[str, ...], voice: Voice, bucket_seconds: int) -> Channel:
        """Counts of some screens together, with their baseline."""
        key = (brand, screens, voice, bucket_seconds)
        if key not in self._channels:
            self.fit(brand, [screens], bucket_seconds)
        return self._channels[key]

    def fit(self, brand: str, ways: Sequence[tuple[str, ...]], bucket_seconds: int) -> None:
        """Fit both kinds of voices for several groups of screens at once."""
        keys = [(brand, way, voice, bucket_seconds) for voice in Voice for way in ways]
        keys = [key for key in keys if key not in self._channels]
        if not keys:
            return
        counts = {Voice.NEGATIVE: self.brands[brand].negative, Voice.FAILING: self.brands[brand].failing}
        series = [total([counts[voice][s] for s in way]).coarser(bucket_seconds) for _, way, voice, _ in keys]
        history = self._history(brand, series[0])
        baselines = fit_baselines(series, history, self.options.zone, since_hour=self._since_hour)
        for key, one, baseline in zip(keys, series, baselines, strict=True):
            name = key[1][0] if len(key[1]) == 1 else ALL_SCREENS
            self._channels[key] = Channel(name, key[2], one, baseline)

    def usual_after(self, brand: str, screen: str) -> tuple[Array, Noise]:
        """What negative voices are usual on a screen after the end of the data: see ``baseline.usual_after``."""
        series = self.brands[brand].negative[screen].coarser(self.bucket_seconds(brand))
        return usual_after(series, self._history(brand, series), self.options.zone)

    def _history(self, brand: str, series: Series) -> History:
        first, _ = self.coverage(brand, series.bucket_seconds)
        before_first = np.arange(-(-len(series) // series.per_hour)) < first // series.per_hour
        return History(self.options.history_weeks, self.options.borrow_weeks, before_first)

    def ways(self, brand: str, screens: tuple[str, ...], bucket_seconds: int) -> list[tuple[str, ...]]:
        """Every way of looking at screens: each alone and all together."""
        ways = [(s,) for s in screens] + ([screens] if len(screens) > 1 else [])
        self.fit(brand, ways, bucket_seconds)
        return ways

    def channels(self, brand: str, screens: tuple[str, ...], voice: Voice, bucket_seconds: int) -> list[Channel]:
        """The channel of a kind of voices for every way of looking."""
        return [self.channel(brand, way, voice, bucket_seconds) for way in self.ways(brand, screens, bucket_seconds)]

    def comparisons(self, brand: str, screens: tuple[str, ...], voice: Voice, bucket_seconds: int) -> list[Comparison]:
        """The brand's rivals and its screens that the incident cannot touch, each outside incidents of its own."""
        key = (brand, screens, voice, bucket_seconds)
        if key not in self._comparisons:
            self._comparisons[key] = self._compared(*key)
        return self._comparisons[key]

    def _compared(self, brand: str, screens: tuple[str, ...], voice: Voice, bucket_seconds: int) -> list[Comparison]:
        found = []
        for rival in self.rivals(brand):
            channel = self.channel(rival, self.screens(rival), voice, bucket_seconds)
            calm = ~self.incident_mask(rival, self.screens(rival), channel.series)
            found.append(self._compare(rival, "rival", channel, calm))
        for screen in self.screens(brand):
            if screen not in screens:
                channel = self.channel(brand, (screen,), voice, bucket_seconds)
                calm = ~self.incident_mask(brand, (screen,), channel.series)
                found.append(self._compare(screen, "screen", channel, calm))
        return found

    @staticmethod
    def _compare(name: str, kind: str, channel: Channel, usable: NDArray[np.bool_]) -> Comparison:
        counts, baseline = channel.series.negative, channel.baseline
        return Comparison(name, kind, counts * usable, baseline.expected * usable, baseline)

    def predictor(self, brand: str, screens: tuple[str, ...], way: tuple[str, ...], voice: Voice) -> Predictor:
        """What to expect on some of the screens, beside what an incident on all of them cannot touch."""
        key = (brand, screens, way, voice)
        if key not in self._predictors:
            seconds = self.bucket_seconds(brand)
            # Of all that is said in a storm some sounds like failing service; rivals' few such voices tell that badly.
            kinds = dict.fromkeys([voice, Voice.NEGATIVE])
            others = [self.comparisons(brand, screens, kind, seconds) for kind in kinds]
            self._predictors[key] = Predictor(self.channel(brand, way, voice, seconds), *others)
        return self._predictors[key]

    def incident_mask(self, brand: str, screens: tuple[str, ...], series: Series) -> NDArray[np.bool_]:
        """Buckets in or near one of the brand's incidents that may show on one of the screens."""
        mask = np.zeros(len(series), dtype=bool)
        for exposure in self.exposures:
            if exposure.brand == brand and set(self.screens(brand, exposure.screens)) & set(screens):
                first, last = self.zone(exposure, series)
                mask[max(first, 0) : max(last, 0)] = True
        return mask

    def zone(self, exposure: Exposure, series: Series) -> tuple[int, int]:
        """Buckets in which harm may begin: from ``lead`` before the incident's start to ``follow`` after its end.

        A planned incident has no lead: the first bucket is the one that holds its start.
        """
        first = series.bucket(exposure.begin(self.options.lead))
        last = series.bucket(exposure.end(series.end) + self.options.follow) + 1
        return first, max(last, first + 1)

    def rise(self, brand: str, screens: tuple[str, ...], voice: Voice) -> RiseField:
        """The brand's rise field, for its incidents and for placebo times."""
        key = (brand, screens, voice)
        if key not in self._fields:
            seconds = self.bucket_seconds(brand)
            predictors = [self.predictor(brand, screens, way, voice) for way in self.ways(brand, screens, seconds)]
            incidents = self.incident_mask(brand, screens, predictors[0].channel.series)
            self._fields[key] = rise_field(predictors, self.options.min_voices, incidents)
        return self._fields[key]

    def calm(self, brand: str, screens: tuple[str, ...], before: int, after: int) -> NDArray[np.int64]:
        """Hourly times of which no bucket in ``time - before : time + after`` touches an incident of these screens.

        Nor is so little heard in any of them that a rise could not have been.
        """
        seconds = self.bucket_seconds(brand)
        series = self.channel(brand, screens, Voice.NEGATIVE, seconds).series
        covered, end = self.coverage(brand, seconds)
        times: NDArray[np.int64] = np.arange(covered + before, end - after, series.per_hour)
        busy = Sums((self.incident_mask(brand, screens, series) | (series.exposure < HEARD_ENOUGH)).astype(float))
        return times[np.flatnonzero(busy.between(times - before, times + after) == 0)]

    def calibration(self, brand: str, screens: tuple[str, ...], voice: Voice, length: int) -> Calibration:
        """Where counts of calm windows of so many buckets lay in what was expected of them."""
        key = (brand, screens, voice, length)
        if key not in self._calibrations:
            predict = self.predictor(brand, screens, screens, voice)
            series, starts = predict.channel.series, self.calm(brand, screens, 0, length)
            seen = Sums(series.negative).between(starts, starts + length)
            worth = len(starts) / max(length / series.per_hour, 1.0)
            self._calibrations[key] = Calibration.of(seen, *predict.moments(starts, length), worth)
        return self._calibrations[key]

    def end(self) -> datetime:
        """End of the counts, which is that of a whole hour."""
        return next(iter(self.brands.values())).grid.end

    def now(self) -> datetime:
        """Up to when everything is counted; the rest of the last hour is still to come."""
        brand = next(iter(self.brands.values()))
        return brand.until or brand.grid.end

    def told(self, brand: str) -> int:
        """How many of the brand's buckets have begun."""
        grid = self.grid(brand)
        return min(-(-(self.now() - grid.start) // timedelta(seconds=grid.bucket_seconds)), len(grid))
