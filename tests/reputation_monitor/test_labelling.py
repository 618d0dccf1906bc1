"""Which labels count for what, and that a label reaches whatever is counted."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.base import Batch, Item
from reputation_monitor.application import Application
from reputation_monitor.intake import Place
from reputation_monitor.labelling import errors_of
from reputation_monitor.labelling.figures import measure
from reputation_monitor.labelling.sample import ENOUGH, allocate, basis_of
from reputation_monitor.labelling.tuning import CannotTuneError, Readings, try_tuning
from reputation_monitor.opinion import Reading
from reputation_monitor.reporting.opinions import read_opinions
from reputation_monitor.store import Correction
from sentiment.scores import Score
from sentiment.trial import group_of, is_held_out

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAIN = Correction(
    id=1,
    mention=1,
    label="negative",
    person="Ada",
    note="",
    made_at=NOON,
    ended_at=None,
    ended_by=None,
    changed=False,
    drawn=False,
    brand="Halden",
    screen="web",
    source="forum",
    item_id="1",
    title="",
    text="Halden is awful",
    language="en",
    rating=None,
    story=1,
    scores=None,
    score_method=None,
    model=None,
)
RIGHT, WRONG = Score(0.9, 0.05, 0.05), Score(0.05, 0.05, 0.9)

amounts = st.dictionaries(st.sampled_from(["web", "tv", "mobile"]), st.integers(0, 500))


@given(st.integers(0, 900), amounts)
def test_a_sample_is_shared_out_whole_and_nothing_is_asked_for_twice(amount: int, available: dict[str, int]):
    shares = allocate(amount, available)
    assert sum(shares.values()) == min(amount, sum(available.values()))
    assert all(0 <= shares[screen] <= available[screen] for screen in available)


def test_screens_have_equal_shares_and_a_small_one_gives_what_it_has():
    assert allocate(90, {"web": 10_000, "tv": 500, "mobile": 400}) == {"web": 30, "tv": 30, "mobile": 30}
    assert allocate(90, {"web": 10_000, "tv": 4}) == {"web": 86, "tv": 4}


def test_labels_set_at_sight_count_while_few_were_drawn_and_no_longer_than_that():
    sizes = {"web": 1000}
    few = [replace(PLAIN, drawn=number < ENOUGH - 1) for number in range(ENOUGH)]
    assert basis_of(few, sizes).at_random is False
    assert len(basis_of(few, sizes).labels) == ENOUGH
    enough = [*few, replace(PLAIN, drawn=True)]
    found = basis_of(enough, sizes)
    assert (found.at_random, len(found.labels), found.drawn) == (True, ENOUGH, ENOUGH)


def test_labels_of_texts_that_changed_since_are_left_out():
    assert basis_of([PLAIN, replace(PLAIN, changed=True)], {}).labels == (PLAIN,)


def test_a_drawn_label_stands_for_its_share_of_the_screen():
    labels = [replace(PLAIN, drawn=True, screen=screen) for screen in ["web"] * 40 + ["tv"] * 20]
    assert basis_of(labels, {"web": 4000, "tv": 200}).weights == (100.0,) * 40 + (10.0,) * 20


def test_figures_of_all_weigh_each_screen_by_its_size():
    """The model is right on the web, which is ten times as large, and wrong on TV."""
    labels = [replace(PLAIN, drawn=True, screen=screen) for screen in ["web"] * 30 + ["tv"] * 30]
    basis = basis_of(labels, {"web": 10_000, "tv": 1000})
    rows = measure(basis, {"model": [RIGHT] * 30 + [WRONG] * 30})
    assert {row.screen: round(row.evaluation.accuracy.value, 3) for row in rows} == {"": 0.909, "web": 1.0, "tv": 0.0}


def test_groups_are_screens_brands_and_their_screens_and_the_few_have_no_figures():
    labels = [replace(PLAIN, brand=brand, screen=screen) for brand in ("A", "B") for screen in ("web", "tv")]
    rows = measure(basis_of([*labels * 6], {}), {"model": [RIGHT] * 24, "stars": [None] * 24})
    assert [(row.brand, row.screen, row.labels, row.evaluation is not None) for row in rows] == [
        ("", "", 24, True),
        ("", "tv", 12, True),
        ("", "web", 12, True),
        ("A", "", 12, True),
        ("B", "", 12, True),
        *[(brand, screen, 6, False) for brand in "AB" for screen in ("tv", "web")],
    ]


READ = replace(PLAIN, drawn=True, scores=(0.7, 0.2, 0.1), score_method="model", model="built-in@0123456789ab")
OF_WEB = Reading("built-in@0123456789ab", "model", "web")


def test_errors_are_those_of_each_model_on_each_screen_by_labels_drawn_at_random():
    labels = [replace(READ, screen=screen) for screen in ["web"] * ENOUGH + ["tv"] * (ENOUGH - 1)]
    found = errors_of(labels)
    assert list(found) == [OF_WEB]
    assert found[OF_WEB].means[0] == pytest.approx([0.7, 0.2, 0.1])
    assert found[OF_WEB].texts.tolist() == [ENOUGH, 0, 0]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"drawn": False}, id="set where something caught the eye"),
        pytest.param({"changed": True}, id="the text changed since"),
        pytest.param({"score_method": "stars"}, id="stars are no model"),
        pytest.param({"score_method": "given"}, id="somebody else scored it"),
        pytest.param({"scores": None}, id="not scored"),
        pytest.param({"model": "built-in@another"}, id="another model read it"),
        pytest.param({"score_method": "target"}, id="the model was asked something else"),
    ],
)
def test_labels_that_do_not_tell_how_often_the_model_errs_are_left_out(other):
    assert errors_of([READ] * (ENOUGH - 1) + [replace(READ, **other)]) == {}


def test_a_tuned_model_is_judged_by_labels_that_it_was_not_fitted_on():
    words = [f"Halden is {'so ' * number}awful" for number in range(4 * ENOUGH)]
    labels = [replace(READ, text=text, model=f"{READ.model}+1f0e2d3c") for text in words]
    (found,) = errors_of(labels).values()
    assert found.texts.sum() == sum(is_held_out(group_of(text)) for text in words)


@pytest.fixture
async def app(open_app: Callable[..., Awaitable[Application]], workshop) -> Application:
    app = await open_app("brands: [{name: Halden}]\n")
    rows = "".join(f'{{"id": {n}, "text": "Halden lovely {n}", "published": "2026-03-02T10:00Z"}}\n' for n in range(4))
    await app.import_file(workshop.write("forum.jsonl", rows), {}, "UTC")
    await app.score()
    return app


@pytest.mark.parametrize("text", ["RT @ann: Halden is awful https://t.co/a1", "Halden is AWFUL! www.b.example"])
def test_copies_of_a_text_are_of_one_group_whoever_passes_them_on(text: str):
    assert group_of(text) == group_of("Halden is awful")


def test_labels_of_one_class_alone_are_no_lesson():
    labels = [replace(PLAIN, id=n, text=f"awful {'x' * n}") for n in range(60)]
    readings = Readings(*[np.tile([0.5, 0.3, 0.2], (60, 1))] * 2, None)
    with pytest.raises(CannotTuneError, match="5 labels each of two classes at least, and only negative has as many"):
        try_tuning(labels, readings, at_random=True)


async def test_a_label_reaches_the_counts_that_everything_reads(app: Application, clock):
    async def negative() -> float:
        await app.pipeline.roll_up()
        return sum(row.negative for row in await app.store.rollups(["Halden"], NOON - timedelta(days=1), NOON))

    assert await negative() == pytest.approx(4 * 0.02)
    clock.move(minutes=1)
    mention = await app.labels.find("forum:2")
    await app.labels.set(mention, "negative", "Ada")
    assert await negative() == pytest.approx(3 * 0.02 + 1)
    await app.score()
    assert await negative() == pytest.approx(3 * 0.02 + 1)
    clock.move(minutes=1)
    await app.labels.withdraw(mention, "Ada")
    assert await negative() == pytest.approx(4 * 0.02)


async def test_the_encoder_is_that_of_the_model_whatever_it_is_tuned_to(app: Application, clock):
    await app.store.keep_tuning("another", {}, clock())
    assert (await app.models.encoder()).embed(["Halden"]).shape == (1, 64)


async def test_the_model_is_measured_on_what_it_was_asked_when_it_scored(open_app, clock, word_scorer, monkeypatch):
    app = await open_app("brands: [{name: Halden}, {name: Marsk}]")
    said = ["Halden is awful, Marsk is not", "Halden is awful"]
    items = [Item(id=text, text=text, published=clock.at, language="en") for text in said]
    await app.pipeline.receive(Place(source="forum", screen="web", brand="Halden"), Batch(tuple(items), (), {}))
    asked: list[dict] = []
    score = word_scorer.score

    def listening(texts, targets):
        asked.append(dict(zip(texts, targets, strict=True)))
        return score(texts)

    monkeypatch.setattr(word_scorer, "score", listening)
    await app.score()
    for mention in await app.store.mentions("Halden", clock.at, clock.at + timedelta(days=1)):
        await app.labels.set(mention, "negative", person="Ada")
    await app.lessons.evaluate()
    assert asked == [{said[0]: ("Halden",), said[1]: None}] * 2


async def test_a_model_is_not_measured_on_languages_that_others_read(open_app, clock, word_scorer):
    app = await open_app("brands: [{name: Halden}]\nmodels: {by_language: {fr: ./french}}")
    app.models.loaded["./french"] = word_scorer
    items = [
        Item(id=f"{language} {n}", text=f"Halden awful {n}", published=clock.at, language=language, rating=1.0)
        for language in ("en", "fr", "es")
        for n in range(4)
    ]
    await app.pipeline.receive(Place(source="forum", screen="web", brand="Halden"), Batch(tuple(items), (), {}))
    await app.score()
    for mention in await app.store.mentions("Halden", clock.at, clock.at + timedelta(days=1)):
        await app.labels.set(mention, "negative", person="Ada")
    report = await app.lessons.evaluate()
    assert report.labels == 12
    assert {row.method: row.labels for row in report.rows} == {"model": 4, "stars": 12}


async def test_labels_of_drawn_mentions_correct_the_shares_of_their_screen(open_app, workshop, clock):
    app = await open_app("brands: [{name: Halden}]\n")
    texts = [f"Halden {'awful' if n % 2 else 'lovely'} {n}" for n in range(60)]
    rows = "".join(
        f'{{"id": {n}, "text": "{text}", "published": "2026-03-02T10:00Z"}}\n' for n, text in enumerate(texts)
    )
    await app.import_file(workshop.write("forum.jsonl", rows), {}, "UTC")
    await app.score()
    await app.labels.draw(ENOUGH)
    for mention in await app.labels.to_label():
        await app.labels.set(mention, "negative" if "awful" in mention.text else "neutral", "Ada")
    (reading,) = (await app.known_errors()).here
    assert (reading.method, reading.screen) == ("model", "web")
    (opinion,) = await read_opinions(app.store, await app.known_errors(), "Halden", NOON - timedelta(days=1), NOON)
    assert (opinion.labels, opinion.corrected) == (ENOUGH, True)
    assert opinion.positive.value < opinion.positive.classified
