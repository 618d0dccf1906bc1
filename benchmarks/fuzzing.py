"""Can a feed break a parser? Spoil feeds again and again, and see that each still gives items or reasons.

    python benchmarks/fuzzing.py --inputs 200000

Every parser of the collectors is given seeds (invented ones below, and captured ones where ``--data`` names a folder
of them) that were spoilt by chance: bytes, tokens, or the structure of JSON, XML and lines. An input breaks a promise
if an exception comes out of the parser, if it takes over two seconds, if nothing comes out at all, or if an item or a
reject is not what ``collectors.base`` says. What broke is written to ``--keep``; exit status 1 if anything did.

A parser is one line in ``TARGETS``. The same ``--seed`` gives the same inputs.
"""

import argparse
import json
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from collectors.base import Item, Reject, SourceRefused
from collectors.files.file import read_mentions
from collectors.files.mention_rows import RowReader
from collectors.http import HttpClient
from collectors.mobile.apple_reviews import read_reviews
from collectors.mobile.play_listing import read_listing
from collectors.reading.documents import Contents, Document
from collectors.reading.quarantine import RAW_CHARACTERS, set_aside
from collectors.tv.captions import CaptionsCollector, CaptionsOptions
from collectors.web.feed import read_feed
from collectors.web.push import read_pushed
from collectors.web.websub import topic_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LONGEST_SECONDS = 2.0
LARGEST_SEED_BYTES = 16_000
LARGEST_INPUT_BYTES = 64_000
MOST_SPOILT = 4
DATA = Path(__file__).parents[2] / "shared" / "data"

# --- What is spoilt

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>News</title>
<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://a.example/"/>
<item><guid>1</guid><title>Larkair is down</title>
<description>&lt;p&gt;Since &amp;quot;noon&amp;quot;&lt;/p&gt;</description>
<pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate><author>ann</author><link>/1</link></item>
<item><guid>2</guid><title><![CDATA[It <b>works</b>]]></title><pubDate>tomorrow</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Forum</title><entry><id>t3_abc</id>
<title type="html">A &amp;amp; B</title>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Slow <br/>app</div>
</content><updated>2026-03-02T12:00:00+01:00</updated><author><name>/u/ann</name></author></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<item rdf:about="https://a.example/1"><title>Olá, tarifas!</title><link>https://a.example/1</link></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": "https://a.example/",
        "hubs": [{"type": "WebSub", "url": "https://hub.example"}],
        "items": [
            {"id": 1, "content_html": "<p>Late <i>again</i></p>", "date_published": "2026-03-02T12:00:00Z"},
            {"id": "2", "title": "Ünavailable", "authors": [{"name": "ann"}], "tags": []},
        ],
    }
)
REVIEW = {
    "id": "7",
    "title": "Down",
    "content": "It is down & out.",
    "im:rating": "1",
    "updated": "2026-03-02T12:00:00Z",
}
REVIEWS_JSON = json.dumps(
    {"feed": {"entry": [{key: {"label": value} for key, value in REVIEW.items()}, {"im:name": {"label": "App"}}]}}
)
REVIEWS_XML = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:im="http://itunes.apple.com/rss"><entry><id>7</id>
<title>Down</title><content type="text">It is down.</content><im:rating>1</im:rating>
<updated>2026-03-02T12:00:00-07:00</updated><author><name>ann</name></author></entry></feed>"""
SCRAPED_PLACES = {
    "reviewId": (0,),
    "userName": (1, 0),
    "score": (2,),
    "content": (4,),
    "at": (5, 0),
    "thumbsUpCount": (6,),
    "replyContent": (7, 1),
    "repliedAt": (7, 2, 0),
    "appVersion": (10,),
}
SCRAPED_REVIEWS = [
    ["7", ["ann"], 1, None, "It is<br>down.", [1772452800], 3, ["Acme", "Sorry!", [1772452900]], None, None, "4.0"],
    ["8", ["bob"], 5, None, "Fine, but for the tariffs. " * 50],
]
LISTING = json.dumps([SCRAPED_REVIEWS, None, [None, "next"]])
SCRAPED = json.dumps([["wrb.fr", "oCPfdb", LISTING]])
VTT = """WEBVTT - evening
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000

