"""Acceptance tests of the rules in virtual time: an alert's life is written down, and what is told when is read off."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.base import Alert, Event, Incident, Kind, Notification
from alerts.durations import format_duration, parse_duration
from alerts.rules import Decision, Rule, Sent, When, changes, decide, default_rules

START = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
EVERYTHING = Rule(name="everything", send_to=("shared",))
ALERT = Alert(
    key="shift:Fernvale",
    kind=Kind.SHIFT,
    brand="Fernvale",
    headline="Fernvale is criticised more than usual",
    started=START,
    screens=("web",),
    verdict="unexplained",
    observed=30,
    expected=10,
    excess=20,
)
PAYMENTS = Incident(id="INC-1", title="Payments fail")


def hours(number: float) -> datetime:
    return START + timedelta(hours=number)


@dataclass
class Life:
    """An alert, a channel that remembers what it was told, and a clock that somebody moves."""

    rules: Sequence[Rule] = (EVERYTHING,)
    alert: Alert = ALERT
    told: dict[str, Sent] = field(default_factory=dict)
    heard: list[tuple[float, Decision]] = field(default_factory=list)

    def at(self, hour: float, **change: object) -> list[Event]:
        """Let the alert change and the rules look at it, so many hours after the start; return what was told."""
        self.alert = replace(self.alert, **change)
        decisions = [one for one in decide(self.alert, self.told, self.rules, hours(hour), found=START) if one.event]
        for decision in decisions:
            assert decision.event is not None
            self.heard.append((hour, decision))
            self.told[decision.channel] = Sent(event=decision.event, at=hours(hour), alert=self.alert)
        return [decision.event for decision in decisions if decision.event]

    def between(self, first: float, last: float) -> list[Event]:
        """Let the rules look every five minutes from one hour up to, and without, another."""
        minutes = range(round(first * 60), round(last * 60), 5)
        return [event for minute in minutes for event in self.at(minute / 60)]

    def why_not(self, hour: float) -> str:
        [decision] = decide(self.alert, self.told, self.rules, hours(hour), found=START)
        assert decision.event is None
        return decision.reason

    @property
    def reason(self) -> str:
        return self.heard[-1][1].reason


def test_an_alert_is_raised_once_repeated_while_it_lasts_and_ended_once():
    life = Life()
    assert life.at(0) == [Event.RAISED]
    assert life.between(0, 4) == []
    assert life.at(4) == [Event.REPEATED]
    assert life.reason == "repeated: still going after 4 h"
    assert life.between(4, 8) == []
    assert life.at(8) == [Event.REPEATED]
    assert life.at(8.5, ended=hours(8.25)) == [Event.ENDED]
    assert life.reason == "ended: over after 8 h 15 min"
    assert life.between(8.5, 48) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"verdict": "linked"}, "updated: the verdict is now linked (it was unexplained)"),
        ({"incident": PAYMENTS}, "updated: IT incident named: Payments fail (INC-1)"),
        ({"screens": ("web", "tv", "mobile")}, "updated: now also on TV and mobile (app reviews)"),
        ({"excess": 30.0}, "updated: 30 negative voices more than usual (20 in the last message)"),
        (
            {"verdict": "linked", "incident": PAYMENTS},
            "updated: the verdict is now linked (it was unexplained); IT incident named: Payments fail (INC-1)",
        ),
    ],
)
def test_a_change_that_matters_is_told_with_what_changed(change: dict[str, Any], told: str):
    life = Life()
    life.at(0)
    assert life.at(1, **change) == [Event.UPDATED]
    assert life.reason == told
    assert life.between(1, 2) == []


@pytest.mark.parametrize(
    "change",
    [
        {"excess": 29.0},
        {"excess": 5.0},
        {"excess": None},
        {"screens": ()},
        {"verdict": ""},
        {"headline": "other words"},
        {"terms": ("till",)},
        {"reason": "other words"},
    ],
)
def test_a_change_that_does_not_matter_is_not_told(change: dict[str, Any]):
    life = Life()
    life.at(0)
    assert life.at(1, **change) == []
    assert life.why_not(1) == "not sent: nothing new that matters since the message 1 h ago"


def test_a_few_voices_more_are_no_news_however_large_their_share():
    life = Life(alert=replace(ALERT, excess=2.0))
    life.at(0)
    assert life.at(1, excess=6.5) == []
    assert life.at(2, excess=7.0) == [Event.UPDATED]


def test_slow_growth_is_measured_from_the_last_message_and_not_from_the_last_look():
    life = Life()
    life.at(0)
    assert [life.at(step / 4, excess=20.0 + step) for step in range(1, 10)] == [[]] * 9
    assert life.at(2.5, excess=30.0) == [Event.UPDATED]


def test_figures_that_were_missing_are_told_when_they_are_known():
    life = Life(alert=replace(ALERT, excess=None))
    life.at(0)
    assert life.at(1, excess=20.0) == [Event.UPDATED]
    assert life.reason == "updated: 20 negative voices more than usual (not known in the last message)"


def test_updates_keep_a_quarter_of_an_hour_apart_and_nothing_is_lost():
    life = Life()
    life.at(0)
    assert life.at(0.1, verdict="linked") == []
    assert life.why_not(0.1) == (
        "not sent yet: the verdict is now linked (it was unexplained), but the last message is only 6 min old; "
        "told after 15 min"
    )
    assert life.at(0.2, screens=("web", "tv")) == []
    assert life.at(0.25) == [Event.UPDATED]
    assert "now linked" in life.reason
    assert "now also on TV" in life.reason


def test_a_verdict_that_flickers_back_in_time_is_never_told():
    life = Life()
    life.at(0)
    life.at(0.1, verdict="linked")
    life.at(0.2, verdict="unexplained")
    assert life.between(0.25, 4) == []


def test_an_end_does_not_wait():
    life = Life()
    life.at(0)
    assert life.at(0.05, ended=hours(0.04)) == [Event.ENDED]


def test_an_update_restarts_the_time_until_the_repeat():
    life = Life()
    life.at(0)
    life.at(3, verdict="linked")
    assert life.between(3, 7) == []
    assert life.at(7) == [Event.REPEATED]


def test_what_comes_back_is_raised_again_but_not_at_once():
    life = Life()
    life.at(0)
    life.at(1, ended=hours(1))
    assert life.at(1.1, ended=None) == []
    assert life.why_not(1.1).startswith("not sent yet: it has come back, but")
    assert life.at(1.25) == [Event.RAISED]
    assert life.reason == "raised again: it was thought to be over, and has come back"
    assert life.at(2, ended=hours(2)) == [Event.ENDED]


def test_an_incident_that_arrives_after_the_end_is_told_once():
    life = Life()
    life.at(0)
    life.at(2, ended=hours(2))
    late = {"verdict": "linked", "incident": PAYMENTS}
    assert life.at(2.1, **late) == []
    assert "the last message is only 6 min old" in life.why_not(2.1)
    assert life.at(30) == [Event.UPDATED]
    assert life.reason == (
        "updated after its end: the verdict is now linked (it was unexplained); "
        "IT incident named: Payments fail (INC-1)"
    )
    assert life.between(30, 100) == []


def test_an_incident_that_was_taken_back_after_the_end_is_told_but_a_flickering_one_once_a_day():
    life = Life(alert=replace(ALERT, verdict="linked", incident=PAYMENTS))
    life.at(0)
    life.at(2, ended=hours(2))
    assert life.at(3, verdict="unexplained", incident=None) == [Event.UPDATED]
    assert life.reason == (
        "updated after its end: the verdict is now unexplained (it was linked); "
        "Payments fail (INC-1) is no longer named"
    )
    life.alert = replace(life.alert, verdict="linked", incident=PAYMENTS)
    assert life.between(3, 27) == []
    assert life.at(27) == [Event.UPDATED]


def test_other_figures_after_the_end_are_no_news():
    life = Life()
    life.at(0)
    life.at(2, ended=hours(2))
    assert life.at(30, verdict="suspected outage", screens=("web", "tv"), excess=900.0) == []
    assert life.why_not(30) == "not sent: its end has been told"


def test_a_late_incident_is_told_though_the_rule_tells_no_ends():
    life = Life(rules=[Rule(name="once", send_to=("shared",), repeat_every=None, notify_end=False)])
    life.at(0)
    life.at(2, ended=hours(2))
    assert life.at(30, verdict="linked", incident=PAYMENTS) == [Event.UPDATED]


def test_what_was_over_before_anybody_was_told_is_told_once_as_late_news():
    life = Life(alert=replace(ALERT, ended=hours(1)))
    assert life.at(3) == [Event.RAISED]
    assert life.reason == "raised late: it was already over, 2 h ago, when it was found"
    assert life.between(3, 30) == []


def test_history_is_not_told_as_news():
    life = Life(alert=replace(ALERT, ended=hours(1)))
    assert life.at(26) == []
    assert life.why_not(26) == "not sent: it was over 25 h ago; rule everything tells such for 24 h"
    patient = Rule(name="demo", send_to=("shared",), late_news="2d")
    assert Life(rules=[patient], alert=replace(ALERT, ended=hours(1))).at(26) == [Event.RAISED]


def test_a_rule_may_keep_repeats_and_ends_to_itself():
    life = Life(rules=[Rule(name="once", send_to=("shared",), repeat_every=None, notify_end=False)])
    life.at(0)
    assert life.between(0, 100) == []
    assert life.at(101, ended=hours(100)) == []
    assert life.why_not(101) == "not sent: it is over, and rule once does not tell ends"


@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.TEST])
def test_reports_and_tests_are_told_once(kind: Kind):
    life = Life(alert=replace(ALERT, kind=kind))
    assert len(life.at(0)) == 1
    assert life.between(0, 48) == []
    assert life.at(49, ended=hours(48), verdict="linked") == []


def test_each_channel_has_its_own_memory_and_its_own_rule():
    rules = [
        Rule(name="it", when=When(verdicts=("linked", "suspected outage")), send_to=("it",), repeat_every="1h"),
        Rule(name="all", send_to=("shared", "it"), repeat_every=None),
    ]
    life = Life(rules=rules, alert=replace(ALERT, verdict="linked"))
    assert life.at(0) == [Event.RAISED, Event.RAISED]
    assert life.at(1) == [Event.REPEATED]
    assert life.heard[-1][1].channel == "it"


def test_a_channel_that_was_told_hears_the_end_though_its_rule_holds_no_more():
    rules = [Rule(name="unexplained", when=When(verdicts=("unexplained",)), send_to=("marketing",))]
    life = Life(rules=rules)
    assert life.at(0) == [Event.RAISED]
    assert life.at(1, verdict="linked") == [Event.UPDATED]
    assert life.at(2, ended=hours(2)) == [Event.ENDED]


def test_a_channel_that_no_rule_names_any_more_hears_nothing():
    life = Life()
    life.at(0)
    life.rules = [Rule(name="others", send_to=("others",))]
    assert life.at(1, ended=hours(1)) == [Event.RAISED]
    assert life.heard[-1][1].channel == "others"


def test_no_rule_no_decision():
    assert decide(ALERT, {}, [], START, found=START) == []
    assert (
        decide(ALERT, {}, [Rule(name="tv", when=When(screens=("tv",)), send_to=("shared",))], START, found=START) == []
    )


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({}, True),
        ({"kinds": ["shift"]}, True),
        ({"kinds": ["link", "source"]}, False),
        ({"brands": ["FERNVALE"]}, True),
        ({"brands": ["Other"]}, False),
        ({"screens": ["tv", "web"]}, True),
        ({"screens": ["mobile"]}, False),
        ({"verdicts": ["unexplained"]}, True),
        ({"verdicts": ["linked"]}, False),
        ({"min_excess": 20}, True),
        ({"min_excess": 20.5}, False),
        ({"kinds": ["shift"], "brands": ["Fernvale"], "min_excess": 21}, False),
    ],
)
def test_conditions_hold_together(when: dict[str, Any], holds: bool):
    assert When.model_validate(when).holds_for(ALERT) is holds


def test_an_unknown_figure_meets_no_condition():
    assert not When(min_excess=0).holds_for(replace(ALERT, excess=None))
    assert not When(screens=("web",)).holds_for(replace(ALERT, screens=()))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": "r", "send_to": ["shared"], "repeat": "4h"}, "repeat"),
        ({"name": "r", "send_to": []}, "send_to"),
        ({"name": "", "send_to": ["shared"]}, "name"),
        ({"name": "r", "send_to": ["shared"], "repeat_every": "4 hours"}, "repeat_every"),
        ({"name": "r", "send_to": ["shared"], "repeat_every": "0m"}, "repeat_every"),
        ({"name": "r", "send_to": ["shared"], "when": {"screens": ["radio"]}}, "when.screens.0"),
        ({"name": "r", "send_to": ["shared"], "when": {"min_excess": -1}}, "when.min_excess"),
        ({"name": "r", "send_to": ["shared"], "when": {"brand": "x"}}, "when.brand"),
    ],
)
def test_a_wrong_rule_is_refused_at_the_key_that_is_wrong(wrong: dict[str, Any], where: str):
    with pytest.raises(ValidationError) as refused:
        Rule.model_validate(wrong)
    assert ".".join(map(str, refused.value.errors()[0]["loc"])) == where


def test_rules_are_written_as_they_are_read():
    written = {
        "name": "r",
        "send_to": ["shared"],
        "repeat_every": "1d12h",
        "notify_end": False,
        "wait": "15m",
        "late_news": "1m30s",
    }
    rule = Rule.model_validate(written)
    assert rule.repeat_every == timedelta(hours=36)
    assert rule.model_dump(mode="json", exclude={"when"}) == written
    assert Rule.model_validate({**written, "repeat_every": None}).repeat_every is None


def test_every_key_of_a_rule_is_described():
    schema = Rule.model_json_schema()
    for properties in (schema["properties"], schema["$defs"]["When"]["properties"]):
        assert all(described.get("description") for described in properties.values())


@pytest.mark.parametrize("text", ["45s", "15m", "4h", "2d", "1d12h30m5s"])
def test_durations_survive_a_round_trip(text: str):
    assert format_duration(parse_duration(text)) == text


@pytest.mark.parametrize("wrong", ["", "4", "h", "4H", "-4h", "4h 5m", "4m3h", 4, None, "0s"])
def test_what_is_no_duration_is_refused(wrong: object):
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(wrong)


LATER = [Rule(name="after it", when=When(verdicts=("suspected outage",)), send_to=("shared",), wait="30m"), EVERYTHING]
SUSPECTED = replace(ALERT, verdict="suspected outage")


def test_a_rule_that_waits_speaks_when_it_has_waited_and_says_so_until_then():
    life = Life(rules=LATER, alert=SUSPECTED)
    assert life.between(0, 0.5) == []
    assert life.why_not(0.25) == "not sent yet: rule after it waits for 30 min, and it was found 15 min ago"
    assert life.at(0.5) == [Event.RAISED]
    assert life.between(0.6, 4.5) == []
    assert life.at(4.5) == [Event.REPEATED]


def test_what_is_explained_while_a_rule_waits_is_told_at_once_by_the_next_one():
    life = Life(rules=LATER, alert=SUSPECTED)
    assert life.at(0.1) == []
    assert life.at(0.2, verdict="linked", incident=PAYMENTS) == [Event.RAISED]


def test_who_knows_already_does_not_wait():
    life = Life(rules=LATER)
    assert life.at(0) == [Event.RAISED]
    assert life.at(0.3, verdict="suspected outage") == [Event.UPDATED]


def test_what_was_over_when_it_was_found_waits_too_and_is_told_as_late_news():
    life = Life(rules=LATER, alert=replace(SUSPECTED, ended=START))
    assert life.between(0, 0.5) == []
    assert life.at(0.5) == [Event.RAISED]
    assert life.reason.startswith("raised late")


def test_without_rules_it_hears_of_a_suspected_outage_before_the_others():
    life = Life(rules=default_rules(["shared", "it", "press"], {"it"}), alert=SUSPECTED)
    assert life.at(0) == [Event.RAISED]
    assert life.heard[-1][1].channel == "it"
    assert life.between(0.01, 0.25) == []
    assert life.at(0.25) == [Event.RAISED, Event.RAISED]


def test_without_rules_everything_else_goes_to_all_at_once():
    life = Life(rules=default_rules(["shared", "it"], {"it"}))
    assert life.at(0) == [Event.RAISED, Event.RAISED]


@pytest.mark.parametrize("it", [set(), {"a", "b"}])
def test_where_nobody_is_to_hear_it_later_nobody_waits(it: set[str]):
    [rule] = default_rules(["a", "b"], it)
    assert rule.wait is None


def test_without_rules_everything_goes_to_every_channel():
    [rule] = default_rules(["shared", "console"])
    assert rule.send_to == ("shared", "console")
    assert rule.when == When()
    assert default_rules([]) == []


def test_what_was_sent_is_read_from_its_notification():
    notification = Notification(key="k", event=Event.RAISED, alert=ALERT, at=START)
    assert Sent.by(notification) == Sent(event=Event.RAISED, at=START, alert=ALERT)


def test_another_incident_is_named_again_and_the_same_is_not():
    named = replace(ALERT, incident=PAYMENTS)
    assert changes(named, replace(named, incident=replace(PAYMENTS, status="resolved"))) == []
    assert changes(named, replace(named, incident=replace(PAYMENTS, id="INC-2"))) == [
        "IT incident named: Payments fail (INC-2)"
    ]
