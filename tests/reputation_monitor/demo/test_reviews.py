import json
from datetime import datetime

from reputation_monitor.demo.reviews import PAGE_SIZE, PAGES, render_reviews
from reputation_monitor.demo.scenario import BRAND, BRANDS, NOTICE, STOREFRONTS
from reputation_monitor.demo.world import World

BASE = "http://127.0.0.1:1"


def entries(world: World, page: int, store: str = "gb", malformed_at: datetime | None = None) -> list[dict]:
    text = render_reviews(BRAND, store, page, reviews=world.reviews, base=BASE, malformed_at=malformed_at)
    return json.loads(text)["feed"].get("entry", [])


def test_the_first_entry_of_the_first_page_is_the_app_itself(world: World):
    first, *rest = entries(world, 1)
    assert "im:rating" not in first
    assert first["summary"]["label"] == NOTICE
    assert len(rest) == PAGE_SIZE
    assert all("im:name" not in entry for entry in rest)


def test_pages_together_hold_every_review_of_the_storefront_once(world: World):
    identities = [entry["id"]["label"] for page in range(1, PAGES + 1) for entry in entries(world, page)][1:]
    held = [said for said in world.reviews if said.channel == "gb" and BRAND.name in said.brands]
    assert len(identities) == len(set(identities)) == len(held)


def test_reviews_are_newest_first_with_aware_times(world: World):
    times = [datetime.fromisoformat(entry["updated"]["label"]) for entry in entries(world, 2)]
    assert times == sorted(times, reverse=True)
    assert all(time.tzinfo for time in times)


def test_past_the_last_page_there_are_no_entries(world: World):
    assert entries(world, PAGES + 1) == []


def test_a_review_has_the_fields_of_apples_feed(world: World):
    review = entries(world, 1)[1]
    assert {"author", "updated", "im:rating", "im:version", "id", "title", "content"} <= set(review)
    assert review["im:rating"]["label"] in {"1", "2", "3", "4", "5"}
    assert review["id"]["label"].isdigit()


def test_one_storefront_ends_its_first_page_with_an_empty_review(world: World):
    last = entries(world, 1, malformed_at=world.plan.now)[-1]
    assert last["title"]["label"] == last["content"]["label"] == ""


def test_every_app_and_storefront_has_its_own_reviews(world: World):
    pages = {
        render_reviews(brand, store, 1, reviews=world.reviews, base=BASE) for brand in BRANDS for store in STOREFRONTS
    }
    assert len(pages) == len(BRANDS) * len(STOREFRONTS)
