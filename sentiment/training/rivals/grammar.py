"""Fills constructions, as many of every cell (``sentiment.training.rivals.constructions.Cell``)."""

import random
import re
from collections.abc import Iterator, Mapping

from sentiment.scores import Label
from sentiment.text import names_any
from sentiment.training.contrasts import Contrast
from sentiment.training.rivals.constructions import CELLS, Construction, draw, draw_alone
from sentiment.training.rivals.files import SIGNS
from sentiment.training.rivals.names import two_names, words_of, written
from sentiment.training.rivals.sayings import Form, industries, plural, saying
from sentiment.training.rivals.styles import styled

ALONE = 10
"""Every so many texts, one names a single brand."""
_FORMS: Mapping[str, Form] = {"": "does", "they": "does", "is": "is", "says": "says", "then": "then"}
_SLOT = re.compile(r"\{([^{}]+)\}")
_X, _Y = "\ue001", "\ue002"  # of the private use area, so that no style changes the names


def rivals(count: int, rng: random.Random) -> Iterator[Contrast]:
    """So many texts, each label asked for as often, beside each label of the other, named first and named second."""
    signs = list(SIGNS.values())
    for i in range(count):
        if i % ALONE == 0:
            label = signs[i // ALONE % len(signs)]
            yield _text(draw_alone(label, rng), (label, label), rng, x_asked=True)
        else:
            cell = CELLS[i % len(CELLS)]
            construction, x_asked = draw(cell, rng)
            labels = (cell.asked, cell.other) if x_asked else (cell.other, cell.asked)
            yield _text(construction, labels, rng, x_asked=x_asked)


def _text(construction: Construction, labels: tuple[Label, Label], rng: random.Random, *, x_asked: bool) -> Contrast:
    industry = rng.choice(industries())
    post = construction.style == "~"
    while True:
        names = two_names(industry, rng)
        text = styled(_Filling(industry, labels, rng).fill(construction.template), construction.style, rng)
        if not names_any(text, names):
            break
    loud = text.isupper()
    for place, name in zip((_X, _Y), names, strict=True):
        while place in text:
            spelt = written(name, rng, post=post)
            text = text.replace(place, spelt.upper() if loud else spelt, 1)
    return Contrast(text, names[0 if x_asked else 1], labels[0 if x_asked else 1])


class _Filling:
    """Fills the braces of one text; no saying comes twice in it."""

    def __init__(self, industry: str, labels: tuple[Label, Label], rng: random.Random) -> None:
        self.industry, self.labels, self.rng = industry, dict(zip("ab", labels, strict=True)), rng
        self.said: set[str] = set()

    def fill(self, template: str) -> str:
        """The text, with a sign for each name."""
        return _SLOT.sub(lambda found: self._slot(found[1]), template)

    def _slot(self, slot: str) -> str:
        if slot in ("x", "y"):
            return _X if slot == "x" else _Y
        whose, _, form = slot.partition(" ")
        if whose not in self.labels:
            return self.rng.choice(words_of(slot))
        if form == "mood":
            return self._mood(self.labels[whose])
        return self._said(whose, form)

    def _said(self, whose: str, form: str) -> str:
        name = _X if whose == "a" else _Y
        if form == "says" and self.rng.random() < 0.4:
            return f"{name} {self._said(whose, '')}"
        kind = _FORMS[form]
        while (said := saying(self.industry, self.labels[whose], kind, self.rng)) in self.said:
            pass
        self.said.add(said)
        return self.fill(plural(said) if form == "they" else said).replace(_X, name)

    def _mood(self, label: Label) -> str:
        return self.rng.choice([line[2:] for line in words_of("mood") if SIGNS[line[0]] == label])
