"""Which model reads which mention, when stars serve, and what is left unscored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collectors.base import Batch, Item
from reputation_monitor.application import Application
from reputation_monitor.intake import Place
from reputation_monitor.scoring import by_language, score_mentions
from reputation_monitor.settings import Stars
from reputation_monitor.store import ScoreMethod
from sentiment.scores import Score, from_stars
from sentiment.text import Target

BRANDS = "brands: [{name: Halden}]"
EVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
REVIEWS = Place(source="reviews", screen="mobile", brand="Halden")
FRENCH = "Impossible de me connecter depuis la mise à jour, cette application est vraiment nulle"
ENGLISH = "An awful update, I cannot get into my account any more and nobody answers"


def post(number: int, text: str, at: datetime, **fields) -> Item:
    return Item(**{"id": str(number), "text": text, "author": f"customer {number}", "published": at} | fields)


@pytest.fixture
async def app(open_app) -> Application:
    return await open_app(BRANDS)


async def receive(app: Application, *items: Item) -> None:
    await app.pipeline.receive(REVIEWS, Batch(items, (), {}))


@pytest.fixture
async def reviews(app: Application, clock):
    """Five reviews: by language, by whether the store says which it is, and by whether there are stars."""
    await receive(
        app,
        post(1, FRENCH, clock.at, rating=1.0),
        post(2, FRENCH, clock.at, rating=1.0, language="fr-CA"),
        post(3, ENGLISH, clock.at, rating=5.0),
        post(4, ENGLISH, clock.at, rating=5.0, language="EN"),
        post(5, FRENCH, clock.at),
    )
    return sorted(await app.store.unscored(10), key=lambda mention: mention.item_id)


async def scored(app: Application, mentions, stars: Stars):
    found = {}
    for language, some in by_language(mentions).items():
        done = score_mentions(some, await app.models.model_for(language), stars, {})
        found |= {mention.item_id: one for mention, one in zip(some, done, strict=True)}
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize(
    ("stars", "expected"),
    [
        (Stars.UNKNOWN_LANGUAGE, ["stars", "stars", "model", "model", "language"]),
        (Stars.ALWAYS, ["stars", "stars", "stars", "stars", "language"]),
        (Stars.NEVER, ["language", "language", "model", "model", "language"]),
    ],
)
async def test_stars_serve_where_no_model_knows_the_language(app: Application, reviews, stars: Stars, expected):
    found = await scored(app, reviews, stars)
    assert [one.method.value for one in found] == expected
    assert found[0].scores == (from_stars(1).probabilities if expected[0] == "stars" else None)


async def test_a_model_that_names_no_language_is_believed_to_know_them_all(app: Application, reviews, word_scorer):
    word_scorer.languages = frozenset()
    assert {one.method for one in await scored(app, reviews, Stars.UNKNOWN_LANGUAGE)} == {ScoreMethod.MODEL}


class AwareScorer:
    """Judges a text for its target where the text names it, in the words of another scorer."""

    identity, languages = "aware@1", frozenset({"en"})

    def __init__(self, words) -> None:
        self.words = words

    def score(self, texts: Sequence[str], targets: Sequence[Target] | None = None) -> list[Score]:
        named = [any(name in text for name in names or ()) for text, names in zip(texts, targets or (), strict=True)]
        scores = self.words.score(texts)
        return [replace(score, basis="target" if is_ else "text") for score, is_ in zip(scores, named, strict=True)]


async def test_of_several_brands_in_a_text_the_model_is_asked_about_its_own_and_the_mention_says_so(
    app: Application, word_scorer, clock
):
    said = ["HLD is awful, Marsk is not", "it is awful, Marsk is not", "HLD is awful"]
    await receive(app, *(post(number, text, clock.at) for number, text in enumerate(said)))
    waiting = sorted(await app.store.unscored(10), key=lambda mention: mention.item_id)
    names = {"Halden": ("Halden", "HLD"), "Marsk": ("Marsk",)}
    found = score_mentions(waiting, AwareScorer(word_scorer), Stars.NEVER, names)
    assert [one.method.value for one in found] == ["target", "model", "model"]


async def test_what_no_model_can_read_is_marked_counted_apart_and_never_guessed(app: Application, word_scorer, clock):
    await receive(app, post(1, FRENCH, clock.at, language="fr"), post(2, ENGLISH, clock.at))
    await app.score()
    assert word_scorer.texts == [ENGLISH]
    french, _ = await app.store.mentions("Halden", *EVER)
    assert (french.score_method, french.negative) == (ScoreMethod.LANGUAGE, None)
    counts = await app.store.counts()
    assert (counts.mentions, counts.unscored, counts.unread, counts.due) == (2, 0, 1, 0)
    assert await app.store.unread_languages() == {"fr": 1}
    assert sum(row.mentions for row in await app.store.rollups(None, *EVER)) == 1
    assert await app.score() == 0


async def test_it_is_read_once_a_model_is_named_for_its_language(open_app, word_scorer, clock, monkeypatch):
    app = await open_app(BRANDS + "\nmodels: {by_language: {fr: ./french}}")
    monkeypatch.setitem(app.models.loaded, "./french", word_scorer)
    app.settings.models.by_language.pop("fr")
    await receive(app, post(1, FRENCH, clock.at, language="fr-CA"))
    await app.score()
    assert await app.store.unread_languages() == {"fr-CA": 1}
    app.settings.models.by_language["fr"] = "./french"
    assert await app.score() == 1
    (mention,) = await app.store.mentions("Halden", *EVER)
    assert (mention.score_method, mention.model) == (ScoreMethod.MODEL, "words@1")
    assert await app.store.unread_languages() == {}


async def test_it_is_read_once_the_usual_model_names_no_languages(app: Application, word_scorer, clock):
    await receive(app, post(1, FRENCH, clock.at, language="fr"))
    await app.score()
    assert await app.store.unread_languages() == {"fr": 1}
    word_scorer.languages = frozenset()
    assert await app.score() == 1


async def test_what_the_usual_model_read_is_read_again_by_a_model_for_its_language(
    open_app, word_scorer, clock, monkeypatch
):
    word_scorer.languages = frozenset()
    app = await open_app(BRANDS + "\nmodels: {by_language: {fr: ./french}}")
    french = AwareScorer(word_scorer)
    monkeypatch.setitem(app.models.loaded, "./french", french)
    app.settings.models.by_language.pop("fr")
    await receive(app, post(1, FRENCH, clock.at, language="fr-CA"), post(2, ENGLISH, clock.at, language="en"))
    await app.score()
    app.settings.models.by_language["fr"] = "./french"
    assert await app.pipeline.score_again(app.models) == 1
    assert {m.item_id: m.model for m in await app.store.mentions("Halden", *EVER)} == {"1": "aware@1", "2": "words@1"}
    assert await app.pipeline.score_again(app.models) == 0


async def test_an_edit_of_what_could_not_be_read_is_looked_at_anew(app: Application, word_scorer, clock):
    await receive(app, post(1, FRENCH, clock.at, language="fr"))
    await app.score()
    await receive(app, post(1, ENGLISH, clock.at, language="en"))
    assert await app.score() == 1
    assert (await app.store.mentions("Halden", *EVER))[0].score_method == ScoreMethod.MODEL


async def test_a_label_of_what_no_model_could_read_counts(app: Application, clock):
    await receive(app, post(1, FRENCH, clock.at, language="fr"))
    await app.score()
    (mention,) = await app.store.mentions("Halden", *EVER)
    await app.labels.set(mention, "negative", person="ann")
    await app.pipeline.roll_up()
    (row,) = await app.store.rollups(None, *EVER)
    assert (row.mentions, row.negative) == (1, 1.0)
