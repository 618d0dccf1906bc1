"""Looking again and again says what a look from nothing says, and works on what changed only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from reputation_monitor.linking import standing as linking_standing
from reputation_monitor.linking.analysis import analyse
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.standing import Standing, first_change
from reputation_monitor.linking.types import Verdict
from reputation_monitor.linking.world import BrandCounts, Exposure, Options

DAYS = 48
HARM, SCANDAL = 38 * 24 + 10, 44 * 24 + 15
Brands = Mapping[str, BrandCounts]


@pytest.fixture(scope="module")
def world(simulate: Callable[..., Any]) -> Brands:
    """A harm and, when it is long over, a scandal."""
    world = simulate(days=DAYS, rates={"Ours": 6.0, "Rival": 5.0}, seed=12)
    world.plant("Ours", HARM, 90, 1.5)
    world.plant("Ours", SCANDAL, 150, 4, failing=0.05)
    brands: Brands = world.brands()
    return brands


@pytest.fixture
def incidents(make_incident: Callable[..., Exposure]) -> Sequence[Exposure]:
    return [make_incident("harm", HARM + 0.5, 3), make_incident("quiet", 20 * 24, 2)]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whom the scan was run for."""
    names: list[str] = []
    scan = linking_standing.scan_screens

    def told(models: Any, brand: str) -> Any:
        names.append(brand)
        return scan(models, brand)

    monkeypatch.setattr(linking_standing, "scan_screens", told)
    return names


def until(brands: Brands, hour: float) -> dict[str, BrandCounts]:
    """What had been counted by then."""

    def cut(series: Series) -> Series:
        n = int(hour * series.per_hour)
        arrays = ("negative", "negative_squared", "voices", "valence", "mentions")
        return replace(series, **{name: getattr(series, name)[:n] for name in arrays})

    return {
        name: replace(
            counts,
            negative={s: cut(series) for s, series in counts.negative.items()},
            failing={s: cut(series) for s, series in counts.failing.items()},
        )
        for name, counts in brands.items()
    }


def told_by(incidents: Sequence[Exposure], brands: Brands) -> list[Exposure]:
    """Incidents as they were known at the end of the counts."""
    end = brands["Ours"].grid.end
    known = [e for e in incidents if e.started <= end]
    return [e if e.resolved and e.resolved <= end else replace(e, resolved=None) for e in known]


def shifts_of(findings: Findings) -> list[Any]:
    return [(s.brand, s.onset, s.end, s.ongoing, s.verdict, s.incident) for s in findings.shifts]


def test_every_look_says_what_a_look_from_nothing_says(world: Brands, incidents: Sequence[Exposure]):
    standing = Standing(Options())
    hours = [HARM - 30, HARM + 1, HARM + 1.5, HARM + 4, HARM + 30, HARM + 60, SCANDAL - 40, SCANDAL + 2, SCANDAL + 9]
    for hour in [*hours, SCANDAL + 50]:
        brands = until(world, hour)
        known = told_by(incidents, brands)
        kept, fresh = standing.look(brands, known), analyse(brands, known, Options())
        assert shifts_of(kept) == shifts_of(fresh)
        for mine, theirs in zip(kept.links, fresh.links, strict=True):
            assert (mine.verdict, mine.onset, mine.alternatives) == (theirs.verdict, theirs.onset, theirs.alternatives)
            # What is settled was compared with the placebo times that there were then.
            assert 0.5 < mine.p_value / theirs.p_value < 2
            assert mine.excess == pytest.approx(theirs.excess, rel=0.02, abs=0.5)


def test_where_nothing_rises_nothing_is_scanned(world: Brands, looked_at: list[str]):
    standing = Standing(Options())
    standing.look(until(world, HARM - 20), [])
    assert sorted(looked_at) == ["Ours", "Rival"]
    for hours in (19.5, 18, 11, 3):
        standing.look(until(world, HARM - hours), [])
    assert sorted(looked_at) == ["Ours", "Rival"]
    found = standing.look(until(world, HARM + 2), [])
    assert looked_at[2:] == ["Ours"]
    assert [s.brand for s in found.shifts if s.ongoing] == ["Ours"]


