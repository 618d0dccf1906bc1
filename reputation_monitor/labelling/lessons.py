"""What labels tell of the model: how right it is, and whether it gets better by being tuned to them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import numpy as np

from reputation_monitor.clock import Clock
from reputation_monitor.labelling.desk import LabelError
from reputation_monitor.labelling.figures import Report, measure
from reputation_monitor.labelling.sample import Basis, basis_of
from reputation_monitor.labelling.tuning import Readings, Trial, allows_adapter, require_enough, try_tuning
from reputation_monitor.scoring import primary, reads, targets_of
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
        others: languages that other models read.
    """

    def __init__(
        self,
        store: Store,
        load: Callable[[], Awaitable[BaseModel]],
        now: Clock,
        names: Mapping[str, Sequence[str]],
        others: Collection[str] = (),
    ) -> None:
        self._store, self._load, self._now, self._names, self._others = store, load, now, names, others

    async def evaluate(self) -> Report:
        """Figures of the model, of the tuned model and of the stars on one's own labels.

        A model is asked only about mentions in languages that it reads.
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
        read = [self._is_read(base, one) for one in basis.labels]
        answers: dict[str, Sequence[Score | None]] = {"model": await self._read_some(base, basis.labels, read)}
        if kept := await self._store.tuning():
            unseen = [known and is_held_out(group_of(one.words)) for one, known in zip(basis.labels, read, strict=True)]
            answers["tuned model"] = await self._read_some(tuned(base, kept), basis.labels, unseen)
        answers["stars"] = [None if one.rating is None else from_stars(one.rating) for one in basis.labels]
        return answers

    async def tune(self, *, take: bool = True) -> Trial:
        """Tune the model to the labels; a result that beats what is used now takes its place, if ``take`` says so.

        Labels of mentions in languages that it does not read teach it nothing.

        Raises:
            reputation_monitor.labelling.tuning.CannotTuneError: the labels do not allow it.
        """
        basis, _ = await self._basis()
        require_enough(basis.labels)
        base = await self._load()
        labels = [one for one in basis.labels if self._is_read(base, one)]
        require_enough(labels)
        readings = await self._readings(base, labels)
        trial = await asyncio.to_thread(try_tuning, labels, readings, at_random=basis.at_random)
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

    def _is_read(self, base: BaseModel, label: Correction) -> bool:
        """Whether the usual model is the one that reads the mention."""
        language = primary(label.language)
        return language not in self._others and reads(base.languages, language)

    async def _read_some(
        self, model: BaseModel, labels: Sequence[Correction], wanted: Sequence[bool]
    ) -> list[Score | None]:
        scores = iter(
            await self._read(model, [one for one, is_wanted in zip(labels, wanted, strict=True) if is_wanted])
        )
        return [next(scores) if is_wanted else None for is_wanted in wanted]

    async def _read(self, model: BaseModel, labels: Sequence[Correction]) -> list[Score]:
        return await asyncio.to_thread(model.score, *self._questions(labels))

    def _questions(self, labels: Sequence[Correction]) -> tuple[list[str], list[Target]]:
        """The texts, and whom they are asked about: as when mentions are scored."""
        return [one.words for one in labels], targets_of(labels, self._names)
