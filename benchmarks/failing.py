"""How well is talk of failing service told from other complaints, on real tweets and app reviews?

    python benchmarks/failing.py
    python benchmarks/failing.py --data DIR
    python benchmarks/failing.py --data DIR --draw > drawn.jsonl

The first prints what it costs to ask, on invented texts. The second prints precision, recall and F1 on texts that were
read and labelled: ``tests/data/failing_labels.csv`` names them (the texts are not ours to copy), ``DIR`` holds the data
sets. Such talk is rare, so it was not drawn evenly: of what the detector called then, what a net of many words caught
besides, likely or possibly, and the rest. Each text stands for as many as its stratum holds for each that was drawn, so
that the figures hold for the whole collections. The third draws a sample of what was not read, by today's detector. The
detector was changed by the half "choose" alone; texts "after" were drawn and read when it had been changed.

A text is labelled 1 where its writer says, or asks, that an IT service of the company does not work or did not:

- site, app, login, code, payment, account, computers, booking and check-in systems, kiosks, network, in-flight Wi-Fi;
- it is down, breaks off, crashes, hangs, shows errors, cannot be reached, installed, used, registered with or paid by,
  loses or mixes up what it holds, or does not do what it is for; codes and confirmations do not come; also where it
  works again by now, and where a website or app would not let the writer do what others do there;
- a telephone line only where the line or its system fails (cuts callers off), not for waiting.

It is labelled 0 for late or cancelled flights, staff, bags, prices, queues; the seat's screen, sockets and the
aircraft; what was never offered (a missing function, language, country, telephone that is not supported), design,
slowness alone, battery, other things on the telephone that are disturbed, permissions, privacy, bad opinions without
a fault ("rubbish"), wishes, and what others are said to say.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collectors.reading.markup import plain_text
from reputation_monitor.failing import talks_of_failing_service
from sentiment.evaluate.figures import Figure, intervals

LABELS = Path(__file__).parents[1] / "tests" / "data" / "failing_labels.csv"
FILES = {
    "airline": "airline/tweets.csv.gz",
    "covidsafe": "app_reviews/covidsafe_google.csv",
    "apetiz": "app_reviews/apetiz_bimpli_2015_2021.csv",
    "replied": "app_reviews/firefox_android_replied_exp2.csv",
    "mybell": "app_reviews/mybell_ios_2025.csv",
}
COLLECTIONS = {
    "tweets": ["airline"],
    "English reviews": ["covidsafe", "replied", "mybell"],
    "French reviews": ["apetiz"],
}
"""``replied`` holds a few French texts among its English ones."""
DRAWN = {
    "tweets": {"called": 185, "likely": 160, "possible": 130, "rest": 90},
    "English reviews": {"called": 110, "likely": 90, "possible": 60, "rest": 40},
    "French reviews": {"called": 110, "likely": 80, "possible": 50, "rest": 40},
}
AFTER = {
    "tweets": {"called": 70, "likely": 80, "possible": 60, "rest": 40},
    "English reviews": {"called": 50, "likely": 50, "possible": 40, "rest": 20},
}
"""What is drawn of those that nobody has read yet."""
SEED = 20261124
_THING = re.compile(
    r"""\b(?:apps?|appli\w*|(?:web)?sites?|web|online|internet|wi-?fi|computers?|syst[eè]?me?\w*|servers?|serveurs?|
    software|log\w*|sign\w*|password|mot\ de\ passe|identifiant\w*|compte|account|connect\w*|connexion|payments?|
    paiement|checkout|book\w*|check\w*[- ]?in|kiosks?|pages?|[ée]cran|links?|codes?|pins?|sms|bluetooth|
    update\w*|mise\s.\sjour|version|install\w*|register\w*|network|browser|phone|service|carte|solde)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_TROUBLE = re.compile(
    r"""\b(?:crash\w*|bugs?|bugu?\w*|errors?|erreur\w*|glitch\w*|not|no|never|\w+n['\u2019]?t|cannot|unable|broken?|down|
    fail\w*|fix\w*|problem\w*|probl[eè]me\w*|issues?|marche\w*|fonctionn\w*|impossible|plant\w*|fro[sz]e\w*|freez\w*|
    slow\w*|lent\w*|lag\w*|useless|outages?|technical|pas|plus|aucun\w*|stuck|blank|wrong|hung|hang\w*|stop\w*|wont|
    cant|dont|doesnt|out)\b""",
    re.IGNORECASE | re.VERBOSE,
)


class Labelled(NamedTuple):
    """A text that was read: which half it helps, where it was drawn, and whether its writer tells of a failure.

    ``among`` is how many texts its stratum of the collection holds.
    """

    half: str
    corpus: str
    stratum: str
    among: int
    text: str
    failing: bool


@cache
def texts(data: Path, name: str) -> Mapping[str, str]:
    """The texts of a data set by their ids, with titles, as intake hands them to the detector."""
    path = data / FILES[name]
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return {
        row.get("tweet_id") or str(at): _as_told(row)
        for at, row in enumerate(csv.DictReader(io.StringIO(raw.decode(), newline="")))
        if row.get("language", "en") in ("en", "fr")
    }


def _as_told(row: Mapping[str, str]) -> str:
    title = row.get("title", "null")
    return f"{'' if title == 'null' else plain_text(title)}\n{plain_text(row.get('text') or row['content'])}".strip()


def stratum_of(text: str) -> str:
    """Where a text is drawn: what is called by the detector, and how near the rest of it is to being called."""
    if talks_of_failing_service(text):
        return "called"
    caught = bool(_THING.search(text)) + bool(_TROUBLE.search(text))
    return ("rest", "possible", "likely")[caught]


