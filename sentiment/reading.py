"""Texts as the model takes them: normalised, tokenised, cut into windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sentiment.loading import Model
from sentiment.packing import Window, sentence_starts, windows, windows_round
from sentiment.text import Target, mark, normalise


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in the model's own writing; ``targeted`` says whether the target is marked in it."""

    text: str
    targeted: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """The tokens of one window of the text ``row``, and what they weigh in its score."""

    row: int
    tokens: list[int]
    weight: float


class Reader:
    """Cuts texts for one model. Tokenizers are not re-entrant, so one call waits for another."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._turn = Lock()

    def wording(self, text: str, target: Target) -> Wording:
        """The text, with the target marked if the model knows of targets and the text names it."""
        names = [target] if isinstance(target, str) else target
        marked = mark(text, names) if names and self._model.target is not None else None
        return Wording(normalise(text), targeted=False) if marked is None else Wording(marked, targeted=True)

    def pieces(self, wordings: Sequence[Wording]) -> list[Piece]:
        """The windows of every text; of one with nothing to read, none."""
        rows = enumerate(zip(wordings, self._tokens([wording.text for wording in wordings]), strict=True))
        return [
            Piece(row, ids[window.start : window.end], window.weight)
            for row, (wording, ids) in rows
            for window in self._windows(wording, ids)
        ]

    def _windows(self, wording: Wording, ids: list[int]) -> list[Window]:
        width = self._model.width
        breaks = self._breaks(wording.text) if len(ids) > width else []
        at = [i for i, token in enumerate(ids) if token == self._model.target] if wording.targeted else []
        return windows_round(at, len(ids), width, breaks) if at else windows(len(ids), width, breaks)

    def _tokens(self, texts: list[str]) -> list[list[int]]:
        with self._turn:
            encoded = self._model.tokenizer(
                texts, add_special_tokens=False, return_attention_mask=False, return_token_type_ids=False, verbose=False
            )
        tokens: list[list[int]] = encoded["input_ids"]
        return tokens

    def _breaks(self, text: str) -> list[int]:
        """The tokens that start a sentence; none where the tokenizer can't tell where its tokens stand."""
        starts = sentence_starts(text)
        if not starts or not self._model.tokenizer.is_fast:
            return []
        with self._turn:
            encoded: Any = self._model.tokenizer(text, add_special_tokens=False, verbose=False)
        found = (encoded.char_to_token(start) for start in starts)
        return sorted({token for token in found if token})
