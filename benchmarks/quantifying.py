"""How near estimated shares of negative come to the true ones, by each way that is known.

    python benchmarks/quantifying.py [--data FOLDER] [--model FOLDER_OR_ID] [--repeats 100]

In each repeat, mentions of a chosen true share are drawn from texts whose class is known. Printed are bias (mean of
estimate minus truth) and root mean square error, in points of a hundred, and of ways with 95 % intervals how often
these hold the truth and how wide they are.

Without ``--data`` the model is an invented one whose probabilities are exact. With it, the model reads the kinds of
texts that ``sentiment.training.validating`` reads, on none of which it was trained. First the confusion is learnt from
others of the same kind, as from labels set by hand: these and the mentions are drawn without replacement, so both stand
for all texts of the kind. Then it is learnt from the other kinds only, as by ``validation.json`` without that kind.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sentiment.quantification import CLASSES, Confusion, Shares, adjust
from sentiment.scores import LABELS
from sentiment.validation import Confusions, confusions_of

Array = NDArray[np.float64]

NEGATIVE = (0.05, 0.1, 0.3, 0.5, 0.8)
MENTIONS = 200
LABELLED = (50, 200)
NEUTRAL_OF_REST = 0.6
INVENTED_PRIORS = np.array([0.16, 0.45, 0.39])
INVENTED_TEXTS = 12_000
ENOUGH_KINDS = 2
"""Without one of them, others must still be compared with each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Texts whose class is known, ``(texts,)``, with a model's probabilities, ``(texts, 3)``."""

    truth: NDArray[np.intp]
    probabilities: Array

    def __getitem__(self, rows: NDArray[np.intp]) -> "Read":
        return Read(self.truth[rows], self.probabilities[rows])

    @property
    def confusions(self) -> Confusions:
        """What the texts were taken for."""
        return confusions_of([LABELS[one] for one in self.truth], self.probabilities)

    @property
    def counts(self) -> Array:
        """How many texts were taken for each class, ``(3,)``."""
        return np.bincount(self.probabilities.argmax(1), minlength=CLASSES).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one way at one true share and number of mentions; ``coverage`` and ``width`` are NaN without intervals."""

    bias: float
    rmse: float
    coverage: float
    width: float


def invented(rng: np.random.Generator, texts: int) -> Read:
    """A model whose evidence is normal round each class, and whose probabilities are exactly those it implies."""
    centres = np.array([[-1.0, -0.5], [0.0, 0.55], [1.0, -0.5]])
    truth = rng.choice(CLASSES, texts, p=INVENTED_PRIORS)
    evidence = centres[truth] + rng.normal(0.0, 0.65, (texts, 2))
    likelihoods = np.exp(-((evidence[:, None] - centres) ** 2).sum(2) / (2 * 0.65**2)) * INVENTED_PRIORS
    return Read(truth, likelihoods / likelihoods.sum(1, keepdims=True))


def read_kinds(data: Path, model: str | None) -> dict[str, dict[str, Read]]:
    """By what the model was asked and by kind, the texts that people labelled."""
    from sentiment.scorer import Scorer  # noqa: PLC0415 - torch takes seconds
    from sentiment.training import validating  # noqa: PLC0415

    return {
        basis: {
            kind: Read(np.array([LABELS.index(label) for label in labels]), probabilities)
            for kind, (labels, probabilities) in answers.items()
            if confusions_of(labels, probabilities).texts.min() >= validating.FEWEST
        }
        for basis, answers in validating.read_kinds(Scorer.load(model), data).items()
    }


Way = Callable[[Read], Shares]


def plain_ways() -> Mapping[str, Way]:
    """Those that know nothing of the model's errors."""
    return {
        "classify and count": lambda said: _bare(said.counts / len(said.truth)),
        "sum of probabilities": lambda said: _bare(said.probabilities.mean(0)),
    }


def ways(known: Read) -> Mapping[str, Way]:
    """Every way, knowing what the model made of some texts."""
    hard, soft = Confusion.of_counts(known.confusions.counts), known.confusions.soft
    return {
        **plain_ways(),
        "adjusted count": lambda said: adjust(said.counts, len(said.truth), hard),
        "probabilistic adjusted count": lambda said: adjust(said.probabilities.sum(0), len(said.truth), soft),
    }


def ways_of_others(kinds: Sequence[Read]) -> Mapping[str, Way]:
    """What can be done with other kinds of texts."""
    confusion = Confusion.of_kinds([kind.confusions.soft for kind in kinds])
    return {
        **plain_ways(),
        "probabilistic adjusted count": lambda said: adjust(said.probabilities.sum(0), len(said.truth), confusion),
    }


