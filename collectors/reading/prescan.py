"""Charsets that a page names in its meta tags, as browsers look for them before they parse.

The standard's prescan (html.spec.whatwg.org, 13.2.3.2): tags and attributes are told apart, so that what stands in
comments, in other attributes or in a description is no declaration.
"""

import re
from collections.abc import Iterator

SNIFFED_BYTES = 1024
"""So far a browser looks for the declaration."""

# Each alternative takes all that it can: what is not closed reaches to the end, and is looked at once.
_ATTRIBUTE = rb"""
    [\t\n\f\r /]*+ ([^\t\n\f\r />][^\t\n\f\r />=]*+)
    (?: [\t\n\f\r ]*+ = [\t\n\f\r ]*+ ("[^"]*+" | '[^']*+' | ["'].*+ | [^\t\n\f\r >]*+) )?+
"""
_MARKUP = re.compile(
    rb"<!-- (?: -?> | .*? (?:-->|\Z) )"
    rb"| <meta (?=[\t\n\f\r /]) (?P<attributes> (?:%(attribute)b)*+ ) [\t\n\f\r /]*+ >"
    rb"| </?[a-z] [^\t\n\f\r >]*+ (?:%(attribute)b)*+"
    rb"| <[!/?] [^>]*+" % {b"attribute": _ATTRIBUTE},
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_EACH = re.compile(_ATTRIBUTE, re.DOTALL | re.VERBOSE)
_IN_CONTENT = re.compile(
    rb"charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)\"|'([^']*)'|([^\t\n\f\r ;\"'][^\t\n\f\r ;]*))"
)


def labels_in_meta(head: bytes) -> Iterator[str]:
    """The labels in their order, of which the first that is known counts.

    Args:
        head: the first :data:`SNIFFED_BYTES` of the page.
    """
    for markup in _MARKUP.finditer(head):
        if (attributes := markup["attributes"]) is not None and (label := _label(attributes)):
            yield label.decode("ascii", "replace")


def _label(attributes: bytes) -> bytes:
    told: dict[bytes, bytes] = {}
    for name, value in _EACH.findall(attributes):
        told.setdefault(name.lower(), (value[1:-1] if value[:1] in {b'"', b"'"} else value).lower())
    if b"charset" in told:
        return told[b"charset"]
    named = _IN_CONTENT.search(told.get(b"content", b"")) if told.get(b"http-equiv") == b"content-type" else None
    return next(filter(None, named.groups()), b"") if named else b""
