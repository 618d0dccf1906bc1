"""What is said of a brand, by its industry: ``sayings/INDUSTRY.txt``, and ``general`` of whatever brand.

A line starts with the sign of its label. Then comes, told apart by the next character, what the brand does
(``+ got me home early``), what it is (``+= superb``), a sentence that names it (``+: so happy with {x}``) or one that
does not (``+. Never again.``).
"""

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from sentiment.scores import Label
from sentiment.training.rivals.files import FOLDER, SIGNS, lines

Form = Literal["does", "is", "says", "then"]
GENERAL = "general"
_FORMS: Mapping[str, Form] = {" ": "does", "=": "is", ":": "says", ".": "then"}
_OF_INDUSTRY = 0.65
"""Share of sayings that only fit the industry."""
_PLURAL = {"is": "are", "was": "were", "has": "have", "does": "do"}
_PLURAL |= {f"{one}n't": f"{many}n't" for one, many in _PLURAL.items()}
_ADVERBS = frozenset(("never", "still", "always", "finally", "just", "really", "simply", "only", "quietly"))


@cache
def all_sayings() -> Mapping[tuple[str, Label, Form], Sequence[str]]:
    """The sayings of an industry, a label and a form."""
    found: dict[tuple[str, Label, Form], list[str]] = defaultdict(list)
    for path in sorted((FOLDER / "sayings").glob("*.txt")):
        for line in lines(path):
            found[path.stem, SIGNS[line[0]], _FORMS[line[1]]].append(line[2:].strip())
    return dict(found)


@cache
def industries() -> Sequence[str]:
    """All that have sayings of their own."""
    return sorted({industry for industry, _, _ in all_sayings()} - {GENERAL})


def saying(industry: str, label: Label, form: Form, rng: random.Random) -> str:
    """One that fits."""
    own = all_sayings().get((industry, label, form))
    return rng.choice(own if own and rng.random() < _OF_INDUSTRY else all_sayings()[GENERAL, label, form])


def plural(does: str) -> str:
    """What it does as what they do: ``has no signal`` becomes ``have no signal``."""
    first, _, rest = does.partition(" ")
    if first in _ADVERBS:
        return f"{first} {plural(rest)}"
    return f"{_plural_verb(first)} {rest}".strip()


def _plural_verb(verb: str) -> str:
    if verb in _PLURAL:
        return _PLURAL[verb]
    if not verb.endswith("s"):
        return verb
    if re.search("(sh|ch|ss|x|o)es$", verb):
        return verb[:-2]
    return f"{verb[:-3]}y" if verb.endswith("ies") and len(verb) > 4 else verb[:-1]
