"""From items to mentions: whose they are, when they were said, in which language, and what cannot be true. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from collectors.base import Item, Reject
from reputation_monitor.copies import fingerprint, sketch, told_words
from reputation_monitor.failing import talks_of_failing_service
from reputation_monitor.matching import Matcher
from reputation_monitor.settings.schema import SCREENS
from reputation_monitor.store.records import NewMention
from sentiment.language import Language, detect

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where items come from, for what they do not say themselves."""

    source: str
    screen: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Mentions and rejects of some items, and the items that spoke of no brand."""

    mentions: tuple[NewMention, ...]
    rejects: tuple[Reject, ...]
    strangers: tuple[Item, ...]

    @property
    def unmatched(self) -> int:
        """How many items spoke of no brand."""
        return len(self.strangers)


def admit(items: Iterable[Item], place: Place, matcher: Matcher, now: datetime) -> Admitted:
    """Turn items into mentions, one for each brand that an item speaks of."""
    mentions: list[NewMention] = []
    rejects: list[Reject] = []
    strangers: list[Item] = []
    for item in items:
        problem = _problem(item, place, now)
        if problem:
            rejects.append(Reject(_raw(item), problem, item.id))
            continue
        brands = brands_of(item, place, matcher)
        if not brands:
            strangers.append(item)
        mentions += [_mention(item, brand, place, now) for brand in brands]
    return Admitted(tuple(mentions), tuple(rejects), tuple(strangers))


def name_languages(mentions: Sequence[NewMention]) -> tuple[NewMention, ...]:
    """Name the language of each mention whose feed does not.

    The feed's own word stands, without a confidence: nobody measured how far it is to be believed. Where the text
    does not tell, the language stays empty, and the confidence says that it was looked for.
    """
    words = list(dict.fromkeys(mention.words for mention in mentions if not mention.language))
    if not words:
        return tuple(mentions)
    found = dict(zip(words, detect(words), strict=True))
    return tuple(mention if mention.language else _in_language(mention, found[mention.words]) for mention in mentions)


def _in_language(mention: NewMention, language: Language) -> NewMention:
    return replace(mention, language=language.code, language_confidence=language.confidence)


def brands_of(item: Item, place: Place, matcher: Matcher) -> Sequence[str]:
    """The brand the item names, or that of its source, or those whose query it answers."""
    if item.brand or place.brand:
        return [item.brand or place.brand]
    return matcher.brands_of(f"{item.title}\n{item.text}" if item.title else item.text)


def _problem(item: Item, place: Place, now: datetime) -> str | None:
    screen = item.screen or place.screen
    if screen not in SCREENS:
        return f"screen {screen!r} is none of {', '.join(SCREENS)}"
    for moment in (item.published, item.updated):
        if moment is not None and not EARLIEST <= moment <= now + FUTURE:
            return f"its date {moment.isoformat()} cannot be true"
    if not item.text.strip() and not item.title.strip():
        return "neither text nor title"
    return None


def _raw(item: Item) -> str:
    return f"{item.title}\n{item.text}".strip()[:10_000]


def _mention(item: Item, brand: str, place: Place, now: datetime) -> NewMention:
    words = told_words(item.title, item.text)
    return NewMention(
        brand=brand,
        screen=item.screen or place.screen,
        source=item.source or place.source,
        item_id=item.id,
        url=item.url,
        author=item.author,
        title=item.title,
        text=item.text,
        language=item.language,
        rating=item.rating,
        published=min(item.published or item.updated or now, now),
        updated=item.updated,
        extra=item.extra,
        fingerprint=fingerprint(words),
        sketch=sketch(words, brand),
        failing=talks_of_failing_service(f"{item.title}\n{item.text}"),
        scores=item.scores,
    )
