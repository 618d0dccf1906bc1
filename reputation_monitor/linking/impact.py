"""The measured effect of one incident on one brand: where its rise is, how high, how long."""

from dataclasses import dataclass, replace

import numpy as np

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.effects import Channel, Comparison, Peak, Voice, inflation
from reputation_monitor.linking.intervals import excess_interval, usual_quantile, widened
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.onset import Onset, find_onset
from reputation_monitor.linking.scan import Sums, likelihood_ratio, window_lengths
from reputation_monitor.linking.series import HOUR, Array
from reputation_monitor.linking.types import Control
from reputation_monitor.linking.world import Exposure
from reputation_monitor.outcomes.recovery import calm_buckets, recovered_at

CLEAR_RATIO = 2.0
USUAL_SHARE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What an incident did to negative voices. Buckets are those of ``channel.series``.

    Attributes:
        screens: those that rose.
        voice: the kind of voices in which the rise was clearest.
        clearest: voices of that kind in the peak's window: observed, and expected by the baseline.
        channel: the negative voices of these screens together.
        factor: by how much the expectation was raised for what came before and for the controls.
        recovered: bucket at which voices were back to usual; None if they are not yet.
    """

    screens: tuple[str, ...]
    voice: Voice
    clearest: tuple[float, float]
    channel: Channel
    peak: Peak
    onset: Onset
    start: int
    end: int
    recovered: int | None
    factor: float
    observed: float
    expected: float
    low: float
    high: float
    highest_hour: float
    valence_drop: float | None
    controls: tuple[Control, ...]

    @property
    def excess(self) -> float:
        """Observed minus expected."""
        return self.observed - self.expected


def measure(models: Models, exposure: Exposure) -> Impact:
    """Measure an incident's effect where its rise is highest."""
    brand, screens = exposure.brand, models.screens(exposure.brand, exposure.screens)
    seconds = models.bucket_seconds(brand)
    channels = models.channels(brand, screens, seconds)
    series = channels[0].series
    peak = models.rise(brand, screens, placebo=False).peak(*models.zone(exposure, series))
    found = channels[peak.channel]
    touched = _touched(models, brand, screens, found.screen, peak)
    channel = models.channel(brand, touched, Voice.NEGATIVE, seconds)
    comparisons = models.comparisons(brand, screens, Voice.NEGATIVE, seconds)
    noise = found.baseline.noise_at(peak.start)
    onset = find_onset(found.series.negative, found.baseline.expected, peak.start, peak.end, seconds, phi=noise.phi)
    start = max(0, min(int(onset.median), peak.start))
    factor = _factor(channel, comparisons, peak)
    recovered = _recovery(channel, factor, max(peak.end, series.bucket(exposure.end(series.end))))
    end = min(peak.end if recovered is None else max(peak.end, recovered), len(series))
    impact = _measured(
        channel, comparisons, peak, onset, screens=touched, span=(start, end), recovered=recovered, factor=factor
    )
    window = slice(peak.start, peak.end)
    clearest = float(found.series.negative[window].sum()), float(found.baseline.expected[window].sum())
    return replace(impact, voice=found.voice, clearest=clearest)


def _touched(models: Models, brand: str, screens: tuple[str, ...], found: str, peak: Peak) -> tuple[str, ...]:
    """The screens whose own negative voices rose in the peak's window, and the one it was found on."""
    touched = []
    for screen in screens:
        channel = models.channel(brand, (screen,), Voice.NEGATIVE, models.bucket_seconds(brand))
        if screen == found or _ratio(channel, peak.start, peak.end) > CLEAR_RATIO:
            touched.append(screen)
    return tuple(touched) or screens


def _ratio(channel: Channel, start: int, end: int) -> float:
    noise = channel.baseline.noise_at(start)
    hours = np.array([(end - start) * channel.series.bucket_seconds / HOUR])
    observed, expected = channel.series.negative[start:end].sum(), channel.baseline.expected[start:end].sum()
    return float(likelihood_ratio(observed, np.array([expected]), noise.spread(hours), noise.phi)[0])


