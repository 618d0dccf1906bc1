from collections.abc import Callable
from datetime import datetime, timedelta

from reputation_monitor.store import NewMention, Order, ScoredMention, ScoreMethod, Store

Make = Callable[..., NewMention]

DAY = timedelta(days=1)


async def test_mentions_are_found_by_brand_screen_and_time(store: Store, mention: Make, noon: datetime):
    await store.add_mentions(
        [
            *(mention(f"web {n}", published=noon + n * DAY) for n in range(3)),
            mention("tv", screen="tv"),
            mention("rival", brand="Rival"),
        ],
        noon,
    )

    async def ids(**options: object) -> list[str]:
        return [found.item_id for found in await store.mentions("Halden", noon, noon + 2 * DAY, **options)]

    assert sorted(await ids()) == ["tv", "web 0", "web 1"]
    assert await ids(screens=["web"]) == ["web 0", "web 1"]
    assert await ids(screens=["web"], order=Order.NEWEST) == ["web 1", "web 0"]
    assert await ids(screens=["web"], limit=1) == ["web 0"]


async def test_the_most_negative_come_first_and_the_unscored_last(store: Store, mention: Make, noon: datetime):
    scores = {"mild": (0.2, 0.5, 0.3), "none": None, "angry": (0.9, 0.1, 0.0)}
    await store.add_mentions([mention(name, scores=score) for name, score in scores.items()], noon)
    found = await store.mentions("Halden", noon, noon + DAY, order=Order.MOST_NEGATIVE)
    assert [one.item_id for one in found] == ["angry", "mild", "none"]


async def test_copies_of_a_text_are_counted_once_and_what_has_no_score_not_at_all(
    store: Store, mention: Make, noon: datetime
):
    scores = (0.2, 0.5, 0.3)
    said = [mention(name, scores=scores, fingerprint="f") for name in ("first", "copy", "again")]
    others = [mention("unscored"), mention("other", scores=scores), mention("tv", screen="tv", scores=scores)]
    await store.add_mentions([*said, *others, mention("later", scores=scores, published=noon + DAY)], noon)
    assert await store.count_texts("Halden", noon, noon + DAY, ["web"]) == 2
    assert await store.count_texts("Halden", noon, noon + DAY, ["web", "tv"]) == 3
    assert await store.count_texts("Marsk", noon, noon + DAY, ["web"]) == 0


async def test_keys_name_mentions_even_with_colons(store: Store, mention: Make, noon: datetime):
    await store.add_mentions(
        [mention("https://x.example/1", source="a:b"), mention("2"), mention("2", brand="R")], noon
    )
    keys = ["forum:2", "a:b:https://x.example/1", "forum:missing", "nonsense"]
    assert [found.key for found in await store.mentions_by_key(keys)] == ["forum:2", *keys[:2]]
    assert [found.key for found in await store.mentions_by_key(keys, "Halden")] == keys[:2]


async def test_numbers_name_mentions_in_the_order_asked(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention("1"), mention("2")], noon)
    ids = [found.id for found in await store.unscored(10)]
    assert [found.id for found in await store.mentions_by_id([ids[1], 10**9, ids[0]])] == [ids[1], ids[0]]


async def test_the_unscored_wait_in_the_order_they_came(store: Store, mention: Make, noon: datetime):
    await store.add_mentions([mention(str(n)) for n in range(5)], noon)
    first = await store.unscored(2)
    assert [found.item_id for found in first] == ["0", "1"]
    scored = [ScoredMention(found.id, 0, (0.1, 0.2, 0.7), ScoreMethod.MODEL, "small") for found in first]
    await store.save_scores(scored, noon + DAY)
    assert [found.item_id for found in await store.unscored(9)] == ["2", "3", "4"]
    [found] = await store.mentions_by_key(["forum:0"])
    assert (found.positive, found.score_method, found.model, found.scored_at) == (0.7, "model", "small", noon + DAY)
    await store.save_scores([], noon)
