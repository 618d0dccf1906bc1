from dataclasses import replace
from typing import Any

import pytest

from reputation_monitor.linking.types import Verdict
from reputation_monitor.linking.verdicts import Finding, judge, lacks_data, too_quiet

CLEAR = Finding(
    history_days=40,
    wanted_days=3,
    placebos=999,
    placebos_apart=120,
    fewest_apart=19,
    reached=0,
    p_value=0.001,
    q_value=0.004,
    q_wanted=0.05,
    voices=200,
    usual=10,
    smallest_visible=25,
    excess=40,
    counted=40,
    began_inside=True,
)


def test_a_rise_that_placebo_times_do_not_have_is_linked():
    verdict, reason = judge(CLEAR)
    assert verdict is Verdict.LINKED
    assert "p = 0.0010 from 999 placebo times" in reason
    assert "not proof of cause" in reason


@pytest.mark.parametrize("change", [{"q_value": 0.051}, {"excess": -1.0}, {"counted": -1.0}, {"began_inside": False}])
def test_each_condition_of_a_link_can_prevent_it(change: dict[str, Any]):
    verdict, reason = judge(replace(CLEAR, **change))
    assert verdict is Verdict.NO_EFFECT
    assert reason.endswith(".")


def test_a_rise_that_began_outside_is_told_so():
    assert "began outside" in judge(replace(CLEAR, began_inside=False))[1]


def test_maintenance_is_not_called_an_incident():
    for change in ({}, {"began_inside": False}, {"excess": 2.0, "fewest_voices": 3.0}):
        assert "this maintenance" in judge(replace(CLEAR, called="maintenance", **change))[1]
        assert "this incident" in judge(replace(CLEAR, **change))[1]


@pytest.mark.parametrize(("q_value", "told"), [(0.012, "q = 0.012"), (0.001, "q = 0.001"), (0.00075, "q < 0.001")])
def test_a_q_value_is_told_as_alerts_and_reports_tell_it(q_value: float, told: str):
    assert f"({told} over all incidents" in judge(replace(CLEAR, q_value=q_value))[1]


def test_q_on_the_line_is_linked():
    assert judge(replace(CLEAR, q_value=0.05))[0] is Verdict.LINKED


def test_too_short_a_history_says_how_short():
    reason = lacks_data(replace(CLEAR, history_days=1.26))
    assert reason is not None
    assert "1.3 days" in reason
    assert judge(replace(CLEAR, history_days=1.26)) == (Verdict.NOT_ENOUGH_DATA, reason)


def test_too_few_placebo_times_say_how_many():
    verdict, reason = judge(replace(CLEAR, placebos_apart=18))
    assert verdict is Verdict.NOT_ENOUGH_DATA
    assert "18 comparable times" in reason


def test_where_next_to_nobody_speaks_no_effect_is_not_claimed():
    quiet = replace(CLEAR, q_value=0.6, usual=0.4, smallest_visible=9.0)
    assert too_quiet(quiet)
    assert judge(quiet)[0] is Verdict.NOT_ENOUGH_DATA
    assert too_quiet(replace(quiet, smallest_visible=5.0)) is None


def test_a_storm_is_named_when_an_innocent_incident_lies_in_it():
    _, reason = judge(replace(CLEAR, q_value=0.6, control_ratio=3.2))
    assert "Rivals stood at 3.2 times" in reason


def test_a_rise_that_noise_and_others_explain_is_not_linked_however_quiet_other_times_were():
    verdict, reason = judge(replace(CLEAR, height=4.4))
    assert verdict is Verdict.NO_EFFECT
    assert "what rose for others" in reason


def test_a_rise_of_fewer_voices_than_a_customer_could_be_is_not_linked():
    verdict, reason = judge(replace(CLEAR, excess=1.0, fewest_voices=3.0))
    assert verdict is Verdict.NOT_ENOUGH_DATA
    assert "could be one customer" in reason
