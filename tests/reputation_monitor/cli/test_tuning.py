"""Figures on one's own labels, and tuning to them, from the command line."""

import asyncio
import json
from pathlib import Path

import pytest

from reputation_monitor.store import Store

WORDS = ("awful", "as ever", "lovely")
SAID = ("negative", "neutral", "positive")


def word(number: int) -> str:
    """A word of letters for each number: digits alone do not make another text."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


def post(number: int, **fields: object) -> str:
    text = f"Halden {WORDS[number % 3]} {word(number)}"
    return (
        json.dumps({"id": f"p{number}", "text": text, "published": "2026-02-02T10:00Z", "language": "en", **fields})
        + "\n"
    )


@pytest.fixture
def labelled(command, configure, desk: Path):
    """Imports posts and labels them, so many as the model would and so many as the next class."""
    configure("brands: [{name: Halden}]\n")

    def filled(right: int, wrong: int, *, drawn: bool = False, **fields: object) -> None:
        total = right + wrong
        (desk / "forum.jsonl").write_text("".join(post(n, **fields) for n in range(total)))
        command("import", "forum.jsonl")
        command("score")
        if drawn:
            command("sentiment", "sample", total)
        asyncio.run(_label(desk, right, total))

    return filled


async def _label(desk: Path, right: int, total: int) -> None:
    async with await Store.open(f"sqlite:///{desk / 'reputation-monitor.db'}") as store:
        for number in range(total):
            [mention] = await store.mentions_by_key([f"forum:p{number}"])
            said = SAID[(number + (number >= right)) % 3]
            await store.set_label(mention.id, said, "Ada", mention.fetched)


def test_figures_are_of_the_model_and_of_the_stars(command, labelled):
    labelled(12, 4, rating=5)
    report = command("sentiment", "evaluate", "--json").json
    assert (report["model"], report["labels"], report["at_random"], report["drawn"]) == ("words@1", 16, False, 0)
    model, stars = report["rows"]
    assert (model["method"], model["brand"], model["screen"]) == ("model", "", "")
    assert model["accuracy"]["value"] == 0.75
    assert 0.4 < model["accuracy"]["low"] < 0.75 < model["accuracy"]["high"] <= 1
    assert sum(map(sum, model["confusion"])) == 16
    assert stars["method"] == "stars"
    assert [row[:2] for row in stars["confusion"]] == [[0, 0]] * 3

    page = " ".join(command("sentiment", "evaluate").out.split())
    assert "no random sample" in page
    assert "0.750" in page


def test_figures_of_a_random_sample_say_so(command, labelled):
    labelled(40, 15, drawn=True)
    report = command("sentiment", "evaluate", "--json").json
    assert (report["at_random"], report["drawn"], report["waiting"]) == (True, 55, 0)
    assert "no random sample" not in command("sentiment", "evaluate").out


def test_a_group_of_few_labels_has_no_figures(command, labelled):
    labelled(3, 0)
    [row] = command("sentiment", "evaluate", "--json").json["rows"]
    assert (row["labels"], row["accuracy"]) == (3, None)
    assert "too few" in command("sentiment", "evaluate").out


def test_without_labels_there_is_nothing_to_evaluate(command, configure):
    answer = command("sentiment", "evaluate")
    assert answer.status == 2
    assert "no mention has a label yet" in answer.said


def test_a_tuning_that_is_better_is_taken_and_discarded_again(command, labelled, desk: Path):
    """The model gives nine in ten to classes that are right in one of two: it is far too sure."""
    labelled(80, 80)
    trial = command("sentiment", "tune", "--dry-run", "--json").json
    assert (trial["kind"], trial["better"], trial["taken"]) == ("calibration", True, False)
    assert trial["fitted"] + trial["held_out"] == 160
    assert trial["temperature"] > 1
    assert trial["log_loss"]["difference"]["high"] < 0

    assert command("sentiment", "tune", "--json").json["taken"] is True
    (desk / "new.jsonl").write_text(post(1000))
    command("import", "new.jsonl")
    command("score")
    assert asyncio.run(model_of(desk, "new:p1000")).startswith("words@1+")
    assert command("score", "--again", "--json").json == {"scored": 160}
    assert command("score", "--again", "--json").json == {"scored": 0}
    methods = [row["method"] for row in command("sentiment", "evaluate", "--json").json["rows"]]
    assert methods == ["model", "tuned model"]

    assert "as it is" in command("sentiment", "tune", "--discard").out
    assert command("sentiment", "tune", "--discard", "--json").json == {"discarded": False}


async def model_of(desk: Path, key: str) -> str:
    async with await Store.open(f"sqlite:///{desk / 'reputation-monitor.db'}") as store:
        [mention] = await store.mentions_by_key([key])
        return str(mention.model)


def test_the_page_says_what_tuning_does(command, labelled):
    labelled(80, 80)
    page = " ".join(command("sentiment", "tune", "--dry-run").out.split())
    assert "held out; not drawn at random" in page
    assert "It would be taken: log-loss on held-out labels fell beyond chance" in page
    assert "Taken:" in command("sentiment", "tune").out


def test_a_tuning_must_beat_the_one_before_it(command, labelled):
    labelled(80, 80)
    assert "Taken:" in command("sentiment", "tune").out
    again = command("sentiment", "tune", "--json").json
    assert (again["better"], again["taken"]) == (False, False)
    assert again["log_loss"]["difference"]["value"] == pytest.approx(0, abs=1e-6)


def test_too_few_labels_say_how_many_more_it_takes(command, labelled):
    labelled(20, 0)
    answer = command("sentiment", "tune")
    assert answer.status == 1
    assert "20 different texts have a label, and tuning takes 50" in answer.said
    assert "sentiment sample 30" in answer.said


def test_labels_of_mistakes_alone_are_refused(command, labelled):
    labelled(2, 60)
    answer = command("sentiment", "tune")
    assert answer.status == 1
    assert "only 2 of 62 labels agree with the model" in answer.said


def test_a_tuning_of_another_model_is_refused_with_what_to_do(command, labelled, word_scorer):
    labelled(80, 80)
    command("sentiment", "tune")
    word_scorer.digest = "2" * 64
    word_scorer.identity = "words@2"
    for arguments in (("sentiment", "evaluate"), ("doctor",)):
        answer = command(*arguments)
        assert answer.status == 1
        assert "sentiment tune --discard" in " ".join((answer.out + answer.err).split())
    assert "Taken:" in command("sentiment", "tune").out
    assert command("sentiment", "evaluate").status == 0


def test_trying_and_discarding_exclude_each_other(command, desk: Path):
    answer = command("sentiment", "tune", "--discard", "--dry-run")
    assert answer.status == 2
    assert "exclude each other" in answer.said
