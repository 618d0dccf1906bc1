"""Bytes of a text to characters, by what they are and what they were declared to be.

The one place where a full table of the web's charset names would plug in.
"""

_BY_NAME_ONLY = ("iso-2022", "hz", "utf-7", "utf-16", "utf-32")
"""Charsets whose bytes may all be ASCII, so that they would pass for UTF-8."""


def decoded(body: bytes, declared: str = "") -> str:
    """The text: UTF-8 where it is valid as such, else as declared, else windows-1252; never raises."""
    names = ["utf-8-sig", declared]
    if declared.casefold().startswith(_BY_NAME_ONLY):
        names.reverse()
    for name in filter(None, names):
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            continue
    return body.decode("windows-1252", "replace")
