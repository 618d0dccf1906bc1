"""What the model is trained on: the training part of every data set, and texts put together from them or by rule."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sentiment.datasets import DATA_SETS, DataSet, Labelled, share_of
from sentiment.scores import LABELS
from sentiment.text import mark, names_any, normalise
from sentiment.training import base
from sentiment.training.contrasts import Contrast, composite, contrast
from sentiment.training.examples import Example
from sentiment.training.halves import halves, halves_of
from sentiment.training.recipe import Recipe, Share
from sentiment.training.rivals.grammar import rivals
from sentiment.training.unlabelled import KIND, unlabelled
from sentiment.training.variants import neighbours, variants

T = TypeVar("T")

CALIBRATED = 0.03
"""Share of the training tweets that is held out for the temperature."""
LONGEST_IN_COMPOSITE = 140
"""Characters of a tweet that may be half of a composite."""
TWO_CLASS = frozenset(data_set.name for data_set in DATA_SETS if data_set.two_class)


def schedule(data: Path, recipe: Recipe, limit: int | None = None) -> list[Example]:
    """Every reading of a phase, shuffled. With a limit, the first of them only."""
    rng = random.Random(recipe.seed)
    examples: list[Example] = []
    parts: dict[str, list[Labelled]] = {}
    for data_set in DATA_SETS:
        if data_set.train and data_set.name in recipe.shares:
            labelled = parts[data_set.name] = training_part(data_set, data)
            examples += _readings(data_set.name, labelled, recipe.shares[data_set.name], rng)
            if data_set.name == "airline":
                examples += _composites(labelled, recipe.composites, rng)
    examples += _marked("contrasts", (contrast(rng) for _ in range(recipe.contrasts)))
    examples += _marked("halves", _halves(parts, recipe.halves, rng))
    examples += _marked("rivals", rivals(recipe.rivals, rng))
    if recipe.unlabelled:
        examples += _repeated(unlabelled(data, parts, rng), recipe.unlabelled, rng)
    if recipe.variants:
        examples += _repeated(_variants(parts, recipe.shares, rng), recipe.variants, rng)
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
    for one in _repeated(labelled, share.passes, rng):
        yield _example(name, one, marked=rng.random() < share.marked)


def _repeated(texts: Sequence[T], passes: float, rng: random.Random) -> list[T]:
    times, rest = divmod(passes, 1)
    return [*list(texts) * int(times), *rng.sample(texts, int(len(texts) * rest))]


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


def _halves(parts: Mapping[str, Sequence[Labelled]], count: int, rng: random.Random) -> Iterator[Contrast]:
    if count:
        yield from halves({name: halves_of(labelled) for name, labelled in parts.items()}, count, rng)


def _variants(
    parts: Mapping[str, Sequence[Labelled]], shares: Mapping[str, Share], rng: random.Random
) -> list[Example]:
    marked = {name: share.marked for name, share in shares.items()}
    return [Example(text, None, KIND) for text in variants(parts, marked, neighbours(base.find_base()), rng)]


def _marked(kind: str, texts: Iterable[Contrast]) -> Iterator[Example]:
    for made in texts:
        text = mark(made.text, [made.target])
        if text:
            yield Example(text, LABELS.index(made.label), kind)
