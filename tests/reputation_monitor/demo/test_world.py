from collections import Counter
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import numpy as np

from reputation_monitor.demo.disturbances import FLOODER
from reputation_monitor.demo.reviews import PAGE_SIZE, PAGES
from reputation_monitor.demo.scenario import BRAND, BRANDS, DAYS, RIVALS
from reputation_monitor.demo.utterances import Tone, Utterance
from reputation_monitor.demo.world import World

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
EVENTS = {"declined", "signin", "scandal", "storm", "wire", "flood", "spam"}
WRITTEN = ("web", "mobile")


def negatives(world: World, brands: Collection[str], screens: tuple[str, ...] = WRITTEN) -> list[Utterance]:
    said_of_them = (said for brand in brands for said in world.about(brand))
    return [said for said in said_of_them if said.screen in screens and said.tone is Tone.NEGATIVE]


def times_usual(
    world: World, brands: Collection[str], start: datetime, end: datetime, screens: tuple[str, ...] = WRITTEN
) -> float:
    """Negative mentions of the brands in a span, against the mean of the same hours on all calm days."""
    voices = negatives(world, brands, screens)
    eventful = {
        day for each in world.plan.planted for effect in each.effects for day in days_of(effect.onset, effect.end)
    }
    calm = [n for n in range(-DAYS, DAYS) if (start + timedelta(days=n)).date() not in eventful]
    spans = [(start + timedelta(days=n), end + timedelta(days=n)) for n in calm]
    spans = [(a, b) for a, b in spans if a >= world.plan.start and b <= world.plan.now]
    usual = np.mean([sum(a <= said.published < b for said in voices) for a, b in spans])
    return sum(start <= said.published < end for said in voices) / float(usual)


def days_of(onset: datetime, end: datetime) -> set[date]:
    return {(onset + timedelta(hours=h)).date() for h in range(int((end - onset) / timedelta(hours=1)) + 12)}


def test_the_same_now_and_seed_give_the_same_world(world: World):
    assert World.make(NOW) == world


def test_another_seed_gives_another_world(world: World):
    before = perf_counter()
    other = World.make(NOW, seed=7)
    assert perf_counter() - before < 15  # under three on a machine with nothing else to do
    assert other.plan == world.plan
    assert {post.text for post in other.posts} != {post.text for post in world.posts}


def test_a_later_now_on_the_same_day_only_adds(world: World):
    later = World.make(NOW + timedelta(hours=5))
    assert set(world.posts) < set(later.posts)
    assert later.airings[: len(world.airings)] == world.airings


def test_nothing_is_said_before_the_start_or_after_now(world: World):
    times = [said.published for said in world.utterances]
    assert times == sorted(times)
    assert world.plan.start <= times[0]
    assert times[-1] <= NOW
    assert NOW - times[-1] < timedelta(hours=1)


def test_the_brand_is_spoken_of_about_a_hundred_times_a_day_and_each_rival_a_third_of_that(world: World):
    days = (NOW - world.plan.start) / timedelta(days=1)
    assert 90 < len(world.about(BRAND.name)) / days < 150
    for rival in RIVALS:
        assert 30 <= len(world.about(rival.name)) / days < 60


def test_each_screen_has_its_part(world: World):
    screens = Counter(said.screen for said in world.about(BRAND.name))
    assert screens["web"] > screens["mobile"] > screens["tv"] > 300


def test_ids_are_unique_on_each_screen_and_tell_nothing(world: World):
    for said in (world.posts, world.reviews):
        assert len({each.id for each in said}) == len(said)
        assert not any(brand.name.lower() in each.id for each in said for brand in BRANDS)


def test_every_web_post_and_spoken_passage_names_its_brands_and_no_other(world: World):
    for said in world.utterances:
        if said.screen == "mobile":
            continue
        words = f"{said.title} {said.text}".lower()
        assert {brand.name for brand in BRANDS if brand.name.lower() in words} == set(said.brands), words


def test_some_posts_name_two_brands(world: World):
    assert 20 < sum(len(said.brands) == 2 for said in world.posts) < 150


def test_reviews_have_stars_that_agree_with_their_tone(world: World):
    for review in world.reviews:
        expected = {Tone.NEGATIVE: {1, 2}, Tone.NEUTRAL: {3}, Tone.POSITIVE: {4, 5}}[review.tone]
        assert review.stars in expected


def test_no_storefront_has_more_reviews_than_apples_feed_can_show(world: World):
    held = Counter((review.brands, review.channel) for review in world.reviews)
    assert max(held.values()) <= PAGE_SIZE * PAGES


