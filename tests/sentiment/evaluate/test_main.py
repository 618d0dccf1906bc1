import json
from pathlib import Path

import pytest

from sentiment.evaluate.__main__ import main


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rows = [("i love this app", "positive"), ("i hate it", "negative"), ("the app is down", "neutral")] * 4
    folder = tmp_path / "tweeteval_sentiment"
    folder.mkdir()
    lines = (json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)
    (folder / "val.jsonl").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def test_a_table_is_printed_for_each_data_set_that_is_there(
    data: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
):
    main(["--data", str(data), "--model", str(tiny_model)])
    printed = capsys.readouterr().out
    assert "TweetEval (web; validation split" in printed
    assert "macro recall" in printed
    assert "airline" not in printed


def test_json_is_one_document(data: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]):
    main(["--data", str(data), "--model", str(tiny_model), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["model"].startswith(tiny_model.name)
    (result,) = document["results"]
    assert result["evaluation"]["texts"] == 12
    assert [sum(row) for row in result["evaluation"]["confusion"]] == [4, 4, 4]


def test_a_folder_without_data_is_reported(tmp_path: Path, tiny_model: Path):
    with pytest.raises(SystemExit, match="none of the data sets is in"):
        main(["--data", str(tmp_path), "--model", str(tiny_model)])


def test_a_model_that_cannot_be_loaded_is_reported(data: Path):
    with pytest.raises(SystemExit, match=r"there is no model folder \./nowhere"):
        main(["--data", str(data), "--model", "./nowhere"])
