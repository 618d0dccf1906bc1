"""Texts in, scores and vectors out: ``Scorer.load().score(texts, targets)``."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from sentiment.bfloat16 import quicken
from sentiment.loading import Model, load_model
from sentiment.network import TargetAwareClassifier
from sentiment.packing import batches, chunks
from sentiment.pooling import direction, mean_of_tokens
from sentiment.processor import has_fast_bfloat16
from sentiment.reading import Piece, Reader, Wording
from sentiment.scores import LABELS, NEUTRAL, Score, from_shares
from sentiment.text import Target

SMALL_BATCH, BATCH_TOKENS = 512, 2048
"""Tokens a forward pass is given at most, padding included: fewer where few are read; more would leave the cache."""
BATCHES_A_WORKER = 4
"""With fewer, some workers wait at the end for one that has the last batch."""

_Pass = Callable[[Tensor, Tensor], Tensor]
"""What is read of token ids and mask, both ``(pieces, tokens)``: a row of numbers a piece."""


class Scorer:
    """Reads texts with one model. Safe to call from several threads; the same texts give the same answer.

    A text that names the target it is asked about is judged for that target, any other as a whole; ``Score.basis`` says
    which. The target's name is hidden from the model. Texts are never cut: one that is longer than the model's window
    (128 tokens) is read in windows that end with sentences. Judged as a whole, it is read to its end, and each window
    weighs its tokens; judged for a target, it is read round every place that names the target, with the sentences
    before and after, and each window weighs as often as it names it. Of more than 64 windows, every n-th is read.
    Within a call, a text that occurs twice is read once.
    """

    def __init__(self, model: Model, *, autocast: bool = False, workers: int = 1) -> None:
        self._model = model
        self._autocast = autocast
        self._reader = Reader(model)
        self._at_once = workers
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
        loaded, fast = load_model(model), has_fast_bfloat16()
        ours = isinstance(loaded.network, TargetAwareClassifier)
        if fast and ours:
            quicken(loaded.network)
        return cls(loaded, autocast=fast and not ours, workers=threads or os.cpu_count() or 1)

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

    def score(self, texts: Sequence[str], targets: Sequence[Target] | None = None) -> list[Score]:
        """What each text says, in the order given. A text with nothing to read is neutral, with certainty.

        Args:
            texts: of any length and content.
            targets: whom each text is asked about, if anyone: a name, or all the names they go by. Models other than
                the built-in one are not aware of targets and judge the whole text.

        Raises:
            ValueError: there are targets, but not one for each text.
        """
        wordings = self._wordings(texts, targets)
        return _scores(self._read_all(wordings, self._shares, width=len(LABELS)), wordings)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors ``(texts, width)`` of what each text is about.

        The cosine of two of them says how alike two texts are. A text with nothing to read has the zero vector, which
        is like nothing.
        """
        return _unit(self._read_all(self._wordings(texts, None), self._meanings, width=self._width))

    def read(
        self, texts: Sequence[str], targets: Sequence[Target] | None = None
    ) -> tuple[list[Score], NDArray[np.float32]]:
        """What ``score`` and ``embed`` say, from one pass of the network.

        The vector of a text that is judged for a target is of the windows that name it, the name hidden.

        Raises:
            ValueError: there are targets, but not one for each text.
        """
        wordings = self._wordings(texts, targets)
        found = self._read_all(wordings, self._both, width=len(LABELS) + self._width)
        return _scores(found[:, : len(LABELS)], wordings), _unit(found[:, len(LABELS) :])

    @property
    def _width(self) -> int:
        return int(self._model.network.config.hidden_size)

    def _wordings(self, texts: Sequence[str], targets: Sequence[Target] | None) -> list[Wording]:
        if targets is not None and len(targets) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(targets)} targets")
        return [self._reader.wording(t, whom) for t, whom in zip(texts, targets or [None] * len(texts), strict=True)]

    def _read_all(self, wordings: Sequence[Wording], read: _Pass, *, width: int) -> NDArray[np.float64]:
        """Sums ``(texts, width)`` of what each text's windows gave, weighted."""
        result = np.zeros((len(wordings), width))
        for chunk in chunks([wording.text for wording in wordings]):
            rows: dict[Wording, list[int]] = {}
            for row, wording in enumerate(wordings[chunk], start=chunk.start):
                rows.setdefault(wording, []).append(row)
            for sums, same in zip(self._read(list(rows), read, width), rows.values(), strict=True):
                result[same] = sums
        return result

    def _read(self, wordings: Sequence[Wording], read: _Pass, width: int) -> NDArray[np.float64]:
        pieces = self._reader.pieces(wordings)
        sums = np.zeros((len(wordings), width))
        lengths = [len(piece.tokens) for piece in pieces]
        most = min(BATCH_TOKENS, max(SMALL_BATCH, sum(lengths) // (BATCHES_A_WORKER * self._at_once)))
        grouped = list(batches(lengths, most_tokens=most))
        found = self._workers.map(lambda picked: self._forward([pieces[i] for i in picked], read), grouped)
        for picked, values in zip(grouped, found, strict=True):
            weights = np.array([pieces[i].weight for i in picked])
            np.add.at(sums, [pieces[i].row for i in picked], values * weights[:, None])
        return sums

    def _forward(self, pieces: Sequence[Piece], read: _Pass) -> NDArray[np.float32]:
        """What is read of pieces, each between its special tokens."""
        rows = [[*self._model.before, *piece.tokens, *self._model.after] for piece in pieces]
        longest = max(map(len, rows))
        ids = torch.tensor([row + [self._model.padding] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._autocast):
            values: NDArray[np.float32] = read(ids, mask).numpy()
        return values

    def _shares(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Probabilities ``(pieces, 3)`` of the classes."""
        return self._by_class(self._model.network(input_ids=ids, attention_mask=mask).logits)

    def _meanings(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors ``(pieces, width)``."""
        network: Any = self._model.network
        if isinstance(network, TargetAwareClassifier):
            return network.read(ids, mask)[1].float()
        hidden = network.base_model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        return direction(mean_of_tokens(hidden, mask))

    def _both(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Probabilities and unit vectors side by side ``(pieces, 3 + width)``."""
        network: Any = self._model.network
        if isinstance(network, TargetAwareClassifier):
            logits, meaning = network.read(ids, mask)
        else:
            given = network(input_ids=ids, attention_mask=mask, output_hidden_states=True)
            logits, meaning = given.logits, direction(mean_of_tokens(given.hidden_states[-1].float(), mask))
        return torch.cat([self._by_class(logits), meaning.float()], dim=1)

    def _by_class(self, logits: Tensor) -> Tensor:
        """Probabilities summed over the labels that mean the same."""
        by_label = functional.softmax(logits.float(), dim=-1)
        shares = torch.zeros(len(by_label), len(LABELS))
        return shares.index_add_(1, torch.from_numpy(self._model.classes), by_label)


def _scores(shares: NDArray[np.float64], wordings: Sequence[Wording]) -> list[Score]:
    return [
        from_shares(row, "target" if wording.targeted else "text") if any(row) else NEUTRAL
        for row, wording in zip(shares.tolist(), wordings, strict=True)
    ]


def _unit(sums: NDArray[np.float64]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    vectors: NDArray[np.float64] = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    return vectors.astype(np.float32)
