from dataclasses import replace
from datetime import timedelta

import pytest

from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Shift, Verdict
from reputation_monitor.reports import findings
from reputation_monitor.reports.clock import Clock
from reputation_monitor.reports.headlines import headline, total_excess, week_tiles
from reputation_monitor.reports.review import IncidentReview, Side, timeline
from reputation_monitor.reports.types import Compared, Series
from reputation_monitor.reports.weekly import BrandWeek, WeeklyReport, incident_time, shifted_time, time_within

CLOCK = Clock("Europe/London")


def said(brand: BrandWeek):
    return headline(brand, CLOCK).text.replace("\u00a0", " ")


def test_a_week_with_a_great_shift_is_a_bad_one(bad_week: BrandWeek):
    assert said(bad_week).startswith("A bad week: about 312 more negative voices than usual")
    assert headline(bad_week, CLOCK).tone == "bad"


def test_a_week_with_a_small_shift_has_a_dip(bad_week: BrandWeek):
    small = replace(bad_week.shifts[0], excess=20.0, excess_low=8.0, excess_high=33.0)
    assert said(replace(bad_week, shifts=(small,))).startswith("A week with a dip: about 20 more")


def test_a_shift_of_two_days_is_told_by_the_day_that_carries_most(bad_week: BrandWeek):
    long = replace(bad_week.shifts[0], end=bad_week.shifts[0].end + timedelta(days=2))
    assert "on Thursday" in said(replace(bad_week, shifts=(long,)))
    assert "from Thursday" in said(replace(bad_week, negative=Series()))


def test_a_quiet_week_counts_and_names_harmless_incidents(bad_week: BrandWeek):
    quiet = replace(bad_week, shifts=(), total=replace(bad_week.total, negative_share=Compared(value=0.2)))
    assert said(quiet).startswith("A quiet week: ")
    assert said(quiet).endswith("One IT incident left no measurable mark on what customers say.")
    twice = replace(quiet, incidents=quiet.incidents[:1] * 2)
    assert said(twice).endswith("Two IT incidents left no measurable mark on what customers say.")


@pytest.mark.parametrize(("change", "start"), [(0.05, "A somewhat worse week"), (-0.05, "A better week")])
def test_a_week_without_shift_may_still_differ(quiet_week: BrandWeek, change: float, start: str):
    share = Compared(value=0.2 + change, before=0.2, change_low=change - 0.01, change_high=change + 0.01)
    assert said(replace(quiet_week, total=replace(quiet_week.total, negative_share=share))).startswith(start)


@pytest.mark.parametrize(
    ("excess", "told"),
    [
        (-0.4, "As many negative voices as expected"),
        (0.8, "About 1 more negative voice than"),
        (-12, "About 12 fewer negative voices than"),
    ],
)
def test_an_excess_is_told_in_whole_voices(review: IncidentReview, excess: float, told: str):
    link = replace(review.link, excess=excess, excess_low=-20, excess_high=20)
    assert told in findings.summary(replace(review, link=link)).replace("\u00a0", " ")


def test_excess_of_several_shifts_adds_half_widths_in_quadrature(outage_shift: Shift):
    one = replace(outage_shift, excess=100.0, excess_low=97.0, excess_high=104.0)
    two = replace(outage_shift, excess=50.0, excess_low=46.0, excess_high=53.0)
    assert total_excess((one, two)) == pytest.approx((150.0, 145.0, 155.0))


def test_of_a_shift_over_the_weeks_edge_only_its_own_part_counts(bad_week: BrandWeek):
    (shift,), counts = bad_week.shifts, bad_week.negative
    early = replace(shift, onset=counts.times[0] - timedelta(hours=30), end=counts.times[0] + timedelta(hours=2))
    inside = sum(counts.observed[:2]) - sum(counts.expected[:2])
    told = replace(early, excess=100.0, excess_low=80.0, excess_high=120.0)
    assert 0 < inside < 20
    assert said(replace(bad_week, shifts=(told,))).startswith(f"A week with a dip: about {inside:.0f} more")


def test_a_week_that_still_runs_is_told_as_far_as_it_is_over(bad_week: BrandWeek, weekly: WeeklyReport):
    began = weekly.start + timedelta(days=1, hours=11)
    shift = replace(bad_week.shifts[0], onset=began, ongoing=True)
    incident = replace(
        bad_week.incidents[0], incident=replace(bad_week.incidents[0].incident, started=began, resolved=None)
    )
    running = replace(bad_week, shifts=(shift,), incidents=(incident,))
    tile = week_tiles(running, replace(weekly, made=began + timedelta(hours=1)))[-1]
    assert tile.value.replace("\u00a0", " ") == "97.2 %"
    assert tile.note.replace("\u00a0", " ") == "1 h outside it; incidents open for 1 h"


