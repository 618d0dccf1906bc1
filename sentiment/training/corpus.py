"""What the model is trained on: the training part of every data set, and texts put together from them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sentiment.datasets import DATA_SETS, DataSet, Labelled, share_of
from sentiment.scores import LABELS
from sentiment.text import TARGET, mark, names_any, normalise
from sentiment.training.contrasts import composite, contrast
from sentiment.training.recipe import Recipe

CALIBRATED = 0.03
"""Share of the training tweets that is held out for the temperature."""
LONGEST_IN_COMPOSITE = 140
"""Characters of a tweet that may be half of a composite."""


@dataclass(frozen=True, slots=True)
class Example:
    """One training text, normalised and its target marked. ``kind`` names where it comes from."""

    text: str
    label: int
    kind: str

    @property
    def targeted(self) -> bool:
        """Whether it asks about somebody."""
        return TARGET in self.text


@dataclass(frozen=True, slots=True)
class Share:
    """How a data set takes part: how often each text is read, and how far its classes are made to count alike.

    ``class_power`` lies between counting every text alike (0) and every class alike (1). ``marked`` is the share of
    readings that mark the target, where there is one.
    """

    passes: float
    class_power: float
    marked: float = 0.0


SHARES = {
    "TweetEval": Share(1.7, 0.9),
    "SST-2": Share(3.0, 0.0),
    "airline": Share(2.5, 0.4, marked=0.6),
    "NewsMTSC": Share(3.5, 0.5, marked=1.0),
    "app reviews": Share(3.0, 0.5),
    "Firefox reviews": Share(1.5, 0.3),
}
TWO_CLASS = frozenset(data_set.name for data_set in DATA_SETS if data_set.two_class)


def schedule(data: Path, recipe: Recipe, limit: int | None = None) -> list[Example]:
    """Every reading of the run, shuffled. With a limit, the first of them only."""
    rng = random.Random(recipe.seed)
    examples: list[Example] = []
    for data_set in DATA_SETS:
        if data_set.train and data_set.name in SHARES:
            labelled = training_part(data_set, data)
            examples += _readings(data_set.name, labelled, SHARES[data_set.name], rng)
            if data_set.name == "airline":
                examples += _composites(labelled, recipe.composites, rng)
    examples += _contrasts(recipe.contrasts, rng)
    rng.shuffle(examples)
    return examples[:limit]


def training_part(data_set: DataSet, data: Path) -> list[Labelled]:
    """The training part without the tweets that are held out for the temperature."""
    labelled = data_set.load(data, "train")
    return [one for one in labelled if data_set.name != "TweetEval" or share_of(one.text) >= CALIBRATED]


def calibration_part(data: Path) -> list[Example]:
    """Texts on which the temperatures are fitted: tweets held out of training, and the development parts of the others.

    SST-2 has no neutral and app reviews are few, so neither decides a temperature.
    """
    examples: list[Example] = []
    for data_set in DATA_SETS:
        if data_set.name == "TweetEval":
            held_out = [one for one in data_set.load(data, "train") if share_of(one.text) < CALIBRATED]
            examples += [_example(data_set.name, one, marked=False) for one in held_out]
        elif data_set.name in ("airline", "NewsMTSC"):
            half = [one for one in data_set.load(data, "test") if share_of(one.text) < 0.5]
            examples += [_example(data_set.name, one, marked=True) for one in half]
            if data_set.name == "airline":
                examples += [_example(data_set.name, one, marked=False) for one in half]
    return examples


def _readings(name: str, labelled: Sequence[Labelled], share: Share, rng: random.Random) -> Iterator[Example]:
    times, rest = divmod(share.passes, 1)
    part = rng.sample(labelled, int(len(labelled) * rest))
    for one in [*list(labelled) * int(times), *part]:
        yield _example(name, one, marked=rng.random() < share.marked)


def _example(kind: str, one: Labelled, *, marked: bool) -> Example:
    text = (mark(one.text, one.targets) if marked else None) or normalise(one.text)
    return Example(text, LABELS.index(one.label), kind)


def _composites(labelled: Sequence[Labelled], count: int, rng: random.Random) -> Iterator[Example]:
    """Two tweets to different airlines that say different things; asked about the one, or about the other."""
    short = [one for one in labelled if len(one.text) <= LONGEST_IN_COMPOSITE and names_any(one.text, one.targets)]
    made = 0
    while made < count:
        asked, other = rng.sample(short, 2)
        text = mark(composite(asked.text, other.text, rng), asked.targets)
        if asked.targets != other.targets and asked.label != other.label and text:
            made += 1
            yield Example(text, LABELS.index(asked.label), "composites")


def _contrasts(count: int, rng: random.Random) -> Iterator[Example]:
    for _ in range(count):
        made = contrast(rng)
        text = mark(made.text, [made.target])
        if text:
            yield Example(text, LABELS.index(made.label), "contrasts")
