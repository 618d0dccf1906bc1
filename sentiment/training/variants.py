"""Texts with other words in some places, for a student to learn what its teacher makes of the difference.

A word is replaced by one that stands near to it among the base's vectors of words: ``good`` by ``great``, and as well
by ``bad``, as only the teacher says what the new text says (Jiao et al. 2020, "TinyBERT").
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from sentiment.datasets import Labelled
from sentiment.text import mark, normalise

OF = {"SST-2": 8, "NewsMTSC": 6, "TweetEval": 0.5, "airline": 2, "app reviews": 10, "Firefox reviews": 4}
"""How many variants are made of each text of a data set."""
REPLACED = 0.3
"""Share of the words that are replaced."""
NEAREST = 12
"""Of so many words that stand nearest one is taken."""
COMMONEST = 150
"""Of so many words, which stand first in the vocabulary, none is replaced: without them a text says nothing."""
_WORD = re.compile(r"(?<![\w\[@])(?!http)[A-Za-z]{2,}(?![\w\]])")
_AT_ONCE = 2048

Neighbours = Mapping[str, Sequence[str]]
"""The words that stand nearest to each word, all in small letters."""


def neighbours(base: Path) -> Neighbours:
    """The nearest words of every whole word in the base's vocabulary, by the cosine of their vectors."""
    vocabulary = AutoTokenizer.from_pretrained(base).get_vocab()
    words = sorted(filter(_WORD.fullmatch, vocabulary), key=vocabulary.__getitem__)[COMMONEST:]
    vectors = AutoModel.from_pretrained(base).get_input_embeddings().weight.detach()
    vectors = vectors[[vocabulary[word] for word in words]].double()  # so that all machines agree who is nearer
    vectors = functional.normalize(vectors - vectors.mean(dim=0), dim=1)
    found = {}
    for start in range(0, len(words), _AT_ONCE):
        some = words[start : start + _AT_ONCE]
        near = (vectors[start : start + _AT_ONCE] @ vectors.T).topk(NEAREST + 1).indices.tolist()
        found.update({word: [words[i] for i in row if words[i] != word] for word, row in zip(some, near, strict=True)})
    return found


def variants(
    parts: Mapping[str, Sequence[Labelled]], marked: Mapping[str, float], near: Neighbours, rng: random.Random
) -> Iterator[str]:
    """Variants of the texts of these data sets, by their names, of which such a share asks about the target."""
    for name in sorted(OF.keys() & parts):
        for one in parts[name]:
            times, rest = divmod(OF[name], 1)
            for _ in range(int(times) + (rng.random() < rest)):
                text = mark(one.text, one.targets) if rng.random() < marked.get(name, 0.0) else None
                yield variant(text or normalise(one.text), near, rng)


def variant(text: str, near: Neighbours, rng: random.Random) -> str:
    """The text with some words replaced; a target, handles and links stay."""

    def other(found: re.Match[str]) -> str:
        word = found[0]
        if rng.random() >= REPLACED or word.lower() not in near:
            return word
        chosen = rng.choice(near[word.lower()])
        return chosen.capitalize() if word[0].isupper() else chosen

    return _WORD.sub(other, text)
