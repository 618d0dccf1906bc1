"""Labelled texts given to two invented brands, a half of the text each.

A half is a short text of the training parts. Where people judged it for a target, the brand takes the target's place;
where they judged it as a whole, the brand's name is put to it. The other half says something of another brand.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sentiment.datasets import Labelled
from sentiment.scores import LABELS, Label
from sentiment.text import TARGET, mark, names_any, normalise
from sentiment.training.contrasts import Contrast
from sentiment.training.rivals.names import two_names, written
from sentiment.training.rivals.sayings import industries

LONGEST = 130
"""Characters of a text that may be a half."""
SHORTEST = 12
_ALIKE = 0.2
"""Share of texts whose halves have the same label."""
_OPENINGS = (
    *("{x}: {said}", "{x} - {said}", "{x}. {said}", "{x}, {said}", "{x} {said}", "re {x}: {said}", "{x}? {said}"),
    *("about {x}: {said}", "My experience with {x}? {said}", "As for {x}, {said}", "{x} >> {said}", "On {x}: {said}"),
    *("My review of {x}: {said}", "now {x}. {said}", "{said} ({x})", "{said} - {x}", "What I think of {x}: {said}"),
    *("Someone on {x}: {said}", "Then there's {x}. {said}", '"{said}", they say of {x}', "{said} That was {x}."),
)
_POST_OPENINGS = ("@{x} {said}", "#{x} {said}", "{said} @{x}", "{said} #{x}", ".@{x} {said}", "hey @{x}, {said}")
_JOINTS = (
    *(" ", ". ", ", ", "; ", " | ", " / ", " // ", " - ", "\n", "\n\n", "... ", " ... ", " >> ", " :: "),
    *(" but ", ", but ", " while ", ", while ", " whereas ", ". Meanwhile, ", " and ", ", and ", ". And ", ". But "),
    *(". Then again, ", ". On the other hand, ", ". Also: ", " + ", " vs ", ". PS: ", ". Next, ", " & then "),
)


@dataclass(frozen=True, slots=True)
class Half:
    """A text in which ``TARGET`` stands where the brand's name will, or nothing does yet."""

    text: str
    label: Label


def halves_of(labelled: Sequence[Labelled]) -> list[Half]:
    """Those that are short enough and, where they were judged for a target, name it."""
    found = []
    for one in labelled:
        text = mark(one.text, one.targets) if one.targets else normalise(one.text)
        if text and SHORTEST <= len(text) <= LONGEST:
            found.append(Half(text, one.label))
    return found


def halves(sources: Mapping[str, Sequence[Half]], count: int, rng: random.Random) -> Iterator[Contrast]:
    """So many texts, each label asked for as often. Sources with more texts take part oftener, by the square root."""
    by_label = {label: _with_label(sources, label) for label in LABELS}
    if not all(by_label.values()):
        return
    for i in range(count):
        asked = LABELS[i % len(LABELS)]
        other = asked if rng.random() < _ALIKE else rng.choice([label for label in LABELS if label != asked])
        made = None
        while made is None:
            made = _joined(_one(by_label[asked], rng), _one(by_label[other], rng), rng)
        yield made


def _with_label(sources: Mapping[str, Sequence[Half]], label: Label) -> list[list[Half]]:
    found = [[half for half in some if half.label == label] for some in sources.values()]
    return [some for some in found if some]


def _one(sources: Sequence[Sequence[Half]], rng: random.Random) -> Half:
    (source,) = rng.choices(sources, [len(some) ** 0.5 for some in sources])
    return rng.choice(source)


def _joined(asked: Half, other: Half, rng: random.Random) -> Contrast | None:
    """Both in either order; nothing where a name is a word of either."""
    names = two_names(rng.choice(industries()), rng)
    if names_any(f"{asked.text} {other.text}", names):
        return None
    said = [_about(name, half.text, rng) for name, half in zip(names, (asked, other), strict=True)]
    rng.shuffle(said)
    joint = rng.choice(_JOINTS)
    first = said[0].rstrip(" .,;") if joint[0] in ".,;" else said[0]
    return Contrast(f"{first}{joint}{said[1]}", names[0], asked.label)


def _about(name: str, text: str, rng: random.Random) -> str:
    if TARGET in text:
        return text.replace(TARGET, written(name, rng, post=rng.random() < 0.3))
    joined = name.replace(" ", "")
    if joined.isalnum() and rng.random() < 0.25:
        return rng.choice(_POST_OPENINGS).format(x=joined, said=text)
    return rng.choice(_OPENINGS).format(x=name, said=text)
