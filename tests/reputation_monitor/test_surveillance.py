"""Looking at what was counted: what a look may know, whom an incident may have hurt, and who bears witness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from collectors.base import Item
from reputation_monitor.application import Application
from reputation_monitor.counting import count_brands, end_of_data
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.types import ShiftVerdict, Verdict
from reputation_monitor.rollups import BucketSums
from reputation_monitor.settings import Settings, read_settings
from reputation_monitor.store import NewMention, Rollup
from reputation_monitor.surveillance import (
    EVIDENCE,
    expose,
    find_witnesses,
    known_at,
    options_of,
    told_apart,
)
from reputation_monitor.tallies import tallies_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def settings_from(tmp_path):
    def read(text: str) -> Settings:
        return read_settings(text, "the test", tmp_path, {})

    return read


def incident(**fields) -> Incident:
    return Incident(**{"id": "inc-1", "title": "Cards fail", "services": ("Payments",), "started": NOON} | fields)


# --- What is known when


def test_what_had_not_happened_yet_is_not_known():
    later = incident(acknowledged=NOON + HOUR, resolved=NOON + 3 * HOUR)
    assert known_at(later, NOON + 2 * HOUR) == incident(acknowledged=NOON + HOUR)
    assert known_at(later, NOON + 3 * HOUR) == later


def test_silence_in_service_is_data_and_silence_since_an_old_import_is_none():
    last = NOON - timedelta(minutes=5)
    assert end_of_data(last, NOON + 3 * DAY) == NOON + 3 * DAY
    assert end_of_data(last, NOON + 30 * DAY) == NOON


# --- Whom an incident may have hurt

SERVICES = """
services:
  - {name: Payments, brands: [Halden, Marsk], screens: [web]}
  - {name: Sign-in, brands: [Halden], screens: [mobile]}
