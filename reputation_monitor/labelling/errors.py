"""What labels tell of a model's errors, by which shares are corrected (``reputation_monitor.opinion``). Pure."""

from collections import defaultdict
from collections.abc import Sequence

from reputation_monitor.labelling.sample import ENOUGH
from reputation_monitor.opinion import BASES, Reading
from reputation_monitor.store import Correction, Scores
from sentiment.scores import Label
from sentiment.trial import group_of, is_held_out
from sentiment.tuned import is_tuned
from sentiment.validation import Confusions, confusions_of


def errors_of(labels: Sequence[Correction]) -> dict[Reading, Confusions]:
    """What each model made of the mentions of a screen that were drawn at random and labelled, where enough were.

    Labels that people set where something caught their eye say which texts the model fails on, but not how often.
    """
    answers: dict[Reading, list[tuple[Label, Scores]]] = defaultdict(list)
    for one in labels:
        reading = Reading(one.model or "", one.score_method or "", one.screen)
        if one.drawn and not one.changed and one.scores and reading.method in BASES and not _may_be_learnt(one):
            answers[reading].append((one.label, one.scores))
    return {
        reading: confusions_of([label for label, _ in known], [scores for _, scores in known])
        for reading, known in answers.items()
        if len(known) >= ENOUGH
    }


def _may_be_learnt(label: Correction) -> bool:
    """Whether the model that read the mention may have been tuned to this very label."""
    return is_tuned(label.model or "") and not is_held_out(group_of(label.words))
