"""From counts and incidents to shifts and links: the whole method, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from reputation_monitor.linking.attribution import attribute
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.fitting import HEARD_ENOUGH
from reputation_monitor.linking.impact import Impact, measure, smallest_visible
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.placebo import FEWEST, PlaceboTest, PlaceboTimes, benjamini_hochberg, compare
from reputation_monitor.linking.scan import likelihood_ratio
from reputation_monitor.linking.series import HOUR, Series, hours_of_week
from reputation_monitor.linking.shifts import describe_shift, find_spans, group_by_time, scan_for_rises
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.threshold import highest_of_days, threshold
from reputation_monitor.linking.types import Link, Shift, ShiftVerdict, Verdict
from reputation_monitor.linking.unheard import unheard_in_words, unheard_share
from reputation_monitor.linking.verdicts import Finding, judge, too_short
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

SHIFT_GAP = timedelta(hours=2)
FAILING_HEIGHT = 5.0
FAILING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found. ``models`` still answers questions about curves."""

    shifts: tuple[Shift, ...]
    tested: tuple[Tested, ...]
    models: Models

    @property
    def links(self) -> tuple[Link, ...]:
        """The link of every incident and brand, in the order given."""
        return tuple(t.link for t in self.tested)


def analyse(brands: Mapping[str, BrandCounts], exposures: Sequence[Exposure], options: Options) -> Findings:
    """Find shifts, test incidents, and tell which belongs to which."""
    models = Models(brands, exposures, options)
    tested = test_incidents(models)
    shifts = [s for brand in brands for s in find_shifts(models, brand)]
    explained = [with_unheard(models, explain(models, s, tested)) for s in shifts]
    return Findings(tuple(explained), tuple(tested), models)


