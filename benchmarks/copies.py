"""Are copies told from texts that only look alike, and what does a mention cost when many are stored?

    python benchmarks/copies.py --data DIR
    python benchmarks/copies.py --stored 10000 100000 300000

The first prints precision and recall on pairs of real texts that were labelled by hand: ``tests/data/copies_pairs.csv``
names them (the texts are not ours to copy), ``DIR`` holds the data sets. Thresholds were chosen on the half "choose";
the half "report" was drawn and labelled after that, and "called" among what the method takes for copies, so that it
tells of precision alone. The second needs no data: its texts are invented.
"""

import argparse
import asyncio
import csv
import gzip
import json
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from collectors.reading.markup import plain_text, strip_html
from reputation_monitor.copies import fingerprint, is_copy, meet, sketch, told_words
from reputation_monitor.store import NewMention, Store
from sentiment.evaluate.figures import proportion

PAIRS = Path(__file__).parents[1] / "tests" / "data" / "copies_pairs.csv"
QUESTIONS = {
    "questions": "firefox_support/questions_2021-09_2022-02.jsonl.gz",
    "spam": "firefox_support/questions_2025-01_spam.jsonl.gz",
}
REVIEWS = {
    "covidsafe": "app_reviews/covidsafe_google.csv",
    "apetiz": "app_reviews/apetiz_bimpli_2015_2021.csv",
    "replied": "app_reviews/firefox_android_replied_exp2.csv",
    "mybell": "app_reviews/mybell_ios_2025.csv",
}
AIRLINE, CAPTIONS = "airline/tweets.csv.gz", "tv_captions/foxnews_2013_closed_captions.jsonl"
TWEETS = "tweeteval_sentiment/train_rebuilt.jsonl.gz"
_MASK = re.compile(r"\bhttp\b(?!:)")  # what those who gave the tweets put in the place of a link
START = datetime(2026, 1, 5, tzinfo=UTC)


class Told(NamedTuple):
    """A text as a collector would give it."""

    title: str
    text: str


class Pair(NamedTuple):
    """Two texts, and whether one is a copy of the other: as a reader called it, or as one was made of the other."""

    half: str
    corpus: str
    one: Told
    other: Told
    copy: bool
    made: bool


# --- The labelled pairs ------------------------------------------------------------------------------------------


@cache
def corpus(data: Path, name: str) -> Mapping[str, Told]:
    """The texts of a data set by their ids; captions are cut by ``text_of``."""
    if name in QUESTIONS:
        with gzip.open(data / QUESTIONS[name], "rt", encoding="utf-8") as file:
            rows = list(map(json.loads, file))
        return {str(row["id"]): Told(row["title"], strip_html(row["content_html"])) for row in rows}
    if name == "airline":
        with gzip.open(data / AIRLINE, "rt", encoding="utf-8", newline="") as file:
            return {row["tweet_id"]: Told("", plain_text(row["text"])) for row in csv.DictReader(file)}
    if name == "tweets":
        with gzip.open(data / TWEETS, "rt", encoding="utf-8") as file:
            texts = (plain_text(json.loads(line)["text"]) for line in file)
            return {str(at): Told("", _MASK.sub("", text)) for at, text in enumerate(texts)}
    if name in REVIEWS:
        with (data / REVIEWS[name]).open(encoding="utf-8", newline="") as file:
            return {str(at): Told("", plain_text(row["content"] or "")) for at, row in enumerate(csv.DictReader(file))}
    lines = (data / CAPTIONS).read_text(encoding="utf-8").splitlines()
    return {str(at): Told("", json.loads(line)["text"]) for at, line in enumerate(lines)}


def text_of(data: Path, name: str, key: str) -> Told:
    """A text by its id; of captions ``line:first word:number of words``."""
    if name != "fox":
        return corpus(data, name)[key]
    line, first, number = key.split(":")
    words = corpus(data, name)[line].text.split()
    return Told("", " ".join(words[int(first) : int(first) + int(number)]))


class _Draft(NamedTuple):
    """A text to be edited: its words, words of another text to fill it with, and the dice."""

    told: Told
    words: list[str]
    filler: Sequence[str]
    rng: random.Random


