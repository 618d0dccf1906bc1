"""Sources that were not heard while an incident lasted: they neither make a link nor hide one in silence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from reputation_monitor.linking.analysis import analyse
from reputation_monitor.linking.baseline import fit_baseline
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.series import Series, total
from reputation_monitor.linking.types import Verdict
from reputation_monitor.linking.world import BrandCounts, Exposure, Options, Unheard

DAYS = 42
HARM, CALM = 30 * 24 + 14, 36 * 24 + 10
PER_HOUR = 12


@pytest.fixture
def world_with_outage(simulate: Callable[..., Any], make_incident: Callable[..., Exposure], monday: datetime):
    """Findings where a source that brings a share of all voices is not heard in some hours, as the look is told it."""

    def build(share: float, outages: list[tuple[int, int]], incidents: list[tuple[str, float, float]]) -> Findings:
        world = simulate(days=DAYS, rates={"Ours": 8.0, "Rival": 8.0}, seed=4)
        world.plant("Ours", HARM, 160, 1.5)
        brands = world.brands()
        exposures = [make_incident(*incident) for incident in incidents]
        brands["Ours"] = without(brands["Ours"], share, outages, monday)
        return analyse(brands, exposures, Options())

    return build


def without(brand: BrandCounts, share: float, outages: list[tuple[int, int]], monday: datetime) -> BrandCounts:
    """The brand as it is counted while the source news, which brings that share, is silent."""
    random = np.random.default_rng(9)
    (screen,) = brand.negative
    gone = np.zeros(len(brand.negative[screen]), dtype=bool)
    for first, last in outages:
        gone[first * PER_HOUR : last * PER_HOUR] = True
    heard = np.where(gone, max(1 - share, 0.01), 1.0)

    def thinned(series: Series) -> Series:
        kept = np.where(gone, random.binomial(series.negative.astype(int), 1 - share), series.negative)
        return replace(series, negative=kept, negative_squared=kept, voices=kept, heard=heard)

    spells = [
        Unheard(
            source="news",
            screen=screen,
            why="silent",
            start=monday + timedelta(hours=first),
            end=monday + timedelta(hours=last),
        )
        for first, last in outages
    ]
    return replace(
        brand,
        negative={screen: thinned(brand.negative[screen])},
        failing={screen: thinned(brand.failing[screen])},
        unheard=tuple(spells),
    )


def test_a_harm_is_still_found_on_what_was_heard_and_its_interval_is_wider(world_with_outage):
    (whole,) = world_with_outage(0.6, [], [("harm", HARM + 0.5, 3)]).links
    (half,) = world_with_outage(0.6, [(HARM - 1, HARM + 4)], [("harm", HARM + 0.5, 3)]).links
    assert (whole.verdict, half.verdict) == (Verdict.LINKED, Verdict.LINKED)
    assert "news" not in whole.reason
    assert (
        "The source news was silent for 3 of these 3 hours, so about 60 % of the usual negative voices" in half.reason
    )
    assert half.excess_high - half.excess_low > whole.excess_high - whole.excess_low
    assert half.excess_low < whole.excess < half.excess_high
    an_hour = [link.expected / ((link.effect_end - link.onset) / timedelta(hours=1)) for link in (whole, half)]
    assert an_hour[1] < 0.7 * an_hour[0]


def test_a_harm_that_could_not_be_seen_is_not_denied(world_with_outage):
    (link,) = world_with_outage(0.97, [(HARM - 4, HARM + 9)], [("harm", HARM + 0.5, 3)]).links
    assert link.verdict is Verdict.NOT_ENOUGH_DATA
    assert "was silent for 3 of these 3 hours" in link.reason
    assert "an effect could have gone unseen" in link.reason


def test_an_outage_of_a_source_makes_no_link_and_no_shift_not_even_by_its_end(world_with_outage, monday: datetime):
    outages = [(CALM, CALM + 5), (20 * 24, 23 * 24)]
    incidents = [("calm", CALM + 0.5, 3), ("its end", CALM + 5, 1), ("the end of three days", 23 * 24, 2)]
    findings = world_with_outage(0.4, outages, incidents)
    assert {link.verdict for link in findings.links} == {Verdict.NO_EFFECT}
    (calm, *_) = findings.links
    assert "so about 40 % of the usual negative voices were not heard." in calm.reason
    hours = [(shift.onset - monday) / timedelta(hours=1) for shift in findings.shifts]
    assert [h for h in hours for start, end in outages if start - 2 <= h <= end + 12] == []


def test_many_outages_with_incidents_in_them_make_no_link(world_with_outage):
    hours = [day * 24 + 9 + day % 7 for day in range(8, 30, 2)]
    outages = [(hour - 1, hour + 4) for hour in hours]
    links = world_with_outage(0.5, outages, [(f"inc-{hour}", hour, 2.0) for hour in hours]).links
    assert Verdict.LINKED not in {link.verdict for link in links}
    assert all("news was silent" in link.reason for link in links)


def test_a_week_without_a_source_does_not_lower_what_is_usual_after_it(make_series):
    heard = np.ones(6 * 168)
    heard[4 * 168 : 5 * 168] = 0.6
    counts = 10 * heard
    told = fit_baseline(replace(make_series(counts), heard=heard)).expected
    untold = fit_baseline(make_series(counts)).expected
    assert told[4 * 168 + 80] == pytest.approx(6.0, rel=0.05)
    assert told[-80:].mean() == pytest.approx(10.0, rel=0.05)
    assert untold[-80:].mean() < 9.5


def test_hours_of_which_next_to_nothing_was_heard_are_not_learned_from(make_series):
    heard = np.ones(4 * 168)
    heard[3 * 168 :] = 0.01
    fitted = fit_baseline(replace(make_series(10 * np.where(heard < 1, 0, 1)), heard=heard))
    assert fitted.expected[-10] == pytest.approx(0.1, rel=0.1)
    assert fitted.days[-1] == pytest.approx(21)


def test_what_is_heard_of_two_screens_is_weighed_by_what_they_bring(make_series):
    web = replace(make_series([30.0, 30.0, 0.0, 0.0]), heard=np.array([1.0, 1.0, 0.01, 0.01]))
    tv = make_series([10.0] * 4)
    assert total([web, tv]).exposure == pytest.approx([1, 1, 0.2525 + 0.005, 0.2575], abs=0.01)
    assert total([tv, tv]).heard is None
    assert web.coarser(7200).exposure == pytest.approx([1.0, 0.01])
