"""What is said in the invented world, and by whom: the plain types and the writer of the texts."""

import random
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reputation_monitor.demo.phrases import PhraseBook, Words, tidied
from reputation_monitor.demo.scenario import BRANDS, Brand


class Tone(StrEnum):
    """What the writer meant; the service has to find it out."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: the lists that customers and the press draw from, and the tone they share."""

    tone: Tone
    topic: str
    press_topic: str


ORDINARY = {
    Tone.NEGATIVE: Subject(Tone.NEGATIVE, "complaint", "criticism"),
    Tone.NEUTRAL: Subject(Tone.NEUTRAL, "question", "notice"),
    Tone.POSITIVE: Subject(Tone.POSITIVE, "praise", "award"),
}
"""What is talked of on an ordinary day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One post, article, review or spoken passage.

    ``brands``, ``tone`` and ``topic`` are the truth of the scenario and are never served.

    Attributes:
        channel: feed name on the web, storefront on mobile, programme on tv.
        outlet: the paper that printed it, in the news feed only.
        stars: 1 to 5 for a review.
    """

    id: str
    screen: str
    channel: str
    published: datetime
    author: str
    title: str
    text: str
    outlet: str = ""
    stars: int | None = None
    brands: tuple[str, ...]
    tone: Tone
    topic: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A web feed of the invented world: its address part, its title, its format and its share of all web posts."""

    name: str
    title: str
    format: str
    share: float

    @property
    def is_press(self) -> bool:
        """Whether papers write it; customers write the others."""
        return self.name == "news"


FEEDS = (
    Feed("social", "Hilltop Social", "atom", 0.58),
    Feed("forum", "The Household Money Forum", "rss", 0.24),
    Feed("news", "Business pages of nine papers", "rss", 0.12),
    Feed("blogs", "Blogs on money", "json", 0.06),
)


class PenNames:
    """Invented author names. The same number always gives the same name."""

    def __init__(self, book: PhraseBook) -> None:
        self._book = book

    def pick(self, feed: str, size: int, rng: random.Random) -> str:
        """One of ``size`` authors of a feed; authors of low number speak more often."""
        number = int(size * rng.random() ** 1.4)
        first, second = (self._book.entries(f"name.{part}") for part in ("first", "second"))
        round_, place = divmod(number, len(first) * len(second))
        words = first[place % len(first)], second[place // len(first)]
        suffix = str(round_ + 1) if round_ else ""
        return ("_".join(words) if feed == "social" else "".join(word.capitalize() for word in words)) + suffix


class Writer:
    """Writes titles and texts from the phrase book."""

    def __init__(self, book: PhraseBook, rng: random.Random) -> None:
        self._book = book
        self._rng = rng

    def post(self, feed: Feed, subject: Subject, brand: Brand) -> tuple[str, str]:
        """Title (empty in the social feed) and text of a web post."""
        topic = subject.press_topic if feed.is_press else subject.topic
        shape = "blog" if feed.name == "blogs" else feed.name
        words = self.words(brand)
        title = "" if feed.name == "social" else self._draw(f"{shape}.title.shape", topic, words)
        return title, self._draw(f"{shape}.shape", topic, words)

    def comparison(self, feed: Feed, tone: Tone, brand: Brand, rival: Brand) -> tuple[str, str]:
        """Title and text of a post that names two brands."""
        name = {Tone.POSITIVE: "both.good", Tone.NEGATIVE: "both.bad", Tone.NEUTRAL: "both.plain"}[tone]
        words = self.words(brand, rival)
        title = "" if feed.name == "social" else f"{brand.name} and {rival.name}"
        return title, self._draw(name, ORDINARY[tone].topic, words)

    def review(self, subject: Subject, brand: Brand) -> tuple[str, str]:
        """Title and text of an app review; like real ones, they seldom name the brand."""
        topic = "middling" if subject.tone is Tone.NEUTRAL else subject.topic
        words = self.words(brand)
        return self._draw("review.title.shape", topic, words), self._draw("review.shape", topic, words)

    def passage(self, subject: Subject, brand: Brand) -> str:
        """A spoken passage of a programme."""
        return self._draw("tv.shape", subject.press_topic, self.words(brand))

    def outlet(self) -> str:
        """The name of an invented paper."""
        return self._draw("outlet", "", {})

    def filler(self) -> str:
        """A spoken sentence that names no brand."""
        return self._draw("filler", "", {})

    def words(self, brand: Brand, rival: Brand | None = None) -> Words:
        """What the phrases need to know of the world."""
        other = rival or self._rng.choice([each for each in BRANDS if each is not brand])
        return {
            "brand": brand.name,
            "tag": brand.handle,
            "hashtag": brand.name.lower(),
            "rival": other.name,
            "amount": str(self._rng.randint(20, 190)),
            "small": str(self._rng.randint(2, 19)),
        }

    def _draw(self, name: str, topic: str, words: Words) -> str:
        return tidied(self._book.draw(name, topic, words, self._rng))
