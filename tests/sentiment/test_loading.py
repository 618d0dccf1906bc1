import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertModel, GPT2Config, GPT2ForSequenceClassification, PreTrainedTokenizerFast
from transformers.utils import logging

from sentiment.digests import sha256_of
from sentiment.loading import ModelError, load_model
from sentiment.scorer import Scorer


def test_a_folder_is_read_without_network(tiny_model: Path, no_network: None):
    model = load_model(tiny_model)
    assert model.name == tiny_model.name
    assert model.digest == sha256_of(tiny_model / "model.safetensors")
    assert model.languages == {"en"}
    assert (model.before, model.after, model.padding) == ((4,), (5,), 0)
    assert model.width == 126


def test_a_folder_may_be_given_as_text(tiny_model: Path):
    assert load_model(str(tiny_model)).digest == load_model(tiny_model).digest


def test_labels_are_read_in_the_order_of_the_configuration(make_model: Callable[..., Path]):
    assert load_model(make_model(("POS", "NEG", "NEU"))).classes.tolist() == [2, 0, 1]


def test_a_model_that_says_nothing_of_languages_claims_none(make_model: Callable[..., Path]):
    assert load_model(make_model()).languages == frozenset()


def test_a_model_without_special_tokens_and_padding_works(tmp_path: Path):
    words = Tokenizer(WordLevel({"<eos>": 0, "i": 1, "love": 2, "it": 3, "a": 4, "<unk>": 5}, unk_token="<unk>"))
    words.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<eos>", unk_token="<unk>").save_pretrained(tmp_path)
    labels = {0: "negative", 1: "positive"}
    sizes = GPT2Config(vocab_size=6, n_embd=16, n_layer=1, n_head=2, id2label=labels, eos_token_id=0, bos_token_id=0)
    GPT2ForSequenceClassification(sizes).save_pretrained(tmp_path)
    scores = Scorer.load(tmp_path).score(["i love it", "i love it a lot , really", "love"])
    assert len({score.negative for score in scores}) == 3


@pytest.mark.parametrize("missing", ["/no/such/folder", "./nowhere", Path("nowhere")])
def test_a_missing_folder_is_named(missing: str | Path, no_network: None):
    with pytest.raises(ModelError, match=f"there is no model folder {missing}"):
        load_model(missing)


def test_a_folder_without_a_model_says_what_it_needs(tmp_path: Path, no_network: None):
    with pytest.raises(ModelError, match=r"can't be loaded: it needs config\.json, the weights and tokenizer\.json"):
        load_model(tmp_path)


def test_a_network_without_its_last_layer_is_refused_for_it_would_answer_by_chance(
    make_model: Callable[..., Path], no_network: None
):
    headless = make_model(("LABEL_0", "LABEL_1"), kind=BertModel)
    with pytest.raises(ModelError, match=r"its weights lack classifier\.bias, classifier\.weight, so it would answer"):
        load_model(headless)


def test_a_tokenizer_without_a_vocabulary_is_refused(tiny_model: Path, tmp_path: Path, no_network: None):
    folder = shutil.copytree(tiny_model, tmp_path / "bare")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink()
    with pytest.raises(ModelError, match="its tokenizer has no vocabulary"):
        load_model(folder)


def test_torn_weights_are_reported(tiny_model: Path, tmp_path: Path):
    folder = shutil.copytree(tiny_model, tmp_path / "torn")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"torn can't be loaded"):
        load_model(folder)


def test_a_model_of_something_else_is_refused_with_its_labels(make_model: Callable[..., Path]):
    with pytest.raises(ModelError, match="is no sentiment model: its labels are 'joy', 'anger'"):
        load_model(make_model(("joy", "anger")))


def test_an_id_that_cannot_be_fetched_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_network: None
):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError) as caught:
        load_model("some-one/some-model")
    message = str(caught.value)
    assert "hf download some-one/some-model --local-dir FOLDER" in message
    assert "\n" not in message


def test_a_missing_built_in_model_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("sentiment.loading.BUILT_IN", tmp_path)
    with pytest.raises(ModelError, match=r"python -m sentiment\.training --data DIR --out"):
        load_model()


def test_loading_leaves_progress_bars_as_they_were(tiny_model: Path):
    before = logging.is_progress_bar_enabled()
    load_model(tiny_model)
    assert logging.is_progress_bar_enabled() == before
