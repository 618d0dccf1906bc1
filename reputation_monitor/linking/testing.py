"""Testing incidents: each is measured and compared with placebo times by itself, and all are judged together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from reputation_monitor.linking.attribution import attribute
from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.impact import Impact, measure, smallest_visible
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.placebo import FEWEST, PlaceboTest, PlaceboTimes, benjamini_hochberg, compare
from reputation_monitor.linking.series import Series, hours_of_week
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Control, Link, Verdict
from reputation_monitor.linking.unheard import unheard_in_words, unheard_share
from reputation_monitor.linking.verdicts import Finding, judge, too_short
from reputation_monitor.linking.world import Exposure


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of an incident's effect on a brand, whatever else is tested.

    Attributes:
        finding: what the verdict is made of, but for the q-value; None where nothing could be tested.
        draft: the link, but for its verdict, which without a finding is that there is too little to tell.
    """

    exposure: Exposure
    impact: Impact | None
    placebo: PlaceboTest | None
    finding: Finding | None
    draft: Link


def test_incidents(models: Models) -> list[Tested]:
    """Measure and test every incident; q-values are over all that can be tested, each rise has whom it can be of."""
    return judge_together([measure_incident(models, e) for e in models.exposures], models)


def judge_together(measured: Sequence[Measured], models: Models) -> list[Tested]:
    """Judge incidents by how many were tested, in the order given."""
    q_values = iter(benjamini_hochberg([m.finding.p_value for m in measured if m.finding]))
    tested = [
        Tested(m.exposure, m.impact, m.placebo, _judged(m.draft, m.finding, next(q_values)) if m.finding else m.draft)
        for m in measured
    ]
    return attribute(tested, models.now())


def _judged(draft: Link, finding: Finding, q_value: float) -> Link:
    verdict, reason = judge(replace(finding, q_value=q_value))
    link = replace(draft, verdict=verdict, reason=reason, q_value=q_value)
    return link if verdict is Verdict.LINKED else link.undated()


def measure_incident(models: Models, exposure: Exposure, past: Models | None = None) -> Measured:
    """Measure an incident's effect, and compare it with placebo times.

    Args:
        models: that hold its time.
        exposure: the incident.
        past: that hold the placebo times; None where ``models`` do.
    """
    impact, placebo = _measure(models, exposure, past or models)
    if impact is None or placebo is None:
        return Measured(exposure, impact, None, None, _unseen(models, exposure, impact))
    finding = _finding(models, exposure, impact, placebo)
    return Measured(exposure, impact, placebo, finding, _draft(exposure, impact, placebo))


def _measure(models: Models, exposure: Exposure, past: Models) -> tuple[Impact | None, PlaceboTest | None]:
    if exposure.brand not in models.brands or not models.screens(exposure.brand, exposure.screens):
        return None, None
    seconds = models.bucket_seconds(exposure.brand)
    first, last = models.coverage(exposure.brand, seconds)
    series = models.grid(exposure.brand)
    zone = models.zone(exposure, series)
    if zone[0] >= last or zone[1] <= first:
        return None, None
    screens = models.screens(exposure.brand, exposure.screens)
    peaks = [models.rise(exposure.brand, screens, voice).peak(*zone).height for voice in Voice]
    if not _has_history(models, exposure, series):
        return measure(models, exposure, list(Voice)[int(np.argmax(peaks))], past), None
    hour = int(hours_of_week(exposure.started, 1, models.options.zone)[0])
    # Placebo times are as long as it is by now, however old the models of the past are.
    pool = placebo_pool(past, replace(exposure, resolved=exposure.end(models.end())))
    placebo = compare(peaks, hour, (zone[1] - zone[0]) / series.per_hour, pool)
    return measure(models, exposure, list(Voice)[placebo.kind], past), placebo


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
    pool = []
    for brand in (exposure.brand, *models.rivals(exposure.brand)):
        screens = models.screens(brand, exposure.screens)
        if screens:
            pool.append(_placebo_times(models, brand, screens, exposure))
    return pool


