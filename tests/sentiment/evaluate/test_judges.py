import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sentiment.datasets import DATA_SETS
from sentiment.evaluate.judges import PUBLISHED, of_compound, of_model, vader
from sentiment.loading import ModelError


@pytest.mark.parametrize(
    ("compound", "label"),
    [(1, "positive"), (0.05, "positive"), (0.049, "neutral"), (0, "neutral"), (-0.05, "negative")],
)
def test_a_compound_has_the_label_that_vaders_readme_gives_it(compound: float, label: str):
    assert of_compound(compound).label == label


def test_a_compound_leans_the_same_way_below_the_threshold():
    assert of_compound(0.01).positive > of_compound(0.01).negative
    assert of_compound(0).positive == of_compound(0).negative


@pytest.mark.skipif(find_spec("vaderSentiment") is None, reason="the extra is not installed")
def test_vader_judges_plain_texts_whomever_it_is_asked_about():
    found = vader()
    texts = ["I love it, great app!", "This is horrible.", "The shop opens at nine."]
    assert [score.label for score in found.score(texts, None)] == ["positive", "negative", "neutral"]
    assert found.score(texts, ["it", "this", "shop"]) == found.score(texts, None)
    assert (found.probabilities, found.embed) == (False, None)


def test_without_the_extra_there_is_no_vader(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    assert vader() is None


def test_a_model_goes_by_its_name_and_digest(tiny_model: Path):
    found = of_model(str(tiny_model))
    assert found.name.startswith(f"{tiny_model.name}@")
    assert found.score(["i love it"], None) == found.score(["i love it"], [None])
    assert found.embed(["i love it"]).shape == (1, 32)


def test_a_model_that_is_not_there_is_told_of():
    with pytest.raises(ModelError, match=r"there is no model folder \./nowhere"):
        of_model("./nowhere")


def test_what_others_published_is_about_data_sets_that_there_are():
    assert set(PUBLISHED) <= {data_set.name for data_set in DATA_SETS}