def draw(data: Path, read: Container[str] = ()) -> Iterator[dict[str, str | int]]:
    """A sample of what was not read, in an order that does not tell how the detector called each.

    The first is split in halves; one that is drawn after others tells of texts by which nothing was changed.
    """
    rng = random.Random(SEED)
    drawn: list[dict[str, str | int]] = []
    for corpus, sizes in (AFTER if read else DRAWN).items():
        strata: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key, text in _collection(data, corpus):
            if key not in read:
                strata[stratum_of(text)].append((key, text))
        for stratum, size in sizes.items():
            for key, text in rng.sample(strata[stratum], min(size, len(strata[stratum]))):
                half = "after" if read else half_of(key)
                drawn.append({"half": half, "corpus": corpus, "id": key, "stratum": stratum, "text": text})
                drawn[-1]["among"] = len(strata[stratum])
    return iter(rng.sample(drawn, len(drawn)))


def half_of(key: str) -> str:
    """The half that a text helps, by chance and yet the same whenever it is drawn."""
    return ("report", "choose")[hashlib.sha256(key.encode()).digest()[0] % 2]


def _collection(data: Path, corpus: str) -> Iterator[tuple[str, str]]:
    for name in COLLECTIONS[corpus]:
        for key, text in texts(data, name).items():
            yield f"{name}:{key}", text


# --- How right the detector is -----------------------------------------------------------------------------------


class Figures(NamedTuple):
    """How right the calls are, over the whole collections."""

    precision: Figure
    recall: Figure
    f1: Figure


def label_rows() -> list[dict[str, str]]:
    """The rows of the truth, as they are written."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def labelled(data: Path) -> Iterator[Labelled]:
    """The texts of the truth."""
    for row in label_rows():
        name, _, key = row["id"].partition(":")
        text = texts(data, name)[key]
        yield Labelled(row["half"], row["corpus"], row["stratum"], int(row["among"]), text, row["failing"] == "1")


def judge(rows: Sequence[Labelled], resamples: int = 1000) -> Figures:
    """Figures of the detector, each text standing for its share of its stratum, with bootstrap intervals.

    The strata are as large in every resample as they are, so that chance moves only what was drawn of them
    (post-stratification; Lohr, Sampling, 2019, chapter 4).
    """
    strata = list(dict.fromkeys((row.corpus, row.stratum, row.among) for row in rows))
    of = np.array([strata.index((row.corpus, row.stratum, row.among)) for row in rows])
    sizes = np.array([among for *_, among in strata])
    called = np.array([talks_of_failing_service(row.text) for row in rows])
    failing = np.array([row.failing for row in rows])

    def figures(times: NDArray[np.float64]) -> Sequence[float]:
        drawn = np.bincount(of, weights=times, minlength=len(sizes))
        weight = times * (sizes / np.maximum(drawn, 1))[of]
        right = weight[called & failing].sum()
        precision, recall = right / weight[called].sum(), right / weight[failing].sum()
        return precision, recall, 2 * right / (weight[called].sum() + weight[failing].sum())

    return Figures(*intervals(figures, range(len(rows)), resamples=resamples))


def all_read(rows: Sequence[Labelled]) -> list[Labelled]:
    """Both draws as one sample: what was read first stands for itself, what was read after it for all that was left."""
    sizes = Counter((row.corpus, row.stratum) for row in rows if row.half != "after")
    return [
        row
        if row.half == "after"
        else row._replace(stratum=f"read, {row.stratum}", among=sizes[row.corpus, row.stratum])
        for row in rows
    ]


def show(data: Path) -> None:
    """Print the figures of each half and of all that was read, for each collection."""
    rows = list(labelled(data))
    for half, corpus in product(("choose", "report", "all"), DRAWN):
        of_corpus = [row for row in rows if row.corpus == corpus]
        some = all_read(of_corpus) if half == "all" else [row for row in of_corpus if row.half == half]
        if half == "all" and corpus not in AFTER:
            continue
        found = judge(some)
        print(
            f"{half:<7} {corpus:<16}{len(some):>4} read, {sum(row.failing for row in some):>3} failing   "
            f"precision {found.precision}   recall {found.recall}   F1 {found.f1}"
        )


# --- What it costs to ask ----------------------------------------------------------------------------------------

WORDS = "the queue at the gate was long and nobody knew why my app and card showed another train home"


def microseconds(words: int, number: int = 500) -> float:
    """The processor's time to ask of a text of so many words that talks of nothing failing, on average."""
    rng = random.Random(SEED)
    asked = [" ".join(rng.choices(WORDS.split(), k=words)) for _ in range(number)]
    started = time.process_time()
    for text in asked:
        talks_of_failing_service(text)
    return 1e6 * (time.process_time() - started) / number


def show_cost() -> None:
    """Print what a short and a long text cost; of a longer one no more is read."""
    for kind, words in (("tweet", 20), ("long text", 450)):
        print(f"{microseconds(words):,.0f} microseconds to ask of a {kind} ({words} words)")


def main() -> None:
    """Print figures, or draw texts to read."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="the folder of data sets; without it, the cost is printed")
    parser.add_argument("--draw", action="store_true", help="print a sample to read as JSON lines")
    told = parser.parse_args()
    if told.data is None:
        show_cost()
    elif told.draw:
        for row in draw(told.data, [row["id"] for row in label_rows()]):
            print(json.dumps(row, ensure_ascii=False))
    else:
        show(told.data)


if __name__ == "__main__":
    main()
