"""Labelled public texts, as they lie in a data folder: which of them models are trained on and which measure them."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sentiment.scores import Label, from_stars

Part = Literal["train", "test"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text, by what names whoever it was judged for is called, and the label that people gave it.

    ``targets`` is empty where people judged the text as a whole.
    """

    text: str
    label: Label
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataSet:
    """Where labelled texts lie below the data folder, and how to read one row.

    Attributes:
        name: short, for people.
        train, test: paths below the data folder: ``.jsonl`` or ``.csv``, or either with ``.gz``. The same file twice is
            divided by ``key``; a set without ``train`` is only measured.
        screen: ``web``, ``tv`` or ``mobile``, whichever the texts are most like.
        note: what a reader of the figures must know.
        read: the labelled texts of one row.
        key: what keeps together in one part: the author, or the text.
        tested: the share of keys that is for testing, where one file is divided.
        two_class: its people knew no neutral.
    """

    name: str
    train: str | None
    test: str
    screen: str
    note: str
    read: Callable[[dict[str, Any]], list[Labelled]]
    key: str = "text"
    tested: float = 0.15
    two_class: bool = False

    def load(self, data: Path, part: Part = "test") -> list[Labelled]:
        """All labelled texts of a part.

        Raises:
            OSError: the file can't be read.
        """
        file = self.test if part == "test" else self.train
        if file is None:
            return []
        return [labelled for row in rows(data / file) if self._is_in(part, row) for labelled in self.read(row)]

    def _is_in(self, part: Part, row: dict[str, Any]) -> bool:
        return self.train != self.test or (share_of(row[self.key]) < self.tested) == (part == "test")


def share_of(key: str) -> float:
    """A number in [0, 1) that a key always has: its digest, read as a fraction."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:6]) / 2**48


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file, in its order."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = io.StringIO(raw.decode("utf-8"), newline="")
    if ".csv" in path.suffixes:
        yield from csv.DictReader(lines)
    else:
        yield from map(json.loads, lines)


def _plain(row: dict[str, Any]) -> list[Labelled]:
    return [Labelled(row["text"], row["label"])]


AIRLINES = {
    "Southwest": ("Southwest", "SouthwestAir", "Southwest Airlines", "SWA"),
    "United": ("United", "United Airlines"),
    "US Airways": ("US Airways", "USAir"),
    "Virgin America": ("Virgin America", "Virgin"),
}
"""What the airlines of the tweets are called in them."""


def _airline(row: dict[str, Any]) -> list[Labelled]:
    return [Labelled(row["text"], row["airline_sentiment"], AIRLINES[row["airline"]])]


def _news(row: dict[str, Any]) -> list[Labelled]:
    polarities: dict[float, Label] = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}
    text = row["sentence_normalized"]
    return [Labelled(text, polarities[target["polarity"]], (target["mention"],)) for target in row["targets"]]


def _review(row: dict[str, Any]) -> list[Labelled]:
    if row.get("language", "en") != "en":
        return []
    title = row["title"] if row["title"] not in ("", "null") else ""
    return [Labelled(f"{title}. {row['content']}" if title else row["content"], from_stars(float(row["score"])).label)]


_TWEETS = "tweeteval_sentiment/train_rebuilt.jsonl.gz"
_AIRLINE = "airline/tweets.csv.gz"
_MYBELL = "app_reviews/mybell_ios_2025.csv"
_FIREFOX = "app_reviews/firefox_android_replied_exp2.csv"
_FILMS = "sst2/train.jsonl"
DATA_SETS = (
    DataSet("TweetEval", _TWEETS, "tweeteval_sentiment/val.jsonl", "web", "validation split", _plain),
    DataSet("SST-2", _FILMS, _FILMS, "web", "a tenth held out", _plain, tested=0.1, two_class=True),
    DataSet("airline", _AIRLINE, _AIRLINE, "web", "authors held out, airline given", _airline, "author"),
    DataSet(
        "NewsMTSC", "newsmtsc/train.jsonl.gz", "newsmtsc/dev_rw.jsonl", "tv", "real-world dev part, target given", _news
    ),
    DataSet("NewsMTSC many", None, "newsmtsc/dev_mt.jsonl", "tv", "dev part with several targets a sentence", _news),
    DataSet("app reviews", _MYBELL, _MYBELL, "mobile", "authors held out, labels from stars", _review, "author", 0.5),
    DataSet("Firefox reviews", _FIREFOX, _FIREFOX, "mobile", "nearly all of one or two stars", _review, "content", 0.1),
)
