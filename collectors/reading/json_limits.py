"""How deep and how large a JSON document may be, judged before it is parsed.

A parsed value takes fifty times the bytes that it was written with and more, and a parser that follows a thousand
brackets down runs out of stack. Both can be told from commas and brackets, once strings are out of the way.
"""

import re
from itertools import accumulate

DEEPEST = 64
MOST_VALUES = 1_000_000

# Possessive, so that a string which never ends is passed over once and not once for each quote in it.
_STRING = re.compile(r'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def check_json(text: str) -> None:
    """Refuse what would not fit, whether it is JSON or not.

    Raises:
        ValueError: it is nested deeper than :data:`DEEPEST`, or may hold more values than :data:`MOST_VALUES`.
    """
    bare = _STRING.sub("", text)
    if 1 + bare.count(",") + bare.count("[") + bare.count("{") > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} values")
    brackets = _NO_BRACKET.sub("", bare)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > DEEPEST:
        raise ValueError(f"nested too deep: more than {DEEPEST} levels")
