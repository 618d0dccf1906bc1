from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from reputation_monitor.linking.channels import Voice
from reputation_monitor.linking.models import Models
from reputation_monitor.linking.recent import RecentModels
from reputation_monitor.linking.world import Exposure, Options

DAYS = 80


@pytest.fixture(scope="module")
def whole(simulate: Callable[..., Any], make_incident: Callable[..., Exposure]) -> Models:
    world = simulate(days=DAYS, rates={"Ours": 6.0, "Rival": 5.0, "Stranger": 5.0}, seed=3)
    world.plant("Ours", 78 * 24, 90, 1.5)
    brands = world.brands()
    brands.pop("Stranger")
    return Models(brands, [make_incident("harm", 78 * 24 + 0.5, 3)], Options())


@pytest.mark.parametrize("days", [1, 4.5, 30, 79])
@pytest.mark.parametrize("brand", ["Ours", "Rival"])
def test_the_last_days_have_the_baseline_that_the_whole_has(whole: Models, monday: Any, days: float, brand: str):
    recent = RecentModels(whole, "Ours", monday + timedelta(days=DAYS - days))
    for voice in Voice:
        long, short = (m.channel(brand, ("web",), voice, 300) for m in (whole, recent))
        last = slice(len(long.series) - len(short.series), None)
        assert len(short.series) == days * 288
        assert short.series.start == long.series.time(len(long.series) - len(short.series))
        assert short.baseline.expected == pytest.approx(long.baseline.expected[last])
        for bucket in (0, 200):
            assert short.baseline.noise_at(bucket) == long.baseline.noise_at(last.start + bucket)


def test_what_rises_in_the_last_days_is_as_high(whole: Models, monday: Any):
    recent = RecentModels(whole, "Ours", monday + timedelta(days=DAYS - 6))
    heights = [m.rise("Ours", ("web",), Voice.NEGATIVE).height for m in (whole, recent)]
    within = slice(-4 * 288, None)
    assert heights[1][within].max() > 20
    assert heights[1][within] == pytest.approx(heights[0][within], rel=0.05, abs=0.1)


def test_before_the_whole_there_is_nothing_to_leave_out(whole: Models, monday: Any):
    early = RecentModels(whole, "Ours", monday - timedelta(days=9))
    assert len(early.brands["Ours"].negative["web"]) == DAYS * 288
    assert np.array_equal(
        early.channel("Ours", ("web",), Voice.NEGATIVE, 300).baseline.expected,
        whole.channel("Ours", ("web",), Voice.NEGATIVE, 300).baseline.expected,
    )
