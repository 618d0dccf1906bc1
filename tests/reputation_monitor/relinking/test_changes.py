"""When a verdict counts as another, and how what changed in between is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reputation_monitor.linking.types import Verdict
from reputation_monitor.relinking.basis import method_version
from reputation_monitor.relinking.changes import differ, incident_changes, reach_further, recount
from reputation_monitor.relinking.types import Basis, Counted, Judged, VerdictChange

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

LINKED = Judged(
    verdict=Verdict.LINKED,
    excess=30.0,
    excess_low=20.0,
    excess_high=40.0,
    onset=NOON,
    onset_low=NOON - HOUR,
    onset_high=NOON + HOUR,
)
HARMLESS = Judged(verdict=Verdict.NO_EFFECT, excess=1.0, excess_low=-4.0, excess_high=6.0)
BASIS = Basis(
    title="Cards fail",
    services=("Payments",),
    impact="major",
    started=NOON,
    detected=NOON,
    resolved=None,
    settings="",
    method="1",
    start=NOON - 12 * HOUR,
    end=NOON + 6 * HOUR,
    data_end=NOON + 6 * HOUR,
    around=Counted(mentions=100, negative=40.0),
    before=Counted(),
    rivals=Counted(),
)


def test_another_verdict_is_a_change_and_the_same_is_none():
    assert differ(LINKED, HARMLESS)
    assert not differ(LINKED, LINKED)


@pytest.mark.parametrize(("minutes", "changed"), [(59, False), (61, True), (-59, False), (-61, True)])
def test_an_onset_is_another_outside_the_interval_that_was_told(minutes: int, changed: bool):
    assert differ(LINKED, replace(LINKED, onset=NOON + timedelta(minutes=minutes))) is changed


def test_an_excess_of_the_other_sign_is_a_change_only_where_one_is_beyond_chance():
    fewer = replace(HARMLESS, excess=-1.0)
    assert not differ(HARMLESS, fewer)
    assert differ(HARMLESS, replace(fewer, excess_low=-9.0, excess_high=-2.0))
    assert not differ(HARMLESS, Judged(verdict=Verdict.NO_EFFECT))


def test_what_is_told_otherwise_of_an_incident_is_named_with_both_values():
    after = replace(
        BASIS,
        title="All cards fail",
        services=("Payments", "Tills"),
        impact="critical",
        started=NOON - HOUR,
        detected=None,
        resolved=NOON + HOUR,
    )
    assert list(incident_changes(BASIS, after, ZoneInfo("Europe/Paris"))) == [
        "its start was moved from 2026-03-02 13:00 CET to 2026-03-02 12:00 CET",
        "its time of detection (2026-03-02 13:00 CET) was taken back",
        "its end became known: 2026-03-02 14:00 CET",
        "its title was changed from “Cards fail” to “All cards fail”",
        "its impact was changed from “major” to “critical”",
        "its services were changed from Payments to Payments, Tills",
    ]
    assert list(incident_changes(BASIS, BASIS, UTC)) == []


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (Counted(mentions=1100, negative=40.0), ["1,000 mentions of rivals came in late"]),
        (Counted(mentions=99, negative=40.0), ["1 mention of rivals was taken back"]),
        (
            Counted(mentions=100, negative=31.5),
            ["mentions of rivals were scored again or corrected: 31.5 negative voices where there were 40.0"],
        ),
        (Counted(mentions=100, negative=40.4), []),
    ],
)
def test_counts_of_the_same_span_tell_what_came_late_was_taken_back_or_scored_again(after: Counted, told: list[str]):
    assert list(recount("of rivals", BASIS.around, after)) == told


def test_data_after_the_incident_are_told_apart_from_data_long_after_it():
    assert list(reach_further(BASIS, replace(BASIS, data_end=NOON + 8 * HOUR))) == ["the counts reach 2 h further"]
    over = replace(BASIS, resolved=NOON, data_end=NOON + 30 * HOUR)
    assert list(reach_further(over, replace(over, data_end=NOON + 30 * HOUR + timedelta(days=9)))) == [
        "the counts reach 9 days further, which gives more times to compare with"
    ]
    assert list(reach_further(BASIS, replace(BASIS, data_end=BASIS.data_end + HOUR / 4))) == []


def test_the_reasons_are_one_sentence():
    change = VerdictChange(
        incident="a", brand="b", at=NOON, before=LINKED, after=None, reasons=("its end became known", "more came in")
    )
    assert change.reason == "Its end became known; more came in."


def test_the_method_has_a_version_that_stays_while_its_code_does():
    assert method_version() == method_version()
    assert len(method_version()) == 12
