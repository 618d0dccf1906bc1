"""GDELT's list of articles: bytes in, items out, and the errors that it tells in plain words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collectors.base import Item
from collectors.reading.documents import Document, looks_like_web_page
from collectors.reading.json_feed import looks_like_json
from collectors.reading.json_pages import JsonPage, as_given, instant, read_json_page, word, words
from collectors.reading.markup import plain_text

_ERROR_BYTES = 500
_CONTROL = re.compile(rb"[\x00-\x1f]+")
_ESCAPE = re.compile(rb'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_NAMES_AND_TAGS = """
    albanian:sq arabic:ar armenian:hy azerbaijani:az bengali:bn bosnian:bs bulgarian:bg catalan:ca chinese:zh
    croatian:hr czech:cs danish:da dutch:nl english:en estonian:et finnish:fi french:fr galician:gl georgian:ka
    german:de greek:el gujarati:gu hebrew:he hindi:hi hungarian:hu icelandic:is indonesian:id italian:it japanese:ja
    kannada:kn kazakh:kk korean:ko latvian:lv lithuanian:lt macedonian:mk malay:ms malayalam:ml marathi:mr mongolian:mn
    nepali:ne norwegian:no persian:fa polish:pl portuguese:pt punjabi:pa romanian:ro russian:ru serbian:sr sinhalese:si
    slovak:sk slovenian:sl somali:so spanish:es swahili:sw swedish:sv tamil:ta telugu:te thai:th tibetan:bo turkish:tr
    ukrainian:uk urdu:ur vietnamese:vi
"""
_LANGUAGES = {name: tag for name, _, tag in (pair.partition(":") for pair in _NAMES_AND_TAGS.split())}
"""Tags of GDELT's names of languages; one that is missing here is found out from the title later."""


def spoken_error(body: bytes) -> str:
    """What GDELT says in plain words in place of JSON; empty where it does not."""
    text = body.strip()
    if not text or len(text) > _ERROR_BYTES or looks_like_json(text) or looks_like_web_page(text):
        return ""
    said = " ".join(text.decode("utf-8", "replace").split())
    return said if said.isprintable() and " " in said else ""


def read_articles(document: Document) -> JsonPage:
    """The articles of an answer; never raises. No article matches where the answer is an empty object."""
    mended = replace(document, body=_mend(document.body))
    return read_json_page(
        mended, lambda page: [] if page == {} else page["articles"], lambda article: _item(article, mended)
    )


def _mend(body: bytes) -> bytes:
    """Titles go into GDELT's JSON as they come: with control characters, and backslashes that escape nothing."""
    return _ESCAPE.sub(lambda found: found[0] if found[1] else b"", _CONTROL.sub(b" ", body))


def _item(article: Mapping[str, Any], document: Document) -> Item:
    url, title = word(article, "url"), plain_text(word(article, "title"))
    if not url:
        raise ValueError("the article has no url")
    if not title:
        raise ValueError("the article has no title")
    published = instant(article, "seendate", document.now)
    outlet = word(article, "domain")
    facts = words(article, "language", "sourcecountry") | ({"outlet": outlet} if outlet else {})
    return Item(
        id=url,
        text="",
        title=title,
        url=url,
        published=published,
        language=_LANGUAGES.get(word(article, "language").casefold(), ""),
        extra=facts | as_given(article, "seendate", published),
    )
