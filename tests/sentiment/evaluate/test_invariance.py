from pathlib import Path

from sentiment.evaluate.changes import Question
from sentiment.evaluate.invariance import (
    MOST_TEXTS,
    Flips,
    InvarianceResult,
    measure_invariance,
    questions_of_data,
    questions_of_pairs,
)
from sentiment.evaluate.judges import Judge, of_model
from sentiment.evaluate.pairs import Pair
from sentiment.scores import from_shares

PAIR = Pair("Acme is good; Bolt is bad", {"Acme": "positive", "Bolt": "negative"}, "contrast", "tweet", "shops")


def flips(result: InvarianceResult) -> dict[tuple[str, str], Flips]:
    return {(found.asked, found.change): found for found in result.flips}


def test_a_judge_that_reads_words_does_not_mind_names_or_case(judge: Judge):
    found = flips(measure_invariance(judge, "pairs", questions_of_pairs([PAIR])))
    for change in ("brand's name", "rival's name", "lower case", "upper case", "emoji", "hashtag"):
        assert (found["target", change].texts, found["target", change].flipped) == (2, 0)
    assert found["text", "upper case"].texts == 1


def test_every_label_that_changes_is_counted():
    def by_case(texts, _):
        return [from_shares([0, 0, 1] if text.islower() else [1, 0, 0]) for text in texts]

    questions = [Question("The shop was closed"), Question("Nobody answered"), Question("all low")]
    found = flips(measure_invariance(Judge("by case", by_case), "notes", questions))
    lower = found["text", "lower case"]
    assert (lower.texts, lower.flipped, lower.share.value) == (2, 2, 1)
    assert found["text", "hashtag"].flipped == 0


def test_texts_that_name_nobody_are_asked_about_as_a_whole_only(judge: Judge):
    result = measure_invariance(judge, "notes", [Question("a good app")])
    assert {found.asked for found in result.flips} == {"text"}
    assert "brand's name" not in {found.change for found in result.flips}


def test_the_same_texts_are_changed_the_same_way_again(judge: Judge):
    questions = questions_of_pairs([PAIR])
    assert measure_invariance(judge, "x", questions) == measure_invariance(judge, "x", list(reversed(questions)))


def test_a_network_that_cannot_see_the_brands_name_does_not_mind_another(target_aware_model: Path):
    questions = [Question(f"acme was {word} but bolt was late", ("Acme",)) for word in ("good", "bad", "slow", "late")]
    found = flips(measure_invariance(of_model(str(target_aware_model)), "notes", questions))
    assert found["target", "brand's name"].flipped == 0


def test_questions_of_data_have_targets_where_the_text_names_them(shared_data: Path):
    questions = dict(questions_of_data(shared_data))
    assert all(len(texts) <= MOST_TEXTS for texts in questions.values())
    assert not any(question.names for question in questions["TweetEval"])
    assert sum(bool(question.names) for question in questions["airline"]) > 0.9 * len(questions["airline"])