def test_once_a_day_a_brand_is_looked_at_as_a_whole_but_not_all_at_once(world: Brands, looked_at: list[str]):
    standing = Standing(Options())
    standing.look(until(world, HARM - 60), [])
    counts = []
    for hours in (36.2, 35.9, 35.8, 35.3, 35):
        standing.look(until(world, HARM - hours), [])
        counts.append(len(looked_at))
    assert counts == [2, 3, 3, 4, 4]
    assert sorted(looked_at[2:]) == ["Ours", "Rival"]


def test_the_same_counts_again_cost_nothing(world: Brands, incidents: Sequence[Exposure], looked_at: list[str]):
    standing = Standing(Options())
    first = standing.look(world, incidents)
    again = standing.look(world, incidents)
    assert shifts_of(again) == shifts_of(first)
    assert again.links == first.links
    assert len(looked_at) == 2


def test_an_incident_that_is_told_late_is_tested(world: Brands, incidents: Sequence[Exposure]):
    standing = Standing(Options())
    before = standing.look(world, incidents[1:])
    after = standing.look(world, incidents)
    assert [link.id for link in before.links] == ["quiet"]
    assert after.links == analyse(world, incidents, Options()).links
    assert {link.id: link.verdict for link in after.links}["harm"] is Verdict.LINKED


def test_an_incident_that_is_taken_back_is_gone(world: Brands, incidents: Sequence[Exposure]):
    standing = Standing(Options())
    standing.look(world, incidents)
    left = standing.look(world, incidents[1:])
    assert [link.id for link in left.links] == ["quiet"]
    assert all(shift.incident is None for shift in left.shifts)


def test_a_past_that_is_told_anew_is_looked_at_as_a_whole(world: Brands):
    standing = Standing(Options())
    standing.look(world, [])
    ours = world["Ours"]
    told = ours.negative["web"].negative.copy()
    told[20 * 24 * 12 : 20 * 24 * 12 + 36] += 4
    changed = replace(ours, negative={"web": replace(ours.negative["web"], negative=told)})
    brands = {**world, "Ours": changed}
    assert shifts_of(standing.look(brands, [])) == shifts_of(analyse(brands, [], Options()))


def test_a_look_back_says_what_was_known_then(world: Brands, incidents: Sequence[Exposure]):
    standing = Standing(Options())
    standing.look(world, incidents)
    brands = until(world, HARM + 2)
    known = told_by(incidents, brands)
    assert shifts_of(standing.look(brands, known)) == shifts_of(analyse(brands, known, Options()))


def test_a_brand_may_come_and_go(world: Brands):
    standing = Standing(Options())
    ours = {"Ours": world["Ours"]}
    standing.look(ours, [])
    assert {s.brand for s in standing.look(world, []).shifts} <= {"Ours", "Rival"}
    assert {s.brand for s in standing.look(ours, []).shifts} == {"Ours"}


def test_a_new_screen_of_a_young_brand_is_looked_at(world: Brands, incidents: Sequence[Exposure]):
    standing = Standing(Options())
    hour = 6 * 24
    young = {"Ours": until(world, hour)["Ours"]}
    standing.look(young, [])
    more = until(world, hour + 1)["Ours"]
    told = more.negative["web"].negative.copy()
    told[-9:] += 5
    risen = replace(more.negative["web"], negative=told)
    counts = {"Ours": replace(more, negative={**more.negative, "tv": risen}, failing={**more.failing, "tv": risen})}
    assert shifts_of(standing.look(counts, [])) == shifts_of(analyse(counts, [], Options())) != []


def test_the_first_change_is_told_by_its_time(world: Brands):
    ours = world["Ours"]
    assert first_change(ours, ours) is None
    short = until(world, 900)["Ours"]
    added = np.flatnonzero(ours.negative["web"].negative[900 * 12 :])[0]
    assert first_change(short, ours) == ours.negative["web"].time(900 * 12 + int(added))
    silent = replace(ours, negative={"web": replace(ours.negative["web"], heard=np.full(DAYS * 288, 0.9))})
    assert first_change(ours, silent) == ours.negative["web"].start
    gap = first_change(short, until(world, 901)["Ours"])
    assert gap is None or gap >= short.negative["web"].end - timedelta(0)
