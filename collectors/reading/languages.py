"""Language tags as feeds write them."""

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def language_tag(*candidates: object) -> str:
    """The first of them that looks like a BCP 47 tag, or an empty string."""
    for candidate in candidates:
        tag = candidate.strip().replace("_", "-") if isinstance(candidate, str) else ""
        if _TAG.fullmatch(tag):
            return tag
    return ""