def _bare(value: Array) -> Shares:
    nothing = np.full(CLASSES, np.nan)
    return Shares(value, nothing, nothing)


Draw = Callable[[np.random.Generator], tuple[Mapping[str, Way], Read]]
"""Ways to estimate, and texts to draw mentions from."""


def labelled_here(texts: Read, labelled: int) -> Draw:
    """Some of the texts are labelled, and mentions are drawn from the others."""

    def draw(rng: np.random.Generator) -> tuple[Mapping[str, Way], Read]:
        rows = rng.permutation(len(texts.truth))
        return ways(texts[rows[:labelled]]), texts[rows[labelled:]]

    return draw


def always(known: Mapping[str, Way], texts: Read) -> Draw:
    """The same ways and texts in each repeat."""
    return lambda _: (known, texts)


def simulate(
    draw: Draw, negative: float, mentions: int, *, repeats: int, replace: bool = False, seed: int = 1
) -> dict[str, Figures]:
    """Each way's figures at one true share of negative and number of mentions; none where there are too few texts.

    Mentions are drawn with or without replacement, of neutral ones so many that they are ``NEUTRAL_OF_REST`` of the
    rest.
    """
    rng, rest = np.random.default_rng(seed), 1 - negative
    shares = np.array([negative, NEUTRAL_OF_REST * rest, (1 - NEUTRAL_OF_REST) * rest])
    found: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(repeats):
        known, others = draw(rng)
        counts = rng.multinomial(mentions, shares)
        if not replace and (np.bincount(others.truth, minlength=CLASSES) < counts).any():
            return {}
        drawn = [rng.choice(np.flatnonzero(others.truth == k), n, replace=replace) for k, n in enumerate(counts)]
        said = others[np.concatenate(drawn)]
        for name, way in known.items():
            estimate = way(said)
            found.setdefault(name, []).append((estimate.value[0], estimate.low[0], estimate.high[0]))
    return {name: _figures(np.array(estimates), negative) for name, estimates in found.items()}


def _figures(estimates: Array, truth: float) -> Figures:
    value, low, high = estimates.T
    errors = value - truth
    holds = np.where(np.isnan(low), np.nan, (low <= truth) & (truth <= high))
    return Figures(*map(float, (errors.mean(), np.sqrt((errors**2).mean()), holds.mean(), (high - low).mean())))


def table(title: str, draw: Draw, *, repeats: int, replace: bool = False) -> None:
    """Print every way at every true share."""
    cells = [simulate(draw, share, MENTIONS, repeats=repeats, replace=replace) for share in NEGATIVE]
    names = max(cells, key=len)
    if not names:
        return
    print(f"\n{title}, {MENTIONS} mentions: bias, error (coverage, width) at a true negative share of")
    print(f"{'':<30}" + "".join(f"{share:>22.0%}" for share in NEGATIVE))
    for name in names:
        print(f"{name:<30}" + "".join(f"{_cell(cell.get(name)):>22}" for cell in cells), flush=True)


def _cell(figures: Figures | None) -> str:
    if figures is None:
        return "–"
    interval = "" if np.isnan(figures.coverage) else f" ({figures.coverage:.0%}, {100 * figures.width:.0f})"
    return f"{100 * figures.bias:+.1f}, {100 * figures.rmse:.1f}{interval}"


def tables(kinds: Mapping[str, Read], asked: str, repeats: int) -> None:
    """Print every kind by labels of its own, then by those of the others."""
    for kind, texts in kinds.items():
        for labelled in LABELLED:
            table(f"{kind}, {asked}, {labelled} labels", labelled_here(texts, labelled), repeats=repeats)
    for kind, texts in kinds.items() if len(kinds) > ENOUGH_KINDS else ():
        others = ways_of_others([one for name, one in kinds.items() if name != kind])
        table(f"{kind}, {asked}, by the other kinds", always(others, texts), repeats=repeats, replace=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="How near estimated shares come to the true ones.")
    parser.add_argument("--data", type=Path, help="folder that sentiment.datasets names; else texts are invented")
    parser.add_argument("--model", help="folder or Hugging Face id; the built-in model if not given")
    parser.add_argument("--repeats", type=int, default=100)
    options = parser.parse_args()
    if options.data is None:
        kinds = {"whole text": {"invented": invented(np.random.default_rng(0), INVENTED_TEXTS)}}
    else:
        read = read_kinds(options.data, options.model)
        kinds = {"whole text": read["text"], "target": read["target"]}
    for asked, texts in kinds.items():
        tables(texts, asked, options.repeats)


if __name__ == "__main__":
    main()