NOTE made by hand

1
00:00:01.000 --> 00:00:04.000 align:start
<v Ann>GOOD EVENING.</v> <i>Larkair</i> is down

00:00:04.000 --> 00:00:06.500
is down again."""
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\n>> IT IS DOWN.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nStill down\r\n"
ROW = {"id": 7, "text": "Late again", "published": "2026-03-02 12:00", "rating": 2, "negative": 0.9, "neutral": 0.1}
ROWS = "\n".join(json.dumps(ROW | {"id": number, "positive": 0}) for number in range(3))
TABLE = 'id,text,published,rating\n1,"It is ""down"",\nagain",2026-03-02,1\n2,Fine,Mon 2 Mar 2026 12:00:00 GMT,5\n'
HOSTILE: Sequence[bytes] = (
    *(b"]]>", b"<![CDATA[", b"<!--", b"-->", b"&#x110000;", b"&#0;", b"&bogus;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"),
    *(b'"\\ud800"', b"1e999", b"-" + b"9" * 400, b"NaN", b"null", b"{}", b"[[]]", b'"\\u0000"', b"\xff\xfe", b"\x00"),
    *(
        b"99:99:99.999 --> -1:00",
        b"0000-00-00T00:00:00Z",
        b"9999-12-31T23:59:59-14:00",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xae",
    ),
    *(b"<a b=", b"''", b"--> ", b"\r", b"\n\n", b"\t", b"\x1b", b"=", b";", b"\xf0\x9f\x92", b"<" * 300, b"(" * 300),
)
VALUES: Sequence[Any] = (None, True, [], {}, "", "x" * 3000, 10**400, -1, 1e308, float("nan"), "\ud800", "\x00", [[{}]])

# --- Who reads it

Parse = Callable[[bytes], Contents]


@dataclass(frozen=True)
class Target:
    """A parser and what it usually reads; ``calm`` where an input without anything in it is a sound answer."""

    name: str
    parse: Parse
    seeds: Sequence[str | bytes]
    captured: Sequence[str] = ()
    calm: bool = False

    def corpus(self, data: Path | None) -> list[bytes]:
        """The seeds, and the captured ones of the folder."""
        own = [seed.encode() if isinstance(seed, str) else seed for seed in self.seeds]
        found = (path for pattern in self.captured if data for path in sorted(data.glob(pattern)))
        bodies = (path.read_bytes() for path in found if path.is_file())
        return own + [body[:LARGEST_SEED_BYTES] for body in bodies if body]


def _feed(body: bytes) -> Contents:
    topic_of({"link": body[:200].decode("latin-1")}, body, "https://a.example/feed")
    return read_feed(Document(body, "https://a.example/feed", NOW))


def _reviews(body: bytes) -> Contents:
    return read_reviews(Document(body, "https://a.example/", NOW), "us")


def _scraped(body: bytes) -> Contents:
    """The listing itself is JSON in a string; it is spoilt alone, or with what is around it."""
    whole = body if b"wrb.fr" in body else json.dumps([["wrb.fr", "oCPfdb", body.decode("utf-8", "replace")]]).encode()
    return read_listing(Document(b")]}'" + whole, "https://a.example/", NOW), SCRAPED_PLACES, "us").contents


def _captions(body: bytes) -> Contents:
    options = CaptionsOptions(url="LARKTV_20260302_190000_The_Show.vtt")
    return CaptionsCollector(options, HttpClient("fuzzing@example.com")).read(body, options.url)


def _pushed(body: bytes) -> Contents:
    return read_pushed(body, RowReader({}, UTC, NOW))


def _file(suffix: str, body: bytes) -> Contents:
    """A file is refused as a whole only where it lacks what is needed."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(body)
        file.flush()
        try:
            batches = list(read_mentions(file.name, now=NOW))
        except SourceRefused as refusal:
            return Contents(rejects=(set_aside(body, str(refusal)),))
    return Contents(
        tuple(item for batch in batches for item in batch.items),
        tuple(reject for batch in batches for reject in batch.rejects),
    )


