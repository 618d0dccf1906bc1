"""The measured effect of one incident on one brand: where its rise is, how high, how long."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.calibration import Calibration
from reputation_monitor.linking.channels import Channel, Comparison, Voice
from reputation_monitor.linking.effects import Peak
from reputation_monitor.linking.intervals import usual_quantile, widened
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.onset import Onset, Rising, find_onset, told_apart
from reputation_monitor.linking.prediction import Predictor
from reputation_monitor.linking.scan import Sums, likelihood_ratio
from reputation_monitor.linking.series import HOUR, Array
from reputation_monitor.linking.types import Control
from reputation_monitor.linking.world import Exposure
from reputation_monitor.outcomes.recovery import calm_buckets, recovered_at

CLEAR_RATIO = 2.0
USUAL_SHARE = 0.95
LOOKED_AHEAD_HOURS = 48
EARLY_HOURS, LATE_HOURS = 0.5, 1.0
BOUNDS = 0.025, 0.9875
"""Of what may have been expected. Two lower bounds of the excess are told as one, so each may err half as often."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Negative voices from first to last of an effect, on all screens that its incident may touch.

    Attributes:
        baseline: what is usual; ``expected`` is that by what came before, by the controls and by calm times.
        low, high: 95 % interval of the excess.
    """

    observed: float
    baseline: float
    expected: float
    low: float
    high: float

    @property
    def excess(self) -> float:
        """Observed minus expected."""
        return self.observed - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What an incident did to negative voices. Buckets are those of ``channel.series``.

    Attributes:
        screens: those that rose.
        voice: the kind of voices in which the rise was clearest.
        clearest: voices of that kind in the peak's window: observed, and expected by the baseline.
        channel: the negative voices of these screens together.
        start, end: from the onset until voices were back to usual, or as far as the rise goes if they are not yet.
        recovered: bucket at which voices were back to usual after the incident's end; None if they are not yet.
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
    counted: Counted
    highest_hour: float
    valence_drop: float | None
    controls: tuple[Control, ...]

    @property
    def rise(self) -> float:
        """Voices above the baseline where the rise was clearest."""
        return self.clearest[0] - self.clearest[1]

    @property
    def factor(self) -> float:
        """How many times the baseline was expected, by what came before, by the controls and by calm times."""
        return self.counted.expected / max(self.counted.baseline, 1e-9)


def measure(models: Models, exposure: Exposure, voice: Voice, past: Models | None = None) -> Impact:
    """Measure an incident's effect where the rise of a kind of voices is highest.

    Args:
        models: that hold its time.
        exposure: the incident.
        voice: the kind of voices.
        past: that hold the calm times which say how sure the excess is; None where ``models`` do.
    """
    brand, screens = exposure.brand, models.screens(exposure.brand, exposure.screens)
    seconds = models.bucket_seconds(brand)
    series = models.grid(brand)
    peak = models.rise(brand, screens, voice).peak(*models.zone(exposure, series))
    looked = {kind: models.channels(brand, screens, kind, seconds)[peak.channel] for kind in Voice}
    found = looked[voice]
    touched = _touched(models, brand, screens, found.screen, peak)
    channel = models.channel(brand, touched, Voice.NEGATIVE, seconds)
    comparisons = models.comparisons(brand, screens, Voice.NEGATIVE, seconds)
    onset = _onset(looked, voice, peak)
    if exposure.planned:
        onset = onset.not_before((exposure.started - series.start).total_seconds() / seconds)
    start = max(0, min(int(onset.median), peak.start))
    expect = models.predictor(brand, screens, touched, Voice.NEGATIVE)
    factor = float(expect(np.array([peak.start]), peak.end - peak.start).factor[0])
    calm, recovered = _over(models, exposure, channel, peak, factor)
    end = max(min(peak.end if calm is None else calm, models.told(brand)), start + 1)
    window = slice(peak.start, peak.end)
    return Impact(
        screens=touched,
        voice=found.voice,
        clearest=(float(found.series.negative[window].sum()), float(found.baseline.expected[window].sum())),
        channel=channel,
        peak=peak,
        onset=onset,
        start=start,
        end=end,
        recovered=recovered,
        counted=_count(models, past or models, exposure, onset, (start, end)),
        highest_hour=_highest_hour(channel.series.negative[start:end], channel.series.per_hour),
        valence_drop=_valence_drop(channel, start, end),
        controls=tuple(_control(c, start, end) for c in comparisons),
    )


def _onset(looked: Mapping[Voice, Channel], voice: Voice, peak: Peak) -> Onset:
    """When the rise of a kind of voices began, by those that talk of failing service and by the other negative ones."""
    kinds = {
        kind: Rising.of([channel], channel.baseline.noise_at(peak.start), peak.start, peak.end)
        for kind, channel in looked.items()
    }
    parts = told_apart(kinds[Voice.NEGATIVE], kinds[Voice.FAILING])
    return find_onset(kinds[voice], peak.start, peak.end, looked[voice].series.bucket_seconds, parts)


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


def _over(
    models: Models, exposure: Exposure, channel: Channel, peak: Peak, factor: float
) -> tuple[int | None, int | None]:
    """When talk was back to usual after its peak, and after the incident's end too, which may be much later."""
    told, ended = models.told(exposure.brand), channel.series.bucket(exposure.end(models.now()))
    calm = _recovery(channel, factor, peak.end, told)
    return calm, calm if ended <= peak.end else _recovery(channel, factor, ended, told)