def test_time_outside_the_usual_counts_overlaps_once_and_only_this_week(weekly: WeeklyReport, bad_week: BrandWeek):
    start, end, hour = weekly.start, weekly.end, timedelta(hours=1)
    spans = [
        (start - hour, start + hour),
        (start, start + 2 * hour),
        (start + hour, start + hour),
        (end - hour, end + hour),
    ]
    assert time_within(spans, start, end) == 3 * hour
    assert shifted_time(bad_week, start, end) == timedelta(hours=6, minutes=18)
    assert incident_time(bad_week, start, end) == timedelta(hours=15, minutes=12)


def test_tiles_say_better_or_worse_only_beyond_noise(bad_week: BrandWeek, quiet_week: BrandWeek, weekly: WeeklyReport):
    assert [tile.tone for tile in week_tiles(bad_week, weekly)] == ["", "worse", "worse", "worse"]
    assert [tile.tone for tile in week_tiles(quiet_week, weekly)] == ["", "", "", ""]


def test_the_timeline_mixes_both_sides_in_order(review: IncidentReview):
    events = timeline(review)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [event.side for event in events[:4]] == [Side.IT, Side.CUSTOMERS, Side.CUSTOMERS, Side.CUSTOMERS]
    assert events[-1].text == "Back within the usual range for two hours"


@pytest.mark.parametrize(
    ("lead", "sentence"),
    [
        (25.0, "Customers knew 25 min before IT did."),
        (-12.0, "IT knew 12 min before customers spoke of it."),
        (0.2, "Customers and IT noticed at the same time."),
    ],
)
def test_the_lead_is_told_in_words(review: IncidentReview, lead: float, sentence: str):
    told = replace(review, link=replace(review.link, customer_lead_minutes=lead))
    assert sentence in findings.summary(told).replace("\u00a0", " ")


def test_a_reputation_that_has_not_come_back_is_said_so(review: IncidentReview):
    lasting = replace(review, link=replace(review.link, recovery_minutes=None))
    assert "has not yet come back" in findings.summary(lasting)


def test_harmless_incidents_show_what_would_make_a_link(harmless_review: IncidentReview):
    text = " ".join(findings.what_would_change(harmless_review))
    assert "A q-value of 0.05 or less (now 0.55)." in text
    assert "(now −12 to 23)" in text
    assert findings.summary(harmless_review).startswith("No harm that can be told from chance")
    assert "up to 23 more negative voices cannot be ruled out" in " ".join(findings.limits(harmless_review))


def test_what_an_incident_has_is_not_asked_of_it(harmless_review: IncidentReview):
    rose = replace(harmless_review, link=replace(harmless_review.link, q_value=0.039))
    text = " ".join(findings.what_would_change(rose))
    assert "0.05 or less" not in text
    assert "beyond what its own noise" in text
    assert "(now −12 to 23)" in text


def test_the_bound_of_q_is_the_one_that_was_set(review: IncidentReview):
    strict = replace(review, q_bound=0.01, link=replace(review.link, q_value=0.02))
    assert "A q-value above 0.01" in " ".join(findings.what_would_change(strict))
    assert "which is above the bound of 0.01" in " ".join(findings.certainty(strict))


def test_a_missed_objective_is_called_missed(review: IncidentReview):
    tile = findings.it_tiles(replace(review, rto_minutes=60))[-1]
    assert tile.note.endswith("missed")
    assert tile.tone == "worse"


def test_a_link_without_controls_asks_for_one(review: IncidentReview):
    alone = replace(review, link=replace(review.link, controls=()))
    assert "A rival or untouched screen to compare with, showing the same rise." in findings.what_would_change(alone)
    assert "There was no rival or untouched screen to compare with." in findings.certainty(alone)


def test_how_far_chance_can_be_counted_is_stated(review: IncidentReview):
    told = "Chance can be counted down to p = 0.008 here; what is smaller is extrapolated."
    assert told in findings.limits(review)
    assert told not in findings.limits(replace(review, link=replace(review.link, p_value=0.02)))
    assert any("count for about 120 that do not" in sentence for sentence in findings.certainty(review))


def test_every_verdict_has_words_and_a_tone():
    assert set(findings.VERDICTS) == set(findings.TONES) == set(Verdict)


def test_the_span_is_counted_with_copies_without_them_and_by_voices(review: IncidentReview):
    told = " ".join(findings.certainty(review))
    assert "The span holds 520 mentions: without copies 468 texts, by 431 distinct voices." in told


