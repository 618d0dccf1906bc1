import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from sentiment.network import TargetAwareClassifier
from sentiment.scorer import Scorer
from sentiment.text import TARGET

WORDS = ["i", "love", "hate", "this", "app", "it", "is", "down", "great", "awful", "a", "the", "@", "user", "http", "."]
LABELS = ("negative", "neutral", "positive")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the public data sets in ../shared/data beside the project")
    return folder


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Folders with a tiny random BERT, whose labels go by the names given."""

    def make(labels: tuple[str, ...] = LABELS, kind: Any = BertForSequenceClassification, **config: Any) -> Path:
        folder = tmp_path_factory.mktemp("tiny")
        vocabulary = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
        tokenizer = BertTokenizerFast(vocab={word: i for i, word in enumerate(vocabulary)}, model_max_length=512)
        torch.manual_seed(7)
        sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
        tokenizer.add_special_tokens({"additional_special_tokens": [TARGET]})
        network = kind(
            BertConfig(
                vocab_size=len(vocabulary),
                initializer_range=0.3,
                id2label=dict(enumerate(labels)),
                label2id={label: i for i, label in enumerate(labels)},
                **(sizes | config),
            )
        )
        network.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_model(make_model: Callable[..., Path]) -> Path:
    folder = make_model()
    (folder / "training.json").write_text(json.dumps({"languages": ["en"]}), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def aware(make_model: Callable[..., Path]) -> Scorer:
    """A scorer whose model knows of targets, as the built-in one does."""
    return Scorer.load(make_model(kind=TargetAwareClassifier))


@pytest.fixture(scope="session")
def scorer(tiny_model: Path) -> Scorer:
    return Scorer.load(tiny_model)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach another machine fails the test."""

    def refuse(*arguments: Any) -> None:
        pytest.fail(f"tried to connect to {arguments[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
