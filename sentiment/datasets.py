"""Labelled public texts on which models are measured, as they lie in a data folder."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sentiment.scores import Label, from_stars


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text, whom it is about if that was asked, and the label that people gave it."""

    text: str
    label: Label
    target: str | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """Where labelled texts lie below the data folder, and how to read one row.

    Attributes:
        name: short, for people.
        file: path below the data folder: ``.jsonl`` or ``.csv``, or either with ``.gz``.
        screen: ``web``, ``tv`` or ``mobile``, whichever the texts are most like.
        note: what a reader of the figures must know.
        read: the labelled texts of one row.
    """

    name: str
    file: str
    screen: str
    note: str
    read: Callable[[dict[str, Any]], list[Labelled]]

    def load(self, data: Path) -> list[Labelled]:
        """All its labelled texts.

        Raises:
            OSError: the file can't be read.
        """
        return [labelled for row in _rows(data / self.file) for labelled in self.read(row)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = io.StringIO(raw.decode("utf-8"), newline="")
    if ".csv" in path.suffixes:
        yield from csv.DictReader(lines)
    else:
        yield from map(json.loads, lines)


def _plain(row: dict[str, Any]) -> list[Labelled]:
    return [Labelled(row["text"], row["label"])]


def _airline(row: dict[str, Any]) -> list[Labelled]:
    return [Labelled(row["text"], row["airline_sentiment"], row["airline"])]


def _news(row: dict[str, Any]) -> list[Labelled]:
    polarities: dict[float, Label] = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}
    text = row["sentence_normalized"]
    return [Labelled(text, polarities[target["polarity"]], target["mention"]) for target in row["targets"]]


def _review(row: dict[str, Any]) -> list[Labelled]:
    return [Labelled(f"{row['title']}. {row['content']}", from_stars(float(row["score"])).label)]


DATA_SETS = (
    DataSet("TweetEval", "tweeteval_sentiment/val.jsonl", "web", "validation split; of the training's kind", _plain),
    DataSet("UMSAB English", "umsab/english_val.jsonl", "web", "a part of TweetEval's, classes made equal", _plain),
    DataSet("airline", "airline/tweets.csv.gz", "web", "tweets to four airlines; not trained on", _airline),
    DataSet("NewsMTSC", "newsmtsc/dev_rw.jsonl", "tv", "sentences of news, by target; not trained on", _news),
    DataSet("app reviews", "app_reviews/mybell_ios_2025.csv", "mobile", "labels from stars; not trained on", _review),
)
