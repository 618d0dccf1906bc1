"""A sequence-classification model from a folder or from the Hugging Face Hub, ready to read texts."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging
from transformers.utils.hub import cached_file

from sentiment import BUILT_IN
from sentiment.digests import sha256_of
from sentiment.labels import LabelError, class_of_each
from sentiment.network import TARGET_ID, TargetAwareClassifier

MAX_TOKENS = 128
"""Tokens read at once, special ones included: what the encoder of the built-in model was made for."""


class ModelError(Exception):
    """A model can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Model:
    """A network with its tokenizer and what is known about both.

    Attributes:
        name: ``built-in``, the Hugging Face id, or the folder's name.
        digest: SHA-256 of the weights.
        languages: ISO 639-1 codes of the languages it was trained on; empty where nobody wrote that down.
        classes: the class in ``sentiment.scores.LABELS`` of each output.
        before, after: the special tokens round a text.
        padding: the token that fills up a batch.
        width: tokens of text that fit into one window.
        target: the token that stands for whom a text is asked about; ``None`` for a model that knows of no targets.
    """

    name: str
    digest: str
    languages: frozenset[str]
    network: Any
    tokenizer: Any
    classes: NDArray[np.intp]
    before: tuple[int, ...]
    after: tuple[int, ...]
    padding: int
    width: int
    target: int | None


def load_model(model: str | Path | None = None) -> Model:
    """The model of that folder or Hugging Face id; without one, the built-in model.

    Folders are read without network.

    Raises:
        ModelError: it can't be found, fetched, read or understood.
    """
    source, name = _locate(model)
    local = isinstance(source, Path)
    with _readable_errors(source), _no_progress_bar():
        tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=local)
        kind: Any = _network_of(source, local=local)
        network, told = kind.from_pretrained(
            source, local_files_only=local, dtype=torch.float32, output_loading_info=True
        )
        folder = source if isinstance(source, Path) else _snapshot(source)
        _refuse_guesses(folder, tokenizer, network, told["missing_keys"])
        return _assemble(name, folder, tokenizer, network.eval())


def _locate(model: str | Path | None) -> tuple[Path | str, str]:
    """The folder, or else the Hugging Face id, and the name it goes by."""
    if model is None:
        if not (BUILT_IN / "config.json").is_file():
            raise ModelError(
                f"the built-in model is missing from {BUILT_IN}: install the package anew, "
                f"or train it with: python -m sentiment.training --data DIR --out {BUILT_IN}"
            )
        return BUILT_IN, "built-in"
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder, folder.resolve().name
    if isinstance(model, Path) or str(model).startswith(("/", "./", "../", "~")):
        raise ModelError(f"there is no model folder {model}")
    return model, model


def _network_of(source: Path | str, *, local: bool) -> type:
    """The class of the network: our own for models that our training made, else what transformers has for it."""
    config: Any = AutoConfig.from_pretrained(source, local_files_only=local)
    ours = TargetAwareClassifier.__name__ in (config.architectures or ())
    return TargetAwareClassifier if ours else AutoModelForSequenceClassification


def _snapshot(identifier: str) -> Path:
    """The folder in the Hub's cache that a model just loaded from there lies in."""
    return Path(str(cached_file(identifier, "config.json", local_files_only=True))).parent


def _assemble(name: str, folder: Path, tokenizer: Any, network: Any) -> Model:
    labels = network.config.id2label
    before, after = _special_tokens(tokenizer)
    padding = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    if network.config.pad_token_id is None:
        network.config.pad_token_id = padding  # decoders look for it to find a text's last token
    most = min(MAX_TOKENS, tokenizer.model_max_length)
    return Model(
        name=name,
        digest=_digest_of_weights(folder),
        languages=_languages(folder),
        network=network,
        tokenizer=tokenizer,
        classes=class_of_each([labels[i] for i in range(len(labels))]),
        before=before,
        after=after,
        padding=padding or 0,
        width=most - len(before) - len(after),
        target=TARGET_ID if isinstance(network, TargetAwareClassifier) else None,
    )


def _refuse_guesses(folder: Path, tokenizer: Any, network: Any, missing: Iterable[str]) -> None:
    """Refuse what transformers would make up: weights by chance, and a vocabulary of no words.

    Raises:
        ValueError: the folder lacks a part of the model.
    """
    unknown = sorted({name for name, _ in network.named_parameters()} & set(missing))
    if unknown:
        raise ValueError(f"its weights lack {', '.join(unknown[:3])}, so it would answer by chance")
    files = set(tokenizer.vocab_files_names.values())
    if files and not any((folder / name).is_file() for name in files | {"tokenizer.json"}):
        raise ValueError(f"its tokenizer has no vocabulary: none of {', '.join(sorted(files))} is there")


def _special_tokens(tokenizer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What the tokenizer puts before and after a text, learnt from how it treats a short one."""
    body = tokenizer("a", add_special_tokens=False)["input_ids"]
    whole = tokenizer("a")["input_ids"]
    start = next(i for i in range(len(whole)) if whole[i : i + len(body)] == body)
    return tuple(whole[:start]), tuple(whole[start + len(body) :])


def _digest_of_weights(folder: Path) -> str:
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    return sha256_of(*weights)


def _languages(folder: Path) -> frozenset[str]:
    notes = folder / "training.json"
    if not notes.is_file():
        return frozenset()
    return frozenset(json.loads(notes.read_text(encoding="utf-8")).get("languages", ()))


@contextmanager
def _readable_errors(source: Path | str) -> Iterator[None]:
    """Say what a person can do about the many ways in which loading fails."""
    advice = (
        "it needs config.json, the weights and tokenizer.json of a sequence-classification model"
        if isinstance(source, Path)
        else "there is no folder of that name, so it was looked for on huggingface.co. Check the name; where this "
        "machine can't reach the Hub, fetch it elsewhere with "
        f"'hf download {source} --local-dir FOLDER' and name the folder instead"
    )
    try:
        yield
    except LabelError as error:
        raise ModelError(f"the model {source} is no sentiment model: {error}") from error
    # transformers reports what it can't find or read as OSError, ValueError, KeyError or RuntimeError, a torn
    # weights file comes as safetensors' own Exception, and a missing optional package as ImportError.
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"the model {source} can't be loaded: {advice}. The loader said: {reason}") from error


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    bars: Any = logging
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
