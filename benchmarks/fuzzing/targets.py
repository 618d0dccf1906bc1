"""Which parsers are given spoilt inputs, and from what these are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.fuzzing import parsers
from benchmarks.fuzzing.spoiling import LARGEST_INPUT_BYTES
from collectors.reading.documents import Contents

SEEDS = Path(__file__).parent / "seeds"
LARGEST_SEED_BYTES = 16_000
"""Of a captured feed; JSON is taken whole or not at all, for a piece of it holds nothing."""


@dataclass(frozen=True)
class Target:
    """A parser and what it usually reads.

    Attributes:
        name: the kind of collector, and where that has several parsers, which one: ``captions/srt``. Its seeds lie in
            the folder of that name.
        parse: the parser.
        captured: patterns of files in a folder of captured feeds.
        calm: whether an input without anything in it is a sound answer.
    """

    name: str
    parse: Callable[[bytes], Contents]
    captured: Sequence[str] = ()
    calm: bool = False

    def corpus(self, data: Path | None) -> list[bytes]:
        """The seeds, and the captured ones of the folder."""
        own = [path.read_bytes() for path in sorted((SEEDS / self.name).iterdir())]
        found = [path for pattern in self.captured if data for path in sorted(data.glob(pattern)) if path.is_file()]
        return own + [body for path in found if (body := _fitting(path.read_bytes()))]


def _fitting(body: bytes) -> bytes:
    if body.lstrip()[:1] in {b"{", b"["}:
        return body if len(body) <= LARGEST_INPUT_BYTES else b""
    return body[:LARGEST_SEED_BYTES]


def _captions(kind: str) -> Target:
    name = f"LARKTV_20260302_190000_The_Show.{kind}"
    patterns = (f"tv_captions/*.{kind}*", f"tv_captions/parser_cases/*.{kind}")
    return Target(f"captions/{kind}", partial(parsers.captions, name), patterns)


YOUTUBE: Sequence[Target] = (
    Target("youtube_captions/transcript", parsers.youtube_transcript),
    Target("youtube_captions/player", parsers.youtube_player),
)
"""Read by a library that is an extra."""

TARGETS: Sequence[Target] = (
    Target("feed/xml", parsers.feed, ("feeds/**/*.xml", "feeds/*.rss", "feeds/*.atom")),
    Target("feed/json", parsers.feed, ("feeds/reader__*.json", "feeds/rsparser__*.json")),
    Target("feed/websub", parsers.websub, ("feeds/prof18__*.xml", "feeds/rsparser__*.json"), calm=True),
    Target("google_news", parsers.google_news, ("feeds/prof18__feed-test-source.xml",)),
    Target("reddit", parsers.reddit),
    Target("gdelt_doc", parsers.gdelt_doc, calm=True),
    Target("hackernews", parsers.hacker_news, ("feeds/hackernews_*.json",), calm=True),
    Target("mastodon", parsers.mastodon, ("feeds/mastodon__*_tl.json",), calm=True),
    Target("bluesky", parsers.bluesky),
    Target("trustpilot", parsers.trustpilot_reviews, calm=True),
    Target("page/main_text", parsers.page),
    Target("page/linked_data", parsers.page),
    Target("site/sitemap", parsers.sitemap, calm=True),
    Target("site/links", parsers.links, calm=True),
    Target("site/feed", parsers.feed_of_site, calm=True),
    Target("mailbox", parsers.mailbox),
    Target("push", parsers.push, calm=True),
    *map(_captions, ("vtt", "srt", "ttml", "dfxp", "scc", "sami")),
    Target("gdelt_tv", parsers.gdelt_clips, calm=True),
    Target("archive_tv", parsers.archive_hits, calm=True),
    *(YOUTUBE if find_spec("youtube_transcript_api") else ()),
    Target("app_store/json", parsers.app_store, ("feeds/itunes*.json",), calm=True),
    Target("app_store/xml", parsers.app_store, ("feeds/itunes*.xml",), calm=True),
    Target("app_store_connect", parsers.app_store_connect, calm=True),
    Target("google_play/reviews", parsers.google_play, calm=True),
    Target("google_play/export", parsers.google_play_export, calm=True),
    Target("google_play_scraper", parsers.google_play_listing, calm=True),
    Target("file/json_lines", partial(parsers.file, ".jsonl"), calm=True),
    Target("file/csv", partial(parsers.file, ".csv"), calm=True),
    Target("file/gzip", partial(parsers.file, ".jsonl.gz"), calm=True),
    Target("http/robots", parsers.robots, calm=True),
    Target("http/retry_after", parsers.retry_after, calm=True),
)
