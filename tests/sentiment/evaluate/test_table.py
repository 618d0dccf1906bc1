from pathlib import Path

import pytest

from sentiment.evaluate.invariance import measure_invariance, questions_of_pairs
from sentiment.evaluate.judges import Judge
from sentiment.evaluate.labelled import measure_labelled
from sentiment.evaluate.likeness import measure_likeness
from sentiment.evaluate.pairs import Pair, measure_pairs
from sentiment.evaluate.table import described

PAIR = Pair("Acme is good; Bolt is bad", {"Acme": "positive", "Bolt": "negative"}, "contrast", "tweet", "shops")


def test_a_data_set_has_a_row_a_judge_and_what_others_published(tweets: Path, judge: Judge, deaf: Judge):
    lines = described(next(measure_labelled([judge, deaf], tweets))).splitlines()
    assert lines[0].startswith("web: TweetEval (validation split), 12 labels, SHA-256 ")
    assert lines[1].endswith("texts/s")
    assert "macro recall *" in lines[1]
    assert lines[2].startswith("  by words  whole text  0.833 (")
    assert "  -  " in lines[3]
    assert lines[4].startswith("  published (other split)  macro recall, test part: RoBERTa-base 0.713")


def test_a_confusion_matrix_has_the_truth_in_rows(tweets: Path, judge: Judge):
    text = described(next(measure_labelled([judge], tweets)))
    rows = [line.split() for line in text.splitlines()[-4:]]
    assert rows == [
        ["is", "\\", "found", "negative", "neutral", "positive"],
        ["negative", "3", "0", "0"],
        ["neutral", "0", "3", "0"],
        ["positive", "3", "0", "3"],
    ]


def test_pairs_have_a_row_a_group(judge: Judge):
    text = described(measure_pairs(judge, "plain", [PAIR]))
    assert [line.split()[0] for line in text.splitlines()[2:]] == ["all", "contrast", "tweet"]
    assert "1.000 (0.207 to 1.000)" in text


def test_invariance_has_a_row_a_change(judge: Judge):
    text = described(measure_invariance(judge, "pairs", questions_of_pairs([PAIR])))
    assert text.startswith("invariance: by words on pairs\n")
    assert text.splitlines()[2].split()[:6] == ["brand's", "name", "for", "the", "target", "2"]


def test_likeness_has_a_row_a_sort_of_pairs(judge: Judge):
    texts = [f"text {chr(97 + i)} {chr(98 + i)}" for i in range(12)]
    text = described(measure_likeness(judge, texts, judge.embed(texts), pairs=20))
    assert text.startswith("likeness: by words beside all-MiniLM-L6-v2")
    assert "20 near pairs" in text


def test_what_is_no_measurement_cannot_be_described():
    with pytest.raises(NotImplementedError, match="int"):
        described(3)
