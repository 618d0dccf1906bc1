"""Texts that say one thing of one and another of another, which real data has too few of.

Composites join two real tweets to different airlines with different labels. Contrasts come from the grammar below,
which also holds what misleads a model that only counts words: negation, comparison, questions and plain news.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sentiment.scores import Label

NAMES = (
    *("Northgale", "Brightline", "Oakwell", "Vantor", "Mellis", "Kestrel Air", "Lumo", "Fernbank", "Tarrant", "Zephyr"),
    *(
        "Bluestone",
        "Corvid Mobile",
        "Harborview",
        "Pinecrest",
        "Quanta",
        "Solace",
        "Umbra",
        "Wexford",
        "Yarrow",
        "Arden",
    ),
    *(
        "Caldera",
        "Dovetail",
        "Everly",
        "Finchley",
        "Granite Bank",
        "Hollis",
        "Indigo Rail",
        "Juniper",
        "Larkspur",
        "Nimbus",
    ),
)
PRAISE = (
    *(
        "was great",
        "is amazing",
        "got me home early",
        "has the friendliest staff",
        "fixed it in five minutes",
        "never lets me down",
    ),
    *(
        "just works",
        "made my day",
        "is by far the best",
        "was worth every penny",
        "sorted it out right away",
        "keeps getting better",
    ),
    *("gave me a full refund without fuss", "is so easy to use", "did an excellent job", "was fast and polite"),
)
BLAME = (
    *(
        "lost my bag",
        "is a joke",
        "charged me twice",
        "was terrible",
        "never answers the phone",
        "keeps crashing",
        "hung up on me",
    ),
    *(
        "ruined my holiday",
        "has the worst service ever",
        "is down again",
        "left us waiting four hours",
        "cancelled without a word",
    ),
    *("won't let me log in", "does not care about customers", "was late once more", "refused to help"),
)
PLAIN = (
    *(
        "opens a shop in Leeds on Monday",
        "announced its results",
        "flies to Porto twice a week",
        "is based in Denver",
        "has a new logo",
    ),
    *("moved its head office last year", "will publish the timetable in May", "employs 400 people", "starts at nine"),
    *("is listed in Frankfurt", "was founded in 1998", "sent the form by post"),
)
_SAYINGS: dict[Label, Sequence[str]] = {"positive": PRAISE, "negative": BLAME, "neutral": PLAIN}
_JOINTS = (
    "{a}, {b}",
    "{a}. {b}",
    "{a} but {b}",
    "{a} while {b}",
    "{a}; {b}",
    "{a}... {b}",
    "{a}, and then {b}",
    "{a} and {b}",
)
_COMPARED: Sequence[tuple[str, Label, Label]] = (
    ("{x} is so much better than {y}", "positive", "negative"),
    ("{x} beats {y} any day", "positive", "negative"),
    ("I'd take {x} over {y}", "positive", "negative"),
    ("leaving {y} for {x}, should have done it years ago", "positive", "negative"),
    ("next time I fly {x}, not {y}", "positive", "negative"),
    ("unlike {y}, {x} actually helps", "positive", "negative"),
    ("{y} could learn a thing or two from {x}", "positive", "negative"),
    ("is {x} cheaper than {y}?", "neutral", "neutral"),
    ("{x} or {y} for a trip to Rome?", "neutral", "neutral"),
    ("{x} and {y} both announced new fares", "neutral", "neutral"),
    ("not sure whether {x} bought {y} or the other way round", "neutral", "neutral"),
)
_ALONE: Sequence[tuple[str, Label]] = (
    ("{x} is not good", "negative"),
    ("{x} isn't bad at all", "positive"),
    ("I can't complain about {x}", "positive"),
    ("never had a problem with {x}", "positive"),
    ("{x} is anything but helpful", "negative"),
    ("wow, another delay, thanks a lot {x}", "negative"),
    ("great job {x}, you broke it again", "negative"),
    ("oh good, {x} is down. just what I needed", "negative"),
    ("does {x} have an app?", "neutral"),
    ("how do I reset my {x} password?", "neutral"),
    ("what time does {x} open tomorrow?", "neutral"),
    ("can anyone tell me where the {x} office is", "neutral"),
    ("no delay with {x} today", "positive"),
    ("{x} finally fixed the crash", "positive"),
    ("I wish {x} were half as good as they say", "negative"),
)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A text, whom it is asked about, and what it says of that one."""

    text: str
    target: str
    label: Label


def contrast(rng: random.Random) -> Contrast:
    """One text of the grammar."""
    kind = rng.random()
    if kind < 0.6:
        return _joined(rng)
    x, y = rng.sample(NAMES, 2)
    if kind < 0.85:
        form, of_x, of_y = rng.choice(_COMPARED)
        target, label = rng.choice(((x, of_x), (y, of_y)))
        return Contrast(form.format(x=x, y=y), target, label)
    form, label = rng.choice(_ALONE)
    return Contrast(form.format(x=x), x, label)


def _joined(rng: random.Random) -> Contrast:
    labels: list[Label] = rng.sample(("negative", "neutral", "positive"), 2)
    names = rng.sample(NAMES, 2)
    said = [f"{name} {rng.choice(_SAYINGS[label])}" for name, label in zip(names, labels, strict=True)]
    which = rng.randrange(2)
    return Contrast(rng.choice(_JOINTS).format(a=said[0], b=said[1]), names[which], labels[which])


def composite(first: str, second: str, rng: random.Random) -> str:
    """Two texts as one, in either order."""
    pair = [first, second]
    rng.shuffle(pair)
    return rng.choice((" ", " ", " | ", ". ", " / ")).join(pair)
