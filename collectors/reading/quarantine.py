"""Setting aside what a feed held and what is no item: in a form that every store can keep."""

import re

from collectors.base import Reject

RAW_CHARACTERS = 10_000
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """Replace by a space what databases refuse in a text: NUL and its kin, and lone halves of surrogate pairs."""
    return text if text.isprintable() else _UNSTORABLE.sub(" ", text)


def set_aside(raw: str | bytes, reason: str, where: str = "") -> Reject:
    """A Reject of the first characters of ``raw``; bytes are shown as UTF-8 as far as they are."""
    start = raw[: 4 * RAW_CHARACTERS].decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return Reject(storable(start[:RAW_CHARACTERS]), storable(reason), where)


def shown(entry: object) -> str:
    """An entry that was read already, as far as it can be shown."""
    try:
        return repr(entry)
    except RecursionError:
        return f"{type(entry).__name__}, nested too deep to be shown"