TARGETS: Sequence[Target] = (
    Target("feed", _feed, (RSS, ATOM, RDF, JSON_FEED), ("feeds/**/*",)),
    Target("app_store", _reviews, (REVIEWS_JSON, REVIEWS_XML), ("feeds/itunes*",), calm=True),
    Target("play listing", _scraped, (LISTING, SCRAPED), calm=True),
    Target("captions", _captions, (VTT, SRT), ("tv_captions/*.srt", "tv_captions/*.vtt", "tv_captions/parser_cases/*")),
    Target("push", _pushed, (json.dumps(ROW), json.dumps([ROW, ROW]), ROWS), calm=True),
    Target("json lines", partial(_file, ".jsonl"), (ROWS,), calm=True),
    Target("csv", partial(_file, ".csv"), (TABLE, TABLE.replace(",", ";")), calm=True),
)

# --- How it is spoilt

_TOKEN = re.compile(rb"<[^<>]*>|\"[^\"]*\"|\w+|\s+|.", re.DOTALL)
_ELEMENT = re.compile(rb"<(\w[\w:]*)[^<>]*>.*?</\1>", re.DOTALL)


def spoil_bytes(body: bytes, chance: random.Random) -> bytes:
    """Flip, cut, double or replace some bytes."""
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((1, 1, 4, 64, 1000)))
    middle = chance.choice(
        (b"", chance.randbytes(end - start), body[start:end] * chance.choice((2, 50)), chance.choice(HOSTILE))
    )
    return body[:start] if chance.random() < 0.1 else body[:start] + middle + body[end:]


def spoil_tokens(body: bytes, chance: random.Random) -> bytes:
    """Swap, drop, double or replace words, strings and tags."""
    tokens = _TOKEN.findall(body)
    for _ in range(chance.randint(1, 8)):
        at, other = (chance.randrange(len(tokens) + 1) for _ in range(2))
        new = chance.choice(([], tokens[other : other + 1], tokens[at : at + 1] * 2, [chance.choice(HOSTILE)]))
        tokens[at : at + chance.randint(0, 2)] = new
    return b"".join(tokens)


def spoil_structure(body: bytes, chance: random.Random) -> bytes:
    """Spoil the tree of JSON, the elements of XML, or the order of lines."""
    try:
        return json.dumps(_spoil_tree(json.loads(body), chance)).encode()
    except (ValueError, RecursionError):
        pass
    elements = [found.span() for found in _ELEMENT.finditer(body)] if body.lstrip()[:1] == b"<" else []
    if elements:
        start, end = chance.choice(elements)
        deep = chance.choice((1, 2, 200))
        inner = chance.choice((b"", body[start:end] * 2, b"<div>" * deep + body[start:end] + b"</div>" * deep))
        return body[:start] + inner + body[end:]
    lines = body.splitlines(keepends=True)
    chance.shuffle(lines) if chance.random() < 0.3 else lines.insert(chance.randrange(len(lines) + 1), b"\n")
    return b"".join(lines[: chance.randint(0, len(lines))] if chance.random() < 0.3 else lines)


def _spoil_tree(tree: Any, chance: random.Random) -> Any:
    """Replace one value of the tree by another, or by something of a wrong kind."""
    if isinstance(tree, dict) and tree and chance.random() < 0.9:
        key = chance.choice(list(tree))
        return {**tree, key: _spoil_tree(tree[key], chance)}
    if isinstance(tree, list) and tree and chance.random() < 0.9:
        at = chance.randrange(len(tree))
        return [*tree[:at], _spoil_tree(tree[at], chance), *tree[at + 1 :]]
    value = chance.choice((*VALUES, [tree], {"label": tree}))
    for _ in range(chance.choice((0, 0, 0, 400))):
        value = [value]
    return value


def spoilt(body: bytes, corpus: Sequence[bytes], chance: random.Random) -> bytes:
    """The body, spoilt once or a few times; now and then with the end of another."""
    for _ in range(chance.randint(1, MOST_SPOILT)):
        body = chance.choice((spoil_bytes, spoil_tokens, spoil_structure))(body, chance)
    if chance.random() < 0.05:
        other = chance.choice(corpus)
        body = body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]
    return body[:LARGEST_INPUT_BYTES]


# --- What must hold


