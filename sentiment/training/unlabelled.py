"""Texts that nobody labelled, for a student to learn from what its teacher says of them.

They are parts of the training texts, the same texts asked about somebody else who is named in them, and what people
wrote to the makers of other programs.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sentiment.datasets import Labelled, rows
from sentiment.text import mark, normalise
from sentiment.training.examples import Example

KIND = "unlabelled"
_PARTS = {"SST-2": 3, "app reviews": 2, "Firefox reviews": 2}
"""Of whose texts parts are read, and how many of each."""
_NAMED = {"NewsMTSC": (2, 1.0), "TweetEval": (1, 0.4), "airline": (1, 0.3)}
"""Of whose texts others who are named in them are asked about: how many of each, and in what share of the texts."""
_COVIDSAFE = "app_reviews/covidsafe_google.csv"
_QUESTIONS = "firefox_support/questions_2021-09_2022-02.jsonl.gz"
_MOST_QUESTIONS = 4000
_LONGEST = 400
"""Characters that are read of what was written to the makers of a program."""

_JOINTS = re.compile(r"(?:[,;:()]|--|\.+|!|\?|but|and|yet|although|though|while|because|which|that)", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w@#.])(?:[@#]\w{2,30}|[A-Z][\w&'-]+(?: (?:of |the )?[A-Z][\w&'-]+){0,3})")
_FEWEST_WORDS, _MOST_WORDS = 2, 24
_WORD = re.compile(r"[\w&'-]+")
_TAG = re.compile(r"<[^>]+>")


def unlabelled(data: Path, parts: Mapping[str, Sequence[Labelled]], rng: random.Random) -> list[Example]:
    """What is made of the training parts of the data sets, by their names, and the files that lie in the folder."""
    texts = [text for name in sorted(_PARTS.keys() & parts) for text in _spans(parts[name], _PARTS[name], rng)]
    for name in sorted(_NAMED.keys() & parts):
        most, share = _NAMED[name]
        texts += _about_others([one for one in parts[name] if rng.random() < share], most, rng)
    texts += map(normalise, _to_makers(data, rng))
    return [Example(text, None, KIND) for text in sorted(set(filter(None, texts)))]


def _spans(labelled: Iterable[Labelled], most: int, rng: random.Random) -> Iterator[str]:
    """Some parts of each text, cut where a clause may begin or end."""
    for one in labelled:
        words = one.text.split()
        cuts = {0, len(words)}
        for i, word in enumerate(words):
            if _JOINTS.fullmatch(word):
                cuts |= {i, i + 1}
            elif not word[-1].isalnum():
                cuts.add(i + 1)
        places = sorted(cuts)
        spans = [(a, b) for i, a in enumerate(places) for b in places[i + 1 :]]
        fit = [(a, b) for a, b in spans if _FEWEST_WORDS <= b - a <= min(_MOST_WORDS, len(words) - 1)]
        for a, b in rng.sample(fit, min(most, len(fit))):
            yield normalise(" ".join(words[a:b]).strip(" ,;:"))


def _about_others(labelled: Sequence[Labelled], most: int, rng: random.Random) -> Iterator[str]:
    """Each text asked about some who are named in it, other than those it was labelled for.

    A word that these texts write small more often than not is no name.
    """
    written = Counter(word for one in labelled for word in _WORD.findall(one.text))
    for one in labelled:
        known = {word.casefold() for name in one.targets for word in name.split()}
        names = {_without_common_words(found[0], written) for found in _NAME.finditer(one.text)} - {""}
        others = [name for name in sorted(names) if not known & set(name.lstrip("@#").casefold().split())]
        for name in rng.sample(others, min(most, len(others))):
            if marked := mark(one.text, [name]):
                yield marked


def _without_common_words(name: str, written: Counter[str]) -> str:
    """A name without the words before it that begin a sentence only."""
    words = name.split()
    while words and written[words[0].lower()] > written[words[0]]:
        del words[0]
    return " ".join(words)


def _to_makers(data: Path, rng: random.Random) -> Iterator[str]:
    """Reviews of an app and questions about a browser, in English, as far as the folder has them."""
    if (data / _COVIDSAFE).is_file():
        yield from (row["content"][:_LONGEST] for row in rows(data / _COVIDSAFE))
    if (data / _QUESTIONS).is_file():
        asked = [row for row in rows(data / _QUESTIONS) if row["locale"] == "en-US"]
        for row in rng.sample(asked, min(_MOST_QUESTIONS, len(asked))):
            body = _TAG.sub(" ", row["content_html"])
            yield f"{row['title']}. {body}"[:_LONGEST]
