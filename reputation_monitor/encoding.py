"""Vectors of texts, remembered: each look asks again for the mentions of the same disturbance."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.surveillance import Encoder

REMEMBERED = 20_000
"""Texts; at 384 numbers of four bytes each, 30 MB."""


class RememberingEncoder:
    """An encoder that reads a text once; the least lately asked are forgotten first."""

    def __init__(self, encoder: Encoder, most: int = REMEMBERED) -> None:
        self._encoder, self._most = encoder, most
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._turn = Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape ``(texts, width)``."""
        with self._turn:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if new:
                self._known.update(zip(new, self._encoder.embed(new), strict=True))
            for text in texts:
                self._known.move_to_end(text)
            found = np.stack([self._known[text] for text in texts])
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return found