def _factor(channel: Channel, comparisons: list[Comparison], peak: Peak) -> float:
    lengths = window_lengths(channel.series.bucket_seconds)
    row = int(np.searchsorted(lengths, peak.end - peak.start))
    return float(inflation(channel, comparisons)[min(row, len(lengths) - 1), peak.start])


def _recovery(channel: Channel, factor: float, first: int) -> int | None:
    series, baseline = channel.series, channel.baseline
    expected = baseline.expected * factor
    calm = calm_buckets(expected, series.per_hour)
    usual = Sums(expected).windows(min(calm, len(series)))
    hours = np.array([calm / series.per_hour])
    noise = baseline.noise_at(first)
    upper = usual_quantile(USUAL_SHARE, usual, noise.variance(usual, hours))
    # One voice alone is never a sign that customers are still upset.
    return recovered_at(series.negative, np.maximum(upper, 1.0), first, calm)


def _measured(
    channel: Channel,
    comparisons: list[Comparison],
    peak: Peak,
    onset: Onset,
    *,
    screens: tuple[str, ...],
    span: tuple[int, int],
    recovered: int | None,
    factor: float,
) -> Impact:
    start, end = span
    series, baseline = channel.series, channel.baseline
    observed = float(series.negative[start:end].sum())
    expected = float(baseline.expected[start:end].sum()) * factor
    low, high = excess_interval(observed, expected, baseline.noise_at(start), end - start, series.bucket_seconds)
    low, high = widened(low, high, channel.unheard(start, end) * factor, series.missed(start, end))
    return Impact(
        screens=screens,
        voice=channel.voice,
        clearest=(observed, expected),
        channel=channel,
        peak=peak,
        onset=onset,
        start=start,
        end=end,
        recovered=recovered,
        factor=factor,
        observed=observed,
        expected=expected,
        low=low,
        high=high,
        highest_hour=_highest_hour(series.negative[start:end], series.per_hour),
        valence_drop=_valence_drop(channel, start, end),
        controls=tuple(_control(c, start, end) for c in comparisons),
    )


def _highest_hour(counts: Array, per_hour: int) -> float:
    if len(counts) < per_hour:
        return float(counts.sum())
    return float(Sums(counts).windows(per_hour).max())


def _valence_drop(channel: Channel, start: int, end: int) -> float | None:
    series = channel.series
    weeks = 8 * 7 * 24 * series.per_hour
    before = slice(max(0, start - weeks), start)
    usual = _mean(series.valence[before], series.mentions[before])
    seen = _mean(series.valence[start:end], series.mentions[start:end])
    return None if usual is None or seen is None else usual - seen


def _mean(sums: Array, counts: Array) -> float | None:
    return float(sums.sum() / counts.sum()) if counts.sum() > 0 else None


def _control(comparison: Comparison, start: int, end: int) -> Control:
    return Control(
        name=comparison.name,
        kind=comparison.kind,
        observed=float(comparison.observed[start:end].sum()),
        expected=float(comparison.expected[start:end].sum()),
    )


def smallest_visible(
    baseline: Baseline, height: float, start: int, end: int, bucket_seconds: int
) -> tuple[float, float]:
    """Voices usual in ``start:end``, and the fewest there that would reach a height of the scan."""
    usual = float(baseline.expected[start:end].sum())
    noise = baseline.noise_at(start)
    mu = np.array([usual])
    spread = noise.spread(np.array([(end - start) * bucket_seconds / HOUR]))
    low, high = usual, usual + 1.0
    while float(likelihood_ratio(high, mu, spread, noise.phi)[0]) < height:
        high = usual + 2 * (high - usual)
    for _ in range(40):
        middle = (low + high) / 2
        reached = float(likelihood_ratio(middle, mu, spread, noise.phi)[0]) >= height
        low, high = (low, middle) if reached else (middle, high)
    return usual, high
