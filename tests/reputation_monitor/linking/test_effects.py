from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.linking.baseline import Baseline, fit_baseline
from reputation_monitor.linking.channels import Channel, Comparison, Voice
from reputation_monitor.linking.effects import NOTHING, RiseField, rise_field
from reputation_monitor.linking.noise import Noise
from reputation_monitor.linking.prediction import Predictor
from reputation_monitor.linking.series import Array, Series

HOURS = 28 * 24
NO_INCIDENT = np.zeros(HOURS, dtype=bool)


@pytest.fixture
def calm():
    return np.random.default_rng(1).poisson(3.0, HOURS).astype(float)


@pytest.fixture
def make_channel(make_series: Callable[..., Series]):
    def make(counts: Array, voice: Voice = Voice.NEGATIVE):
        series = make_series(counts)
        return Channel("web", voice, series, fit_baseline(series))

    return make


def comparison(name: str, counts: Array, expected: float = 3.0):
    usual = np.full(len(counts), expected)
    baseline = Baseline(usual, np.zeros(len(counts), dtype=np.int64), (Noise(1.0, 0.1, 5.0, 0.01),), np.array([28.0]))
    return Comparison(name, "rival", np.asarray(counts, dtype=float), usual, baseline)


def field(heights: list[float]):
    nothing = np.zeros(len(heights), dtype=np.int64)
    return RiseField(np.asarray(heights, dtype=float), nothing, nothing + 1)


@given(
    heights=st.lists(st.floats(0, 100), min_size=1, max_size=60),
    before=st.integers(0, 12),
    after=st.integers(1, 12),
)
def test_the_best_within_a_zone_is_that_of_a_search(heights: list[float], before: int, after: int):
    found = field(heights).best_within(before, after)
    for at in range(len(heights)):
        zone = heights[max(0, at - before) : at + after]
        assert found[at] == max(zone, default=NOTHING)


def test_the_peak_of_a_zone_is_what_placebo_times_are_measured_by():
    heights = field(np.random.default_rng(2).exponential(size=200))
    placebo = heights.best_within(7, 19)
    for at in (0, 3, 50, 199):
        assert heights.peak(at - 7, at + 19).height == placebo[at]


def test_a_peak_tells_its_window_and_channel():
    found = RiseField(np.array([1.0, 5.0, 2.0]), np.array([0, 1, 0]), np.array([1, 4, 1]))
    peak = found.peak(-3, 99)
    assert (peak.height, peak.channel, peak.start, peak.end) == (5.0, 1, 1, 5)


def test_a_rise_of_the_brand_alone_is_not_explained_by_controls(make_channel: Callable[..., Channel], calm: Array):
    calm[400:406] += 15
    channel = make_channel(calm)
    rivals = [comparison(n, np.random.default_rng(i).poisson(3.0, HOURS)) for i, n in enumerate("ab")]
    alone = rise_field([Predictor(channel)], 3.0, NO_INCIDENT).peak(395, 405)
    beside = rise_field([Predictor(channel, rivals)], 3.0, NO_INCIDENT).peak(395, 405)
    assert beside.height > 0.6 * alone.height > 10


def test_a_storm_over_all_rivals_is_explained(make_channel: Callable[..., Channel], calm: Array):
    calm[400:406] += 15
    storm = np.full(HOURS, 3.0)
    storm[400:406] += 15
    rivals = [comparison("a", storm), comparison("b", storm)]
    assert rise_field([Predictor(make_channel(calm), rivals)], 3.0, NO_INCIDENT).peak(395, 405).height < 3


def test_a_bad_morning_is_not_charged_to_an_incident_at_noon(make_channel: Callable[..., Channel], calm: Array):
    calm[388:412] += 12
    found = rise_field([Predictor(make_channel(calm))], 3.0, NO_INCIDENT)
    assert found.peak(386, 390).height > 15
    assert found.peak(399, 405).height < 0.2 * found.peak(386, 390).height


def test_no_window_reaches_into_an_incident_that_begins_later(make_channel: Callable[..., Channel], calm: Array):
    calm[400:406] += 15
    incidents = np.zeros(HOURS, dtype=bool)
    incidents[398:410] = True
    found = rise_field([Predictor(make_channel(calm))], 3.0, incidents)
    starts = np.arange(350, 398)
    assert (starts + found.length[starts] <= 398).all()
    assert found.height[350:398].max() < 6
    assert found.peak(398, 410).height > 10


def test_the_windows_of_an_incident_end_where_the_next_begins(make_channel: Callable[..., Channel], calm: Array):
    calm[400:412] += 15
    incidents = np.zeros(HOURS, dtype=bool)
    incidents[398:402] = incidents[406:412] = True
    peak = rise_field([Predictor(make_channel(calm))], 3.0, incidents).peak(398, 402)
    assert (peak.start, peak.end) == (400, 406)


def test_the_better_of_two_channels_is_named(make_channel: Callable[..., Channel], calm: Array):
    failing = np.zeros(HOURS)
    failing[::50] = 1
    failing[400:404] += 4
    found = rise_field(
        [Predictor(make_channel(calm)), Predictor(make_channel(failing, Voice.FAILING))], 3.0, NO_INCIDENT
    )
    peak = found.peak(398, 402)
    assert peak.channel == 1
    assert (peak.start, peak.end) == (400, 404)
