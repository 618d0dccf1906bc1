"""New weights bring what they make of kinds of texts that people labelled."""

import json
import shutil
from pathlib import Path

import pytest

from sentiment import BUILT_IN
from sentiment.digests import sha256_of
from sentiment.scorer import Scorer
from sentiment.scores import LABELS
from sentiment.training.validating import FEWEST, main, read_kinds, validate
from sentiment.validation import Validation


def write_rows(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tweets, and news in two parts, with few sentences that name their target."""
    folder = tmp_path_factory.mktemp("data")
    tweets = [{"text": f"it is a app {i}", "label": LABELS[i % 3]} for i in range(3 * FEWEST)]
    news = [
        {
            "sentence_normalized": f"Ash is great {i}" if i % 3 else "It is down",
            "targets": [{"mention": "Ash", "polarity": 2.0 + 2 * (i % 3)}],
        }
        for i in range(3 * FEWEST)
    ]
    write_rows(folder / "tweeteval_sentiment" / "val.jsonl", tweets)
    write_rows(folder / "newsmtsc" / "dev_rw.jsonl", news[:12])
    (folder / "newsmtsc" / "dev_mt.jsonl").write_text("".join(json.dumps(row) + "\n" for row in news[12:]))
    return folder


def test_parts_in_one_folder_are_one_kind_and_every_text_counts_once(aware: Scorer, data: Path):
    known = validate(aware, data)
    assert known.weights_sha256 == aware.digest
    assert {name: one.texts.tolist() for name, one in known.kinds["text"].items()} == {
        "tweeteval_sentiment": [FEWEST] * 3,
        "newsmtsc": [FEWEST] * 3,
    }


def test_only_texts_that_name_their_target_are_asked_about_it(aware: Scorer, data: Path):
    labels, probabilities = read_kinds(aware, data)["target"]["newsmtsc"]
    assert labels == ["neutral", "positive"] * FEWEST
    assert probabilities.shape == (2 * FEWEST, 3)


def test_a_kind_that_lacks_a_class_is_left_out(aware: Scorer, data: Path):
    known = validate(aware, data).kinds["target"]
    assert "newsmtsc" not in known
    assert "tweeteval_sentiment" not in known
    assert {kind: one.texts.sum() for kind, one in known.items()} == {"plain_pairs": 480, "hard_pairs": 722}


def test_the_command_writes_the_file_beside_the_weights(make_model, data: Path, tmp_path: Path):
    folder = shutil.copytree(make_model(), tmp_path / "model")
    main(["--data", str(data), "--model", str(folder)])
    written = Validation.load(folder)
    assert written is not None
    assert written.weights_sha256 == sha256_of(folder / "model.safetensors")
    assert written.confusion("text") is not None


def test_the_built_in_weights_have_the_file_that_was_measured_with_them():
    known = Validation.load(BUILT_IN)
    assert known is not None
    assert known.weights_sha256 == sha256_of(BUILT_IN / "model.safetensors")
    assert len(known.kinds["text"]) == 4
    assert {*known.kinds["target"]} == {"airline", "newsmtsc", "plain_pairs", "hard_pairs"}
