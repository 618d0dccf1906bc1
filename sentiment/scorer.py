"""Texts in, scores and vectors out: ``Scorer.load().score(texts)``."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sentiment.loading import Model, load_model
from sentiment.packing import batches, chunks, windows
from sentiment.pooling import direction, mean_of_tokens
from sentiment.scores import LABELS, NEUTRAL, Score, from_shares
from sentiment.text import normalise

BATCH_TOKENS = 4096
"""Tokens a forward pass is given at most, padding included."""

_Reading = Callable[[dict[str, Tensor]], Tensor]


class Scorer:
    """Reads texts with one model. Safe to call from several threads; the same texts give the same answer.

    Texts are never cut: one that is longer than the model's window is read in up to eight windows of at most 128
    tokens, which cover it whole up to about 1,000 tokens and else are spread over it evenly, first and last included;
    their results are averaged, weighted by length. Within a call, a text that occurs twice is read once.
    """

    def __init__(self, model: Model, *, bfloat16: bool = False, workers: int = 1) -> None:
        self._model = model
        self._bfloat16 = bfloat16
        self._turn = Lock()  # tokenizers are not re-entrant
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="scorer")

    @classmethod
    def load(cls, model: str | Path | None = None, *, threads: int | None = None) -> Self:
        """A scorer with the built-in model, or the one of that folder or Hugging Face id.

        Args:
            model: folder or id of a sequence-classification model; the built-in one if not given.
            threads: batches read at the same time; as many as there are processor cores if not given.

        Raises:
            ModelError: it can't be loaded or is no sentiment model.
        """
        # A core a batch: threads that share one wait for each other at every layer, for ever where a core is busy.
        torch.set_num_threads(1)
        return cls(load_model(model), bfloat16=has_fast_bfloat16(), workers=threads or os.cpu_count() or 1)

    @property
    def name(self) -> str:
        """``built-in``, the Hugging Face id, or the folder's name."""
        return self._model.name

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, in hexadecimal."""
        return self._model.digest

    @property
    def identity(self) -> str:
        """Name and digest in one short string, to be stored beside each score."""
        return f"{self.name}@{self.digest[:12]}"

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of the languages the model was trained on; empty where that is not known."""
        return self._model.languages

    def score(self, texts: Sequence[str], targets: Sequence[str | None] | None = None) -> list[Score]:
        """What each text says, in the order given. A text with nothing to read is neutral, with certainty.

        Args:
            texts: of any length and content.
            targets: whom each text is asked about, if anyone. The models known so far are not aware of targets: they
                judge the whole text, and give the same score whatever the target.

        Raises:
            ValueError: there are targets, but not one for each text.
        """
        if targets is not None and len(targets) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(targets)} targets")
        shares = self._read_all(texts, self._shares, width=len(LABELS))
        return [from_shares(row) if any(row) else NEUTRAL for row in shares.tolist()]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors ``(texts, width)`` of what each text is about: the mean over its tokens.

        The cosine of two of them says how alike two texts are. A text with nothing to read has the zero vector, which
        is like nothing.
        """
        sums = self._read_all(texts, self._meanings, width=self._model.network.config.hidden_size)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        vectors: NDArray[np.float64] = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
        return vectors.astype(np.float32)

    def _read_all(self, texts: Sequence[str], read: _Reading, *, width: int) -> NDArray[np.float64]:
        """Sums ``(texts, width)`` of what each text's windows gave, weighted by their lengths."""
        result = np.zeros((len(texts), width))
        for chunk in chunks(texts):
            rows: dict[str, list[int]] = {}
            for row, text in enumerate(texts[chunk], start=chunk.start):
                rows.setdefault(normalise(text), []).append(row)
            for sums, same in zip(self._read(list(rows), read, width), rows.values(), strict=True):
                result[same] = sums
        return result

    def _read(self, texts: list[str], read: _Reading, width: int) -> NDArray[np.float64]:
        tokens = self._tokens(texts)
        pieces = [(row, ids[part]) for row, ids in enumerate(tokens) for part in windows(len(ids), self._model.width)]
        sums = np.zeros((len(texts), width))
        grouped = list(batches([len(ids) for _, ids in pieces], most_tokens=BATCH_TOKENS))
        found = self._workers.map(lambda picked: self._forward([pieces[i][1] for i in picked], read), grouped)
        for picked, values in zip(grouped, found, strict=True):
            weights = np.array([len(pieces[i][1]) for i in picked])
            np.add.at(sums, [pieces[i][0] for i in picked], values * weights[:, None])
        return sums

    def _forward(self, pieces: list[list[int]], read: _Reading) -> NDArray[np.float32]:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
            values: NDArray[np.float32] = read(self._padded(pieces)).numpy()
        return values

    def _tokens(self, texts: list[str]) -> list[list[int]]:
        with self._turn:
            encoded = self._model.tokenizer(
                texts, add_special_tokens=False, return_attention_mask=False, return_token_type_ids=False, verbose=False
            )
        tokens: list[list[int]] = encoded["input_ids"]
        return tokens

    def _padded(self, pieces: list[list[int]]) -> dict[str, Tensor]:
        """Token ids and mask ``(pieces, longest piece)``, each piece between its special tokens."""
        rows = [[*self._model.before, *piece, *self._model.after] for piece in pieces]
        longest = max(map(len, rows))
        ids = [row + [self._model.padding] * (longest - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}

    def _shares(self, inputs: dict[str, Tensor]) -> Tensor:
        """Probabilities ``(pieces, 3)`` of the classes, summed over the labels that mean the same."""
        by_label = self._model.network(**inputs).logits.float().softmax(-1)
        shares = torch.zeros(len(by_label), len(LABELS))
        return shares.index_add_(1, torch.from_numpy(self._model.classes), by_label)

    def _meanings(self, inputs: dict[str, Tensor]) -> Tensor:
        """Unit vectors ``(pieces, width)``."""
        encoder: Any = self._model.network.base_model
        hidden = encoder(**inputs).last_hidden_state.float()
        return direction(mean_of_tokens(hidden, inputs["attention_mask"]))


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware rather than by emulation."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))
