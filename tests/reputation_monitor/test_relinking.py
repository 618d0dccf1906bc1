"""Links made again, in a real store: incidents that arrive late, change, end, or are taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from alerts.base import Event
from reputation_monitor.application import Application
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import Verdict
from reputation_monitor.outputs import links_json
from reputation_monitor.relinking.types import VerdictChange
from reputation_monitor.reporting.review import ReviewError
from reputation_monitor.rollups import BucketSums

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE, OUTAGE = NOON - 16 * DAY, NOON - 7 * HOUR
CONFIGURATION = """
brands: [{name: Halden, rivals: [Marsk]}, {name: Marsk}]
channels: [{name: shared, url: "console://"}]
"""
CARDS = Incident(
    id="pay-1",
    title="Halden cards fail",
    started=OUTAGE,
    detected=OUTAGE + HOUR,
    resolved=OUTAGE + 3 * HOUR,
)


def voices(bucket: datetime, count: float, failing: float) -> BucketSums:
    said = {"mentions": int(count), "voices": count, "negative": count, "valence": -count}
    negative = {"negative_voices": count, "negative_voices_squared": count}
    return BucketSums(
        source="forum",
        bucket=bucket,
        failing_voices=failing * count,
        failing_voices_squared=failing * count,
        **said | negative,
    )


def talk(seed: int, until: datetime, surge: float = 0.0, failing: float = 0.8) -> list[BucketSums]:
    """Three voices an hour from sixteen days before noon on, and ``surge`` an hour more in the outage."""
    chance = np.random.default_rng(seed)
    found = []
    for step in range(round((until - SINCE) / timedelta(minutes=5))):
        bucket = SINCE + step * timedelta(minutes=5)
        in_outage = OUTAGE <= bucket < OUTAGE + 3 * HOUR
        count = float(chance.poisson((3.0 + surge * in_outage) / 12))
        if count:
            found.append(voices(bucket, count, failing if surge and in_outage else 0.0))
    return found


async def count(app: Application, surge: float = 20.0, until: datetime = NOON, failing: float = 0.8) -> None:
    for brand, seed, more in (("Halden", 1, surge), ("Marsk", 2, 0.0)):
        sums = talk(seed, until, more, failing)
        await app.store.replace_rollups(brand, "web", SINCE, until, sums, marks={}, now=app.now())


async def tell(app: Application, *incidents: Incident) -> None:
    await app.store.store_incidents("status", incidents, [], None, app.now())


@pytest.fixture
async def app(open_app) -> Application:
    application = await open_app(CONFIGURATION)
    await count(application)
    return application


async def only_change(app: Application) -> VerdictChange:
    (change,) = await app.store.verdict_changes()
    return change


async def test_an_incident_that_comes_a_day_late_is_linked_and_told_once_where_the_shift_was_told(app, clock):
    await app.watch()
    clock.move(days=1)
    await count(app, until=clock.at)
    await app.watch()
    await tell(app, CARDS)
    for _ in range(3):
        clock.move(hours=1)
        await app.watch()
    assert [known.link.verdict for known in await app.store.links()] == [Verdict.LINKED]
    assert await app.store.verdict_changes() == []  # its first verdict replaces none
    (known,) = await app.store.alerts()
    told = [delivery.notification for delivery in await app.store.deliveries(known.alert.key)]
    assert [notification.event for notification in told] == [Event.RAISED, Event.UPDATED]
    assert told[-1].reason == (
        "updated after its end: the verdict is now linked (it was suspected outage); "
        "IT incident named: Halden cards fail (pay-1)"
    )


async def test_a_start_that_was_moved_changes_the_verdict_and_the_old_one_is_kept_with_the_reason(app, clock):
    await tell(app, replace(CARDS, started=NOON - 5 * DAY, detected=None, resolved=NOON - 5 * DAY + 2 * HOUR))
    await app.look_closely()
    await tell(app, CARDS)
    clock.move(minutes=5)
    await app.look_closely()
    change = await only_change(app)
    assert (change.before.verdict, change.after.verdict) == (Verdict.NO_EFFECT, Verdict.LINKED)
    assert change.at == clock.at
    assert change.reasons[0] == "its start was moved from 2026-02-25 12:00 UTC to 2026-03-02 05:00 UTC"
    assert change.before.p_value > change.after.p_value
    await app.look_closely()
    assert await only_change(app) == change


async def test_a_verdict_whose_basis_was_not_kept_says_so(app):
    await tell(app, replace(CARDS, started=NOON - 5 * DAY, resolved=NOON - 5 * DAY + 2 * HOUR))
    found = await app.look()
    await app.store.replace_findings(found.shifts, found.links, NOON)
    await tell(app, CARDS)
    await app.look_closely()
    assert (await only_change(app)).reason == "What the earlier verdict rested on was not kept."


async def test_the_history_is_in_the_json_of_the_link_and_in_the_review(app):
    await tell(app, replace(CARDS, started=NOON - 5 * DAY, resolved=NOON - 5 * DAY + 2 * HOUR))
    await app.look_closely()
    await tell(app, CARDS)
    await app.look_closely()
    (document,) = await links_json([known.link for known in await app.store.links()], app.store)
    (entry,) = document["history"]
    assert (entry["before"]["verdict"], entry["after"]["verdict"]) == ("no measurable effect", "linked")
    assert entry["reason"].startswith("Its start was moved from 2026-02-25 12:00 UTC")
    review = await app.review("pay-1")
    assert review.history == tuple(await app.store.verdict_changes())


async def test_an_end_that_becomes_known_changes_no_verdict_and_leaves_no_trace(app, clock):
    await tell(app, replace(CARDS, resolved=None))
    await app.look_closely()
    await tell(app, CARDS)
    clock.move(minutes=5)
    await app.look_closely()
    (known,) = await app.store.links()
    assert known.basis.resolved == CARDS.resolved
    assert known.link.recovery_minutes is not None
    assert await app.store.verdict_changes() == []


async def test_mentions_that_come_in_late_or_are_corrected_are_named_as_the_reason(app):
    await tell(app, CARDS)
    await count(app, surge=0.0)
    await app.look_closely()
    await count(app)
    await app.look_closely()
    await app.store.replace_rollups(
        "Halden",
        "web",
        OUTAGE,
        OUTAGE + 3 * HOUR,
        [
            replace(one, negative_voices=0.1, failing_voices=0.0)
            for one in talk(1, OUTAGE + 3 * HOUR, surge=20.0)
            if one.bucket >= OUTAGE
        ],
        marks={},
        now=NOON,
    )
    await app.look_closely()
    late, corrected = await app.store.verdict_changes()
    assert (late.before.verdict, late.after.verdict) == (Verdict.NO_EFFECT, Verdict.LINKED)
    assert "mentions of the hours around the incident came in late" in late.reason
    assert corrected.after.verdict is not Verdict.LINKED
    assert "scored again or corrected" in corrected.reason


async def test_an_incident_that_was_taken_back_is_tested_no_more_and_its_alert_says_so(app, clock):
    await tell(app, CARDS)
    await app.watch()
    await tell(app, replace(CARDS, status="withdrawn"))
    clock.move(hours=1)
    await app.watch()
    change = await only_change(app)
    assert (change.before.verdict, change.after) == (Verdict.LINKED, None)
    assert change.reason == "The incident was withdrawn."
    assert await app.store.links() == []
    (known,) = await app.store.alerts()
    told = [delivery.notification for delivery in await app.store.deliveries(known.alert.key)]
    assert "(pay-1) is no longer named" in told[-1].reason
    with pytest.raises(ReviewError, match="was withdrawn"):
        await app.review("pay-1")


async def test_maintenance_that_was_moved_to_a_day_to_come_is_tested_no_more(app, clock):
    plan = replace(CARDS, impact="maintenance")
    await tell(app, plan)
    await app.look_closely()
    await tell(app, replace(plan, started=NOON + DAY, resolved=None))
    await app.look_closely()
    change = await only_change(app)
    assert change.after is None
    assert change.reason == (
        "Its start was moved from 2026-03-02 05:00 UTC to 2026-03-03 12:00 UTC, which is still to come."
    )


async def test_services_that_touch_the_brand_no_more_are_named_as_the_reason(app, open_app):
    await tell(app, replace(CARDS, services=("Cards",)))
    await app.look_closely()
    services = "services: [{name: Cards, brands: [Marsk]}]\n"
    await (await open_app(CONFIGURATION + services)).look_closely()
    changes = {change.brand: change for change in await app.store.verdict_changes()}
    assert "no longer touch the brand" in changes["Halden"].reason


async def test_other_incidents_that_join_the_tests_are_named(app):
    """A rise on the brink: linked while tested alone, not any more when many are tested with it."""
    await tell(app, CARDS)
    await count(app, surge=6.0, failing=0.0)
    (alone,) = (await app.look_closely()).links
    calm = [
        Incident(id=f"n-{n}", title=f"Halden hiccup {n}", started=NOON - n * 13 * HOUR, resolved=NOON - n * 13 * HOUR)
        for n in range(2, 28)
    ]
    await tell(app, *calm)
    (together,) = [link for link in (await app.look_closely()).links if link.id == "pay-1"]
    assert (alone.verdict, together.verdict) == (Verdict.LINKED, Verdict.NO_EFFECT)
    change = await only_change(app)
    assert "27 tests are made together instead of 1 (joined: " in change.reason
    assert " and 23 more)" in change.reason