def test_a_rise_that_would_be_seen_is_told_and_where_none_would_be_how_much_talk_it_takes(
    review: IncidentReview, poor_review: IncidentReview
):
    seen = (
        "With 60 mentions an hour, as here, a rise of 14 negative voices in an hour would be seen (1.8 times the usual"
    )
    assert seen in " ".join(findings.certainty(review)).replace("\u00a0", " ")
    assert "would be seen" not in " ".join(findings.certainty(poor_review))
    assert findings.what_would_change(poor_review)[0].replace("\u00a0", " ") == (
        "More talk of the brand: with 14 mentions an hour, a rise of 9.3 negative voices in an hour would be seen (4.9 "
        "times the usual 1.9); today, with 1.5 an hour, it takes 9.4 (47 times the usual 0.2)."
    )


def test_what_was_said_before_is_told_with_its_figures(review: IncidentReview):
    (change,) = review.history
    assert findings.judged(change.before) == "No measurable effect"
    assert findings.judged_by(change.before, CLOCK) == "excess +3.2, p = 0.31, q = 0.62"
    assert findings.judged_by(change.after, CLOCK).startswith("excess +313, p = 0.001, q = 0.004, onset Thu 12 Nov")
    assert (findings.judged(None), findings.judged_by(None, CLOCK)) == ("Not tested any more", "")


def test_planned_maintenance_is_called_so_and_is_no_outage(planned_review: IncidentReview, bad_week: BrandWeek):
    assert findings.verdict(planned_review).endswith("associated in time with this planned maintenance")
    (tile,) = findings.it_tiles(planned_review)
    assert (tile.label, tile.value.replace("\u00a0", " ")) == ("Planned maintenance", "3 h 12 min")
    assert [event.text for event in timeline(planned_review) if event.text.startswith(("Planned", "IT "))] == [
        "Planned maintenance began, by IT's record",
        "IT completed it",
    ]
    planned = tuple(replace(outcome, incident=planned_review.incident) for outcome in bad_week.incidents)
    week = planned_review.incident.started - timedelta(days=7), planned_review.incident.started + timedelta(days=7)
    assert not incident_time(replace(bad_week, incidents=planned), *week)


def test_a_series_refuses_what_does_not_fit(outage: Incident):
    with pytest.raises(ValueError, match="expected has 1 values for 2 times"):
        Series(times=(outage.started, outage.resolved), observed=(1.0, 2.0), expected=(1.0,))
    with pytest.raises(ValueError, match="ascend"):
        Series(times=(outage.resolved, outage.started), observed=(1.0, 2.0))


def test_a_series_marks_what_is_not_finite_as_unknown(outage: Incident):
    series = Series.of([outage.started], [float("nan")])
    assert series.observed == (None,)
    assert not series.known
    assert series.peak() is None


@pytest.mark.parametrize("basis", ["started", "started_at", "started_at, backfilled"])
def test_a_record_that_names_its_start_is_taken_at_its_word(review: IncidentReview, basis: str):
    named = replace(review, incident=replace(review.incident, start_basis=basis))
    assert named.incident.names_start
    assert "names no start" not in " ".join(findings.limits(named))
    assert "Incident began, by IT's record" in [event.text for event in timeline(named)]


@pytest.mark.parametrize("basis", ["created_at", "scheduled_for", "created_at, backfilled"])
def test_a_record_that_names_no_start_is_told_with_the_field_it_was_taken_from(review: IncidentReview, basis: str):
    silent = replace(review, incident=replace(review.incident, start_basis=basis))
    assert f"The record names no start; it was taken from the field “{basis}”." in findings.limits(silent)
    assert any(f"(taken from the field “{basis}”)" in event.text for event in timeline(silent))


def test_a_record_written_after_the_end_is_told_to_be_so(review: IncidentReview):
    late = replace(review, incident=replace(review.incident, start_basis="started_at, backfilled"))
    assert any("only after the incident's end" in limit for limit in findings.limits(late))


@pytest.mark.parametrize(
    ("minutes", "words"), [(15, "15 minutes"), (60, "one hour"), (90, "90 minutes"), (180, "3 hours"), (360, "6 hours")]
)
def test_the_peak_is_told_in_the_width_of_its_bucket(review: IncidentReview, minutes: int, words: str):
    wide = replace(review, series=replace(review.series, minutes=minutes))
    peak = next(event.text for event in timeline(wide) if event.text.startswith("Peak: "))
    assert peak.endswith(f" negative voices in {words}")
