"""Shifts: spans in which negative voices leave the baseline, whatever the cause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reputation_monitor.linking.channels import Channel
from reputation_monitor.linking.intervals import excess_interval, widened
from reputation_monitor.linking.onset import Rising, find_onset, told_apart
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
    brand: str, spans: Sequence[Span], negative: Mapping[str, Channel], failing: Mapping[str, Channel]
) -> Shift:
    """Measure one shift over the screens it shows on.

    Args:
        brand: whose it is.
        spans: in which it was found.
        negative: all its screens with their negative voices; all share their buckets.
        failing: the same with those that talk of failing service, which tell with the others when it began.
    """
    names = tuple(sorted({span.screen for span in spans}, key=list(negative).index))
    first = min(spans, key=lambda s: s.start)
    start, end = first.start, max(span.end for span in spans)
    stop, highest = max(first.end, start + 1), max(spans, key=lambda s: s.height).screen
    all_of_them, failing_ones = (
        Rising.of([of[name] for name in names], of[highest].baseline.noise_at(start), start, stop)
        for of in (negative, failing)
    )
    series, noise = negative[first.screen].series, negative[highest].baseline.noise_at(start)
    parts = told_apart(all_of_them, failing_ones)
    rise = find_onset(all_of_them, start, stop, series.bucket_seconds, parts)
    since = min(int(rise.median), start)
    observed, usual = float(all_of_them.counts[since:end].sum()), float(all_of_them.expected[since:end].sum())
    spread = float(noise.spread(np.array([(end - since) * series.bucket_seconds / HOUR]))[0])
    low, high = excess_interval(observed, usual, noise.phi, spread)
    shown = [negative[name] for name in names]
    unheard = sum(channel.unheard(since, end) for channel in shown)
    missed = sum(channel.series.missed(since, end) for channel in shown)
    low, high = widened(low, high, unheard, missed)
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