brands: [{name: Halden}, {name: Marsk}]
"""


def hurt(incident: Incident, settings: Settings, brands: list[str]) -> dict[str, tuple[str, ...]]:
    return {e.brand: e.screens for e in expose([incident], settings, brands)}


def test_services_tell_whom_an_incident_may_have_hurt_and_where(settings_from):
    both = ["Halden", "Marsk"]
    assert hurt(incident(), settings_from(SERVICES), both) == {"Halden": ("web",), "Marsk": ("web",)}
    shared = incident(services=("payments", "SIGN-IN"))
    assert hurt(shared, settings_from(SERVICES), both) == {"Halden": ("web", "mobile"), "Marsk": ("web",)}


@pytest.mark.parametrize(
    "fields", [{"services": ("Halden checkout",)}, {"title": "HALDEN is down"}], ids=["service", "title"]
)
def test_without_services_a_brands_name_tells(settings_from, fields: dict):
    assert hurt(incident(**fields), settings_from(""), ["Halden", "Marsk"]) == {"Halden": ()}


@pytest.mark.parametrize(
    ("brand", "title", "named"),
    [
        ("Ally", "Payments are internally routed twice", False),
        ("O2", "CO2 sensors offline", False),
        ("Ally", "Ally's cards are declined", True),
        ("Côte d'Or", "COTE D’OR app down", True),
        ("!!", "All is down!!", False),
    ],
)
def test_a_brand_is_named_by_its_name_alone_and_not_by_a_part_of_a_word(
    settings_from, brand: str, title: str, named: bool
):
    assert hurt(incident(title=title), settings_from(""), [brand, "Marsk"]) == ({brand: ()} if named else {})


def test_where_one_brand_is_watched_every_incident_is_its_own(settings_from):
    assert hurt(incident(), settings_from(""), ["Halden"]) == {"Halden": ()}
    assert hurt(incident(), settings_from(""), ["Halden", "Marsk"]) == {}


def test_a_brand_without_mentions_is_not_tested(settings_from):
    assert hurt(incident(), settings_from(SERVICES), ["Marsk"]) == {"Marsk": ("web",)}


def test_maintenance_is_exposed_as_planned_and_detected_by_nobody(settings_from):
    plan = known_at(incident(impact="maintenance", detected=NOON - DAY, acknowledged=NOON), NOON)
    assert plan.acknowledged is None
    (planned,) = expose([plan], settings_from(""), ["Halden"])
    assert (planned.planned, planned.detected) == (True, None)
    (failure,) = expose([incident(detected=NOON)], settings_from(""), ["Halden"])
    assert (failure.planned, failure.detected) == (False, NOON)


def test_incidents_of_one_id_are_one_if_they_began_together_and_else_go_by_their_source_too():
    told = [
        incident(id="1", source="march", started=NOON - 9 * DAY),
        incident(id="1", source="april", started=NOON - HOUR),
        incident(id="2", source="april", started=NOON),
        incident(id="1", source="april, corrected", started=NOON),
    ]
    assert [(one.id, one.source) for one in told_apart(told)] == [
        ("1", "march"),
        ("2", "april"),
        ("april:1", "april, corrected"),
    ]
    stale = incident(id="9", source="status, by hand", started=NOON, words="Cards fail")
    polled = incident(id="9", source="status", started=NOON, words="Cards fail", resolved=NOON + HOUR)
    assert told_apart([polled, stale]) == [polled]
    withdrawn = replace(polled, source="status", status="withdrawn", words="Cards fail, said by mistake")
    assert told_apart([withdrawn, stale]) == [stale]


# --- Counts


def counted(brand: str, minutes: int, source: str = "forum", screen: str = "web") -> Rollup:
    bucket = NOON + timedelta(minutes=minutes)
    return Rollup(brand, screen, bucket, source, 3, 2.0, 1.5, 1.25, 1.0, 0.5, 0.25, 0.5, -1.0)


def test_all_brands_share_their_buckets_and_sources_are_summed(settings_from):
    rollups = [counted("Halden", 10), counted("Halden", 10, "news"), counted("Marsk", 55), counted("Halden", 200)]
    brands = count_brands(tallies_of(rollups), settings_from(""), NOON + 2 * HOUR)
    halden, marsk = brands["Halden"].negative["web"], brands["Marsk"].negative["web"]
    assert halden.start == marsk.start == NOON
    assert len(halden) == len(marsk) == 24
    assert halden.negative.tolist() == [0, 0, 2.5] + [0] * 21
    assert halden.voices.sum() == 4.0
    assert marsk.negative[11] == 1.25
    assert brands["Halden"].failing["web"].negative.sum() == 1.0


def test_without_configuration_each_brand_is_compared_with_all_others(settings_from):
    rollups = [counted("Halden", 0), counted("Marsk", 0), counted("Tarn", 0)]
    free = count_brands(tallies_of(rollups), settings_from(""), NOON + HOUR)
    assert free["Halden"].rivals == ("Marsk", "Tarn")
    told = count_brands(
        tallies_of(rollups), settings_from("brands: [{name: Halden, rivals: [Tarn]}, {name: Tarn}]"), NOON + HOUR
    )
    assert (told["Halden"].rivals, told["Marsk"].rivals) == (("Tarn",), ("Halden", "Tarn"))


def test_where_nothing_was_collected_nothing_was_heard(settings_from):
    rollups = [counted("Halden", 5 * n, screen="web") for n in range(12 * 24 * 9) if not 12 * 24 * 4 <= n < 12 * 24 * 6]
    brand = count_brands(tallies_of(rollups), settings_from(""), NOON + 9 * DAY)["Halden"]
    heard = brand.negative["web"].exposure
    assert heard[12 * 24 * 4 : 12 * 24 * 6].max() < 0.1
    assert heard[: 12 * 24 * 4].min() == 1
    assert (brand.failing["web"].exposure == heard).all()
    assert [(gap.source, gap.start, gap.end) for gap in brand.unheard] == [("", NOON + 4 * DAY, NOON + 6 * DAY)]


def test_options_are_those_of_the_configuration(settings_from):
    text = "time_zone: Asia/Tokyo\nlinking: {q: 0.1, lead_hours: 6, min_voices: 5, history_weeks: 3}"
    options = options_of(settings_from(text))
    assert (options.q, options.lead, options.min_voices, options.history_weeks) == (0.1, 6 * HOUR, 5.0, 3)
    assert str(options.zone) == "Asia/Tokyo"


# --- A whole look

SINCE = NOON - 16 * DAY
OUTAGE = NOON - 30 * HOUR
CONFIGURATION = "brands: [{name: Halden, rivals: [Marsk]}, {name: Marsk}]\n"


def sums(level: float, seed: int, surge: float = 0.0) -> list[BucketSums]:
    """Two weeks of five minutes, with three hours in which ``surge`` voices an hour come on top."""
    chance = np.random.default_rng(seed)
    found, moment = [], SINCE
    while moment < NOON:
        rate = level + (surge if OUTAGE <= moment < OUTAGE + 3 * HOUR else 0.0)
        voices = float(chance.poisson(rate / 12))
        if voices:
            found.append(
                BucketSums(
                    source="forum",
                    bucket=moment,
                    mentions=int(voices),
                    voices=voices,
                    negative=voices,
                    negative_voices=voices,
                    negative_voices_squared=voices,
                    failing_voices=0.8 * voices if rate > level else 0.0,
                    failing_voices_squared=0.8 * voices if rate > level else 0.0,
                    valence=-voices,
                )
            )
        moment += timedelta(minutes=5)
    return found


@pytest.fixture
async def app(open_app, clock) -> Application:
    application = await open_app(CONFIGURATION)
    for brand, counts in [("Halden", sums(3.0, 1, surge=20.0)), ("Marsk", sums(3.0, 2))]:
        await application.store.replace_rollups(brand, "web", SINCE, NOON, counts, marks={}, now=clock.at)
    return application


async def say(app: Application, texts: list[tuple[str, str]], start: datetime = OUTAGE) -> None:
    said = [
        NewMention(
            brand="Halden",
            screen="web",
            source="forum",
            item_id=str(number),
            author=author,
            text=text,
            published=start + timedelta(minutes=number),
            scores=(0.9, 0.08, 0.02) if "awful" in text else (0.1, 0.8, 0.1),
        )
        for number, (author, text) in enumerate(texts)
    ]
    await app.store.add_mentions(said, app.now())


async def test_there_is_nothing_to_see_in_an_empty_store(open_app):
    assert await (await open_app(CONFIGURATION)).look() is None


async def test_nothing_is_seen_of_what_comes_later(app: Application):
    assert await app.look(SINCE) is None
    before = await app.look(OUTAGE)
    assert before is not None
    assert before.shifts == ()


async def test_a_rise_without_incident_is_a_suspected_outage(app: Application):
    found = await app.look()
    (shift,) = found.shifts
    assert (shift.brand, shift.verdict) == ("Halden", ShiftVerdict.SUSPECTED_OUTAGE)
    assert abs(shift.onset - OUTAGE) <= timedelta(minutes=20)


async def test_a_rise_with_an_incident_is_linked_with_witnesses_and_kept(app: Application):
    halden = incident(title="Halden cards fail", started=OUTAGE, detected=OUTAGE + HOUR, resolved=OUTAGE + 3 * HOUR)
    await app.store.store_incidents("status", [halden], [], None, NOON)
    await say(app, [(f"customer {n}", f"Halden cards fail at till {n}, awful") for n in range(25)] + [("x", "lovely")])
    found = await app.look_closely()
    (link,) = found.links
    assert (link.id, link.verdict) == ("inc-1", Verdict.LINKED)
    assert link.customer_lead_minutes == pytest.approx(60, abs=20)
    assert len(link.evidence) == EVIDENCE
    assert all(key.startswith("forum:") for key in link.evidence)
    assert found.shifts[0].verdict is ShiftVerdict.LINKED
    assert found.shifts[0].incident == "inc-1"
    assert [kept.link.verdict for kept in await app.store.links()] == [Verdict.LINKED]


async def test_an_incident_in_a_calm_hour_has_no_measurable_effect(app: Application):
    calm = incident(title="Halden cards fail", started=NOON - 5 * DAY, resolved=NOON - 5 * DAY + 2 * HOUR)
    await app.store.store_incidents("status", [calm], [], None, NOON)
    (link,) = (await app.look()).links
    assert link.verdict is Verdict.NO_EFFECT


async def test_two_sources_may_use_one_id(app: Application):
    for source, began in (("march", OUTAGE - 9 * DAY), ("april", OUTAGE)):
        told = incident(id="1", source=source, services=("Halden",), started=began, resolved=began + 3 * HOUR)
        await app.store.store_incidents(source, [told], [], None, NOON)
    found = await app.look_closely()
    assert found
    assert [(link.id, link.verdict) for link in found.links] == [
        ("1", Verdict.NO_EFFECT),
        ("april:1", Verdict.LINKED),
    ]
    assert await app.store.incident("april:1") != await app.store.incident("1")
    assert (await app.review("april:1")).incident.source == "april"


async def test_an_incident_that_it_had_not_told_of_is_not_tested(app: Application):
    secret = incident(title="Halden cards fail", started=OUTAGE, detected=NOON - HOUR, resolved=None)
    await app.store.store_incidents("status", [secret], [], None, NOON)
    assert (await app.look(NOON - 2 * HOUR)).links == ()
    assert len((await app.look(NOON)).links) == 1


async def test_maintenance_is_tested_once_it_begins_and_not_if_it_was_called_off(app: Application):
    plan = incident(
        title="Halden moves its cards", impact="maintenance", started=NOON - 2 * HOUR, detected=NOON - 9 * DAY
    )
    await app.store.store_incidents("status", [plan], [], None, NOON)
    assert (await app.look(NOON - 3 * HOUR)).links == ()
    assert len((await app.look(NOON)).links) == 1
    await app.store.store_incidents("status", [replace(plan, started=NOON + DAY)], [], None, NOON)
    assert (await app.look(NOON)).links == ()
    await app.store.store_incidents("status", [replace(plan, status="Cancelled")], [], None, NOON)
    assert (await app.look(NOON)).links == ()


# --- Witnesses


async def test_an_author_bears_witness_once(app: Application, word_scorer):
    rant = [("one angry man", f"awful cards, awful shop, number {n}") for n in range(22)]
    await say(app, [*rant, ("ann", "awful cards at the till"), ("", "awful cards here too")])
    span = (OUTAGE, OUTAGE + 3 * HOUR)
    ranked, _ = await find_witnesses(
        app.store, word_scorer, "Halden", screens=["web"], span=span, subject="cards at the till"
    )
    assert [mention.author for mention in ranked].count("one angry man") == 1
    assert ranked[0].author == "ann"


async def test_terms_that_grew_are_found(app: Application, word_scorer):
    await say(app, [(f"before {n}", f"awful queue at desk {n}") for n in range(30)], OUTAGE - 2 * DAY)
    said = [
        NewMention(
            brand="Halden",
            screen="web",
            source="news",
            item_id=f"late {n}",
            author=f"customer {n}",
            text="awful card terminal at the desk",
            published=OUTAGE + timedelta(minutes=n),
            scores=(0.9, 0.1, 0.0),
        )
        for n in range(12)
    ]
    await app.store.add_mentions(said, app.now())
    _, terms = await find_witnesses(
        app.store, word_scorer, "Halden", screens=["web"], span=(OUTAGE, OUTAGE + HOUR), subject=""
    )
    assert any("card" in term.words or "terminal" in term.words for term in terms)


async def test_where_nobody_spoke_nobody_bears_witness(app: Application, word_scorer):
    span = (OUTAGE, OUTAGE + HOUR)
    assert await find_witnesses(app.store, word_scorer, "Marsk", screens=[], span=span, subject="x") == ([], [])


# --- Sources that were not heard


async def test_a_look_takes_a_silent_sources_share_out_of_what_is_expected(open_app, clock):
    """News brings half of what is said of Halden, and has been silent for a day while the forum went on."""
    app = await open_app(
        "brands: [{name: Halden}]\n"
        "sources: [{name: news, screen: web, collector: feed, url: 'https://news.example/feed'}]\n"
    )
    hours = [clock.at - n * HOUR for n in range(28 * 24)]
    spoke = [hour for hour in hours if hour <= clock.at - DAY]
    items = [Item(id=str(n), text="Halden", published=hour) for n, hour in enumerate(spoke)]
    await app.store.store_batch("news", [], [], {}, clock.at, items=items)
    await app.store.poll_succeeded("news", clock.at)
    said = {"mentions": 1, "voices": 1.0, "negative": 1.0, "negative_voices": 1.0, "negative_voices_squared": 1.0}
    sums = [BucketSums(source=s, bucket=hour, **said) for hour in hours for s in ("news", "forum")]
    kept = [one for one in sums if one.source == "forum" or one.bucket in set(spoke)]
    await app.store.replace_rollups("Halden", "web", hours[-1], clock.at + HOUR, kept, marks={}, now=clock.at)
    await app.judge_sources()
    clock.move(minutes=20)
    found = await app.look()
    counts = found.findings.models.brands["Halden"]
    assert [(u.source, u.why) for u in counts.unheard] == [("news", "silent")]
    assert counts.unheard[0].end == clock.at  # judged 20 minutes ago, and silent still for all that is known
    assert counts.negative["web"].exposure[-12] == pytest.approx(0.5, abs=0.03)
    assert counts.negative["web"].exposure[0] == 1.0
