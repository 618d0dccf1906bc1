"""How much talk it takes for harm to be seen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.linking.analysis import analyse
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.types import Verdict
from reputation_monitor.linking.world import BrandCounts, Exposure, Options
from reputation_monitor.reporting.visible import visible_rises

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def talked_of() -> Callable[..., Findings]:
    """Findings on an incident without effect, of a brand with so many negative voices an hour and outbursts of twenty.

    Of three mentions one is negative.
    """

    def talked_of(an_hour: float, days: int = 42, outbursts: int = 0) -> Findings:
        chance = np.random.default_rng(3)
        counts = chance.poisson(an_hour / 12, days * 24 * 12).astype(float)
        for at in chance.integers(0, len(counts) - 12, outbursts):
            counts[at : at + 12] += 20 / 12
        series = Series(MONDAY, 300, counts, counts, 3 * counts, -counts, 3 * counts)
        brand = BrandCounts(name="Halden", negative={"web": series}, failing={"web": series})
        started = MONDAY + timedelta(days=0.8 * days)
        incident = Exposure(incident="a", brand="Halden", title="", service="", started=started, resolved=started)
        return analyse({"Halden": brand}, [incident], Options())

    return talked_of


def test_of_a_brand_that_is_much_spoken_of_a_rise_would_be_seen(talked_of: Callable[..., Findings]):
    found = talked_of(6.0)
    today, more = visible_rises(found.tested[0], found.models)
    assert today.mentions == pytest.approx(18.0, rel=0.1)
    assert today.usual == pytest.approx(6.0, rel=0.3)
    assert 3 < today.rise < 30
    assert more is None


@pytest.mark.parametrize("outbursts", [15, 30])
def test_of_a_brand_that_is_little_spoken_of_it_is_told_what_more_talk_would_show(
    talked_of: Callable[..., Findings], outbursts: int
):
    found = talked_of(0.05, outbursts=outbursts)
    assert found.links[0].verdict is Verdict.NOT_ENOUGH_DATA
    assert "Too few mentions" in found.links[0].reason
    today, more = visible_rises(found.tested[0], found.models)
    assert today.rise > max(5 * today.usual, 8)
    assert today.mentions < more.mentions <= 10.01 * today.mentions
    assert more.rise / more.usual < today.rise / today.usual


def test_without_comparable_times_nothing_is_told(talked_of: Callable[..., Findings]):
    found = talked_of(6.0, days=2)
    assert found.tested[0].placebo is None
    assert visible_rises(found.tested[0], found.models) == (None, None)