def test_texts_vary(world: World):
    ordinary = [said.text for said in world.utterances if said.topic not in EVENTS]
    assert len(set(ordinary)) > 0.97 * len(ordinary)


def test_days_have_their_rhythm(world: World):
    hours = Counter(said.published.hour for said in world.posts)
    assert sum(hours[h] for h in (18, 19, 20)) > 6 * sum(hours[h] for h in (2, 3, 4))
    weekdays = Counter(said.published.weekday() for said in world.posts if said.topic not in EVENTS)
    assert weekdays[6] < 0.9 * weekdays[1]


def test_counts_spread_more_than_chance_alone_would_spread_them(world: World):
    ratios = []
    for hour in range(8, 22, 2):
        slots = Counter(
            said.published.date()
            for said in world.about(BRAND.name, "web")
            if said.published.hour // 2 == hour // 2 and said.topic not in EVENTS
        )
        counts = [slots[(world.plan.start + timedelta(days=day)).date()] for day in range(DAYS)]
        ratios.append(np.var(counts) / np.mean(counts))
    assert np.mean(ratios) > 1.25


def test_the_payments_outage_multiplies_complaints_on_web_and_mobile(world: World):
    payments = world.plan.of("payments")
    assert 8 < times_usual(world, {BRAND.name}, payments.onset, payments.end) < 16


def test_the_payments_outage_shows_lightly_on_tv(world: World):
    payments = world.plan.of("payments")
    spoken = [said for said in world.about(BRAND.name, "tv") if said.topic == "declined_press"]
    assert 1 <= len(spoken) <= 12
    assert all(payments.onset <= said.published < payments.onset + timedelta(hours=12) for said in spoken)


def test_customers_complain_of_the_login_before_the_status_page_tells(world: World):
    signin = world.plan.of("signin")
    assert signin.incident is not None
    assert 7 < times_usual(world, {BRAND.name}, signin.onset, signin.incident.created) < 16
    early = [
        said for said in world.about(BRAND.name) if said.topic == "signin" and said.published < signin.incident.created
    ]
    assert len({said.author for said in early}) >= 10


def test_nobody_notices_the_incident_without_effect(world: World):
    reporting = world.plan.of("reporting")
    assert times_usual(world, {BRAND.name}, reporting.onset, reporting.end + timedelta(hours=2)) < 2


def test_the_scandal_is_loud_on_web_and_tv_and_absent_from_reviews(world: World):
    scandal = world.plan.of("scandal")
    heard = Counter(said.screen for said in world.utterances if said.topic.startswith("scandal"))
    assert heard["web"] > 60
    assert heard["tv"] >= 5
    assert heard["mobile"] == 0
    assert 5 < times_usual(world, {BRAND.name}, scandal.onset, scandal.onset + timedelta(hours=14), ("web",)) < 11


def test_the_storm_hits_every_brand_about_equally(world: World):
    storm = world.plan.of("storm")
    ratios = [times_usual(world, {brand.name}, storm.onset, storm.end) for brand in BRANDS]
    assert min(ratios) > 2.5
    assert max(ratios) < 7


def test_rivals_are_calm_while_the_brand_suffers(world: World):
    for key in ("payments", "signin"):
        harm = world.plan.of(key)
        assert times_usual(world, {rival.name for rival in RIVALS}, harm.onset, harm.end) < 1.8


def test_one_author_floods_a_quiet_hour(world: World):
    flood = world.plan.disturbance("flood")
    posts = [said for said in world.posts if said.author == FLOODER]
    assert len(posts) == flood.posts == 22
    assert all(flood.at <= said.published < flood.at + timedelta(hours=1) for said in posts)
    assert len({said.text for said in posts}) == 22


def test_nine_papers_print_one_story(world: World):
    wire = [said for said in world.posts if said.topic == "wire"]
    assert len({said.outlet for said in wire}) == 9
    assert len({(said.title, said.text) for said in wire}) == 1


def test_spam_comes_from_many_accounts(world: World):
    spam = [said for said in world.posts if said.topic == "spam"]
    assert len(spam) == world.plan.disturbance("spam").posts
    assert len({said.author for said in spam}) > 25


def test_a_world_can_end_at_midnight_of_any_day():
    now = datetime(2024, 3, 1, tzinfo=UTC)
    world = World.make(now)
    assert now - timedelta(hours=2) < world.utterances[-1].published <= now
    assert len(world.airings) == 4 * DAYS