def find_shifts(models: Models, brand: str) -> list[Shift]:
    """All shifts of a brand, in time order."""
    screens, seconds = models.screens(brand), models.bucket_seconds(brand)
    first, last = models.coverage(brand, seconds)
    if (last - first) * seconds < 24 * HOUR:
        return []
    allowed = models.options.false_shifts_per_quarter / len(screens)
    series, baselines, spans = {}, {}, []
    for screen in screens:
        channel = models.channel(brand, (screen,), Voice.NEGATIVE, seconds)
        series[screen], baselines[screen] = channel.series, channel.baseline
        table = scan_for_rises(channel.series, channel.baseline, models.options.min_voices)
        height = threshold(
            channel.baseline,
            seconds,
            allowed,
            min_voices=models.options.min_voices,
            mean_weight=channel.series.mean_weight,
            own=highest_of_days(table.best_by_end()[0][first:last], 24 * HOUR // seconds),
        )
        spans += find_spans(screen, table, channel.series, channel.baseline, height)
    gap = int(SHIFT_GAP.total_seconds() // seconds)
    return [describe_shift(brand, group, series, baselines) for group in group_by_time(spans, gap)]


def test_incidents(models: Models) -> list[Tested]:
    """Measure and test every incident; q-values are over all that can be tested, each rise has whom it can be of."""
    measured = [(e, *_measure(models, e)) for e in models.exposures]
    p_values = [p.p_value for _, i, p in measured if i is not None and p is not None]
    q_values = iter(benjamini_hochberg(p_values))
    tested = [
        Tested(e, i, p, _link(models, e, i, p, next(q_values)) if i and p else _unseen(models, e, i))
        for e, i, p in measured
    ]
    return attribute(tested, models.end())


def _measure(models: Models, exposure: Exposure) -> tuple[Impact | None, PlaceboTest | None]:
    if exposure.brand not in models.brands or not models.screens(exposure.brand, exposure.screens):
        return None, None
    seconds = models.bucket_seconds(exposure.brand)
    first, last = models.coverage(exposure.brand, seconds)
    series = next(iter(models.brands[exposure.brand].negative.values())).coarser(seconds)
    zone = models.zone(exposure, series)
    if zone[0] >= last or zone[1] <= first:
        return None, None
    screens = models.screens(exposure.brand, exposure.screens)
    peaks = [models.rise(exposure.brand, screens, voice, placebo=False).peak(*zone).height for voice in Voice]
    if not _has_history(models, exposure, series):
        return measure(models, exposure, list(Voice)[int(np.argmax(peaks))]), None
    hour = int(hours_of_week(exposure.started, 1, models.options.zone)[0])
    placebo = compare(peaks, hour, placebo_pool(models, exposure))
    return measure(models, exposure, list(Voice)[placebo.kind]), placebo


def _has_history(models: Models, exposure: Exposure, series: Series) -> bool:
    return _history_days(models, exposure, series) >= models.options.min_history_days


def _history_days(models: Models, exposure: Exposure, series: Series) -> float:
    channel = models.channel(
        exposure.brand, models.screens(exposure.brand, exposure.screens), Voice.NEGATIVE, series.bucket_seconds
    )
    bucket = min(max(series.bucket(exposure.started), 0), len(series) - 1)
    return float(channel.baseline.days[channel.baseline.block[bucket]])


def placebo_pool(models: Models, exposure: Exposure) -> list[PlaceboTimes]:
    """Hourly placebo times of the brand and of its rivals, for zones as long as the incident's."""
    brands = [exposure.brand, *(r for r in models.brands[exposure.brand].rivals if r in models.brands)]
    pool = []
    for brand in brands:
        screens = models.screens(brand, exposure.screens)
        if screens:
            pool.append(_placebo_times(models, brand, screens, exposure))
    return pool


def _placebo_times(models: Models, brand: str, screens: tuple[str, ...], exposure: Exposure) -> PlaceboTimes:
    seconds = models.bucket_seconds(brand)
    series = next(iter(models.brands[brand].negative.values())).coarser(seconds)
    first, last = models.zone(exposure, series)
    start = series.bucket(exposure.started)
    before, after = start - first, last - start
    heights = np.stack([models.rise(brand, screens, v, placebo=True).best_within(before, after) for v in Voice])
    covered, end = models.coverage(brand, seconds)
    times = np.arange(covered + before, end - after, series.per_hour)
    # A zone that touches an incident is no placebo, even though its barred windows could not win.
    # Nor is one in which so little was heard that a rise could not have been.
    heard = models.channel(brand, screens, Voice.NEGATIVE, seconds).series.exposure
    busy = np.concatenate([[0], np.cumsum(models.incident_mask(brand, series) | (heard < HEARD_ENOUGH))])
    times = times[busy[times + after] == busy[times - before]] if len(times) else times
    hours = hours_of_week(series.start, -(-len(series) // series.per_hour), models.options.zone)
    return PlaceboTimes(heights[:, times], hours[times // series.per_hour])


def _unseen(models: Models, exposure: Exposure, impact: Impact | None) -> Link:
    reason = "No mentions of this brand were collected long enough around the incident to compare with."
    if impact is not None:
        days = _history_days(models, exposure, impact.channel.series)
        reason = too_short(days, models.options.min_history_days)
    return Link(
        id=exposure.incident,
        brand=exposure.brand,
        service=exposure.service,
        title=exposure.title,
        verdict=Verdict.NOT_ENOUGH_DATA,
        reason=reason,
    )


def _link(models: Models, exposure: Exposure, impact: Impact, placebo: PlaceboTest, q_value: float) -> Link:
    verdict, reason = judge(_finding(models, exposure, impact, placebo, q_value))
    series = impact.channel.series
    onset, counted = series.time(impact.onset.median), impact.counted
    link = Link(
        id=exposure.incident,
        brand=exposure.brand,
        service=exposure.service,
        title=exposure.title,
        verdict=verdict,
        reason=reason,
        p_value=placebo.p_value,
        q_value=q_value,
        placebos=placebo.placebos,
        screens=impact.screens,
        observed=counted.observed,
        expected=counted.expected,
        excess=counted.excess,
        excess_low=counted.low,
        excess_high=counted.high,
        onset=onset,
        onset_low=series.time(impact.onset.low),
        onset_high=series.time(impact.onset.high),
        effect_end=series.time(impact.end),
        customer_lead_minutes=_minutes(exposure.detected - onset) if exposure.detected else None,
        recovery_minutes=_recovery_minutes(exposure, impact),
        peak=impact.highest_hour,
        valence_drop=impact.valence_drop,
        controls=impact.controls,
    )
    return link if verdict is Verdict.LINKED else link.undated()


def _finding(models: Models, exposure: Exposure, impact: Impact, placebo: PlaceboTest, q_value: float) -> Finding:
    series, baseline = impact.channel.series, impact.channel.baseline
    first = min(max(series.bucket(exposure.started), 0), len(series) - 1)
    last = min(max(series.bucket(exposure.end(series.end)), first + series.per_hour), len(series))
    own_time = exposure.started, max(exposure.end(series.end), exposure.started + timedelta(hours=1))
    whole = exposure.brand, models.screens(exposure.brand, exposure.screens)
    fewest = models.options.min_voices
    usual, visible = smallest_visible(
        baseline, placebo.visible_height, first, last, series.bucket_seconds, fewest=fewest
    )
    return Finding(
        failing=impact.voice is Voice.FAILING,
        clearest=impact.clearest,
        history_days=_history_days(models, exposure, series),
        wanted_days=models.options.min_history_days,
        placebos=placebo.placebos,
        fewest_placebos=FEWEST,
        p_value=placebo.p_value,
        q_value=q_value,
        q_wanted=models.options.q,
        voices=float(series.voices[first:last].sum()),
        usual=usual,
        smallest_visible=visible,
        excess=impact.rise,
        height=impact.peak.height,
        fewest_voices=fewest,
        began_inside=_began_inside(models, exposure, impact),
        control_ratio=_calmest(impact),
        unheard_share=unheard_share(models, *whole, *own_time),
        unheard=unheard_in_words(models, *whole, *own_time),
    )


def _began_inside(models: Models, exposure: Exposure, impact: Impact) -> bool:
    first, last = models.zone(exposure, impact.channel.series)
    return impact.onset.low <= last and impact.onset.high >= first


def _calmest(impact: Impact) -> float | None:
    ratios = [c.ratio for c in impact.controls if c.ratio is not None and c.expected >= 1]
    return min(ratios) if ratios else None


def _recovery_minutes(exposure: Exposure, impact: Impact) -> float | None:
    if exposure.resolved is None or impact.recovered is None:
        return None
    return max(0.0, _minutes(impact.channel.series.time(impact.recovered) - exposure.resolved))


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def explain(models: Models, shift: Shift, tested: Sequence[Tested]) -> Shift:
    """The shift with its verdict: linked to an incident, a suspected outage, or unexplained."""
    near = [t for t in tested if t.exposure.brand == shift.brand and _meets(models, shift, t)]
    linked = [t for t in near if t.link.verdict is Verdict.LINKED]
    if linked:
        best = max(linked, key=lambda t: (t.link.share, -(t.link.p_value or 0.0)))
        beside = f", or to {' or '.join(best.link.alternatives)}" if best.link.alternatives else ""
        reason = f"Linked to incident {best.exposure.incident} ({best.exposure.title}){beside}."
        return replace(shift, verdict=ShiftVerdict.LINKED, incident=best.exposure.incident, reason=reason)
    failing = _failing_share(models, shift)
    named = "".join(f" Incident {t.exposure.incident} was near, with no measurable effect." for t in near[:1])
    if failing >= FAILING_SHARE and not near:
        reason = f"{failing:.0%} of the excess talks of failing service, and no incident is open."
        return replace(shift, verdict=ShiftVerdict.SUSPECTED_OUTAGE, reason=reason)
    return replace(
        shift, reason=f"No incident explains it; {failing:.0%} of the excess talks of failing service.{named}"
    )


def with_unheard(models: Models, shift: Shift) -> Shift:
    """The shift with what was not heard in its time added to its reason."""
    told = unheard_in_words(models, shift.brand, shift.screens, shift.onset, shift.end)
    return replace(shift, reason=f"{shift.reason} {told[0].upper()}{told[1:]}.") if told else shift


def _meets(models: Models, shift: Shift, tested: Tested) -> bool:
    if tested.link.onset and tested.link.effect_end:
        return shift.onset_low <= tested.link.effect_end and tested.link.onset <= shift.end
    begins = tested.exposure.begin(models.options.lead)
    return begins <= shift.onset <= tested.exposure.end(models.end()) + models.options.follow


def _failing_share(models: Models, shift: Shift) -> float:
    """Share of the excess that talks of failing service, zero where that rise itself could be chance."""
    seconds = models.bucket_seconds(shift.brand)
    channel = models.channel(shift.brand, shift.screens, Voice.FAILING, seconds)
    series, noise = channel.series, channel.baseline.noise_at(channel.series.bucket(shift.onset))
    start, end = series.bucket(shift.onset), max(series.bucket(shift.end), series.bucket(shift.onset) + 1)
    seen, usual = float(series.negative[start:end].sum()), float(channel.baseline.expected[start:end].sum())
    spread = noise.spread(np.array([(end - start) * seconds / HOUR]))
    height = float(likelihood_ratio(seen, np.array([usual]), spread, noise.phi)[0])
    return min((seen - usual) / shift.excess, 1.0) if height >= FAILING_HEIGHT and shift.excess > 0 else 0.0
