"""Articles and reviews on web pages: bytes in, items out, by JSON-LD and trafilatura."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import LxmlError

from collectors.base import Item
from collectors.reading.addresses import joined, normal_address
from collectors.reading.documents import PARSER_FAILURES, Contents, Document
from collectors.reading.html_page import NO_PAGE, Page, parse_page
from collectors.reading.identity import content_id
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.languages import language_tag
from collectors.reading.linked_data import (
    Node,
    Opinion,
    article_of,
    instant,
    is_paid,
    linked_data,
    names,
    reviews_of,
    words,
)
from collectors.reading.main_text import Extract, extract
from collectors.reading.quarantine import set_aside, storable

WHOLE_TEXT_CHARACTERS = 500
"""A text that the page gives in JSON-LD serves if it is so long; many sites give a teaser only."""
STUB_CHARACTERS = 1_500
"""A paid article that is shorter is taken for its teaser."""

SHORT_CHARACTERS = 1_000
"""Words about consent or subscribing tell what a page is only if it says little else."""

_CONSENT = "a consent page (cookies, privacy), not the article; robots are not let past it, so look for a feed"
_PAYWALL = "a paywall: only {:,} characters are shown; use the publisher's feed or a licence"
_CONSENT_ADDRESS = re.compile(
    r"^https?://(?:[\w.-]+\.)?(?:consent|cmp|privacy-mgmt)\.|^[^?]*/(?:consent|cookie-?wall|privacygate)(?:[/?]|$)"
)
_CONSENT_WORDS = re.compile(
    r"(?:accept|agree to|manage|reject)\b.{0,40}\bcookies|before you continue|cookies? (?:akzeptieren|zustimmen)|"
    r"(?:accepter|refuser).{0,30}cookies|aceptar.{0,30}cookies|accett\w+.{0,30}cookie|cookies accepteren",
    re.IGNORECASE | re.DOTALL,
)
_PAYWALL_WORDS = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|(?:subscribe|log in|sign in|register) to (?:continue|keep) reading|"
    r"to continue reading|continue reading with|jetzt weiterlesen|nur für abonnenten|réservée? aux abonnés|"
    r"il vous reste .{1,20} à lire|solo para suscriptores|suscríbete para|riservato agli abbonati|"
    r"alleen voor abonnees",
    re.IGNORECASE,
)
_DAY = re.compile(r"\s*\d{4}-?\d\d-?\d\d\s*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article before its text."""

    title: str
    author: str
    published: datetime | None
    updated: datetime | None
    extra: Mapping[str, str]


def read_page(document: Document) -> Contents:
    """The article, or the reviews, on a page; never raises for what the page holds.

    Raises:
        SourceRefused: trafilatura is not installed as it should be.
    """
    if not document.body.strip():
        return _none(document, "the answer is empty")
    try:
        page = parse_page(document)
        return _read(document, page) if page else _none(document, NO_PAGE)
    except (*PARSER_FAILURES, LxmlError) as error:
        return _none(document, f"the page could not be read: {error!r}")


def _read(document: Document, page: Page) -> Contents:
    nodes = linked_data(page.tree)
    opinions, article = reviews_of(nodes), article_of(nodes)
    if len(opinions) > 1 or (opinions and article is None):
        return Contents(tuple(_reviews(opinions, page, document.now)))
    node = article or {}
    body = words(node, "articleBody")
    whole = len(body) >= WHOLE_TEXT_CHARACTERS
    if asks_for_consent(document.url, "" if whole else page.visible):
        return _none(document, _CONSENT)
    found = Extract(body) if whole else extract(page.tree, document.url)
    text = max(found.text, body, key=len)
    if is_teaser(text, page.visible, paid=is_paid(node)):
        return _none(document, _PAYWALL.format(len(text)))
    if not text:
        return _none(document, "no article text was found on the page; if it is an article, look for a feed")
    return Contents((_article(text, page, _facts(node, page, found, document.now), opinions),))


def asks_for_consent(address: str, shown: str) -> bool:
    """Whether a page at ``address`` that shows these words wants consent to cookies before it shows anything else."""
    short = len(shown) < SHORT_CHARACTERS
    return bool(_CONSENT_ADDRESS.search(address) or (short and _CONSENT_WORDS.search(shown)))


def is_teaser(text: str, shown: str, *, paid: bool) -> bool:
    """Whether the text is the beginning of an article that is to be paid for.

    Args:
        text: of the article, as far as it was found.
        shown: all words of the page, where the invitation to subscribe stands.
        paid: the page says so itself.
    """
    invites = len(text) < SHORT_CHARACTERS and _PAYWALL_WORDS.search(f"{text}\n{shown}")
    return bool(invites) or (paid and len(text) < STUB_CHARACTERS)


def _article(text: str, page: Page, facts: Facts, opinions: list[Opinion]) -> Item:
    return Item(
        id=page.address,
        text=text,
        title=facts.title,
        url=page.address,
        author=facts.author,
        published=facts.published,
        updated=facts.updated,
        language=page.language,
        rating=opinions[0].rating if opinions else None,
        extra=facts.extra,
    )


def _facts(node: Node, page: Page, found: Extract, now: datetime) -> Facts:
    given = words(node, "datePublished")
    told = (given, page.meta.get("article:published_time", ""), found.day)
    dates = {date: at for date in told if (at := plausible(instant_or_none(date), now))}
    written = min(dates, key=_is_day, default="")  # the first that tells the time of day, if any does
    changed = instant(node, "dateModified") or instant_or_none(page.meta.get("article:modified_time", ""))
    extra = {
        "outlet": names(node, "publisher") or storable(page.meta.get("og:site_name", "")),
        "published_as_given": given if given not in dates else "",
        "published_precision": "day" if _is_day(written) else "",
    }
    return Facts(
        title=words(node, "headline") or storable(page.title or found.title),
        author=names(node, "author") or found.author,
        published=dates.get(written),
        updated=plausible(changed, now),
        extra={key: value for key, value in extra.items() if value},
    )


def _is_day(date: str) -> bool:
    return _DAY.fullmatch(date) is not None


def _reviews(opinions: list[Opinion], page: Page, now: datetime) -> Iterator[Item]:
    """What several reviews name, or the page itself, is no identity of a review."""
    natives = [normal_address(joined(page.address, opinion.native)) for opinion in opinions]
    for opinion in opinions:
        native = joined(page.address, opinion.native)
        shared = natives.count(normal_address(native)) > 1 and "#" not in native
        own = opinion.native and not shared and native != page.address
        yield _review(opinion, native if own else "", page, now)


def _review(opinion: Opinion, native: str, page: Page, now: datetime) -> Item:
    """A review; without an id of its own it is known by its author and date, so that it may be edited."""
    published = plausible(instant(opinion.node, "datePublished") or instant(opinion.node, "dateCreated"), now)
    known_by = (opinion.author, str(published)) if opinion.author and published else (opinion.title, opinion.text)
    return Item(
        id=native or f"{page.address}#{content_id(*known_by)}",
        text=opinion.text,
        title=opinion.title,
        url=normal_address(native) if native.startswith("http") else page.address,
        author=opinion.author,
        published=published,
        updated=plausible(instant(opinion.node, "dateModified"), now),
        language=language_tag(words(opinion.node, "inLanguage"), page.language),
        rating=opinion.rating,
        extra={"about": opinion.about} if opinion.about else {},
    )


def _none(document: Document, reason: str) -> Contents:
    return Contents(rejects=(set_aside(document.body, reason, document.url),))
