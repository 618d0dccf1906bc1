"""A web page: bytes to a tree, and what its head says of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

from collectors.reading.addresses import host_of, is_front_page, joined, normal_address
from collectors.reading.charset import decode
from collectors.reading.documents import Document
from collectors.reading.languages import language_tag
from collectors.reading.quarantine import storable

_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|title|article|main|div|p|script)\b", re.IGNORECASE)

NO_PAGE = "no web page: there is no HTML in it; check the address"


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page.

    Attributes:
        tree: lxml's tree of it.
        address: its canonical address, normalised; the one it was fetched from where it names none.
        meta: contents of its meta tags by name or property, in lower case; of a repeated one, the first.
        language: as its html element, else its meta tags say it, or empty.
    """

    tree: Any
    address: str
    meta: dict[str, str]
    language: str

    @property
    def title(self) -> str:
        """What its head calls it."""
        return self.meta.get("og:title") or _text(self.tree.find(".//title"))

    @property
    def visible(self) -> str:
        """All its words, menus and banners too."""
        pieces = (piece.strip() for piece in self.tree.xpath("//body//text()[not(parent::script or parent::style)]"))
        return storable(" ".join(piece for piece in pieces if piece))


def parse_page(document: Document) -> Page | None:
    """The page in ``document``; None where there is no tag of a web page in it.

    Raises:
        ValueError, lxml.etree.LxmlError: it cannot be parsed.
    """
    text = storable(decode(document.body, document.content_type))
    if not _MARKUP.search(text):
        return None
    tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    meta = dict(reversed(list(_metas(tree))))
    language = language_tag(
        tree.get("lang"), tree.get("xml:lang"), meta.get("content-language"), meta.get("og:locale"), document.language
    )
    return Page(tree, _canonical(tree, meta, document.url), meta, language)


def _metas(tree: Any) -> Iterator[tuple[str, str]]:
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("http-equiv") or tag.get("itemprop") or ""
        if name and (content := (tag.get("content") or "").strip()):
            yield name.lower(), content


def _canonical(tree: Any, meta: dict[str, str], address: str) -> str:
    """The address the page calls its own; a front page is not believed, for many sites name it on every page."""
    links = (tag.get("href") for tag in tree.iter("link") if "canonical" in (tag.get("rel") or "").lower().split())
    here = normal_address(address)
    for told in filter(None, (*links, meta.get("og:url"))):
        named = normal_address(joined(address, told))
        if host_of(named) and (is_front_page(here) or not is_front_page(named)):
            return named
    return here


def _text(element: Any) -> str:
    return " ".join(element.text_content().split()) if element is not None else ""
