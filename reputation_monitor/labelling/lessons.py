"""What labels tell of the model: how right it is, and whether it gets better by being tuned to them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import numpy as np

from reputation_monitor.clock import Clock
from reputation_monitor.labelling.desk import LabelError
from reputation_monitor.labelling.figures import Report, measure
from reputation_monitor.labelling.sample import Basis, basis_of
from reputation_monitor.labelling.tuning import Readings, Trial, allows_adapter, require_enough, try_tuning
from reputation_monitor.scoring import targets_of
from reputation_monitor.store import Correction, KeptTuning, Store
from sentiment.scores import Score, from_stars
from sentiment.text import Target
from sentiment.trial import group_of, is_held_out
from sentiment.tuned import BaseModel, TunedScorer, Tuning, TuningError, as_array

ADVICE = (
    "tune the model that is used now by: reputation-monitor sentiment tune; "
    "or use it as it is by: reputation-monitor sentiment tune --discard"
)


def tuned(base: BaseModel, kept: KeptTuning) -> TunedScorer:
    """A model as it was tuned.

    Raises:
        TuningError: it was another model that was tuned, or what was kept cannot be read.
    """
    try:
        return TunedScorer(base, Tuning.from_json(kept.payload))
    except TuningError as error:
        raise TuningError(f"{error}; {ADVICE}") from error


class Lessons:
    """Measures and tunes the model by people's labels.

    Args:
        store: where labels and tunings are kept.
        load: gives the model as it is, untuned.
        now: the clock.
        names: what each brand is called in texts, as when mentions are scored.
    """

    def __init__(
        self, store: Store, load: Callable[[], Awaitable[BaseModel]], now: Clock, names: Mapping[str, Sequence[str]]
    ) -> None:
        self._store, self._load, self._now, self._names = store, load, now, names

    async def evaluate(self) -> Report:
        """Figures of the model, of the tuned model and of the stars on one's own labels.

        The tuned model is measured on the labels that it was not fitted on.

        Raises:
            LabelError: there is no label.
        """
        basis, changed = await self._basis()
        if not basis.labels:
            raise LabelError("no mention has a label yet; draw some by: reputation-monitor sentiment sample 100")
        base = await self._load()
        return Report(
            model=base.identity,
            labels=len(basis.labels),
            at_random=basis.at_random,
            drawn=basis.drawn,
            waiting=len(await self._store.drawn_unlabelled()),
            changed=changed,
            rows=await asyncio.to_thread(measure, basis, await self._answers(base, basis)),
        )

    async def _answers(self, base: BaseModel, basis: Basis) -> dict[str, Sequence[Score | None]]:
        answers: dict[str, Sequence[Score | None]] = {"model": await self._read(base, basis.labels)}
        if kept := await self._store.tuning():
            scores = await self._read(tuned(base, kept), basis.labels)
            unseen = [is_held_out(group_of(one.words)) for one in basis.labels]
            answers["tuned model"] = [score if held else None for score, held in zip(scores, unseen, strict=True)]
        answers["stars"] = [None if one.rating is None else from_stars(one.rating) for one in basis.labels]
        return answers

    async def tune(self, *, take: bool = True) -> Trial:
        """Tune the model to the labels; a result that beats what is used now takes its place, if ``take`` says so.

        Raises:
            reputation_monitor.labelling.tuning.CannotTuneError: the labels do not allow it.
        """
        basis, _ = await self._basis()
        require_enough(basis.labels)
        base = await self._load()
        readings = await self._readings(base, basis.labels)
        trial = await asyncio.to_thread(try_tuning, basis.labels, readings, at_random=basis.at_random)
        if take and trial.verdict.better:
            await self._store.keep_tuning(base.digest, Tuning(base.digest, trial.parameters).to_json(), self._now())
        return trial

    async def _readings(self, base: BaseModel, labels: Sequence[Correction]) -> Readings:
        scores, vectors = await asyncio.to_thread(base.read, *self._questions(labels))
        probabilities, kept = as_array(scores), await self._store.tuning()
        used = probabilities
        if kept is not None and kept.base == base.digest:  # one of another model need not be beaten
            used = as_array(await self._read(tuned(base, kept), labels))
        return Readings(probabilities, used, vectors.astype(np.float64) if allows_adapter(labels) else None)

    async def discard(self) -> bool:
        """Go back to the model as it is; returns whether a tuned one was used."""
        return await self._store.discard_tuning(self._now())

    async def _basis(self) -> tuple[Basis, int]:
        """The labels to go by, and how many are left out as their texts changed."""
        corrections = await self._store.labels()
        basis = basis_of(corrections, await self._store.different_texts())
        return basis, sum(one.changed for one in corrections)

    async def _read(self, model: BaseModel, labels: Sequence[Correction]) -> list[Score]:
        return await asyncio.to_thread(model.score, *self._questions(labels))

    def _questions(self, labels: Sequence[Correction]) -> tuple[list[str], list[Target]]:
        """The texts, and whom they are asked about: as when mentions are scored."""
        return [one.words for one in labels], targets_of(labels, self._names)
