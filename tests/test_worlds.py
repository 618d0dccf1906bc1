"""The simulated worlds that the linking is held to: their truth is what they say, and the figures count it right."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.worlds import figures
from benchmarks.worlds.calm import calm_p_values
from benchmarks.worlds.cases import Case, judge
from benchmarks.worlds.kinds import HOSTILE, KINDS, PLAIN, Kind
from benchmarks.worlds.talk import Rise, Talk, rhythm
from benchmarks.worlds.world import OURS, build, spread_of
from reputation_monitor.linking.types import Verdict

SHORT = Kind(name="short", talk=Talk(rate=5.0), days=30, rivals=(1.0,), incidents=4, harmful=2, ratios=(15.0, 20.0))


@pytest.fixture(scope="module")
def case() -> Case:
    nothing = dict.fromkeys(
        ("p_value", "q_value", "excess", "excess_low", "excess_high", "onset_error", "lead", "true_lead", "recovery")
    )
    return Case(
        kind="k", world=0, incident="i", hostile=False, harmful=True, ratio=6.0, weight=10.0, verdict=Verdict.LINKED,
        true_recovery=None, partner="", **nothing,
    )  # fmt: skip


def test_worlds_are_many_and_of_both_sorts():
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert not any(kind.hostile for kind in PLAIN)
    assert all(kind.hostile for kind in HOSTILE)
    assert sum(10 * kind.incidents for kind in KINDS) >= 2000
    assert 10 * len(KINDS) >= 200


def test_the_same_number_draws_the_same_world():
    one, same, other = (build(SHORT, number) for number in (3, 3, 4))
    assert [p.exposure for p in one.planted] == [p.exposure for p in same.planted]
    assert (one.posts == same.posts).all()
    assert (one.posts != other.posts).any()


def test_a_rise_brings_its_voices_in_its_time():
    rise = Rise(start=10.0, hours=3.0, voices=5000.0)
    drawn = rise.draw(24 * 12, np.random.default_rng(1))
    assert drawn.sum() == pytest.approx(5000, rel=0.05)
    assert drawn[: 10 * 12].sum() == 0
    assert drawn[round(rise.end * 12) :].sum() < 0.05 * 5000


def test_talk_has_the_noise_that_a_harm_is_measured_by():
    talk = Talk(rate=1.0, sigma2=0.2, memory=(0.8,), weekly=False)
    hours = talk.intensity(40_000, np.random.default_rng(2)).reshape(-1, 12).sum(1)
    assert hours.mean() == pytest.approx(1.0, abs=0.05)
    for length in (1, 6, 24):
        sums = hours[: len(hours) // length * length].reshape(-1, length).mean(1)
        assert sums.var() == pytest.approx(talk.averaged(length), rel=0.15)


def test_the_size_of_a_harm_is_told_in_spreads_of_its_own_span():
    calm = Talk(rate=4.0, sigma2=1e-9, weekly=True)
    usual = 4.0 * float(rhythm(168)[100:102].mean()) * 2
    assert spread_of(calm, 100.0, 2.0) == pytest.approx(np.sqrt(usual + 0.04 * usual**2), rel=0.01)


def test_great_harms_are_linked_and_silence_of_a_source_is_known():
    cases = judge(build(SHORT, 0), 0, {"everything": lambda world: {p.exposure.incident for p in world.planted}})
    assert [c.linked for c in cases if c.harmful] == [True, True]
    assert all(c.others == ("everything",) for c in cases)
    assert all(c.weight > 0 for c in cases if c.harmful)
    deaf = build(replace(SHORT, name="deaf", silences=2), 0)
    assert deaf.brands[OURS].negative["web"].heard.min() < 1


def test_calm_times_have_small_p_values_as_rarely_as_they_say():
    world = build(replace(SHORT, name="calm", days=60), 0)
    p_values = np.array(list(calm_p_values(world)))
    assert len(p_values) > 150
    assert np.mean(p_values <= 0.05) < 0.1
    assert 0.1 < np.mean(p_values <= 0.2) < 0.3


def test_a_harm_in_the_time_of_another_incident_makes_its_p_no_harmless_one(case: Case):
    harmless = [replace(case, harmful=False, p_value=p) for p in (0.2, 0.4, 0.6)]
    amid = replace(case, harmful=False, p_value=0.0001, amid=True)
    assert figures.uniformity([*harmless, amid]) == figures.uniformity(harmless)


def test_figures_count_what_is_false_found_and_held(case: Case):
    harmless = replace(case, harmful=False, ratio=0.0, weight=0.0)
    held = replace(case, excess_low=8.0, excess_high=12.0)
    missed = replace(case, excess_low=1.0, excess_high=9.0)
    assert figures.false_discoveries([case, harmless]).startswith("0.500")
    assert figures.found([case, replace(case, verdict=Verdict.NO_EFFECT), harmless], 5.0).startswith("0.500")
    assert figures.coverage([held, missed]).endswith("0 below, 1 above")


def test_of_overlapping_incidents_it_is_told_who_was_named(case: Case):
    beside = replace(case, incident="b", harmful=False, partner="i", ratio=0.0)
    told = figures.pairs([case, beside])
    assert "(0.207 to 1.000, 1 of 1)" in told
    assert "it alone 0, only the other 0" in told
    assert "it alone 1" in figures.pairs([case, replace(beside, verdict=Verdict.NO_EFFECT)])
