"""Language tags as feeds write them."""

import re

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_TELLS_NOTHING = re.compile(r"(?:und|mul|zxx|mis|q[a-t][a-z])(?:-.*)?", re.IGNORECASE)
_SHORT = {
    long: short
    for short, names in {
        "ar": "ara", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces cze", "cy": "cym wel", "da": "dan",
        "de": "deu ger", "el": "ell gre", "en": "eng", "es": "spa", "et": "est", "eu": "eus baq", "fa": "fas per",
        "fi": "fin", "fr": "fra fre", "ga": "gle", "gl": "glg", "he": "heb iw", "hi": "hin", "hr": "hrv", "hu": "hun",
        "hy": "hye arm", "id": "ind in", "is": "isl ice", "it": "ita", "ja": "jpn", "ka": "kat geo", "ko": "kor",
        "lt": "lit", "lv": "lav", "mk": "mkd mac", "mr": "mar", "ms": "msa may", "nb": "nob", "nl": "nld dut",
        "nn": "nno", "no": "nor", "pa": "pan", "pl": "pol", "pt": "por", "ro": "ron rum", "ru": "rus", "sk": "slk slo",
        "sl": "slv", "sq": "sqi alb", "sr": "srp", "sv": "swe", "sw": "swa", "ta": "tam", "te": "tel", "th": "tha",
        "tl": "tgl", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "yi": "yid ji", "zh": "zho chi",
    }.items()
    for long in names.split()
}  # fmt: skip
"""ISO 639-2 codes, and those that ISO 639-1 gave up, of languages that have one of two letters."""


def language_tag(*candidates: object) -> str:
    """The first of them that looks like a BCP 47 tag and names a language, or an empty string.

    A language goes by its code of two letters if it has one (``eng`` is ``en``), as BCP 47 wants; that it is not known
    (``und``), that there are several or none, says nothing.
    """
    for candidate in candidates:
        tag = candidate.strip().replace("_", "-") if isinstance(candidate, str) else ""
        if _TAG.fullmatch(tag) and not _TELLS_NOTHING.fullmatch(tag):
            language, dash, rest = tag.partition("-")
            return f"{_SHORT.get(language.lower(), language)}{dash}{rest}"
    return ""
