"""A few numbers by which texts that share words are found among many."""

import heapq
from collections.abc import Iterable, Sequence, Sized
from zlib import crc32

from reputation_monitor.copies.texts import spaced_out

SHINGLE = 5
KEPT = 16
HEAD = 64
FEWEST_SHARED = 2

_STIR = 0x9E37_79B9_7F4A_7C15  # the golden ratio in 64 bits: neighbours come apart
_BITS = (1 << 63) - 1  # what a database's signed integers hold


def sketch(words: Sequence[str], brand: str = "") -> tuple[int, ...]:
    """The smallest hashes of the text's shingles, from 0 to 2^63 - 1; none for a text of no words.

    Shingles are five words that follow each other. The 16 smallest hashes of a set are a fair sample of it, and what is
    smallest in a whole is smallest in each part that holds it: a bottom-k sketch (Broder 1997, "On the resemblance and
    containment of documents"). So texts meet in a hash even where one is a part of the other, which MinHash in bands
    finds only where they are alike as wholes. The first 64 words give 16 more, because stories are cut from the end.
    Texts of two brands do not meet.
    """
    units = spaced_out(words)
    size = min(SHINGLE, len(units))
    if not size:
        return ()
    begin = crc32(brand.encode("utf-8", "surrogatepass"))
    hashes = [_hash(" ".join(units[start : start + size]), begin) for start in range(len(units) - size + 1)]
    return tuple(sorted(_smallest(hashes) | _smallest(hashes[:HEAD])))


def meet(sketch_of: Sized, shared: int) -> bool:
    """Whether a text shares enough hashes with another to be compared with it: two, or the only one."""
    return shared >= min(FEWEST_SHARED, len(sketch_of)) > 0


def _hash(shingle: str, begin: int) -> int:
    return crc32(shingle.encode("utf-8", "surrogatepass"), begin) * _STIR & _BITS


def _smallest(hashes: Iterable[int]) -> set[int]:
    return set(heapq.nsmallest(KEPT, set(hashes)))
