"""What a site lists: sitemaps (sitemaps.org, Google's news extension), and links; bytes in, addresses out."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from collectors.base import Reject
from collectors.reading.addresses import joined, normal_address
from collectors.reading.documents import PARSER_FAILURES, Document, looks_like_web_page
from collectors.reading.html_page import NO_PAGE, Page, parse_page
from collectors.reading.instants import instant_or_none
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside

LARGEST_BYTES = 50 * 1024 * 1024
"""The protocol's own limit of a sitemap after decompression; what lies beyond is not read."""

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_PICTURES = frozenset({"image", "video"})
"""Google's extensions for what a page shows, which has an address, a title and a date of its own."""
_PLAIN_LINE = re.compile(rb"\s*https?://\S+\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a site lists, by its normalised address, and what is told of it."""

    address: str
    published: datetime | None = None
    changed: datetime | None = None
    title: str = ""

    @property
    def date(self) -> datetime | None:
        """When it last changed, as far as it is told."""
        return self.changed or self.published


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list names: pages, further sitemaps, and why nothing could be read."""

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[Listed, ...] = ()
    rejects: tuple[Reject, ...] = ()


def read_sitemap(document: Document) -> Listing:
    """Pages and sitemaps that a sitemap names, gzipped or not, as XML or as lines; never raises."""
    if not document.body.strip():
        return _unreadable(document, "the answer is empty")
    try:
        body = unpacked(document.body)
        if _PLAIN_LINE.match(body):
            return Listing(
                tuple(Listed(normal_address(line.strip())) for line in body.decode("utf-8", "replace").split())
            )
        return _from_xml(body, document)
    except (*PARSER_FAILURES, etree.LxmlError, zlib.error) as error:
        return _unreadable(document, f"the sitemap could not be read: {error}")


def read_links(document: Document) -> Listing:
    """The links of a page, in their order; never raises."""
    if not document.body.strip():
        return _unreadable(document, "the answer is empty")
    try:
        page = parse_page(document)
    except (*PARSER_FAILURES, etree.LxmlError) as error:
        return _unreadable(document, f"the page could not be read: {error!r}")
    if page is None:
        return _unreadable(document, NO_PAGE)
    links = tuple(map(Listed, _linked(page, document.url)))
    return Listing(links) if links else _unreadable(document, "the page holds no links; scripts are not run")


def _linked(page: Page, address: str) -> Iterator[str]:
    """The web addresses that its links lead to, each once."""
    base = next((tag.get("href") for tag in page.tree.iter("base") if tag.get("href")), "")
    here = joined(address, base) or address
    found = (normal_address(joined(here, tag.get("href"))) for tag in page.tree.iter("a") if tag.get("href"))
    yield from dict.fromkeys(address for address in found if address.startswith(("http://", "https://")))


def unpacked(body: bytes) -> bytes:
    """The bytes, without gzip if they are so packed.

    Raises:
        ValueError: they are larger than any sitemap may be.
        zlib.error: the gzip is damaged.
    """
    if not body.startswith(_GZIP):
        return body
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    whole = unpacking.decompress(body, LARGEST_BYTES)
    if unpacking.unconsumed_tail:
        raise ValueError(f"it is larger than {LARGEST_BYTES:,} bytes")
    return whole


def _from_xml(body: bytes, document: Document) -> Listing:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(body.lstrip(), parser)
    kind = _name(root) if root is not None else ""
    if kind == "sitemapindex":
        return Listing(sitemaps=tuple(_entries(root)))
    if kind == "urlset":
        return Listing(tuple(_entries(root)))
    what = "a web page" if looks_like_web_page(body) else "neither urlset nor sitemapindex"
    return _unreadable(document, f"{what}, not a sitemap; look in the site's robots.txt for its address")


def _entries(root: Any) -> Iterator[Listed]:
    for entry in root:
        told: dict[str, str] = {}
        for leaf in (leaf for part in entry if _name(part) not in _PICTURES for leaf in part.iter()):
            told.setdefault(_name(leaf), (leaf.text or "").strip())
        if location := told.get("loc", ""):
            published, changed = (instant_or_none(told.get(name, "")) for name in ("publication_date", "lastmod"))
            yield Listed(normal_address(location), published, changed, plain_text(told.get("title", "")))


def _name(element: Any) -> str:
    """Without its namespace: sites write it in many ways."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _unreadable(document: Document, reason: str) -> Listing:
    return Listing(rejects=(set_aside(document.body, reason, document.url),))
