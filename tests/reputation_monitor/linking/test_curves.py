from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.linking.baseline import fit_baseline
from reputation_monitor.linking.channels import Channel, Voice
from reputation_monitor.linking.curves import MOST_POINTS, choose_width, draw_curve
from reputation_monitor.linking.series import Series


@pytest.fixture
def channel(make_series: Callable[..., Series]):
    series = make_series(np.random.default_rng(1).poisson(0.4, 14 * 24 * 12), 300)
    return Channel("web", Voice.NEGATIVE, series, fit_baseline(series))


def test_a_curve_holds_every_voice_of_its_span(channel: Channel, monday: datetime):
    curve = draw_curve(channel, monday + timedelta(days=9), monday + timedelta(days=10), minutes=60)
    first = 9 * 24 * 12
    assert len(curve.times) == 24
    assert curve.observed.sum() == channel.series.negative[first : first + 288].sum()
    assert (curve.low <= curve.expected).all()
    assert (curve.expected <= curve.high).all()


def test_controls_that_rose_raise_the_curve(channel: Channel, monday: datetime):
    span = monday + timedelta(days=9), monday + timedelta(days=10)
    plain, raised = draw_curve(channel, *span), draw_curve(channel, *span, factor=2.0)
    assert raised.expected == pytest.approx(2 * plain.expected)


@pytest.mark.parametrize("days", [(-3, -1), (20, 21), (5, 5)])
def test_a_span_without_data_is_an_empty_curve(channel: Channel, monday: datetime, days: tuple[int, int]):
    curve = draw_curve(channel, *(monday + timedelta(days=d) for d in days))
    assert curve.times == ()
    assert len(curve.observed) == len(curve.low) == 0


def test_a_span_that_leaves_the_data_is_clipped(channel: Channel, monday: datetime):
    curve = draw_curve(channel, monday + timedelta(days=13), monday + timedelta(days=30), minutes=60)
    assert len(curve.times) == 24


@pytest.mark.parametrize("minutes", [60, 1440, 20_000, 100_000])
def test_points_stay_few_enough_to_look_at(minutes: float):
    assert minutes / choose_width(3.0, minutes, 5) <= MOST_POINTS


def test_quiet_brands_get_wider_points():
    assert choose_width(0.1, 2880, 5) > choose_width(10, 1440, 5)
