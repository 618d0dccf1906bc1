import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sentiment.digests import sha256_of
from sentiment.evaluate.judges import Judge
from sentiment.evaluate.labelled import measure_labelled

Put = Callable[[str, str], Path]
SENTENCES = (
    ("Ann had a good day; Bo had a bad one.", (("Ann", 6.0), ("Bo", 2.0))),
    ("Bad news for Cy; good news for Di.", (("Cy", 2.0), ("Di", 6.0))),
    ("The mayor met Ed.", (("Edward", 4.0),)),
)


@pytest.fixture
def news(put: Put) -> Path:
    rows = (
        {
            "sentence_normalized": text,
            "targets": [{"mention": name, "polarity": polarity} for name, polarity in targets],
        }
        for text, targets in SENTENCES
    )
    return put("NewsMTSC", "".join(json.dumps(row) + "\n" for row in rows))


def test_each_data_set_that_is_there_is_measured(tweets: Path, judge: Judge):
    (result,) = measure_labelled([judge], tweets)
    assert (result.name, result.screen, result.headline) == ("TweetEval", "web", "macro_recall")
    assert result.sha256 == sha256_of(tweets / "tweeteval_sentiment" / "val.jsonl")
    (verdict,) = result.verdicts
    assert (result.texts, result.named, verdict.asked) == (12, 0, "text")
    assert verdict.evaluation.confusion == ((3, 0, 0), (0, 3, 0), (3, 0, 3))
    assert verdict.evaluation.macro_recall.value == pytest.approx(2.5 / 3)


def test_where_there_are_targets_a_judge_is_asked_about_them_and_about_whole_texts(news: Path, judge: Judge):
    (result,) = measure_labelled([judge], news)
    towards, whole = result.verdicts
    assert (towards.asked, towards.evaluation.accuracy.value) == ("target", 1)
    assert (whole.asked, whole.evaluation.accuracy.value) == ("text", 0.2)
    assert result.headline == "macro_f1"


def test_it_counts_the_texts_that_name_whom_they_are_judged_for(news: Path, judge: Judge):
    (result,) = measure_labelled([judge], news)
    assert (result.texts, result.named) == (5, 4)


def test_sentences_with_several_targets_are_drawn_once_for_the_intervals(news: Path, judge: Judge):
    (result,) = measure_labelled([judge], news)
    assert result.verdicts[1].evaluation.accuracy.high == 1  # the sentence of one target, three times


def test_film_reviews_have_to_be_decided_for_or_against(put: Put, judge: Judge):
    rows = [{"text": f"{word} film {i}", "label": label} for i in range(60) for word, label in TWO_CLASS]
    (result,) = measure_labelled([judge], put("SST-2", "".join(json.dumps(row) + "\n" for row in rows)))
    (verdict,) = result.verdicts
    assert result.headline == "accuracy"
    assert [row[1] for row in verdict.evaluation.confusion] == [0, 0, 0]
    assert 0 < result.texts < 120


TWO_CLASS = (("good", "positive"), ("bad", "negative"))


def test_who_gives_no_probabilities_has_no_calibration(tweets: Path, judge: Judge, deaf: Judge):
    (result,) = measure_labelled([judge, deaf], tweets)
    calibrated = {verdict.judge: verdict.evaluation.calibration_error is not None for verdict in result.verdicts}
    assert calibrated == {"by words": True, "deaf": False}


def test_the_real_files_are_measured(shared_data: Path, judge: Judge):
    results = list(measure_labelled([judge], shared_data))
    assert {result.screen for result in results} == {"web", "tv", "mobile"}
    assert all(len(result.verdicts) == (2 if result.named else 1) for result in results)
