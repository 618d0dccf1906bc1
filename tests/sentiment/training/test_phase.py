import json
from dataclasses import replace
from pathlib import Path

import pytest

from sentiment.digests import sha256_of
from sentiment.scorer import Scorer
from sentiment.training import __main__ as command
from sentiment.training import base
from sentiment.training.recipe import FIRST, SECOND

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def small(tiny_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both phases over a tiny base and few texts put together by rule."""
    monkeypatch.setattr(base, "find_base", lambda: tiny_base)
    monkeypatch.setattr(command, "FIRST", replace(FIRST, composites=10, contrasts=10))
    monkeypatch.setattr(command, "SECOND", replace(SECOND, composites=10, contrasts=10, halves=30, rivals=50))


def test_two_phases_make_a_model_and_the_second_can_be_run_by_itself(data: Path, tmp_path: Path):
    both, again = tmp_path / "both", tmp_path / "again"
    command.main(["--data", str(data), "--out", str(both), "--limit", "60"])
    command.main(["--data", str(data), "--out", str(again), "--limit", "60", "--start", str(both / "first")])
    notes, first = (json.loads((both / part / "training.json").read_text()) for part in ("", "first"))
    assert sha256_of(both / "model.safetensors") == sha256_of(again / "model.safetensors")
    assert notes["weights_sha256"] == sha256_of(both / "model.safetensors")
    assert "second" not in first
    assert {name: notes[name] for name in first if name != "weights_sha256"} == {
        name: value for name, value in first.items() if name != "weights_sha256"
    }
    assert notes["second"]["start_sha256"] == first["weights_sha256"]
    assert notes["second"]["recipe"]["kept"] == SECOND.kept
    assert notes["second"]["texts_read"] == sum(notes["second"]["kinds"].values()) == 60
    assert (both / "validation.json").is_file()
    assert {score.basis for score in Scorer.load(both).score(["it is great"], ["it"])} == {"target"}
    assert (both / "after" / "model.safetensors").is_file()


def test_a_start_that_no_training_left_is_refused(data: Path, tmp_path: Path):
    with pytest.raises(SystemExit, match=r"has no training\.json"):
        command.main(["--data", str(data), "--out", str(tmp_path / "out"), "--start", str(tmp_path)])
