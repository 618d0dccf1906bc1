import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertTokenizerFast

from sentiment.datasets import DATA_SETS
from sentiment.evaluate.judges import Judge, Target
from sentiment.network import TARGET_ID, TargetAwareClassifier
from sentiment.scores import LABELS, Score, from_shares
from sentiment.text import TARGET

FILES = {data_set.name: data_set.test for data_set in DATA_SETS}
WORDS = ["good", "bad", "slow", "but", "and", "is", "the", "was", "late", "acme", "bolt", "carp", ",", "."]


def by_words(texts: Sequence[str], targets: Sequence[Target] | None) -> list[Score]:
    """Good and bad are looked for in the part of a text, up to a semicolon, that names the target; or in all."""
    return [_heard(_part(text, target)) for text, target in zip(texts, targets or [None] * len(texts), strict=True)]


def _part(text: str, target: Target) -> str:
    names = [target] if isinstance(target, str) else list(target or ())
    named = [part for part in text.split(";") if any(name.lower() in part.lower() for name in names)]
    return named[0] if named else text


def _heard(part: str) -> Score:
    found = [label for label, word in (("negative", "bad"), ("positive", "good")) if word in part.lower()]
    label = found[0] if len(found) == 1 else "neutral"
    return from_shares([0.8 if label == other else 0.1 for other in LABELS])


def by_letters(texts: Sequence[str]) -> Any:
    """Unit vectors of how often each letter occurs."""
    counts = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])
    return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def judge() -> Judge:
    """Somebody who understands two words, and of whom they are said."""
    return Judge("by words", by_words, by_letters)


@pytest.fixture
def deaf() -> Judge:
    """The same, who never hears whom a text is asked about."""
    return Judge("deaf", lambda texts, _: by_words(texts, None), probabilities=False)


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write the test file of a data set, and be told the data folder."""

    def write(name: str, content: str) -> Path:
        path = tmp_path / FILES[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
        return tmp_path

    return write


@pytest.fixture
def tweets(put: Callable[[str, str], Path]) -> Path:
    rows = [("a good app", "positive"), ("a bad app", "negative"), ("an app", "neutral"), ("not bad", "positive")] * 3
    return put(
        "TweetEval",
        "".join(json.dumps({"text": f"{text} {i}", "label": label}) + "\n" for i, (text, label) in enumerate(rows)),
    )


@pytest.fixture(scope="session")
def target_aware_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny random network of the built-in's kind."""
    folder = tmp_path_factory.mktemp("aware")
    vocabulary = ["[PAD]", "[unused0]", TARGET, "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    assert vocabulary[TARGET_ID] == TARGET
    tokenizer = BertTokenizerFast(vocab={word: i for i, word in enumerate(vocabulary)}, model_max_length=128)
    tokenizer.add_special_tokens({"additional_special_tokens": [TARGET]})
    torch.manual_seed(3)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    labels = {"id2label": dict(enumerate(LABELS)), "label2id": {label: i for i, label in enumerate(LABELS)}}
    TargetAwareClassifier(
        BertConfig(vocab_size=len(vocabulary), initializer_range=0.3, **labels, **sizes)
    ).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
