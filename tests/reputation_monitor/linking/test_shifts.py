from collections.abc import Callable

import numpy as np
import pytest

from reputation_monitor.linking.baseline import fit_baseline
from reputation_monitor.linking.channels import Channel, Voice
from reputation_monitor.linking.series import Array, Series
from reputation_monitor.linking.shifts import Span, describe_shift, find_spans, group_by_time, scan_for_rises

HEIGHT = 8.0


@pytest.fixture
def calm():
    return np.random.default_rng(1).poisson(2.0, 28 * 24).astype(float)


def spans_of(series: Series, min_voices: float = 3.0):
    channel = Channel("web", Voice.NEGATIVE, series, fit_baseline(series))
    return find_spans(channel, scan_for_rises(channel, min_voices), HEIGHT)


def test_a_burst_is_one_span_where_it_is(make_series: Callable[..., Series], calm: Array):
    calm[500:506] += 15
    (span,) = spans_of(make_series(calm))
    assert abs(span.start - 500) <= 1
    assert abs(span.end - 506) <= 2
    assert span.height > HEIGHT


def test_calm_weeks_have_no_span(make_series: Callable[..., Series], calm: Array):
    assert spans_of(make_series(calm)) == []


def test_bursts_far_apart_are_two_and_neighbours_one(make_series: Callable[..., Series], calm: Array):
    calm[[300, 301, 304, 305, 600, 601]] += 20
    found = spans_of(make_series(calm))
    assert [abs(s.start - at) <= 1 for s, at in zip(found, (300, 600), strict=True)] == [True, True]
    assert found[0].end >= 305


def test_a_quiet_night_does_not_cut_a_shift_in_two(make_series: Callable[..., Series]):
    days = np.tile(np.where(np.arange(24) < 10, 0.0, 1.0), 28)
    days[24 * 20 + 14 : 24 * 21] += 6
    days[24 * 21 + 10 : 24 * 21 + 20] += 6
    assert len(spans_of(make_series(days))) == 1


def test_one_author_cannot_make_a_shift_however_quiet_it_is(make_series: Callable[..., Series]):
    silence = np.zeros(28 * 24)
    silence[::100] = 1.0
    silence[450] = 1.0  # the whole flood of an author is one voice
    assert spans_of(make_series(silence)) == []
    silence[450:452] = 2.0
    assert len(spans_of(make_series(silence))) == 1


def test_spans_of_several_screens_at_one_time_are_one_group():
    spans = [Span("tv", 110, 120, 9.0), Span("web", 100, 112, 12.0), Span("web", 300, 310, 9.0)]
    groups = group_by_time(spans, gap=5)
    assert [[s.screen for s in g] for g in groups] == [["web", "tv"], ["web"]]


def channels_of(screens: dict[str, Series]) -> dict[str, Channel]:
    return {name: Channel(name, Voice.NEGATIVE, one, fit_baseline(one)) for name, one in screens.items()}


def test_a_shift_over_two_screens_counts_both(make_series: Callable[..., Series], calm: Array):
    web, tv = calm.copy(), calm[::-1].copy()
    web[500:506] += 15
    tv[501:505] += 8
    channels = [channels_of({"web": make_series(a), "tv": make_series(b)}) for a, b in ((web, tv), (web / 20, tv / 20))]
    shift = describe_shift("Ours", [Span("tv", 501, 505, 9.0), Span("web", 500, 506, 30.0)], *channels)
    assert shift.screens == ("web", "tv")
    assert shift.observed == pytest.approx((web + tv)[500:506].sum(), rel=0.1)
    assert shift.excess == pytest.approx(15 * 6 + 8 * 4, rel=0.35)
    assert shift.excess_low < shift.excess < shift.excess_high
    assert shift.onset_low <= shift.onset <= shift.onset_high < shift.end
    assert not shift.ongoing


def test_a_shift_that_reaches_the_end_of_the_data_goes_on(make_series: Callable[..., Series], calm: Array):
    calm[-4:] += 20
    series = make_series(calm)
    (span,) = spans_of(series)
    channels = channels_of({"web": series})
    assert describe_shift("Ours", [span], channels, channels).ongoing