class TooSlow(BaseException):
    """Rung by the alarm clock, so no parser may take it for an error of its own."""


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Break off what takes longer, by the processor's clock: how busy the machine is, is no fault of a parser."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"over {seconds:g} seconds")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def broken_promise(contents: Contents, *, calm: bool) -> str:
    """Which promise of ``collectors.base`` the contents break; empty if none."""
    if not calm and not contents.items and not contents.rejects:
        return "neither items nor rejects"
    return next(filter(None, (*map(_of_item, contents.items), *map(_of_reject, contents.rejects))), "")


def _of_item(item: Item) -> str:
    if not item.id:
        return "an item without id"
    if not item.text.strip() and not item.title.strip():
        return "an item without text and title"
    for moment in (item.published, item.updated):
        if moment is not None and not (
            moment.tzinfo is UTC and moment.year >= 1990 and moment <= NOW + timedelta(days=2)
        ):
            return f"a date that is none: {moment!r}"
    texts = (item.id, item.text, item.title, item.url, item.author, item.language, item.brand, *item.extra.values())
    if item.rating is not None and not 1 <= item.rating <= 5:
        return f"a rating of {item.rating!r}"
    return "" if all(map(_storable, texts)) else "a text that no database takes"


def _of_reject(reject: Reject) -> str:
    if not reject.reason or len(reject.raw) > RAW_CHARACTERS:
        return "a reject without reason, or too long"
    return "" if all(map(_storable, (reject.raw, reject.reason, reject.where))) else "a reject that no database takes"


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text if letter > "\x7f")


@dataclass
class Outcome:
    """What came of it: inputs a target, those that gave items, the slowest, and what broke by its reason."""

    inputs: Counter[str] = field(default_factory=Counter)
    with_items: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    broken: dict[tuple[str, str], bytes] = field(default_factory=dict)


def attempt(target: Target, body: bytes, outcome: Outcome, seconds: float = LONGEST_SECONDS) -> None:
    """Give one input to a parser and note what became of it."""
    started = time.process_time()
    try:
        with watchdog(seconds):
            contents = target.parse(body)
    except (Exception, TooSlow) as error:  # noqa: BLE001 - whatever it is, it should not have come out
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = trace.tb_frame.f_code.co_qualname if trace else ""
        problem = f"{type(error).__name__} in {place}: {error}"[:120]
    else:
        problem = broken_promise(contents, calm=target.calm)
        outcome.with_items[target.name] += bool(contents.items)
    outcome.inputs[target.name] += 1
    took = time.process_time() - started
    outcome.slowest[target.name] = max(outcome.slowest.get(target.name, 0.0), took)
    if problem:
        outcome.broken.setdefault((target.name, problem), body)


def fuzz(inputs: int, seed: int = 1, data: Path | None = None, targets: Sequence[Target] = TARGETS) -> Outcome:
    """Give so many spoilt inputs to the targets in turn."""
    chance, outcome = random.Random(seed), Outcome()
    corpora = {target.name: target.corpus(data) for target in targets}
    for target in targets:
        for body in corpora[target.name]:
            attempt(target, body, outcome)
    for number in range(inputs):
        target = targets[number % len(targets)]
        corpus = corpora[target.name]
        attempt(target, spoilt(chance.choice(corpus), corpus, chance), outcome)
    return outcome


def main() -> None:
    """Spoil and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of captured feeds; none is no harm")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzzing"), help="where inputs that broke something go")
    options = parser.parse_args()
    started = time.monotonic()
    outcome = fuzz(options.inputs, options.seed, options.data if options.data.is_dir() else None)
    print(f"{options.inputs:,} spoilt inputs in {time.monotonic() - started:.0f} s")
    for name, count in outcome.inputs.items():
        share = outcome.with_items[name] / count
        print(f"{name:<12}{count:>8} inputs, {share:.0%} gave items, slowest {outcome.slowest[name] * 1000:.0f} ms")
    for number, ((name, problem), body) in enumerate(outcome.broken.items()):
        options.keep.mkdir(parents=True, exist_ok=True)
        path = options.keep / f"{number}-{name.replace(' ', '-')}"
        path.write_bytes(body)
        print(f"BROKEN {name}: {problem} ({path})")
    print(f"promises broken: {len(outcome.broken)}")
    sys.exit(1 if outcome.broken else 0)


if __name__ == "__main__":
    main()
