import json
import re
import sys
from pathlib import Path

import pytest

from sentiment.evaluate.__main__ import MEASURES, main, option_parser
from sentiment.evaluate.judges import Judge

PAGE = Path(__file__).parents[3] / "docs" / "evaluation.md"
Printed = pytest.CaptureFixture[str]


def test_a_table_is_printed_for_each_data_set_that_is_there(tweets: Path, tiny_model: Path, capsys: Printed):
    main(["--data", str(tweets), "--model", str(tiny_model), "--only", "labelled"])
    printed = capsys.readouterr().out
    assert "web: TweetEval (validation split)" in printed
    assert "airline" not in printed


def test_models_stand_beside_each_other(tweets: Path, tiny_model: Path, target_aware_model: Path, capsys: Printed):
    models = ["--model", str(tiny_model), "--model", str(target_aware_model)]
    main(["--data", str(tweets), *models, "--only", "labelled", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert [name.partition("@")[0] for name in document["judges"][:2]] == [tiny_model.name, target_aware_model.name]
    (result,) = document["labelled"]
    assert [verdict["judge"] for verdict in result["verdicts"]] == document["judges"]


def test_json_is_one_document_with_a_list_a_part(tweets: Path, target_aware_model: Path, capsys: Printed):
    parts = ("pairs", "labelled", "likeness")
    only = [word for part in parts for word in ("--only", part)]
    main(["--data", str(tweets), "--model", str(target_aware_model), *only, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"judges", *parts}
    assert document["labelled"][0]["verdicts"][0]["evaluation"]["texts"] == 12
    assert {result["suite"]: result["figures"][0]["pairs"] for result in document["pairs"]} == {
        "plain": 240,
        "hard": 361,
    }


def test_pairs_and_the_texts_of_data_sets_are_changed(tweets: Path, judge: Judge):
    results = list(MEASURES["invariance"]([judge], tweets))
    assert [result.texts for result in results] == ["pairs", "TweetEval"]


def test_without_data_only_pairs_are_changed(judge: Judge):
    (result,) = MEASURES["invariance"]([judge], None)
    assert result.texts == "pairs"


def test_without_data_the_pairs_are_judged(tiny_model: Path, capsys: Printed):
    main(["--model", str(tiny_model), "--only", "pairs"])
    assert "both sides right" in capsys.readouterr().out


def test_what_needs_data_says_so(tiny_model: Path):
    with pytest.raises(SystemExit, match="labelled can't be measured without data; add --data DIR"):
        main(["--model", str(tiny_model), "--only", "labelled"])


def test_without_the_extra_the_word_list_is_left_out_and_told_of(
    tweets: Path, tiny_model: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    main(["--data", str(tweets), "--model", str(tiny_model), "--only", "labelled", "--json"])
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)["judges"]) == 1
    assert "pip install 'reputation-monitor[evaluation]'" in printed.err


def test_a_folder_without_data_is_reported(tmp_path: Path, tiny_model: Path):
    with pytest.raises(SystemExit, match="none of the data sets is in"):
        main(["--data", str(tmp_path), "--model", str(tiny_model)])


def test_a_model_that_cannot_be_loaded_is_reported(tweets: Path):
    with pytest.raises(SystemExit, match=r"there is no model folder \./nowhere"):
        main(["--data", str(tweets), "--model", "./nowhere"])


def test_every_option_and_every_part_is_documented():
    page = PAGE.read_text(encoding="utf-8")
    options = re.findall(r"--[a-z]+", option_parser().format_usage())
    assert {"--data", "--json"} <= set(options)
    assert [name for name in (*options, *MEASURES) if f"`{name}`" not in page] == []