def edit(told: Told, kind: str, seed: int, filler: Sequence[str]) -> Told:
    """Another text made of one, as outlets and people do; the same for the same seed."""
    return EDITS[kind](_Draft(told, told.text.split(), filler, random.Random(seed)))


def _cut(made: _Draft) -> Told:
    return Told(" ".join(made.filler[:7]), " ".join(made.words[: round(len(made.words) * made.rng.uniform(0.3, 0.6))]))


def _ending(made: _Draft) -> Told:
    return Told(" ".join(made.filler[:6]), f"{made.told.text} {' '.join(made.filler[6 : 6 + made.rng.randint(8, 14)])}")


def _passage(made: _Draft) -> Told:
    size = len(made.words) // 5
    start = made.rng.randrange(len(made.words) - size)
    return Told(made.told.title, " ".join([*made.words[:start], *made.filler[:size], *made.words[start + size :]]))


def _quoted(made: _Draft) -> Told:
    remark = " ".join(made.filler[: made.rng.randint(2, 5)])
    return Told(
        "", made.rng.choice([f"{remark} RT @someone: {made.told.text}", f"“@someone: {made.told.text}” {remark}"])
    )


def _mended(made: _Draft) -> Told:
    kept = [word for word in made.words if any(map(str.isdigit, word)) or made.rng.random() > 0.05]
    return Told(made.told.title, " ".join(kept))


def _figure(made: _Draft) -> Told:
    return Told(
        made.told.title, re.sub(r"\d+", lambda found: str(int(found[0]) + made.rng.randint(1, 9)), made.told.text)
    )


def _opening(made: _Draft) -> Told:
    kept = min(50, round(len(made.words) * made.rng.uniform(0.25, 0.4)))
    return Told(made.told.title, " ".join([*made.words[:kept], *made.filler[: len(made.words) - kept]]))


def _embedded(made: _Draft) -> Told:
    start = made.rng.randint(15, 30)
    return Told("", " ".join([*made.filler[:start], *made.words, *made.filler[start : start + 3 * len(made.words)]]))


EDITS: Mapping[str, Callable[[_Draft], Told]] = {
    "cut": _cut,
    "ending": _ending,
    "passage": _passage,
    "quoted": _quoted,
    "mended": _mended,
    "figure": _figure,
    "opening": _opening,
    "embedded": _embedded,
}


def labelled_pairs(data: Path) -> Iterator[Pair]:
    """The pairs of the truth, with their texts. An edit is ``kind:seed:id of the text that fills it``."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = text_of(data, row["corpus"], row["one"])
            kind, _, rest = row["other"].partition(":")
            if kind in EDITS:
                seed, _, filler = rest.partition(":")
                other = edit(one, kind, int(seed), text_of(data, row["corpus"], filler).text.split())
            else:
                other = text_of(data, row["corpus"], row["other"])
            made = kind in EDITS or (row["corpus"] == "fox" and _is_clip(row["one"], row["other"]))
            yield Pair(row["half"], row["corpus"], one, other, row["copy"] == "1", made)


def _is_clip(one: str, other: str) -> bool:
    """Whether one is a window of captions, and the other two windows of the same programme."""
    (line, *_, length), (other_line, *_, other_length) = one.split(":"), other.split(":")
    return line == other_line and length != other_length


def found(pair: Pair) -> bool:
    """Whether the store would call the pair copies: their sketches meet, and their words agree."""
    one, other = told_words(*pair.one), told_words(*pair.other)
    if one and fingerprint(one) == fingerprint(other):
        return True
    mine, theirs = sketch(one), sketch(other)
    return meet(mine, len({*mine} & {*theirs})) and is_copy(one, other)


class Figures(NamedTuple):
    """Copies that were found, what was taken for a copy, copies that were missed; texts rightly kept apart."""

    right: int
    wrong: int
    missed: int
    apart: int

    @property
    def precision(self) -> float:
        """Of what was called a copy, what is one."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of the copies, those that were found."""
        return self.right / (self.right + self.missed)


