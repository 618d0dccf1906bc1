from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_monitor.demo.scenario import BRAND, BRANDS, DAYS, Kind, plan_for

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def test_it_plants_four_incidents_and_a_scandal():
    plan = plan_for(NOW)
    assert sorted(each.kind for each in plan.planted) == sorted(Kind)
    assert len(plan.incidents) == 4
    assert plan.of("scandal").incident is None


def test_the_first_two_weeks_are_calm_and_events_lie_days_apart():
    plan = plan_for(NOW)
    assert plan.planted[0].onset - plan.start >= timedelta(days=14)
    for before, after in pairwise(plan.planted):
        assert after.onset - before.end >= timedelta(days=2)
    assert plan.now - plan.planted[-1].end >= timedelta(days=6)


def test_no_disturbance_falls_into_an_event():
    plan = plan_for(NOW)
    for disturbance in plan.disturbances:
        for each in plan.planted:
            assert disturbance.at < each.onset - timedelta(hours=12) or disturbance.at > each.end + timedelta(hours=12)


def test_customers_notice_the_failing_login_almost_an_hour_before_it():
    signin = plan_for(NOW).of("signin")
    assert signin.customer_lead_minutes == 52
    assert signin.incident is not None
    assert signin.incident.started is None


def test_the_harmless_incident_leads_nowhere():
    reporting = plan_for(NOW).of("reporting")
    assert reporting.effects == ()
    assert reporting.customer_lead_minutes is None


def test_the_storm_hits_all_brands_alike_and_holds_the_innocent_incident():
    storm = plan_for(NOW).of("storm")
    (effect,) = storm.effects
    assert set(effect.brands) == {brand.name for brand in BRANDS}
    assert storm.incident is not None
    assert effect.onset < storm.incident.created < storm.incident.resolved < effect.end


def test_only_the_storm_touches_rivals():
    plan = plan_for(NOW)
    assert all(
        effect.brands == (BRAND.name,) for each in plan.planted if each.key != "storm" for effect in each.effects
    )


def test_updates_of_an_incident_follow_one_another():
    for incident in plan_for(NOW).incidents:
        times = [update.at for update in incident.updates]
        assert times == sorted(times)
        assert incident.updates[0].status == "investigating"
        assert incident.updates[-1].status == "resolved"


def test_the_page_shows_the_newest_incident_first():
    created = [incident.created for incident in plan_for(NOW).incidents]
    assert created == sorted(created, reverse=True)


@given(now=moments)
def test_the_last_complete_week_always_holds_the_incident_that_customers_notice_first(now: datetime):
    plan = plan_for(now)
    monday = (now - timedelta(days=now.weekday())).date()
    assert monday - timedelta(days=7) <= plan.of("signin").onset.date() < monday
    assert timedelta(days=DAYS) <= plan.now - plan.start < timedelta(days=DAYS + 1)


def test_a_now_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        plan_for(datetime(2026, 11, 20))
