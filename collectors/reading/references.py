"""The characters that mark-up names: ``&amp;``, ``&#233;``, ``&#xe9;``."""

import re
from html import unescape

_ENDLESS = re.compile(r"&#\d{4000,}+;?")


def bounded(text: str) -> str:
    """The text without numbers of characters that are too long for Python, which stand for none.

    Python reads no decimal number of more than 4,300 digits (``sys.set_int_max_str_digits``), and the parsers of HTML
    let the error through.
    """
    return _ENDLESS.sub("\ufffd", text)


def unescaped(text: str) -> str:
    """The text with characters in place of their names; never raises."""
    return unescape(bounded(text))
