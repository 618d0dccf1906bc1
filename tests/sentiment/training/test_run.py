import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sentiment.digests import sha256_of
from sentiment.scorer import Scorer
from sentiment.training import __main__ as command
from sentiment.training import base, run
from sentiment.training.recipe import STUDENT, TEACHER

pytestmark = pytest.mark.usefixtures("one_thread")
FEW = {"composites": 10, "contrasts": 10, "halves": 30, "rivals": 50}


@pytest.fixture(autouse=True)
def small(tiny_base: Path, tiny_teacher_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it over tiny bases and few texts put together by rule."""
    monkeypatch.setattr(base, "find_base", lambda: tiny_base)
    monkeypatch.setattr(run, "find_teacher_base", lambda _: tiny_teacher_base)
    monkeypatch.setattr(run, "TEACHER", replace(TEACHER, **FEW))
    monkeypatch.setattr(run, "STUDENT", tuple(replace(recipe, **FEW) for recipe in STUDENT))


def test_a_teacher_and_a_model_are_made_and_each_part_is_made_once(data: Path, tmp_path: Path):
    both, again = tmp_path / "both", tmp_path / "again"
    command.main(["--data", str(data), "--out", str(both), "--limit", "80"])
    shutil.copytree(both / "round-1", again / "round-1")
    command.main(["--data", str(data), "--out", str(again), "--limit", "80", "--teacher", str(both / "teacher")])
    notes, taught = (json.loads((both / part / "training.json").read_text()) for part in ("", "teacher"))
    assert sha256_of(both / "model.safetensors") == sha256_of(again / "model.safetensors")
    assert notes["weights_sha256"] == sha256_of(both / "model.safetensors")
    assert notes["weights_sha256"] != sha256_of(both / "round-1" / "model.safetensors")
    assert notes["teacher"] == taught
    assert [told["recipe"]["seed"] for told in notes["rounds"]] == [recipe.seed for recipe in STUDENT]
    for told in (taught, *notes["rounds"]):
        assert told["texts_read"] == sum(told["kinds"].values()) == 80
    assert not (again / "teacher").exists()
    assert (both / "validation.json").is_file()
    assert {score.basis for score in Scorer.load(both).score(["it is great"], ["it"])} == {"target"}
