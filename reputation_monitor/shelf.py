"""The models at hand: the usual one, what it was tuned to, and those for other languages; each loaded once."""

import asyncio
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reputation_monitor.encoding import RememberingEncoder
from reputation_monitor.labelling import tuned
from reputation_monitor.scoring import primary, reads
from reputation_monitor.settings import Settings
from reputation_monitor.settings.schema import BUILT_IN_MODEL
from reputation_monitor.store import Store
from sentiment import BUILT_IN
from sentiment.validation import Validation

if TYPE_CHECKING:
    from sentiment.scorer import Scorer
    from sentiment.tuned import TunedScorer


class ModelShelf:
    """Loads models when they are first asked for, and keeps them.

    Args:
        settings: which models there are.
        store: where a tuning is kept.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self.loaded: dict[str, Scorer] = {}
        self._encoder: RememberingEncoder | None = None
        self._loading = asyncio.Lock()

    async def scorer(self) -> "Scorer | TunedScorer":
        """The usual model, tuned to people's labels where a tuning was taken.

        Raises:
            sentiment.loading.ModelError: it cannot be loaded.
            sentiment.tuned.TuningError: the tuning belongs to another model.
        """
        base, kept = await self.base_scorer(), await self._store.tuning()
        return base if kept is None else tuned(base, kept)

    async def base_scorer(self) -> "Scorer":
        """The usual model as it is.

        Raises:
            sentiment.loading.ModelError: it cannot be loaded.
        """
        return await self._load(self._settings.model)

    async def encoder(self) -> RememberingEncoder:
        """The usual model as an encoder of texts.

        Raises:
            sentiment.loading.ModelError: it cannot be loaded.
        """
        if self._encoder is None:
            self._encoder = RememberingEncoder(await self.base_scorer())
        return self._encoder

    async def model_for(self, language: str) -> "Scorer | TunedScorer | None":
        """The model that reads a language; None where none does. A text of unknown language is for the usual one.

        Raises:
            sentiment.loading.ModelError: it cannot be loaded.
            sentiment.tuned.TuningError: the tuning belongs to another model.
        """
        named = self._settings.models.by_language.get(language)
        if named is not None:
            return await self._load(named)
        usual = await self.scorer()
        return usual if reads(usual.languages, language) else None

    async def reconsider_unread(self) -> None:
        """Let mentions wait for scores again that a model can read by now, where none could when they came."""
        waiting = await self._store.unread_languages()
        usual = self.loaded.get(self._settings.model)
        others = self._settings.models.by_language
        readable = [
            tag
            for tag in waiting
            if primary(tag) in others or (usual is not None and reads(usual.languages, primary(tag)))
        ]
        if readable:
            await self._store.reconsider(readable)

    @cached_property
    def validations(self) -> tuple[Validation, ...]:
        """What the models make of texts that others labelled, as far as that lies beside their weights.

        Raises:
            sentiment.validation.ValidationError: what lies there cannot be read.
        """
        models = {self._settings.model, *self._settings.models.by_language.values()}
        folders = (BUILT_IN if model == BUILT_IN_MODEL else Path(model).expanduser() for model in sorted(models))
        return tuple(found for folder in folders if (found := Validation.load(folder)) is not None)

    async def _load(self, model: str) -> "Scorer":
        async with self._loading:
            if model not in self.loaded:
                self.loaded[model] = await asyncio.to_thread(load, model)
            return self.loaded[model]


def load(model: str) -> "Scorer":
    """The built-in model, or the one of a folder or Hugging Face id."""
    from sentiment.scorer import Scorer  # noqa: PLC0415 - torch takes seconds, which most commands need not wait

    return Scorer.load(None if model == BUILT_IN_MODEL else model)
