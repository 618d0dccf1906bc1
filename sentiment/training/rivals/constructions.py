"""How texts about one brand or two are built: ``constructions/KIND.txt``.

A line starts with the labels of the brands ``x`` and ``y``: a sign each, ``*`` for any, ``<>`` for any two that differ
and ``==`` for any two alike; one character where there is only one brand. ``~`` before them is a post in small letters,
``!`` a caption in capitals. In braces stand the names, what is said of either (``{a}`` of ``x``, ``{b}`` of ``y``; ``{a
they}`` in the plural, ``{a is}``, ``{a says}`` and ``{a then}`` in the other forms of sayings, ``{a mood}`` as an
emoji) and words.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from sentiment.scores import LABELS, Label
from sentiment.training.rivals.files import FOLDER, SIGNS, lines

_LINE = re.compile(r"([~!]?)([-+0*<>=]{1,2}) (.+)")
_OF_X, _OF_Y = re.compile(r"\{(x|a says)\}"), re.compile(r"\{(y|b says)\}")


@dataclass(frozen=True, slots=True)
class Construction:
    """One way to build a text.

    Attributes:
        kind: the file's name.
        template: the text with braces.
        labels: what it may say of ``x`` and ``y``; of ``x`` alone where there is one brand.
        style: ``~``, ``!`` or nothing.
    """

    kind: str
    template: str
    labels: tuple[tuple[Label, ...], ...]
    style: str

    @property
    def starts_with_x(self) -> bool:
        """Whether ``x`` is named first."""
        x, y = _OF_X.search(self.template), _OF_Y.search(self.template)
        return x is not None and (y is None or x.start() < y.start())


@dataclass(frozen=True, slots=True)
class Cell:
    """What a text is to be: what it says of the one asked about and of the other, and which is named first."""

    asked: Label
    other: Label
    first: bool


CELLS = tuple(Cell(*one) for one in product(LABELS, LABELS, (True, False)))


@cache
def constructions() -> Sequence[Construction]:
    """All of them."""
    return [
        Construction(path.stem, text.replace("\\n", "\n"), tuple(_labels(signs)), style)
        for path in sorted((FOLDER / "constructions").glob("*.txt"))
        for style, signs, text in map(_parts, lines(path))
    ]


def draw(cell: Cell, rng: random.Random) -> tuple[Construction, bool]:
    """A construction for the cell, and whether it is ``x`` who is asked about. Kinds with more lines come oftener."""
    kinds = _by_cell()[cell]
    (kind,) = rng.choices(list(kinds), [len(some) ** 0.5 for some in kinds.values()])
    return rng.choice(kinds[kind])


def draw_alone(label: Label, rng: random.Random) -> Construction:
    """A construction of one brand."""
    return rng.choice([one for one in constructions() if (label,) in one.labels])


@cache
def _by_cell() -> Mapping[Cell, Mapping[str, Sequence[tuple[Construction, bool]]]]:
    found: dict[Cell, dict[str, list[tuple[Construction, bool]]]] = {cell: defaultdict(list) for cell in CELLS}
    for one in constructions():
        for labels in one.labels:
            if len(labels) == 2:
                x, y = labels
                found[Cell(x, y, one.starts_with_x)][one.kind].append((one, True))
                found[Cell(y, x, not one.starts_with_x)][one.kind].append((one, False))
    return found


def _parts(line: str) -> tuple[str, str, str]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"no construction: {line}")
    style, signs, text = found.groups()
    return style, signs, text


def _labels(signs: str) -> Iterator[tuple[Label, ...]]:
    if signs in ("<>", "=="):
        yield from ((x, y) for x, y in product(LABELS, LABELS) if (x == y) == (signs == "=="))
    else:
        yield from product(*(LABELS if sign == "*" else (SIGNS[sign],) for sign in signs))