def judge(pairs: Iterable[Pair]) -> Figures:
    """Count."""
    counts = Counter((found(pair), pair.copy) for pair in pairs)
    return Figures(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def show_truth(data: Path) -> None:
    """Precision and recall of each half, on texts as they were found, on those made of others, and on both."""
    pairs = list(labelled_pairs(data))
    for half in ("choose", "report", "called"):
        of_half = [pair for pair in pairs if pair.half == half]
        kinds = {"found": [p for p in of_half if not p.made], "made": [p for p in of_half if p.made]}
        for kind, some in (kinds | {"both": of_half}).items():
            if not some:
                continue
            figures = judge(some)
            precise = proportion(figures.right, figures.right + figures.wrong)
            complete = proportion(figures.right, figures.right + figures.missed)
            print(
                f"{half:<7} {kind:<7}{len(some):>4} pairs   precision {figures.precision:.3f} "
                f"[{precise.low:.3f}, {precise.high:.3f}]   recall {figures.recall:.3f} "
                f"[{complete.low:.3f}, {complete.high:.3f}]   {figures.wrong} wrong, {figures.missed} missed"
            )


# --- The cost of a mention ---------------------------------------------------------------------------------------


def invented(first: int, number: int) -> list[NewMention]:
    """Mentions as long as tweets and articles, in words of natural frequencies; one in ten is mended from another."""
    made: list[NewMention] = []
    for at in range(first, first + number):
        rng = random.Random(at)
        copied = at > 50 and rng.random() < 0.1
        words = _words(at - rng.randint(1, 50) if copied else at)
        if copied:
            words[rng.randrange(len(words))] = "mended"
        text = " ".join(words)
        published = START + timedelta(seconds=at)
        told = told_words("", text)
        made.append(
            NewMention(
                brand="Larkair",
                screen="web",
                source="feed",
                item_id=str(at),
                text=text,
                published=published,
                fingerprint=fingerprint(told),
                sketch=sketch(told, "Larkair"),
            )
        )
    return made


def _words(seed: int) -> list[str]:
    rng = random.Random(-seed)
    length = rng.choice([12, 18, 25, 25, 80, 300])
    return [f"w{min(int(20 * rng.paretovariate(0.9)), 50_000)}" for _ in range(length)]


async def cost(sizes: Sequence[int], batches: int, folder: Path) -> None:
    """Milliseconds a mention at each size, with near copies looked for and without."""
    async with await Store.open(f"sqlite:///{folder / 'copies.db'}") as store:
        stored = 0
        for size in sizes:
            while stored < size:
                await store.add_mentions(invented(stored, 2_000), START)
                stored += 2_000
            near, plain = [], []
            for _ in range(batches):
                near.append(await _timed(store, invented(stored, 500)))
                plain.append(await _timed(store, [_unsketched(one) for one in invented(stored + 500, 500)]))
                stored += 1_000
            print(f"{size:>8} stored   near copies {_spoken(near)}   without {_spoken(plain)}", flush=True)


def _unsketched(mention: NewMention) -> NewMention:
    return replace(mention, sketch=())


class Taken(NamedTuple):
    """Milliseconds a mention: by the clock, and of the processor."""

    clock: float
    processor: float


async def _timed(store: Store, mentions: Sequence[NewMention]) -> Taken:
    clock, processor = time.perf_counter(), time.process_time()
    await store.add_mentions(mentions, START)
    each = 1000 / len(mentions)
    return Taken((time.perf_counter() - clock) * each, (time.process_time() - processor) * each)


def _spoken(taken: Sequence[Taken]) -> str:
    clock, processor = (statistics.median(times) for times in zip(*taken, strict=True))
    return f"{clock:.2f} ms a mention ({processor:.2f} of the processor)"


def main() -> None:
    """Print the figures that were asked for; without options, the cost at small sizes."""
    parser = argparse.ArgumentParser(description="Precision and recall of near copies, and their cost.")
    parser.add_argument("--data", type=Path, help="the folder of the data sets; their truth is left out if not given")
    parser.add_argument("--stored", type=int, nargs="*", default=[2_000, 20_000], help="mentions that are stored")
    parser.add_argument("--batches", type=int, default=9, help="batches of 500 that are timed at each size")
    options = parser.parse_args()
    if options.data:
        show_truth(options.data)
    with tempfile.TemporaryDirectory(prefix="copies") as folder:
        asyncio.run(cost(options.stored, options.batches, Path(folder)))


if __name__ == "__main__":
    main()