def _placebo_times(models: Models, brand: str, screens: tuple[str, ...], exposure: Exposure) -> PlaceboTimes:
    series = models.grid(brand)
    first, last = models.zone(exposure, series)
    start = series.bucket(exposure.started)
    before, after = start - first, last - start
    heights = np.stack([models.rise(brand, screens, v).best_within(before, after) for v in Voice])
    times = models.calm(brand, screens, before, after)
    hours = hours_of_week(series.start, -(-len(series) // series.per_hour), models.options.zone)
    return PlaceboTimes(heights[:, times], hours[times // series.per_hour])


def _unseen(models: Models, exposure: Exposure, impact: Impact | None) -> Link:
    reason = "No mentions of this brand were collected long enough around the incident to compare with."
    if impact is not None:
        days = _history_days(models, exposure, impact.channel.series)
        reason = too_short(days, models.options.min_history_days)
    return _untold(exposure, reason)


def _untold(exposure: Exposure, reason: str) -> Link:
    """The link of an incident while nothing is said of it."""
    return Link(
        id=exposure.incident,
        brand=exposure.brand,
        service=exposure.service,
        title=exposure.title,
        verdict=Verdict.NOT_ENOUGH_DATA,
        reason=reason,
    )


def _draft(exposure: Exposure, impact: Impact, placebo: PlaceboTest) -> Link:
    series = impact.channel.series
    onset, counted = series.time(impact.onset.median), impact.counted
    return replace(
        _untold(exposure, ""),
        p_value=placebo.p_value,
        placebos=placebo.placebos,
        placebos_apart=placebo.apart,
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


def _finding(models: Models, exposure: Exposure, impact: Impact, placebo: PlaceboTest) -> Finding:
    series, baseline = impact.channel.series, impact.channel.baseline
    first = min(max(series.bucket(exposure.started), 0), len(series) - 1)
    ended = exposure.end(models.now())
    last = min(max(series.bucket(ended), first + series.per_hour), len(series))
    own_time = exposure.started, max(ended, exposure.started + timedelta(hours=1))
    whole = exposure.brand, models.screens(exposure.brand, exposure.screens)
    fewest = models.options.min_voices
    usual, visible = smallest_visible(
        baseline,
        placebo.visible_height,
        (first, last),
        series.bucket_seconds,
        fewest=fewest,
        factor=max(impact.factor, 1.0),
    )
    calmest = _calmest(impact)
    return Finding(
        failing=impact.voice is Voice.FAILING,
        clearest=impact.clearest,
        history_days=_history_days(models, exposure, series),
        wanted_days=models.options.min_history_days,
        placebos=placebo.placebos,
        placebos_apart=placebo.apart,
        fewest_apart=FEWEST,
        reached=placebo.reached,
        p_value=placebo.p_value,
        q_value=1.0,
        q_wanted=models.options.q,
        voices=float(series.voices[first:last].sum()),
        usual=usual,
        smallest_visible=visible,
        excess=impact.rise,
        counted=impact.counted.excess,
        height=impact.peak.height,
        fewest_voices=fewest,
        began_inside=_began_inside(models, exposure, impact),
        control_ratio=calmest.ratio if calmest else None,
        control="Rivals" if calmest is None or calmest.kind == "rival" else "Screens that it cannot touch",
        unheard_share=unheard_share(models, *whole, *own_time),
        called="maintenance" if exposure.planned else "incident",
        unheard=unheard_in_words(models, *whole, *own_time),
    )


def _began_inside(models: Models, exposure: Exposure, impact: Impact) -> bool:
    first, last = models.zone(exposure, impact.channel.series)
    return impact.onset.low <= last and impact.onset.high >= first


def _calmest(impact: Impact) -> Control | None:
    usable = [c for c in impact.controls if c.ratio is not None and c.expected >= 1]
    return min(usable, key=lambda c: c.ratio or 0.0, default=None)


def _recovery_minutes(exposure: Exposure, impact: Impact) -> float | None:
    if exposure.resolved is None or impact.recovered is None:
        return None
    return max(0.0, _minutes(impact.channel.series.time(impact.recovered) - exposure.resolved))


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
