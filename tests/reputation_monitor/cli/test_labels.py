"""Labels from the command line: set, listed, exported, withdrawn, drawn."""

import json
from pathlib import Path

import pytest


def posts(many: int, text: str = "Halden: as ever, said {n}", **fields: object) -> str:
    rows = ({"id": f"p{n}", "text": text.format(n=n), "published": "2026-02-02T10:00Z", **fields} for n in range(many))
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def scored(command, configure, desk: Path) -> Path:
    """A folder in which three posts and two reviews were scored."""
    configure("brands: [{name: Halden}]\n")
    (desk / "forum.jsonl").write_text(posts(3))
    (desk / "app.jsonl").write_text(posts(2, "Halden app is awful, said {n}", screen="mobile", rating=4))
    assert command("import", "forum.jsonl", "app.jsonl").status == 0
    assert command("score").status == 0
    return desk


def test_a_label_is_set_listed_and_withdrawn(command, scored: Path):
    answer = command("sentiment", "label", "forum:p1", "negative", "--note", "ironic", "--by", "Ada")
    assert answer.status == 0
    said = " ".join(answer.out.split())
    assert said == "forum:p1 is negative towards Halden, says Ada (the score says neutral)"

    [listed] = command("sentiment", "labels", "--json").json
    assert {
        name: listed[name] for name in ("mention", "brand", "screen", "label", "note", "by", "changed", "drawn")
    } == {
        "mention": "forum:p1",
        "brand": "Halden",
        "screen": "web",
        "label": "negative",
        "note": "ironic",
        "by": "Ada",
        "changed": False,
        "drawn": False,
    }
    assert listed["score"]["neutral"] == 0.8
    assert "forum:p1" in command("sentiment", "labels").out

    assert command("sentiment", "unlabel", str(listed["number"])).status == 0
    assert command("sentiment", "labels", "--json").json == []
    again = command("sentiment", "unlabel", "forum:p1")
    assert again.status == 2
    assert "has no label" in again.said


def test_a_label_is_by_the_user_of_the_machine_unless_told(command, scored: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOGNAME", "grace")
    command("sentiment", "label", "forum:p1", "positive")
    assert command("sentiment", "labels", "--json").json[0]["by"] == "grace"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("forum:p9", "negative"), "no mention is called 'forum:p9'"),
        (("99999", "negative"), "sentiment sample draws some to label"),
        (("forum:p1", "angry"), "'angry' is no label; expected negative, neutral, positive"),
        (("forum:p1", "negative", "--brand", "Marsk"), "and speaks of Marsk"),
    ],
)
def test_what_cannot_be_labelled_says_why(command, scored: Path, arguments: tuple[str, ...], said: str):
    answer = command("sentiment", "label", *arguments)
    assert answer.status == 2
    assert said in answer.said


def test_a_mention_of_two_brands_wants_the_brand_named(command, configure, scored: Path):
    configure("brands: [{name: Halden}, {name: Marsk}]\n")
    (scored / "both.jsonl").write_text(posts(1, "Halden and Marsk {n}"))
    command("import", "both.jsonl")
    answer = command("sentiment", "label", "both:p0", "neutral")
    assert answer.status == 2
    assert "several brands (Halden, Marsk)" in answer.said
    assert command("sentiment", "label", "both:p0", "neutral", "--brand", "Marsk").status == 0


def test_labels_are_exported_to_train_a_model_elsewhere(command, scored: Path):
    for mention in ("forum:p0", "forum:p1"):
        command("sentiment", "label", mention, "positive")
    (scored / "forum.jsonl").write_text(posts(1, "Halden: I take it back"))
    command("import", "forum.jsonl")
    assert "positive*" in command("sentiment", "labels").out
    answer = command("sentiment", "labels", "--export", "out.jsonl")
    assert "1 labels written to out.jsonl; 1 left out" in " ".join(answer.out.split())
    [row] = map(json.loads, (scored / "out.jsonl").read_text().splitlines())
    assert (row["text"], row["target"], row["label"]) == ("Halden: as ever, said 1", "Halden", "positive")


def test_a_sample_is_drawn_of_each_screen_and_waits_to_be_labelled(command, scored: Path):
    assert "Nothing waits" in command("sentiment", "sample").out
    drawn = command("sentiment", "sample", "4", "--json").json
    assert sorted(one["screen"] for one in drawn) == ["mobile", "mobile", "web", "web"]
    assert "score" not in drawn[0]
    command("sentiment", "label", str(drawn[0]["number"]), "neutral")
    assert command("sentiment", "sample", "--json").json == drawn[1:]
    assert len(command("sentiment", "sample", "1", "--json").json) == 4
    assert "Only 0 could be drawn" in command("sentiment", "sample", "9").out
    assert command("sentiment", "labels", "--json").json[0]["drawn"] is True


def test_before_any_label_there_is_nothing_to_list(command, scored: Path):
    assert "No mention has a label yet" in command("sentiment", "labels").out
    assert command("sentiment", "labels", "--json").json == []
