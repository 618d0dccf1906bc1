"""XML that cannot do harm: no entities but XML's own, nothing fetched, and no deeper than honest documents are."""

import re
from html import unescape
from itertools import accumulate
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

DEEPEST = 64
"""Elements within each other in a document that is read whole."""

DEEPEST_FEED = 1_000
"""Open tags within each other in a feed, where HTML may leave tags open; feedparser's time grows with the square."""

# In these, an alternative that never ends is taken to the end of the text, so that each character is looked at once.
_DOCTYPE = re.compile("<!DOCTYPE", re.IGNORECASE)
_DECLARATIONS = re.compile(r"[^\[>]*\[((?:\"[^\"]*+\"|'[^']*+'|<!--.*?(?:-->|\Z)|[^\"'\]])*+)\]", re.DOTALL)
_CHARACTER = re.compile(r"<!ENTITY\s+\w+\s+(?:\"&#\w{1,8};\"|'&#\w{1,8};')\s*>", re.IGNORECASE)
_TAG = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*+>", re.DOTALL)


def parse_xml_tree(body: bytes | str) -> Element:
    """The root element; tags are written ``{namespace}name``, as ElementTree does.

    Args:
        body: bytes in a charset that they declare, or text, whose declaration is not believed.

    Raises:
        ValueError: it is no well-formed XML, declares entities, or is nested deeper than :data:`DEEPEST`.
    """
    parser = expat.ParserCreate("utf-8" if isinstance(body, str) else None, "}")
    tree = _Tree()
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.data
    parser.SkippedEntityHandler = tree.skipped
    parser.EntityDeclHandler = tree.refuse
    try:
        parser.Parse(body.encode("utf-8", "replace") if isinstance(body, str) else body, True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(f"no well-formed XML: {error}") from error
    return tree.root


class _Tree:
    """Builds a tree from what expat tells, and stops at what an honest document does not hold."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._depth = 0

    @property
    def root(self) -> Element:
        return self._builder.close()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(f"nested too deep: more than {DEEPEST} elements")
        self._builder.start(_clark(name), {_clark(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(_clark(name))

    def data(self, text: str) -> None:
        self._builder.data(text)

    def skipped(self, name: str, is_parameter: object) -> None:
        """An entity of a document type that is not fetched: XHTML's are known without it."""
        if not is_parameter:
            self._builder.data(unescape(f"&{name};"))

    def refuse(self, name: str, *_: object) -> None:
        raise ValueError(f"it declares an entity ({name[:40]}), which could fetch or fill anything")


def _clark(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def without_entities(text: str) -> str:
    """A feed's text without the entities that its document type declares, but for those that name one character."""
    begun = _DOCTYPE.search(text)
    found = _DECLARATIONS.match(text, begun.end()) if begun else None
    if found is None:
        return text
    kept = "".join(f"\n{declaration}" for declaration in _CHARACTER.findall(found[1]))  # feedparser wants lines
    return text[: found.start(1)] + kept + text[found.end(1) :]


def check_depth(text: str) -> None:
    """Refuse a feed that opens tags within tags without end.

    Raises:
        ValueError: more than :data:`DEEPEST_FEED` are open at once.
    """
    if max(accumulate(map(_step, _TAG.findall(text))), default=0) > DEEPEST_FEED:
        raise ValueError(f"nested too deep: more than {DEEPEST_FEED:,} open tags")


def _step(tag: str) -> int:
    if tag.startswith("<!") or tag.endswith("/>"):
        return 0
    return -1 if tag.startswith("</") else 1
