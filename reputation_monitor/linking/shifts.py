"""Shifts: spans in which negative voices leave the baseline, whatever the cause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reputation_monitor.linking.baseline import Baseline
from reputation_monitor.linking.channels import Channel
from reputation_monitor.linking.intervals import excess_interval, widened
from reputation_monitor.linking.onset import Rising, find_onset
from reputation_monitor.linking.prediction import Unmoved
from reputation_monitor.linking.scan import Scan, Sums, require_voices, scan
from reputation_monitor.linking.series import HOUR, Series
from reputation_monitor.linking.types import Shift

MERGE_GAP_HOURS, MAX_GAP_HOURS = 6, 24
ONGOING_HOURS = 2
QUIET_VOICES = 1.0
MAX_SHIFTS = 500


@dataclass(frozen=True, slots=True)
class Span:
    """Buckets ``start:end`` of one screen in which the scan found a rise, and its height."""

    screen: str
    start: int
    end: int
    height: float


def scan_for_rises(channel: Channel, min_voices: float) -> Scan:
    """Scan a channel; a window needs ``min_voices`` beyond what is usual, so that no shift rests on one author."""
    series, baseline = channel.series, channel.baseline
    table = scan(series.negative, baseline, series.bucket_seconds, Unmoved(channel))
    require_voices(table, min_voices)
    return table


def find_spans(channel: Channel, table: Scan, height: float) -> list[Span]:
    """All windows above ``height``, the highest first taken, none overlapping; near neighbours become one span.

    Args:
        channel: whose counts they are.
        table: scan of the channel, changed in place.
        height: likelihood ratio that a window must pass.
    """
    found: list[Span] = []
    ratios = table.by_start
    while len(found) < MAX_SHIFTS:
        which, start = np.unravel_index(int(ratios.argmax()), ratios.shape)
        best = float(ratios[which, start])
        if best <= height:
            break
        end = int(start) + int(table.lengths[which])
        found.append(Span(channel.screen, int(start), end, best))
        for i, length in enumerate(table.lengths):
            ratios[i, max(0, int(start) - int(length) + 1) : end] = -np.inf
    return _joined(found, channel.series, Sums(channel.baseline.expected))


def _joined(spans: Iterable[Span], series: Series, expected: Sums) -> list[Span]:
    """Join neighbours. A gap in which less than one voice was expected (a night) is no sign that the rise was over."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        last = joined[-1] if joined else None
        if last and _is_near(span.start - last.end, float(expected.between(last.end, span.start)), series.per_hour):
            joined[-1] = Span(last.screen, last.start, max(last.end, span.end), max(last.height, span.height))
        else:
            joined.append(span)
    return joined


def _is_near(gap: int, expected: float, per_hour: int) -> bool:
    return gap <= MERGE_GAP_HOURS * per_hour or (expected < QUIET_VOICES and gap <= MAX_GAP_HOURS * per_hour)


def group_by_time(spans: Iterable[Span], gap: int) -> list[list[Span]]:
    """Spans of several screens that overlap, or nearly so, are one shift of the brand."""
    groups: list[list[Span]] = []
    last_end = -1
    for span in sorted(spans, key=lambda s: s.start):
        if groups and span.start - last_end <= gap:
            groups[-1].append(span)
            last_end = max(last_end, span.end)
        else:
            groups.append([span])
            last_end = span.end
    return groups


def describe_shift(
    brand: str,
    spans: Sequence[Span],
    screens: Mapping[str, Series],
    baselines: Mapping[str, Baseline],
) -> Shift:
    """Measure one shift over the screens it shows on; all screens share their buckets."""
    names = tuple(sorted({span.screen for span in spans}, key=list(screens).index))
    first = min(spans, key=lambda s: s.start)
    start, end = first.start, max(span.end for span in spans)
    counts = sum((screens[n].negative for n in names), np.zeros(len(screens[first.screen])))
    expected = sum((baselines[n].expected for n in names), np.zeros(len(counts)))
    noise = baselines[max(spans, key=lambda s: s.height).screen].noise_at(start)
    series = screens[first.screen]
    stop = max(first.end, start + 1)
    dispersion = noise.dispersion(float(expected[start:stop].mean()) * series.per_hour)
    rise = find_onset(Rising(counts, expected, dispersion), start, stop, series.bucket_seconds)
    since = min(int(rise.median), start)
    observed, usual = float(counts[since:end].sum()), float(expected[since:end].sum())
    spread = float(noise.spread(np.array([(end - since) * series.bucket_seconds / HOUR]))[0])
    low, high = excess_interval(observed, usual, noise.phi, spread)
    missed = sum(screens[n].missed(since, end) for n in names)
    low, high = widened(low, high, _unheard(names, screens, baselines, slice(since, end)), missed)
    return Shift(
        brand=brand,
        screens=names,
        onset=series.time(rise.median),
        onset_low=series.time(rise.low),
        onset_high=series.time(rise.high),
        end=series.time(end),
        ongoing=end >= len(series) - ONGOING_HOURS * series.per_hour,
        observed=observed,
        expected=usual,
        excess=observed - usual,
        excess_low=low,
        excess_high=high,
    )


def _unheard(
    names: Iterable[str], screens: Mapping[str, Series], baselines: Mapping[str, Baseline], span: slice
) -> float:
    """Voices that are usual in the span on the sources that were not heard then."""
    return sum(float((baselines[n].expected[span] * (1 / screens[n].exposure[span] - 1)).sum()) for n in names)
