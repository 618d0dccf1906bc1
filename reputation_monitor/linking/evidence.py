"""Which mentions carry an excess, and which words came with it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reputation_monitor.linking.words import tells_something

WORD = re.compile(r"[^\W\d_][\w'\u2019]+")
FAILING_WEIGHT = 1.5
FEWEST_USES = 3
PRIOR_WORDS = 500.0
CLEAR_Z = 2.0


@dataclass(frozen=True, slots=True)
class Witness:
    """A mention in the span of an effect.

    Attributes:
        id: as it is shown.
        voice: author or story; each is quoted once.
        negative: P(negative).
        failing: whether it talks of failing service.
    """

    id: str
    voice: str
    text: str
    negative: float
    failing: bool


def rank_witnesses(witnesses: Sequence[Witness], nearness: NDArray[np.float64]) -> list[Witness]:
    """Order mentions by how much they tell: negative, near the subject, about failing service.

    Args:
        witnesses: of the span, any order.
        nearness: of each to the subject, shape ``(witnesses,)``.

    Returns:
        One witness a voice, the most telling first.
    """
    weight = np.array([w.negative * (FAILING_WEIGHT if w.failing else 1.0) for w in witnesses])
    ranked, heard = [], set()
    for index in np.argsort(-weight * nearness, kind="stable"):
        witness = witnesses[int(index)]
        if witness.voice not in heard:
            heard.add(witness.voice)
            ranked.append(witness)
    return ranked


def nearness_in_meaning(meanings: NDArray[np.float32], subject: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosine of each text's vector with the subject's, in [0, 1]; unit vectors of shape ``(texts, width)``."""
    return np.asarray(np.clip(meanings @ subject, 0.0, 1.0), dtype=float)


def nearness_in_words(texts: Sequence[str], subject: str, usual: Sequence[str]) -> NDArray[np.float64]:
    """Share of words that a text has in common with the subject, rare ones weighing more, in [0, 1].

    Rarity is the inverse frequency among ``usual`` texts of the brand (Sparck Jones 1972): "computer" tells more of
    an airline's outage than "flight". Words are compared by their first five letters.
    """
    frequency: Counter[str] = Counter()
    for text in usual:
        frequency.update(_stems(text))
    wanted = _stems(subject)
    raw = np.zeros(len(texts))
    for i, text in enumerate(texts):
        stems = _stems(text)
        shared = sum(float(np.log((len(usual) + 1) / (frequency[s] + 0.5))) for s in stems & wanted)
        # Eight words more than it has: a text of one word that is the right one tells less than a sentence.
        raw[i] = shared / (len(stems) + 8)
    return np.asarray(raw / raw.max()) if raw.max() > 0 else raw


def _stems(text: str) -> set[str]:
    return {word.lower()[:5] for word in WORD.findall(text) if len(word) > 2}


@dataclass(frozen=True, slots=True)
class GrownTerm:
    """A word or a pair of words, and how many texts used it in the span and before."""

    words: str
    count: int
    before: int


def grown_terms(during: Iterable[str], before: Iterable[str], limit: int = 12) -> list[GrownTerm]:
    """Words and pairs of words used more than before, the clearest first; words of grammar are left out.

    Log odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008,
    https://doi.org/10.1093/pan/mpn018, equations 16 and 22), each text counting a term once.
    """
    now, then = _document_counts(during), _document_counts(before)
    both = now + then
    total = max(sum(both.values()), 1)
    now_sum, then_sum = max(sum(now.values()), 1), max(sum(then.values()), 1)
    scores = {
        term: _log_odds_z(now[term], now_sum, then[term], then_sum, PRIOR_WORDS * both[term] / total)
        for term in now
        if now[term] >= FEWEST_USES and tells_something(term)
    }
    # Of words that always come together the pair tells more.
    clear = sorted((t for t in scores if scores[t] > CLEAR_Z), key=lambda t: (-scores[t], -t.count(" "), t))
    return [GrownTerm(t, now[t], then[t]) for t in _without_parts(clear)[:limit]]


def _log_odds_z(now: int, now_sum: int, then: int, then_sum: int, prior: float) -> float:
    odds_now = np.log((now + prior) / (now_sum + PRIOR_WORDS - now - prior))
    odds_then = np.log((then + prior) / (then_sum + PRIOR_WORDS - then - prior))
    return float((odds_now - odds_then) / np.sqrt(1 / (now + prior) + 1 / (then + prior)))


def _document_counts(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        words = [w.lower() for w in WORD.findall(text)]
        counts.update(set(words) | {f"{a} {b}" for a, b in pairwise(words)})
    return counts


def _without_parts(terms: list[str]) -> list[str]:
    """Leave out a term that shares a word with a clearer one."""
    kept: list[str] = []
    used: set[str] = set()
    for term in terms:
        words = set(term.split())
        if not words & used:
            kept.append(term)
            used |= words
    return kept
