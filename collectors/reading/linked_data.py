"""What a page says of itself in JSON-LD (schema.org): articles, and reviews with their stars."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.reading.instants import parse_instant
from collectors.reading.markup import plain_text

Node = Mapping[str, Any]

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|;)\s*$"
)
_ARTICLES = frozenset({"blogposting", "liveblogposting", "report", "socialmediaposting", "discussionforumposting"})
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Opinion:
    """One review: who said what, with how many stars (1 to 5)."""

    native: str
    title: str
    text: str
    author: str
    rating: float | None
    node: Node
    about: str


def linked_data(tree: Any) -> list[Node]:
    """All typed objects of the page's JSON-LD, outer ones first; blocks that are no JSON say nothing."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            with suppress(ValueError, RecursionError):
                found += _typed(json.loads(_WRAPPING.sub("", script.text or ""), strict=False))
    return found


def article_of(nodes: list[Node]) -> Node | None:
    """The first article, news article or blog post."""
    return next(
        (node for node in nodes if any(kind.endswith("article") or kind in _ARTICLES for kind in _kinds(node))), None
    )


def reviews_of(nodes: list[Node]) -> list[Opinion]:
    """The reviews that say something, each once; a review of a claim (fact check) is none of a product."""
    reviews = [
        node for node in nodes if any(kind.endswith("review") and kind != "claimreview" for kind in _kinds(node))
    ]
    about = {id(one): words(node, "name") for node in nodes for one in _listed(node.get("review"))}
    told = [_opinion(node, about.get(id(node), "")) for node in reviews]
    unique = {(one.native, one.author, one.title, one.text): one for one in told if one.text or one.title}
    return list(unique.values())


def scaled_rating(value: str, best: str = "", worst: str = "") -> float | None:
    """Stars from 1 to 5, by schema.org's Rating: ``1 + 4 (value - worst) / (best - worst)``.

    Best is 5 and worst is 1 where they are not told; "8/10" and "80%" tell their best; a scale with values under
    its worst begins at 0. None for what is no rating.
    """
    numbers = [float(found.replace(",", ".")) for found in _NUMBER.findall(value)]
    if not numbers:
        return None
    implied = 100.0 if "%" in value else numbers[1] if "/" in value and len(numbers) > 1 else 5.0
    top, low = _number(best, implied), _number(worst, 0.0 if implied != 5.0 else 1.0)
    low = min(low, 0.0) if numbers[0] < low else low
    if not low <= numbers[0] <= top or low >= top:
        return None
    return 1 + 4 * (numbers[0] - low) / (top - low)


def words(node: Node, key: str) -> str:
    """A property as plain text: of a list the first, of an object its value or name."""
    value = next(iter(_listed(node.get(key))), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("@id") or ""
    return plain_text(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def names(node: Node, key: str) -> str:
    """The names of persons or organisations, joined by commas."""
    told = (words({"one": one}, "one") for one in _listed(node.get(key)))
    return ", ".join(dict.fromkeys(name for name in told if name and not name.startswith(("http://", "https://"))))


def instant(node: Node, key: str) -> datetime | None:
    """A date, UTC where it names no zone; None where it is none."""
    with suppress(ValueError):
        return parse_instant(words(node, key), UTC)
    return None


def is_paid(node: Node) -> bool:
    """Whether it says that only subscribers may read it."""
    return str(node.get("isAccessibleForFree", "")).strip().rpartition("/")[2].lower() == "false"


def _typed(value: Any, depth: int = 0) -> Iterator[Node]:
    if isinstance(value, list):
        for one in value:
            yield from _typed(one, depth)
    elif isinstance(value, dict) and depth < _DEEPEST:
        if "@type" in value:
            yield value
        for one in value.values():
            yield from _typed(one, depth + 1)


def _kinds(node: Node) -> list[str]:
    told = (kind for kind in _listed(node.get("@type")) if isinstance(kind, str))
    return [kind.rpartition("/")[2].lower() for kind in told]


def _opinion(node: Node, about: str) -> Opinion:
    rating = next((one for one in _listed(node.get("reviewRating")) if isinstance(one, dict)), {})
    return Opinion(
        native=words(node, "@id") or words(node, "url") or words(node, "identifier"),
        title=words(node, "name") or words(node, "headline"),
        text=words(node, "reviewBody") or words(node, "description"),
        author=names(node, "author"),
        rating=scaled_rating(words(rating, "ratingValue"), words(rating, "bestRating"), words(rating, "worstRating")),
        node=node,
        about=about or words(node, "itemReviewed"),
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(text: str, default: float) -> float:
    found = _NUMBER.search(text)
    return float(found[0].replace(",", ".")) if found else default
