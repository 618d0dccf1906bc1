"""What a model's own label names mean in negative, neutral and positive."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sentiment.scores import LABELS

_NEGATIVE, _NEUTRAL, _POSITIVE = range(len(LABELS))

_NAMES = {
    **dict.fromkeys(("negative", "neg", "very negative", "extremely negative", "bearish"), _NEGATIVE),
    **dict.fromkeys(("neutral", "neu", "mixed", "none"), _NEUTRAL),
    **dict.fromkeys(("positive", "pos", "very positive", "extremely positive", "bullish"), _POSITIVE),
}
_UNNAMED = {
    2: (_NEGATIVE, _POSITIVE),
    3: (_NEGATIVE, _NEUTRAL, _POSITIVE),
    5: (_NEGATIVE, _NEGATIVE, _NEUTRAL, _POSITIVE, _POSITIVE),
}
_STARS = re.compile(r"([1-5])(?: ?stars?)")
_GENERIC = re.compile(r"label \d+")


class LabelError(ValueError):
    """The label names of a model do not say which of them is negative, neutral or positive."""


def class_of_each(names: Sequence[str]) -> NDArray[np.intp]:
    """For each of a model's labels, in the order of its outputs, the index in ``LABELS`` it counts for.

    Understood are words (``negative``, ``NEG``, ``Very Positive``), stars (``1 star`` to ``5 stars``; 1 and 2
    negative, 3 neutral, 4 and 5 positive), and unnamed labels (``LABEL_0``, …) of two, three or five classes, which
    by wide convention run from negative to positive. A model of two classes never finds anything neutral.

    Raises:
        LabelError: a name is none of these, or nothing is negative or nothing positive.
    """
    plain = [re.sub(r"[\s_-]+", " ", name).strip().lower() for name in names]
    if len(plain) in _UNNAMED and all(_GENERIC.fullmatch(name) for name in plain):
        return np.array(_UNNAMED[len(plain)])
    classes = [_class_of(name) for name in plain]
    if {_NEGATIVE, _POSITIVE} <= set(classes) and None not in classes:
        return np.array(classes, dtype=np.intp)
    raise LabelError(
        f"its labels are {', '.join(map(repr, names))}; expected negative, neutral and positive, or 1 star to 5 stars"
    )


def _class_of(name: str) -> int | None:
    if stars := _STARS.fullmatch(name):
        return _UNNAMED[5][int(stars[1]) - 1]
    return _NAMES.get(name)
