import json
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

from sentiment.network import TargetAwareClassifier
from sentiment.training import teacher as module
from sentiment.training.examples import Example
from sentiment.training.recipe import STUDENT, TEACHER
from sentiment.training.teacher import ANSWERS, TargetAwareTeacher, Teacher, find_teacher_base, taught
from sentiment.training.trainer import Trainer
from sentiment.training.unlabelled import KIND

pytestmark = pytest.mark.usefixtures("one_thread")
RECIPE = replace(TEACHER, batch_size=8, encoder_rate=2e-3, head_rate=1e-2, average_decay=0.5, trained_layers=1)
SAID = [
    ("i love a app", 2),
    ("i hate a app", 0),
    ("it is a app", 1),
    ("[unused1] is great", 2),
    ("[unused1] is awful", 0),
]


def is_installed() -> bool:
    try:
        return all(map(distribution, module.PACKAGES))
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def folder(tiny_teacher_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A teacher that was trained on a handful of texts."""
    folder = tmp_path_factory.mktemp("teacher")
    trainer = Trainer(tiny_teacher_base, RECIPE, report=lambda _: None, network=TargetAwareTeacher)
    trainer.train([Example(text, label, "TweetEval") for text, label in SAID] * 150)
    trainer.save(folder, {})
    return folder


def test_it_says_of_texts_and_targets_what_it_was_taught(folder: Path, tiny_teacher_base: Path):
    examples = [Example(text, None, KIND) for text, _ in SAID]
    learnt = taught(examples, (), Teacher(folder, tiny_teacher_base, report=lambda _: None))
    answers = [one.answer for one in learnt if one.answer]
    assert [answer.index(max(answer)) for answer in answers] == [label for _, label in SAID]


def test_it_is_asked_once_and_never_of_texts_put_together_by_rule(folder: Path, tiny_teacher_base: Path):
    (folder / ANSWERS).unlink(missing_ok=True)
    told: list[str] = []
    examples = [Example("i love it", 2, "TweetEval"), Example("i hate it", 0, "rivals"), Example("it is", None, KIND)]
    first = taught(examples, ["TweetEval"], Teacher(folder, tiny_teacher_base, told.append))
    assert [one.answer is None for one in first] == [False, True, False]
    assert len(told) == 1
    assert taught(examples, ["TweetEval"], Teacher(folder, tiny_teacher_base, told.append)) == first
    assert len(told) == 1
    assert {text for text, _ in map(json.loads, (folder / ANSWERS).read_text().splitlines())} == {"i love it", "it is"}


def test_where_nobody_is_asked_about_the_student_says_as_much(folder: Path, tiny_teacher_base: Path, tiny_base: Path):
    own = folder / "student"
    Trainer(tiny_base, STUDENT[0], report=lambda _: None).save(own, {})
    teacher = Teacher(folder, tiny_teacher_base, report=lambda _: None)
    student = Teacher(own, tiny_base, report=lambda _: None, network=TargetAwareClassifier)
    texts = ("i love it", "[unused1] is it")
    whole, asked = taught([Example(text, None, KIND) for text in texts], (), teacher, student)
    both = [one.answers(texts)["i love it"] for one in (teacher, student)]
    assert whole.answer == pytest.approx(np.mean(both, axis=0))
    assert asked.answer == teacher.answers(texts)["[unused1] is it"]


def test_only_the_uppermost_layers_are_trained(tiny_teacher_base: Path):
    trainer = Trainer(tiny_teacher_base, RECIPE, report=lambda _: None, network=TargetAwareTeacher)
    trained = {name for name, value in trainer.model.named_parameters() if value.requires_grad}
    assert {name.split(".")[3] for name in trained if name.startswith("mpnet.encoder.layer")} == {"1"}
    assert {name.split(".")[0] for name in trained} == {"mpnet", "classifier", "toward", "meaning"}
    assert not any("embeddings" in name or "bias_attention" in name for name in trained)


@pytest.mark.skipif(not is_installed(), reason="the teacher extra is not installed")
def test_its_base_is_put_together_from_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert (find_teacher_base(tmp_path) / "config.json").is_file()
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(SystemExit, match="expected 000"):
        find_teacher_base(tmp_path)


def test_packages_that_are_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PACKAGES", ("no-such-package",))
    with pytest.raises(SystemExit, match=r"install no-such-package .*\[teacher\]"):
        find_teacher_base(tmp_path)
