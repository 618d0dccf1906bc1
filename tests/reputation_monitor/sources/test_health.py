"""One verdict on a source, with its reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.sources.health import Condition, Health, judge
from reputation_monitor.sources.records import HOUR, SourceHour, SourceRecord
from reputation_monitor.sources.spells import Unheard

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
EVERY = timedelta(minutes=15)


def judged(record: SourceRecord, now: datetime | None = None) -> Health:
    end = MONDAY + len(record.hours) * HOUR
    return judge(record, now or end, every=EVERY, zone=UTC, allowed_a_year=1.0)


def failing(record: SourceRecord, first: int, last: int) -> SourceRecord:
    """The source without answers in these hours."""
    hours = [SourceHour(h.hour, 0, 4, 0, 0) if first <= n < last else h for n, h in enumerate(record.hours)]
    return replace(record, hours=hours)


def test_a_steady_source_that_speaks_is_well(speak, record_of):
    assert judged(record_of(speak("steady", 4))).condition is Condition.WELL


def test_a_source_that_answers_with_the_same_page_is_silent_and_says_so(speak, record_of):
    said = speak("steady", 4)
    said[-8:] = 0
    record = record_of(said, page_since=MONDAY + (len(said) - 9) * HOUR, page_items=25)
    health = judged(record)
    assert (health.condition, health.since, health.lasting) == (Condition.SILENT, record.latest, True)
    assert "nothing new for 8 h, though it answered 36 times since" in health.reason
    assert "They all hold the same 25 items." in health.reason
    assert "once in" in health.reason
    assert "Open it in a browser" in health.advice


def test_a_night_is_no_silence_and_an_afternoon_is(speak, record_of):
    said = speak("nightly", 4)[:-17]  # until 07:00
    said[-9:] = 0
    assert judged(record_of(said)).condition is Condition.WELL
    said = speak("nightly", 4)[:-5]  # until 19:00
    said[-9:] = 0
    assert judged(record_of(said)).condition is Condition.SILENT


def test_a_source_that_fails_is_failing_and_not_silent(speak, record_of):
    said = speak("steady", 4)
    said[-8:] = 0
    record = failing(record_of(said), len(said) - 8, len(said))
    record = replace(record, failures=32, last_success=record.latest, last_error="HTTP 503")
    health = judged(record)
    assert (health.condition, health.lasting) == (Condition.FAILING, True)
    assert [spell.kind for spell in health.spells] == [Unheard.FAILING]
    assert health.reason.endswith("Last: HTTP 503")


def test_one_failure_is_told_on_pages_and_to_nobody_else(speak, record_of):
    health = judged(replace(record_of(speak("steady", 4)), failures=1, last_error="HTTP 503"))
    assert (health.condition, health.lasting) == (Condition.FAILING, False)


def test_while_nobody_asks_a_source_is_not_silent(speak, record_of):
    record = record_of(speak("steady", 4))
    health = judged(record, MONDAY + (len(record.hours) + 30) * HOUR)
    assert health.condition is Condition.UNKNOWN
    assert "was not asked" in health.reason
    (spell,) = health.spells
    assert (spell.kind, spell.end) == (Unheard.NOT_ASKED, health.judged_at)
    assert spell.as_at(spell.end + HOUR).end == spell.end + HOUR


@pytest.mark.parametrize(("latest", "condition"), [(None, Condition.UNKNOWN), (MONDAY, Condition.WELL)])
def test_a_new_source_is_unknown_until_it_has_brought_something(latest: datetime | None, condition: Condition):
    record = SourceRecord("news", polls=3, last_success=MONDAY, latest=latest, hours=[SourceHour(MONDAY, 3)])
    assert judge(record, MONDAY + HOUR, every=EVERY, zone=UTC, allowed_a_year=1.0).condition is condition


def test_a_source_that_was_never_polled_says_so():
    assert judge(SourceRecord("news"), MONDAY, every=EVERY, zone=UTC, allowed_a_year=1.0).condition is Condition.NEVER


def test_a_silence_that_is_over_is_remembered_with_what_was_lost(speak, record_of):
    said = speak("steady", 4)
    said[300:310] = 0
    (spell,) = judged(record_of(said)).spells
    assert (spell.kind, spell.start, spell.end) == (Unheard.SILENT, MONDAY + 300 * HOUR, MONDAY + 310 * HOUR)
    assert spell.lost == pytest.approx(60, rel=0.2)
    assert not spell.made_up
    assert spell.as_at(MONDAY + 900 * HOUR) == spell


def test_what_came_later_makes_up_for_a_failure(speak, record_of):
    record = failing(record_of(speak("steady", 4)), 300, 310)
    (spell,) = judged(record).spells
    assert (spell.kind, spell.made_up) == (Unheard.FAILING, False)
    hours = [h._replace(appeared=h.appeared, published=6) if 299 <= n < 311 else h for n, h in enumerate(record.hours)]
    (spell,) = judged(replace(record, hours=hours)).spells
    assert spell.made_up
    assert spell.lost < 10


def test_a_source_asked_once_a_day_is_asked(record_of):
    said = np.where(np.arange(28 * 24) % 24 == 9, 5, 0)
    record = record_of(said)
    record = replace(record, hours=[h if n % 24 == 9 else h._replace(polls=0) for n, h in enumerate(record.hours)])
    record = replace(record, last_success=record.latest)
    health = judge(record, MONDAY + 28 * 24 * HOUR, every=timedelta(days=1), zone=UTC, allowed_a_year=1.0)
    assert (health.condition, health.spells) == (Condition.WELL, ())
