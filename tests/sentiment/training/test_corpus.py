import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from sentiment.scores import LABELS
from sentiment.text import TARGET, mark
from sentiment.training.contrasts import composite, contrast
from sentiment.training.corpus import SHARES, Example, calibration_part, schedule
from sentiment.training.recipe import Recipe

RECIPE = Recipe(composites=20, contrasts=30)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every training file in its shape, with a few invented rows."""
    folder = tmp_path_factory.mktemp("data")
    tweets = [{"text": f"@ann it is late {i}", "label": LABELS[i % 3]} for i in range(300)]
    films = [{"text": f"a fine film {i}", "label": "positive"} for i in range(40)]
    news = [
        {
            "sentence_normalized": f"Mayor Ash {i} praised Ms Birch.",
            "targets": [{"mention": "Ash", "polarity": 4.0}, {"mention": "Ms Birch", "polarity": 6.0}],
        }
        for i in range(10)
    ]
    airline = "text,airline,airline_sentiment,author\n" + "".join(
        f"@{name.replace(' ', '')} hello {i},{name},{LABELS[i % 3]},{i}\n"
        for i in range(60)
        for name in ("United", "US Airways")
    )
    reviews = "title,content,score,author,language\n" + "".join(f"Hm,words {i},{1 + i % 5},{i},en\n" for i in range(40))
    files: dict[str, str] = {
        "tweeteval_sentiment/train_rebuilt.jsonl.gz": "".join(json.dumps(row) + "\n" for row in tweets),
        "sst2/train.jsonl": "".join(json.dumps(row) + "\n" for row in films),
        "newsmtsc/train.jsonl.gz": "".join(json.dumps(row) + "\n" for row in news),
        "newsmtsc/dev_rw.jsonl": json.dumps(news[0]) + "\n",
        "newsmtsc/dev_mt.jsonl": json.dumps(news[1]) + "\n",
        "airline/tweets.csv.gz": airline,
        "app_reviews/mybell_ios_2025.csv": reviews,
        "app_reviews/firefox_android_replied_exp2.csv": reviews + "Non,mots,1,x,fr\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        packed = gzip.compress(content.encode()) if name.endswith(".gz") else content.encode()
        (folder / name).write_bytes(packed)
    return folder


@pytest.fixture(scope="module")
def found(data: Path) -> list[Example]:
    return schedule(data, RECIPE)


def test_every_data_set_takes_part_as_often_as_its_share_says(found: list[Example]):
    counts = Counter(example.kind for example in found)
    assert set(counts) == {*SHARES, "composites", "contrasts"}
    assert counts["NewsMTSC"] == 20 * SHARES["NewsMTSC"].passes
    assert counts["composites"] == RECIPE.composites


def test_the_schedule_is_the_same_each_time(data: Path, found: list[Example]):
    assert schedule(data, RECIPE) == found
    assert schedule(data, RECIPE, limit=7) == found[:7]


def test_targets_are_marked_and_handles_hidden(found: list[Example]):
    news = [example for example in found if example.kind == "NewsMTSC"]
    assert all(example.targeted for example in news)
    assert {LABELS[e.label] for e in news if e.text.endswith(f"praised {TARGET} .")} == {"positive"}
    assert not any("@ann" in example.text for example in found)
    marked = Counter(example.targeted for example in found if example.kind == "airline")
    assert marked[True] > 0 < marked[False]


def test_nothing_that_measures_or_calibrates_is_trained_on(data: Path, found: list[Example]):
    trained = {example.text for example in found if example.kind in {"TweetEval", "airline"}}
    assert not trained & {e.text for e in calibration_part(data)}


def test_other_languages_are_left_out(found: list[Example]):
    assert not any("mots" in example.text for example in found)


def test_a_composite_says_two_things_and_asks_about_one(found: list[Example]):
    for example in found:
        if example.kind == "composites":
            assert example.text.count(TARGET) == 1
            assert example.text.count("hello") == 2


def test_contrasts_always_name_their_target():
    rng = random.Random(1)
    made = [contrast(rng) for _ in range(500)]
    assert all(mark(one.text, [one.target]) for one in made)
    assert {one.label for one in made} == set(LABELS)
    assert len({one.text for one in made}) > 400


def test_composites_come_in_either_order():
    rng = random.Random(1)
    assert len({composite("a", "b", rng)[0] for _ in range(50)}) == 2
