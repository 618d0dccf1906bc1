import random
from pathlib import Path

from sentiment.datasets import Labelled
from sentiment.text import TARGET
from sentiment.training.unlabelled import KIND, unlabelled


def made(parts: dict[str, list[Labelled]], data: Path) -> list[str]:
    examples = unlabelled(data, parts, random.Random(3))
    assert all(one.label is None and one.kind == KIND for one in examples)
    return [one.text for one in examples]


def test_parts_of_reviews_end_where_a_clause_may(tmp_path: Path):
    said = "a slow start , but the end is worth waiting for"
    spans = made({"SST-2": [Labelled(said, "positive")]}, tmp_path)
    assert len(spans) > 1
    assert set(spans) <= {
        "a slow start",
        "the end is worth waiting for",
        "but the end is worth waiting for",
        "a slow start , but",
    }


def test_news_are_asked_about_others_than_those_they_were_labelled_for(tmp_path: Path):
    sentence = "While Ash praised Ms Birch, critics in Oslo laughed."
    small = Labelled("and while others went there, while some stayed", "neutral", ("some",))
    asked = made({"NewsMTSC": [Labelled(sentence, "positive", ("Ms Birch",)), small]}, tmp_path)
    assert sorted(asked) == sorted(sentence.replace(name, TARGET) for name in ("Oslo", "Ash"))


def test_reviews_and_questions_are_read_where_the_folder_has_them(tmp_path: Path, data: Path):
    reviews = tmp_path / "app_reviews/covidsafe_google.csv"
    reviews.parent.mkdir()
    reviews.write_text("app,content\nx,It drains the battery\n", encoding="utf-8")
    assert made({}, tmp_path) == ["It drains the battery"]
    assert made({}, data) == []