def _recovery(channel: Channel, factor: float, first: int, last: int) -> int | None:
    """The first bucket from ``first`` on from which talk is as usual, by what is counted before ``last``."""
    series = channel.series
    expected = channel.baseline.expected * factor
    calm = calm_buckets(expected, series.per_hour)
    hours, noise = np.array([calm / series.per_hour]), channel.baseline.noise_at(first)
    # Most recover within days, and what is usual costs most to work out: so two days are looked at, and the next two.
    for start in range(max(first, 0), last - calm + 1, LOOKED_AHEAD_HOURS * series.per_hour):
        span = slice(start, min(start + LOOKED_AHEAD_HOURS * series.per_hour + calm - 1, last))
        usual = Sums(expected[span]).windows(calm)
        upper = usual_quantile(USUAL_SHARE, usual, noise.variance(usual, hours))
        # One voice alone is never a sign that customers are still upset.
        found = recovered_at(series.negative[span], np.maximum(upper, 1.0), 0, calm)
        if found is not None:
            return start + found
    return None


def _count(models: Models, past: Models, exposure: Exposure, onset: Onset, effect: tuple[int, int]) -> Counted:
    """Count the excess on all screens that the incident may touch, and a little beyond the effect on both sides.

    The effect itself is where the rise stands out: it leaves out the first and the last voices of a harm, and screens
    on which few speak. Counted there alone, a third of the harms in simulated worlds lay above the interval.

    Those who talk of failing service are negative voices too. Where many speak of other things a harm may be seen in
    them alone, so the excess is never said to be less than theirs.
    """
    brand, grid = exposure.brand, models.grid(exposure.brand)
    screens = models.screens(brand, exposure.screens)
    first, last = min(onset.low, effect[0]) - EARLY_HOURS * grid.per_hour, effect[1] + LATE_HOURS * grid.per_hour
    span = max(0, int(first)), min(int(last), max(models.told(brand), effect[1]))
    negative, failing = (
        _counted(
            models.predictor(brand, screens, screens, voice),
            past.calibration(brand, screens, voice, span[1] - span[0]),
            span,
        )
        for voice in Voice
    )
    low = max(negative.low, failing.low)
    expected = min(negative.expected, negative.observed - failing.excess)
    return replace(negative, expected=max(expected, 0.0), low=low, high=max(negative.high, failing.high))


def _counted(predict: Predictor, calibration: Calibration, span: tuple[int, int]) -> Counted:
    first, last = span
    series, baseline = predict.channel.series, predict.channel.baseline
    observed, usual = float(series.negative[first:last].sum()), float(baseline.expected[first:last].sum())
    mean, variance = predict.moments(np.array([first]), last - first)
    expected, least, most = calibration.expected(float(mean[0]), float(variance[0]), BOUNDS)
    factor = expected / max(usual, 1e-9)
    unheard = predict.channel.unheard(first, last) * factor
    low, high = widened(observed - most, observed - least, unheard, series.missed(first, last))
    return Counted(observed, usual, expected, low, high)


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
    baseline: Baseline,
    height: float,
    span: tuple[int, int],
    bucket_seconds: int,
    *,
    fewest: float = 0.0,
    factor: float = 1.0,
) -> tuple[float, float]:
    """Voices to be expected in a span of buckets, and the fewest there that would reach a height of the scan.

    ``factor`` times the usual is expected; ``fewest`` voices above that are needed whatever the height.
    """
    start, end = span
    usual = factor * float(baseline.expected[start:end].sum())
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
    return usual, max(high, usual + fewest)
